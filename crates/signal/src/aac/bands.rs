//! Edges of the scalefactor bands of long blocks (ISO/IEC 14496-3, tables 4.129 to 4.138), in lines.

/// 44.1 and 48 kHz.
const BANDS_44100: [usize; 50] = [
    0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80, 88, 96, 108, 120, 132, 144, 160, 176, 196, 216, 240,
    264, 292, 320, 352, 384, 416, 448, 480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800, 832, 864, 896, 928, 1024,
];

/// 32 kHz: as at 44.1 kHz, the last band divided.
const BANDS_32000: [usize; 52] = [
    0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80, 88, 96, 108, 120, 132, 144, 160, 176, 196, 216, 240,
    264, 292, 320, 352, 384, 416, 448, 480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800, 832, 864, 896, 928, 960,
    992, 1024,
];

/// 88.2 and 96 kHz.
const BANDS_96000: [usize; 42] = [
    0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 64, 72, 80, 88, 96, 108, 120, 132, 144, 156, 172, 188,
    212, 240, 276, 320, 384, 448, 512, 576, 640, 704, 768, 832, 896, 960, 1024,
];

/// 22.05 and 24 kHz.
const BANDS_24000: [usize; 48] = [
    0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 52, 60, 68, 76, 84, 92, 100, 108, 116, 124, 136, 148, 160, 172, 188,
    204, 220, 240, 260, 284, 308, 336, 364, 396, 432, 468, 508, 552, 600, 652, 704, 768, 832, 896, 960, 1024,
];

/// Edges of the bands at a sample rate in Hz; `None` where no table was written down.
#[must_use]
pub fn long_bands(sample_rate: u32) -> Option<&'static [usize]> {
    match sample_rate {
        44_100 | 48_000 => Some(&BANDS_44100),
        32_000 => Some(&BANDS_32000),
        88_200 | 96_000 => Some(&BANDS_96000),
        22_050 | 24_000 => Some(&BANDS_24000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aac::LINES;

    #[test]
    fn bands_cover_every_line_and_widen() {
        for rate in [22_050, 32_000, 44_100, 48_000, 96_000] {
            let bands = long_bands(rate).unwrap();
            assert_eq!((bands[0], bands[bands.len() - 1]), (0, LINES));
            assert!(bands.windows(2).all(|band| band[1] > band[0] && (band[1] - band[0]) % 4 == 0));
        }
        assert!(long_bands(11_025).is_none());
    }
}
