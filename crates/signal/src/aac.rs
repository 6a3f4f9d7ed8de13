//! The long blocks of MPEG-4 AAC (ISO/IEC 14496-3, 4.6.11): windows, scalefactor bands, lines at every
//! sample position, and quantiser lattices.

mod bands;
mod bank;
pub mod lattice;
mod window;

pub use bands::long_bands;
pub use bank::{Bank, LANE_STEP, SPAN};
pub use window::{Shape, TERMS, long_window, sine_series};

use crate::mdct::Mdct;

/// Frequency lines of a long block, and samples between two frames.
pub const LINES: usize = 1024;

/// Samples that a long block spans.
pub const BLOCK: usize = 2 * LINES;

/// The transform of long blocks, scaled as `Σ w[n] x[n] cos(2π/2048 (n + 512½)(k + ½))`: half of what the standard's encoder
/// computes.
#[must_use]
pub fn mdct(shape: Shape) -> Mdct {
    Mdct::new(LINES, &long_window(shape)[..LINES], (LINES as f64 / 2.0).sqrt())
}
