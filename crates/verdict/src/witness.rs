//! The cutoff as a witness about an MP3 encode: a hint at the class, never proof of one.

use bitrater_evidence::Class;
use bitrater_evidence::cutoff::Cutoff;

use crate::ladder::mp3;

/// An edge sharper than this, in Hz between 25 % and 75 % of the drop, comes from a digital filter.
const SHARP_HZ: f64 = 800.0;

/// LAME 3.100's transition bands at 44.1 kHz, measured at their middle, by upper end in Hz.
const BANDS: [(f64, u32); 8] = [
    (11_500.0, 64),
    (15_600.0, 96),
    (16_350.0, 112),
    (17_200.0, 128),
    (18_300.0, 160),
    (19_330.0, 192),
    (19_980.0, 256),
    (20_800.0, 320),
];

/// Depth of the grid, in log2 per line, above which an edge near 19 kHz suggests V2 and not 192. Both have the same
/// low-pass, and the variable rate leaves more holes.
const V2_DEPTH: f64 = 1.1;

/// The MP3 class that the edge and the depth of the grid suggest.
#[must_use]
pub fn mp3_class(cutoff: Option<&Cutoff>, depth: f64) -> Class {
    let band = cutoff
        .filter(|edge| edge.width < SHARP_HZ)
        .and_then(|edge| BANDS.iter().find(|&&(upper, _)| edge.frequency < upper));
    match band {
        Some(&(_, 192)) if depth > V2_DEPTH => Class::V(2),
        Some(&(_, kbps)) => mp3(kbps),
        None => Class::V(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(frequency: f64) -> Cutoff {
        Cutoff { frequency, drop_db: 40.0, floor_db: -120.0, width: 200.0 }
    }

    #[test]
    fn each_low_pass_names_its_class() {
        for (frequency, class) in
            [(16_800.0, mp3(128)), (18_950.0, mp3(192)), (19_650.0, mp3(256)), (20_350.0, mp3(320))]
        {
            assert_eq!(mp3_class(Some(&edge(frequency)), 0.5), class);
        }
        assert_eq!(mp3_class(Some(&edge(18_950.0)), 2.0), Class::V(2));
        assert_eq!(mp3_class(None, 0.5), Class::V(0));
    }

    #[test]
    fn a_gentle_slope_names_nothing() {
        assert_eq!(mp3_class(Some(&Cutoff { width: 900.0, ..edge(16_800.0) }), 0.5), Class::V(0));
    }
}
