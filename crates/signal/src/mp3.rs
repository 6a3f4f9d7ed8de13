//! The analysis bank of MPEG Layer III (ISO/IEC 11172-3, annex C and 2.4.3.4): what an encoder saw.

mod hybrid;
mod polyphase;
mod window;

pub use hybrid::{Block, GRANULE_SPAN, Hybrid, LANES, LINES, LINES_PER_SUBBAND, SLOT, window36};
pub use polyphase::{Polyphase, SUBBANDS, Subbands, WINDOW_LEN};
pub use window::ANALYSIS_WINDOW;
