//! Huffman decoding of the quantised lines: ISO/IEC 11172-3 clause 2.4.3.4.6.
//!
//! Each code is looked up eight bits at once, and where it is longer, once more in a small table of its prefix.

use std::sync::OnceLock;

use super::bits::{BitReader, Feed};
use super::huffman_tables::{LINBITS, PAIRS, QUADRUPLES};

const ROOT_BITS: u32 = 8;
/// Set in an entry that points to a second table: offset in the low 16 bits, its index width above.
const LINK: u32 = 1 << 31;
/// No code has more bits (table 13).
const MAX_BITS: u32 = 19;

/// One code, laid out for lookup.
#[derive(Debug)]
pub(super) struct Code {
    root: [u32; 1 << ROOT_BITS],
    tails: Vec<u32>,
}

/// What a look-up finds: symbol in the low 8 bits, then the length of the code, then that of code and signs.
#[derive(Debug, Clone, Copy)]
struct Leaf(u32);

impl Leaf {
    /// From `length << 8 | symbol`.
    fn new(leaf: u16) -> Self {
        let signs = u32::from(leaf & 0xf0 != 0) + u32::from(leaf & 0x0f != 0);
        Self(u32::from(leaf) | (u32::from(leaf >> 8) + signs) << 16)
    }

    #[inline]
    fn values(self) -> [u32; 2] {
        [(self.0 >> 4) & 15, self.0 & 15]
    }

    #[inline]
    fn length(self) -> u32 {
        (self.0 >> 8) & 0xff
    }

    #[inline]
    fn length_with_signs(self) -> u32 {
        self.0 >> 16
    }
}

impl Code {
    /// `leaves` as in `huffman_tables`: ascending codes, `length << 8 | symbol`.
    fn new(leaves: &[u16]) -> Self {
        let mut code = Self { root: [0; 1 << ROOT_BITS], tails: Vec::new() };
        let mut used = 0; // of the code space, in units of 2^-MAX_BITS
        let mut rest = leaves;
        while let Some(&leaf) = rest.first() {
            let prefix = (used >> (MAX_BITS - ROOT_BITS)) as usize;
            let length = u32::from(leaf >> 8);
            if length <= ROOT_BITS {
                code.root[prefix..prefix + (1 << (ROOT_BITS - length))].fill(Leaf::new(leaf).0);
                used += 1 << (MAX_BITS - length);
                rest = &rest[1..];
            } else {
                let end = ((prefix + 1) as u32) << (MAX_BITS - ROOT_BITS);
                rest = code.add_tail(prefix, rest, end - used);
                used = end;
            }
        }
        code
    }

    /// Lays out the leaves below one root entry, which take `space` of the code space, and gives back the others.
    fn add_tail<'a>(&mut self, prefix: usize, leaves: &'a [u16], space: u32) -> &'a [u16] {
        let mut filled = 0;
        let share = |leaf: &u16| 1 << (MAX_BITS - u32::from(leaf >> 8));
        let count = leaves
            .iter()
            .take_while(|leaf| {
                filled += share(leaf);
                filled <= space
            })
            .count();
        let (own, others) = leaves.split_at(count);
        let width = own.iter().map(|leaf| u32::from(leaf >> 8)).max().unwrap_or(ROOT_BITS) - ROOT_BITS;
        self.root[prefix] = LINK | width << 16 | self.tails.len() as u32;
        for leaf in own {
            let copies = 1 << (ROOT_BITS + width - u32::from(leaf >> 8));
            self.tails.extend(std::iter::repeat_n(Leaf::new(*leaf).0, copies));
        }
        others
    }

    /// The code at the head of `window`.
    #[inline]
    fn look_up(&self, window: u64) -> Leaf {
        let mut entry = self.root[(window >> (64 - ROOT_BITS)) as usize];
        if entry & LINK != 0 {
            let width = (entry >> 16) & 0x1f;
            let tail = (window << ROOT_BITS) >> (64 - width);
            // Always in range, for `width` is that of the tail; zero would cost nothing but a wrong symbol.
            entry = self.tails.get((entry & 0xffff) as usize + tail as usize).copied().unwrap_or(0);
        }
        Leaf(entry)
    }
}

/// The value, negated if it is not zero and the first bit of `window` is set; and how many bits that took.
#[inline]
fn signed(value: u32, window: u64) -> (i16, u32) {
    // Without a branch, for signs are what no processor can foresee.
    let present = u32::from(value != 0);
    let negative = ((window >> 63) as u32 & present).cast_signed();
    (((value.cast_signed() ^ -negative) + negative) as i16, present)
}

/// A pair table: a code and its escape bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairTable {
    code: &'static Code,
    linbits: u32,
}

impl PairTable {
    /// Decodes `lines`, an even number of them.
    pub(super) fn decode(self, bits: &mut BitReader<'_>, lines: &mut [i16]) {
        // A refilled window holds at least 56 bits: 19 of code, or 17 and two escapes of 13, and two signs fit.
        if self.linbits == 0 { self.run::<false>(bits, lines) } else { self.run::<true>(bits, lines) }
    }

    fn run<const ESCAPES: bool>(self, bits: &mut BitReader<'_>, lines: &mut [i16]) {
        let mut feed = bits.feed();
        for pair in lines.chunks_exact_mut(2) {
            feed.refill();
            let leaf = self.code.look_up(feed.window());
            let [x, y] = leaf.values();
            if ESCAPES && (x == 15 || y == 15) {
                feed.consume(leaf.length());
                pair[0] = self.escaped(x, &mut feed);
                pair[1] = self.escaped(y, &mut feed);
                continue;
            }
            let signs = feed.window() << leaf.length();
            let (x, width) = signed(x, signs);
            pair[0] = x;
            pair[1] = signed(y, signs << width).0;
            feed.consume(leaf.length_with_signs());
        }
        bits.resume(&feed);
    }

    /// A value with its escape bits, if it has any, and its sign.
    fn escaped(self, mut value: u32, feed: &mut Feed<'_>) -> i16 {
        if value == 15 {
            value += (feed.window() >> (64 - self.linbits)) as u32;
            feed.consume(self.linbits);
        }
        let (value, width) = signed(value, feed.window());
        feed.consume(width);
        value
    }
}

/// Bits of the longest quadruple: 6 of code and 4 signs.
const QUADRUPLE_BITS: u32 = 10;

/// A quadruple with its signs, and the bits it takes.
#[derive(Debug, Clone, Copy)]
struct Quadruple {
    lines: [i8; 4],
    length: u8,
}

/// All heads of a bit window, and the quadruple each starts with.
fn quadruples(leaves: &[u16]) -> Vec<Quadruple> {
    let code = Code::new(leaves);
    let decode = |head: u64| {
        let window = head << (64 - QUADRUPLE_BITS);
        let leaf = code.look_up(window);
        let mut length = leaf.length();
        let lines = [3, 2, 1, 0].map(|shift| {
            let (line, width) = signed((leaf.0 >> shift) & 1, window << length);
            length += width;
            line as i8
        });
        Quadruple { lines, length: length as u8 }
    };
    (0..1 << QUADRUPLE_BITS).map(decode).collect()
}

/// All the codes; built at first use.
#[derive(Debug)]
pub(super) struct Huffman {
    /// By table number, 0 to 24.
    pairs: Vec<Option<Code>>,
    quadruples: [Vec<Quadruple>; 2],
}

impl Huffman {
    /// The one set of tables.
    pub(super) fn get() -> &'static Self {
        static TABLES: OnceLock<Huffman> = OnceLock::new();
        TABLES.get_or_init(|| {
            let mut pairs: Vec<_> = (0..25).map(|_| None).collect();
            for (number, leaves) in PAIRS {
                pairs[usize::from(number)] = Some(Code::new(leaves));
            }
            Self { pairs, quadruples: QUADRUPLES.map(quadruples) }
        })
    }

    /// Pair table 1 to 31; `None` for 0 (all lines zero, no bits) and for 4 and 14, which do not exist.
    pub(super) fn pairs(&'static self, table: u8) -> Option<PairTable> {
        let (first, linbits) = match table {
            16.. => (table & 0b11000, LINBITS[usize::from(table & 15)]),
            _ => (table, 0),
        };
        let code = self.pairs.get(usize::from(first))?.as_ref()?;
        Some(PairTable { code, linbits: u32::from(linbits) })
    }

    /// Decodes quadruples until `lines` is full or bit `end` is reached, and gives back how many lines were
    /// filled; the others are left as they are. A last quadruple that passes `end` does not count: its bits belong
    /// to somebody else.
    pub(super) fn decode_quadruples(
        &self,
        table: u8,
        bits: &mut BitReader<'_>,
        end: usize,
        lines: &mut [i16],
    ) -> usize {
        let quadruples = &self.quadruples[usize::from(table & 1)];
        let mut feed = bits.feed();
        let mut filled = 0;
        for quadruple in lines.chunks_exact_mut(4) {
            feed.refill();
            let found = quadruples[(feed.window() >> (64 - QUADRUPLE_BITS)) as usize];
            if feed.position() + usize::from(found.length) > end {
                break;
            }
            for (line, value) in quadruple.iter_mut().zip(found.lines) {
                *line = value.into();
            }
            feed.consume(found.length.into());
            filled += 4;
        }
        bits.resume(&feed);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = (u8, &'static [u16])> {
        PAIRS.into_iter().chain([(32, QUADRUPLES[0]), (33, QUADRUPLES[1])])
    }

    #[test]
    fn every_code_is_complete() {
        for (number, leaves) in all() {
            let kraft: u32 = leaves.iter().map(|leaf| 1 << (MAX_BITS - u32::from(leaf >> 8))).sum();
            assert_eq!(kraft, 1 << MAX_BITS, "table {number}");
        }
    }

    #[test]
    fn every_value_has_one_code() {
        // Largest value of each pair table (table B.7 headings; 15 stands for an escape from 16 on).
        let largest = [1, 2, 2, 3, 3, 5, 5, 5, 7, 7, 7, 15, 15, 15, 15];
        for ((number, leaves), largest) in PAIRS.into_iter().zip(largest) {
            let mut symbols: Vec<_> = leaves.iter().map(|leaf| leaf & 0xff).collect();
            symbols.sort_unstable();
            let expected: Vec<u16> = (0..=largest).flat_map(|x| (0..=largest).map(move |y| x << 4 | y)).collect();
            assert_eq!(symbols, expected, "table {number}");
        }
        for leaves in QUADRUPLES {
            let mut symbols: Vec<_> = leaves.iter().map(|leaf| leaf & 0xff).collect();
            symbols.sort_unstable();
            assert_eq!(symbols, (0..16).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_code_is_the_prefix_of_another_and_look_up_finds_each() {
        for (number, leaves) in all() {
            let code = Code::new(leaves);
            let mut next = 0u32;
            for leaf in leaves {
                let (length, symbol) = (u32::from(leaf >> 8), u32::from(leaf & 0xff));
                // A code starts on a multiple of its own size, so it is a whole subtree: nothing lies below it.
                assert_eq!(next % (1 << (MAX_BITS - length)), 0, "table {number}, symbol {symbol:#x}");
                let window = u64::from(next) << (64 - MAX_BITS);
                let ones = u64::MAX >> length;
                for window in [window, window | ones] {
                    let found = code.look_up(window);
                    assert_eq!((found.0 & 0xff, found.length()), (symbol, length), "table {number}");
                }
                next += 1 << (MAX_BITS - length);
            }
        }
    }

    #[test]
    fn printed_codes_of_the_standard_come_back() {
        let huffman = Huffman::get();
        // Table 1: (0,0) = 1, (0,1) = 001, (1,0) = 01, (1,1) = 000; a sign follows each non-zero value.
        let mut bits = BitReader::at(&[0b1001_1010, 0b0000_1000], 0);
        let mut lines = [9; 8];
        huffman.pairs(1).unwrap().decode(&mut bits, &mut lines);
        assert_eq!((lines, bits.position()), ([0, 0, 0, -1, 1, 0, 1, -1], 13));
        assert!(huffman.pairs(0).is_none() && huffman.pairs(4).is_none() && huffman.pairs(14).is_none());
    }

    #[test]
    fn a_quadruple_beyond_the_end_is_dropped() {
        // Table B is the four bits of the values, inverted.
        let mut bits = BitReader::at(&[0b0111_1111, 0b1000_0000], 0);
        let mut lines = [7; 12];
        assert_eq!(Huffman::get().decode_quadruples(1, &mut bits, 11, &mut lines), 8);
        assert_eq!(lines[..8], [-1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!((lines[8..].to_vec(), bits.position()), (vec![7; 4], 9));
    }
}
