//! The grid of a stream's own encode, which proves nothing of the stream's past.

use bitrater_media::Codec;

use super::PERIOD;

/// Phase of an MP3 stream's own grid: it is decoded from its first frame on and nothing is trimmed, so the
/// decoder's delay of 528 + 1 samples stays in.
pub const OWN_PHASE: u32 = 529;

/// Phases nearer than this to the stream's own grid belong to it.
const NEAR: u32 = 9;

/// Samples between two outputs of the polyphase bank: at every multiple of it the subbands are those that the
/// encoder saw, and what it did to whole subbands and to short blocks shows again.
const SLOT: u32 = 32;

/// Whether a phase belongs to the own grid of a stream of this codec.
///
/// Of an MP3 stream that is its phase, or a shadow of it at the same polyphase phase. MPEG Layer I and II and Musepack quantise the
/// samples of the very polyphase bank that MP3 goes on to transform, so that they empty lines at every phase at which that bank
/// sees them again.
#[must_use]
pub fn is_own(phase: u32, codec: Codec) -> bool {
    let apart = phase.abs_diff(OWN_PHASE);
    match codec {
        Codec::Mp3 => apart.min(PERIOD as u32 - apart) < NEAR || apart.is_multiple_of(SLOT),
        Codec::Mp1 | Codec::Mp2 | Codec::Musepack => apart.is_multiple_of(SLOT),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bank_explains_its_own_phases_only() {
        for phase in 0..PERIOD as u32 {
            let slot = phase % SLOT == OWN_PHASE % SLOT;
            assert_eq!(is_own(phase, Codec::Mp2), slot, "{phase}");
            assert!(!slot || is_own(phase, Codec::Mp3), "{phase}");
            assert!(!is_own(phase, Codec::Aac) && !is_own(phase, Codec::Flac));
        }
        assert!(is_own(525, Codec::Mp3) && !is_own(525, Codec::Musepack) && !is_own(482, Codec::Mp3));
    }
}
