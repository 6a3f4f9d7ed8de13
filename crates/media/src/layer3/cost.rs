//! The fewest bits that Layer III can write given integers and scalefactors in: what an encoder must at least have
//! spent on them, whether or not its bitstream is still there.
//!
//! An encoder may choose the ends of the first two big-value regions among the band edges, and a table for each region
//! (ISO/IEC 11172-3, 2.4.2.7); this finds the choice that costs least.

use std::sync::OnceLock;

use super::huffman_tables::{LINBITS, PAIRS, QUADRUPLES};
use super::{BandTable, BlockType, LINES};

/// Pair codes apart from their escape bits.
const CODES: usize = PAIRS.len();

/// Pair codes below this index have no escapes.
const PLAIN: usize = CODES - 2;

/// Largest value of the plain codes (table B.7 headings).
const LARGEST: [u16; PLAIN] = [1, 2, 2, 3, 3, 5, 5, 5, 7, 7, 7, 15, 15];

/// Code lengths with signs, before escape bits: by pair `x << 4 | y`, then by code; and those of the quadruples.
struct Lengths {
    pairs: Box<[[u32; CODES]; 256]>,
    quadruples: [[u8; 16]; 2],
}

impl Lengths {
    fn get() -> &'static Self {
        static LENGTHS: OnceLock<Lengths> = OnceLock::new();
        LENGTHS.get_or_init(|| {
            let signs = |symbol: u16| u16::from(symbol & 0xf0 != 0) + u16::from(symbol & 0x0f != 0);
            let mut lengths = Self { pairs: Box::new([[u32::from(u8::MAX); CODES]; 256]), quadruples: [[0; 16]; 2] };
            for (code, (_, leaves)) in PAIRS.iter().enumerate() {
                for leaf in *leaves {
                    lengths.pairs[usize::from(leaf & 0xff)][code] = u32::from((leaf >> 8) + signs(leaf & 0xff));
                }
            }
            for (code, leaves) in lengths.quadruples.iter_mut().zip(QUADRUPLES) {
                for leaf in leaves {
                    code[usize::from(leaf & 15)] = (leaf >> 8) as u8 + (leaf & 15).count_ones() as u8;
                }
            }
            lengths
        })
    }
}

/// What a run of pairs costs in every code.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    largest: u16,
    /// Values of 15 and more, which cost escape bits in the last two codes.
    escapes: u32,
    bits: [u32; CODES],
}

impl Run {
    fn of(lines: &[i16], lengths: &Lengths) -> Self {
        let mut run = Self::default();
        for pair in lines.chunks_exact(2) {
            let [x, y] = [pair[0].unsigned_abs(), pair[1].unsigned_abs()];
            run.largest = run.largest.max(x).max(y);
            run.escapes += u32::from(x >= 15) + u32::from(y >= 15);
            let symbol = usize::from(x.min(15) << 4 | y.min(15));
            for (bits, code) in run.bits.iter_mut().zip(&lengths.pairs[symbol]) {
                *bits += code;
            }
        }
        run
    }

    fn join(mut self, other: &Self) -> Self {
        self.largest = self.largest.max(other.largest);
        self.escapes += other.escapes;
        for (bits, more) in self.bits.iter_mut().zip(other.bits) {
            *bits += more;
        }
        self
    }

    /// Bits in the table that fits best.
    fn fewest(&self) -> u32 {
        if self.largest == 0 {
            return 0;
        }
        let plain =
            LARGEST.iter().zip(&self.bits).filter(|(largest, _)| self.largest <= **largest).map(|(_, &bits)| bits);
        let escaped = (0..2).map(|half| {
            let mut widths = LINBITS[8 * half..8 * (half + 1)].iter().map(|&linbits| u32::from(linbits));
            // 8206 is the largest value that can be written; beyond, the widest escape is as good a bound as any.
            let linbits = widths.find(|linbits| u32::from(self.largest) < 15 + (1 << linbits)).unwrap_or(13);
            self.bits[PLAIN + half] + self.escapes * linbits
        });
        plain.chain(escaped).min().unwrap_or(u32::MAX)
    }
}

/// The fewest Huffman bits for `quantised`, given in the order of the bitstream (see
/// [`ChannelGranule::quantised`](super::ChannelGranule::quantised)).
#[must_use]
pub fn huffman_bits(quantised: &[i16; LINES], block: BlockType, bands: &BandTable) -> u32 {
    let lengths = Lengths::get();
    let end = quantised.iter().rposition(|&n| n != 0).map_or(0, |last| last + 1);
    let big = quantised.iter().rposition(|n| n.unsigned_abs() > 1).map_or(0, |last| (last + 1).next_multiple_of(2));
    // Quadruples are counted from where the big values end, so one pair more among these may save one quadruple.
    [big, big + 2]
        .into_iter()
        .filter(|&big| big <= LINES)
        .map(|big| {
            let small = &quantised[big.min(end)..end];
            big_value_bits(&quantised[..big], block, bands, lengths) + quadruple_bits(small, lengths)
        })
        .min()
        .unwrap_or(0)
}

fn quadruple_bits(lines: &[i16], lengths: &Lengths) -> u32 {
    let symbol = |lines: &[i16]| lines.iter().enumerate().map(|(i, &n)| usize::from(n != 0) << (3 - i)).sum::<usize>();
    let bits = lengths
        .quadruples
        .iter()
        .map(|code| lines.chunks(4).map(|quadruple| u32::from(code[symbol(quadruple)])).sum::<u32>());
    bits.min().unwrap_or(0)
}

fn big_value_bits(lines: &[i16], block: BlockType, bands: &BandTable, lengths: &Lengths) -> u32 {
    if block != BlockType::Long {
        // Two regions with a fixed border: three short bands in three windows, or eight long ones.
        let border = if block == BlockType::Short { 3 * bands.short[3] } else { bands.long[8] };
        let (first, second) = lines.split_at(usize::from(border).min(lines.len()));
        return Run::of(first, lengths).fewest() + Run::of(second, lengths).fewest();
    }
    let edges: Vec<usize> = bands.long.iter().map(|&edge| usize::from(edge).min(lines.len())).collect();
    let runs: Vec<Run> = edges.windows(2).map(|edge| Run::of(&lines[edge[0]..edge[1]], lengths)).collect();
    let used = edges.iter().position(|&edge| edge == lines.len()).unwrap_or(runs.len());
    // fewest[i][n]: the n + 1 bands from i on as one region.
    let fewest: Vec<Vec<u32>> = (0..used)
        .map(|from| {
            let mut region = Run::default();
            runs[from..used]
                .iter()
                .map(|run| {
                    region = region.join(run);
                    region.fewest()
                })
                .collect()
        })
        .collect();
    let region = |from: usize, to: usize| if from < to { fewest[from][to - from - 1] } else { 0 };
    // Region 0 has 1 to 16 bands and region 1 has 1 to 8.
    let mut best = u32::MAX;
    for first in 1..=16.min(used.max(1)) {
        let first = first.min(used);
        for second in 1..=8 {
            let second = (first + second).min(used);
            best = best.min(region(0, first) + region(first, second) + region(second, used));
        }
    }
    best
}

/// The fewest bits for the scalefactors of a long block in MPEG-1 when nothing is shared with the granule before: bands 0 to 10
/// and 11 to 20 have one width each (2.4.2.7, `scalefac_compress`). None where a value does not fit.
#[must_use]
pub fn long_scalefactor_bits(factors: &[u8; 21]) -> Option<u32> {
    scalefactor_bits(&factors[..11], &factors[11..])
}

/// The same for a short block, by band and window: bands 0 to 5 and 6 to 11.
#[must_use]
pub fn short_scalefactor_bits(factors: &[[u8; 3]; 12]) -> Option<u32> {
    scalefactor_bits(factors[..6].as_flattened(), factors[6..].as_flattened())
}

fn scalefactor_bits(low: &[u8], high: &[u8]) -> Option<u32> {
    let width = |factors: &[u8]| 8 - factors.iter().copied().max().unwrap_or(0).leading_zeros();
    let needed = (width(low), width(high));
    super::scalefactors::SLEN_MPEG1
        .iter()
        .map(|&(low, high)| (u32::from(low), u32::from(high)))
        .filter(|widths| widths.0 >= needed.0 && widths.1 >= needed.1)
        .map(|widths| widths.0 * low.len() as u32 + widths.1 * high.len() as u32)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cost_what_the_printed_tables_say() {
        let bands = BandTable::at(44_100);
        let mut lines = [0; LINES];
        assert_eq!(huffman_bits(&lines, BlockType::Long, bands), 0);
        // As a pair: (1, 0) is 01 in table 1, and a sign. As a quadruple it would take five bits.
        lines[0] = -1;
        assert_eq!(huffman_bits(&lines, BlockType::Long, bands), 3);
        // Two quadruples in table B, 0001 and 0001: four bits and a sign each.
        (lines[0], lines[3], lines[7]) = (0, 1, 1);
        assert_eq!(huffman_bits(&lines, BlockType::Long, bands), 10);
        lines = [0; LINES];
        // A pair (2, 0): four bits in table 6, which is shorter there than tables 2 and 3, and a sign.
        lines[0] = 2;
        assert_eq!(huffman_bits(&lines, BlockType::Long, bands), 5);
        // An escape: the shortest code for (15, 0) of tables 24 and up, its linbits, one sign.
        lines[0] = 8206;
        assert!(huffman_bits(&lines, BlockType::Long, bands) > 13 + 4);
    }

    #[test]
    fn regions_end_where_that_is_cheapest() {
        let bands = BandTable::at(44_100);
        let mut lines = [2; LINES];
        lines[..4].fill(15);
        let apart = huffman_bits(&lines, BlockType::Long, bands);
        // With a fixed border at line 36 the ones below it pay for the large table.
        let together = huffman_bits(&lines, BlockType::Start, bands);
        assert!(apart < together, "{apart} {together}");
    }

    #[test]
    fn scalefactors_cost_the_narrowest_widths_that_hold_them() {
        assert_eq!(long_scalefactor_bits(&[0; 21]), Some(0));
        let mut factors = [0; 21];
        factors[3] = 1;
        // Widths 1 and 0 do not exist together; 1 and 1 do.
        assert_eq!(long_scalefactor_bits(&factors), Some(21));
        factors[3] = 7;
        assert_eq!(long_scalefactor_bits(&factors), Some(33));
        factors[20] = 8;
        assert_eq!(long_scalefactor_bits(&factors), None);
        assert_eq!(short_scalefactor_bits(&[[1; 3]; 12]), Some(36));
    }
}
