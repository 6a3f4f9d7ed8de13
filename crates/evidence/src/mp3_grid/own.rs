//! The grid of an MP3 stream's own encode, which proves nothing of the stream's past.

use super::PERIOD;

/// Phase of an MP3 stream's own grid: it is decoded from its first frame on and nothing is trimmed, so the
/// decoder's delay of 528 + 1 samples stays in.
pub const OWN_PHASE: u32 = 529;

/// Phases nearer than this to the stream's own grid belong to it.
const NEAR: u32 = 9;

/// Samples between two outputs of the polyphase bank: at every multiple of it the subbands are those that the
/// encoder saw, and what it did to whole subbands and to short blocks shows again.
const SLOT: u32 = 32;

/// Whether a phase of an MP3 stream belongs to its own grid: its phase, or a shadow of it at the same polyphase phase.
#[must_use]
pub fn is_own(phase: u32) -> bool {
    let apart = phase.abs_diff(OWN_PHASE);
    apart.min(PERIOD as u32 - apart) < NEAR || apart.is_multiple_of(SLOT)
}
