//! Scalefactor bands: which lines share a quantiser step. ISO/IEC 11172-3 table B.8, 13818-3 table B.2;
//! the MPEG-2.5 rates take the 16 kHz bands, save 8 kHz, whose bands are the common practice of encoders.

use std::ops::Range;

use super::{GranuleInfo, Header};

/// A run of lines with one quantiser step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// Scalefactor band: 0 to 21 long, 0 to 12 short. The last of each has no scalefactor of its own.
    pub index: usize,
    /// Which of the three short windows; `None` for long lines.
    pub window: Option<usize>,
    /// Where the lines stand in [`quantised`](super::ChannelGranule::quantised).
    pub lines: Range<usize>,
    /// The step e in quarter steps of log2: xr = ±|q|^(4/3) · 2^(e/4).
    pub exponent: i32,
}

/// Band edges of one sample rate: band b holds lines `edges[b]..edges[b + 1]`.
#[derive(Debug, PartialEq, Eq)]
pub struct BandTable {
    /// Of the 576 lines of a long block.
    pub long: [u16; 23],
    /// Of the 192 lines of each short window.
    pub short: [u16; 14],
}

impl BandTable {
    pub(super) const DEFAULT: &Self = &RATE_44100;

    /// The bands of a stream.
    #[must_use]
    pub fn of(header: &Header) -> &'static Self {
        Self::at(header.sample_rate)
    }

    /// The bands at a sample rate in Hz; those of 16 kHz for rates that Layer III does not have.
    #[must_use]
    pub fn at(sample_rate: u32) -> &'static Self {
        match sample_rate {
            44_100 => &RATE_44100,
            48_000 => &RATE_48000,
            32_000 => &RATE_32000,
            22_050 => &RATE_22050,
            24_000 => &RATE_24000,
            8_000 => &RATE_8000,
            _ => &RATE_16000,
        }
    }
}

/// Which bands a granule has: long ones `0..long`, then short ones `first_short..13`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) long: usize,
    pub(super) first_short: usize,
}

impl Layout {
    pub(super) fn of(info: &GranuleInfo, lsf: bool) -> Self {
        match (info.is_short(), info.mixed) {
            (false, _) => Self { long: 22, first_short: 13 },
            (true, false) => Self { long: 0, first_short: 0 },
            // Eight long bands of MPEG-1 end at line 36, as six of the lower rates do (at 8 kHz at line 72: the
            // windows still change at 36, but the bands at 72, where short band 3 starts).
            (true, true) => Self { long: if lsf { 6 } else { 8 }, first_short: 3 },
        }
    }
}

const RATE_44100: BandTable = BandTable {
    long: [0, 4, 8, 12, 16, 20, 24, 30, 36, 44, 52, 62, 74, 90, 110, 134, 162, 196, 238, 288, 342, 418, 576],
    short: [0, 4, 8, 12, 16, 22, 30, 40, 52, 66, 84, 106, 136, 192],
};
const RATE_48000: BandTable = BandTable {
    long: [0, 4, 8, 12, 16, 20, 24, 30, 36, 42, 50, 60, 72, 88, 106, 128, 156, 190, 230, 276, 330, 384, 576],
    short: [0, 4, 8, 12, 16, 22, 28, 38, 50, 64, 80, 100, 126, 192],
};
const RATE_32000: BandTable = BandTable {
    long: [0, 4, 8, 12, 16, 20, 24, 30, 36, 44, 54, 66, 82, 102, 126, 156, 194, 240, 296, 364, 448, 550, 576],
    short: [0, 4, 8, 12, 16, 22, 30, 42, 58, 78, 104, 138, 180, 192],
};
const RATE_22050: BandTable =
    BandTable { long: RATE_16000.long, short: [0, 4, 8, 12, 18, 24, 32, 42, 56, 74, 100, 132, 174, 192] };
// Band 18 starts at 332, as encoders have it; some decoders say 330.
const RATE_24000: BandTable = BandTable {
    long: [0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 114, 136, 162, 194, 232, 278, 332, 394, 464, 540, 576],
    short: [0, 4, 8, 12, 18, 26, 36, 48, 62, 80, 104, 136, 180, 192],
};
const RATE_16000: BandTable = BandTable {
    long: [0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 116, 140, 168, 200, 238, 284, 336, 396, 464, 522, 576],
    short: [0, 4, 8, 12, 18, 26, 36, 48, 62, 80, 104, 134, 174, 192],
};
const RATE_8000: BandTable = BandTable {
    long: [0, 12, 24, 36, 48, 60, 72, 88, 108, 132, 160, 192, 232, 280, 336, 400, 476, 566, 568, 570, 572, 574, 576],
    short: [0, 8, 16, 24, 36, 52, 72, 96, 124, 160, 162, 164, 166, 192],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_rise_to_the_last_line_and_mixed_blocks_join() {
        for table in [&RATE_44100, &RATE_48000, &RATE_32000, &RATE_22050, &RATE_24000, &RATE_16000, &RATE_8000] {
            assert!(table.long.is_sorted_by(|a, b| a < b) && table.short.is_sorted_by(|a, b| a < b));
            assert_eq!((table.long[22], table.short[13]), (576, 192));
            let joint = 3 * table.short[3];
            assert!(table.long[8] == joint || table.long[6] == joint);
        }
    }
}
