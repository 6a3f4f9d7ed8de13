//! The quality ladder `128 V2 192 V0 256 320 LOSSLESS`, in which quality gaps are counted.

use bitrater_evidence::{Class, Codec};

/// An older generation is a transcode when its bitrate is below this share of the stated one.
pub(crate) const WEAKER: f64 = 0.97;

/// Rungs by the bitrate in kbps at which they begin; LOSSLESS is the rung above them all.
const RUNGS: [u32; 6] = [128, 190, 192, 245, 256, 320];

/// Typical average in kbps of LAME's `-V n` at 44.1 kHz stereo (LAME 3.100 documentation, `USAGE`).
const V_AVERAGE: [u32; 10] = [245, 225, 190, 175, 165, 130, 115, 100, 85, 65];

/// Bitrate that a class stands for, in kbps; none for lossless, and for a codec at an unknown rate.
#[must_use]
pub fn nominal_bitrate(class: Class) -> Option<u32> {
    match class {
        Class::Lossless | Class::Codec(_) => None,
        Class::V(level) => V_AVERAGE.get(usize::from(level)).copied().or(Some(65)),
        Class::Rate { kbps, .. } => Some(kbps),
    }
}

/// Rung of a class, 0 (128 or less) to 6 (lossless): the one at or below its bitrate; none where that is unknown.
#[must_use]
pub fn rung(class: Class) -> Option<u8> {
    if class == Class::Lossless {
        return Some(RUNGS.len() as u8);
    }
    nominal_bitrate(class).map(|kbps| RUNGS.iter().rposition(|&start| start <= kbps).unwrap_or(0) as u8)
}

/// Rungs between what a transcode states and what it holds; 0 if nothing is lost. If the rate of what it holds is
/// unknown, it is 1, the least that a transcode can lose.
#[must_use]
pub fn gap(stated: Class, original: Class) -> u8 {
    match (rung(stated), rung(original)) {
        (Some(stated), Some(original)) => stated.saturating_sub(original),
        (_, None) => 1,
        (None, _) => 0,
    }
}

/// The MP3 class of a constant rate.
#[must_use]
pub const fn mp3(kbps: u32) -> Class {
    Class::Rate { codec: Codec::Mp3, kbps }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seven_classes_stand_in_order() {
        let ladder = [mp3(128), Class::V(2), mp3(192), Class::V(0), mp3(256), mp3(320), Class::Lossless];
        for (place, class) in ladder.into_iter().enumerate() {
            assert_eq!(rung(class).map(usize::from), Some(place), "{class}");
        }
        assert_eq!(gap(Class::Lossless, mp3(128)), 6);
        assert_eq!(gap(mp3(320), mp3(128)), 5);
        assert_eq!(gap(mp3(128), mp3(320)), 0);
    }

    #[test]
    fn other_rates_stand_between() {
        assert_eq!(rung(mp3(64)), Some(0));
        assert_eq!(rung(mp3(160)), Some(0));
        assert_eq!(rung(mp3(224)), Some(2));
        assert_eq!(rung(Class::Rate { codec: Codec::Aac, kbps: 256 }), Some(4));
    }

    #[test]
    fn an_unknown_rate_stands_nowhere() {
        assert_eq!((rung(Class::Codec(Codec::Wma)), nominal_bitrate(Class::Codec(Codec::Wma))), (None, None));
        assert_eq!(gap(Class::Lossless, Class::Codec(Codec::Wma)), 1);
    }
}
