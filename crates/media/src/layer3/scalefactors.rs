//! Scalefactors of one granule and channel: ISO/IEC 11172-3 clauses 2.4.1.7 and 2.4.2.7 (`scalefac_compress`,
//! `scfsi`), ISO/IEC 13818-3 clause 2.4.3.2 for the lower sampling frequencies.

use super::GranuleInfo;
use super::bands::Layout;
use super::bits::BitReader;

/// Scalefactors by band; bands that the granule does not have hold zeros.
///
/// In channel 1 of an intensity stereo frame the bands above the last non-zero line hold intensity positions
/// instead; no lines are scaled by them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scalefactors {
    /// Long bands 0 to 20, 0 to 15 each; band 21 has none and stays at zero.
    pub long: [u8; 22],
    /// Short bands 0 to 11 by window; band 12 has none and stays at zero.
    pub short: [[u8; 3]; 13],
}

/// Widths in bits of the two groups, by `scalefac_compress` (11172-3 clause 2.4.2.7).
pub(super) const SLEN_MPEG1: [(u8, u8); 16] = [
    (0, 0),
    (0, 1),
    (0, 2),
    (0, 3),
    (3, 0),
    (1, 1),
    (1, 2),
    (1, 3),
    (2, 1),
    (2, 2),
    (2, 3),
    (3, 1),
    (3, 2),
    (3, 3),
    (4, 2),
    (4, 3),
];

/// Four runs of scalefactors: how many, and how many bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Runs {
    counts: [u8; 4],
    widths: [u8; 4],
}

impl Runs {
    fn mpeg1(info: &GranuleInfo) -> Self {
        let (low, high) = SLEN_MPEG1[usize::from(info.scalefac_compress & 15)];
        let counts = match (info.is_short(), info.mixed) {
            (false, _) => [6, 5, 5, 5],
            (true, false) => [9, 9, 9, 9],
            (true, true) => [8, 9, 9, 9],
        };
        Self { counts, widths: [low, low, high, high] }
    }

    /// 13818-3 clause 2.4.3.2: the counts are those of the table `nr_of_sfb`, columns long, short and mixed.
    fn lsf(info: &GranuleInfo, intensity_right: bool) -> Self {
        let shape = match (info.is_short(), info.mixed) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => 2,
        };
        let digits = |x: u16, bases: [u16; 4]| {
            let mut rest = x;
            let mut widths = [0; 4];
            for (width, base) in widths.iter_mut().zip(bases).rev() {
                (*width, rest) = ((rest % base) as u8, rest / base);
            }
            widths
        };
        let (widths, counts): (_, [[u8; 4]; 3]) = if intensity_right {
            match info.scalefac_compress >> 1 {
                x @ ..180 => (digits(x, [5, 6, 6, 1]), [[7, 7, 7, 0], [12, 12, 12, 0], [6, 15, 12, 0]]),
                x @ 180..244 => (digits(x - 180, [4, 4, 4, 1]), [[6, 6, 6, 3], [12, 9, 9, 6], [6, 12, 9, 6]]),
                x => (digits(x - 244, [4, 3, 1, 1]), [[8, 8, 5, 0], [15, 12, 9, 0], [6, 18, 9, 0]]),
            }
        } else {
            match info.scalefac_compress {
                x @ ..400 => (digits(x, [5, 5, 4, 4]), [[6, 5, 5, 5], [9, 9, 9, 9], [6, 9, 9, 9]]),
                x @ 400..500 => (digits(x - 400, [5, 5, 4, 1]), [[6, 5, 7, 3], [9, 9, 12, 6], [6, 9, 12, 6]]),
                x => (digits(x - 500, [4, 3, 1, 1]), [[11, 10, 0, 0], [18, 18, 0, 0], [15, 18, 0, 0]]),
            }
        };
        Self { counts: counts[shape], widths }
    }
}

impl Scalefactors {
    /// Reads the scalefactors of an MPEG-1 granule. `shared` says which of the four groups of long bands are
    /// taken from `first`, the granule before.
    pub(super) fn read_mpeg1(bits: &mut BitReader<'_>, info: &GranuleInfo, shared: [bool; 4], first: &Self) -> Self {
        let shared = if info.is_short() { [false; 4] } else { shared };
        Self::read(bits, Layout::of(info, false), Runs::mpeg1(info), shared, first)
    }

    /// Reads the scalefactors of a granule at a lower sampling frequency, and sets the flag that
    /// `scalefac_compress` implies there.
    pub(super) fn read_lsf(bits: &mut BitReader<'_>, info: &mut GranuleInfo, intensity_right: bool) -> Self {
        info.preflag = !intensity_right && info.scalefac_compress >= 500;
        let runs = Runs::lsf(info, intensity_right);
        Self::read(bits, Layout::of(info, true), runs, [false; 4], &Self::default())
    }

    fn read(bits: &mut BitReader<'_>, layout: Layout, runs: Runs, shared: [bool; 4], first: &Self) -> Self {
        let mut factors = Self::default();
        let mut index = 0;
        for ((count, width), shared) in runs.counts.into_iter().zip(runs.widths).zip(shared) {
            for _ in 0..count {
                if index < layout.long {
                    factors.long[index] = if shared { first.long[index] } else { bits.take(width.into()) as u8 };
                } else {
                    let short = 3 * layout.first_short + index - layout.long;
                    factors.short[short / 3][short % 3] = bits.take(width.into()) as u8;
                }
                index += 1;
            }
        }
        factors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer3::BlockType;

    #[test]
    fn runs_cover_exactly_the_bands_with_scalefactors() {
        for (block_type, mixed) in [(BlockType::Long, false), (BlockType::Short, false), (BlockType::Short, true)] {
            for scalefac_compress in 0..512 {
                let info = GranuleInfo { scalefac_compress, block_type, mixed, ..GranuleInfo::default() };
                let sum = |runs: Runs| usize::from(runs.counts.iter().sum::<u8>());
                let bands = |lsf| match Layout::of(&info, lsf) {
                    Layout { long: 22, .. } => 21,
                    Layout { long, first_short } => long + 3 * (12 - first_short),
                };
                assert_eq!(sum(Runs::mpeg1(&info)), bands(false));
                assert_eq!(sum(Runs::lsf(&info, false)), bands(true));
                assert_eq!(sum(Runs::lsf(&info, true)), bands(true));
            }
        }
    }

    #[test]
    fn widths_of_the_low_rates_are_digits() {
        let runs = |scalefac_compress, right| {
            Runs::lsf(&GranuleInfo { scalefac_compress, ..GranuleInfo::default() }, right).widths
        };
        assert_eq!(runs(399, false), [4, 4, 3, 3]);
        assert_eq!(runs(499, false), [4, 4, 3, 0]);
        assert_eq!(runs(511, false), [3, 2, 0, 0]);
        assert_eq!(runs(2 * 179, true), [4, 5, 5, 0]);
        assert_eq!(runs(2 * 243, true), [3, 3, 3, 0]);
        assert_eq!(runs(2 * 255, true), [3, 2, 0, 0]);
    }
}
