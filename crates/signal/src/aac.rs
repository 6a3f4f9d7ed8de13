//! The long blocks of MPEG-4 AAC (ISO/IEC 14496-3, 4.6.11): windows, scalefactor bands, lines at every
//! sample position, and quantiser lattices.

mod bands;
mod bank;
pub mod lattice;
mod mdct;
mod window;

pub use bands::long_bands;
pub use bank::{Bank, LANE_STEP, SPAN};
pub use mdct::Mdct;
pub use window::{Shape, TERMS, long_window, sine_series};

/// Frequency lines of a long block, and samples between two frames.
pub const LINES: usize = 1024;

/// Samples that a long block spans.
pub const BLOCK: usize = 2 * LINES;
