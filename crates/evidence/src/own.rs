//! Own phases: those at which a lossy stream shows its own encode in a search for another codec. They prove nothing of
//! its past.
//!
//! The frames of a stream lie where its decoder put them. Those of several codecs lie on grids that have a divisor in
//! common with the period of a search. What the stream's quantiser left shows there, because the filter banks of the
//! two codecs are similar. The phases are those at which 24 recordings in 75 kinds of honest streams each showed more
//! than at any other (`scripts/measure_honest.py`, half A).

use bitrater_media::Codec;
use bitrater_signal::mp3::LINES;

/// Phase of an MP3 stream's own grid: it is decoded from its first frame on and nothing is trimmed, so the
/// decoder's delay of 528 + 1 samples stays in.
pub const OWN_PHASE: u32 = 529;

/// Phases of an MP3 stream nearer than this to its own grid belong to it.
const NEAR: u32 = 9;

/// Samples between two outputs of the polyphase bank. At every multiple of it the subbands are those of the encoder, so
/// its effect on whole subbands and on short blocks shows again.
const SLOT: u32 = 32;

/// Blocks of AAC, Vorbis, AC-3 and Windows Media Audio begin at multiples of this, which also divides a granule of MP3.
const BLOCKS: u32 = 64;

/// Samples of the shortest blocks of AAC, Vorbis and Windows Media Audio.
const SHORT: u32 = 128;

/// Whether a phase of the MP3 searches belongs to the own grid of a stream of this codec.
///
/// In an MP3 stream this is its own phase, or an alias at the same polyphase phase or half a slot away. MPEG Layer I
/// and II and Musepack quantise the samples of the same polyphase bank that MP3 transforms further. They empty lines at
/// every phase at which that bank sees the same samples. Other blocks begin where a granule does, except for the delay
/// of the bank.
#[must_use]
pub fn of_mp3(phase: u32, codec: Codec) -> bool {
    let apart = phase.abs_diff(OWN_PHASE);
    match codec {
        Codec::Mp3 => apart.min(LINES as u32 - apart) < NEAR || apart.is_multiple_of(SLOT / 2),
        Codec::Mp1 | Codec::Mp2 | Codec::Musepack => apart.is_multiple_of(SLOT),
        Codec::Aac | Codec::Vorbis | Codec::Ac3 | Codec::Wma => phase % BLOCKS == 1,
        _ => false,
    }
}

/// The same of the search for AAC. Long blocks of Vorbis and Windows Media Audio have as many lines or twice as many. Those
/// of Vorbis begin at multiples of 64. So do those of an AAC file whose decode nobody cut: such an AAC generation under
/// Vorbis is not found.
#[must_use]
pub fn of_aac(phase: u32, codec: Codec) -> bool {
    match codec {
        Codec::Vorbis => phase.is_multiple_of(BLOCKS),
        Codec::Wma => phase.is_multiple_of(SHORT),
        _ => false,
    }
}

/// The same of the search for the floor levels of Vorbis, whose phases are known modulo 128. Blocks of AAC have the
/// same length, and begin at 0, or at 64 if 2112 samples were trimmed.
#[must_use]
pub fn of_vorbis(phase: u32, codec: Codec) -> bool {
    match codec {
        Codec::Aac => phase.is_multiple_of(SHORT / 2),
        Codec::Wma => phase == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stream_explains_its_own_phases_only() {
        for phase in 0..LINES as u32 {
            let slot = phase % SLOT == OWN_PHASE % SLOT;
            assert_eq!(of_mp3(phase, Codec::Mp2), slot, "{phase}");
            assert!(!slot || of_mp3(phase, Codec::Mp3), "{phase}");
            assert_eq!(
                of_mp3(phase, Codec::Aac),
                [1, 65, 129, 193, 257, 321, 385, 449, 513].contains(&phase),
                "{phase}"
            );
            assert!(!of_mp3(phase, Codec::Flac) && !of_mp3(phase, Codec::Opus), "{phase}");
        }
        assert!(of_mp3(525, Codec::Mp3) && !of_mp3(525, Codec::Musepack) && !of_mp3(482, Codec::Mp3));
        assert!(of_aac(192, Codec::Vorbis) && of_aac(128, Codec::Vorbis) && !of_aac(81, Codec::Vorbis));
        assert!(of_aac(0, Codec::Wma) && !of_aac(64, Codec::Wma));
        assert!(of_vorbis(64, Codec::Aac) && !of_vorbis(1, Codec::Aac) && !of_vorbis(0, Codec::Opus));
    }
}
