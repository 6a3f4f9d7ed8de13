//! The analysis bank of MPEG Layer III (ISO/IEC 11172-3, annex C and 2.4.3.4): what an encoder saw.

pub mod codelength;
mod dct18;
mod granule;
mod hybrid;
pub mod lattice;
mod polyphase;
pub mod subband;
mod window;

pub use crate::lane::{LANES, Lane};
pub use granule::{GRANULE_NEED, GranuleBank, LINE_NOISE, SHORT_LINE_NOISE, SLOTS, Slot};
pub use hybrid::{Block, GRANULE_SPAN, Hybrid, LINES, LINES_PER_SUBBAND, SLOT, window36};
pub use polyphase::{Polyphase, SUBBANDS, Subbands, WINDOW_LEN};
pub use window::ANALYSIS_WINDOW;
