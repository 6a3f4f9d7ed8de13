//! One granule of one channel: its integers, its quantiser steps, and where its lines stand in the hybrid bank.

use super::bands::Layout;
use super::bits::BitReader;
use super::huffman::Huffman;
use super::{Band, BandTable, FrameError, GranuleInfo, Header, LINES, Scalefactors};

/// Table B.6: what `preflag` adds to the scalefactors of long bands.
const PRETAB: [u8; 22] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 2, 0];

/// What the bitstream says of 576 lines of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelGranule {
    /// The side information.
    pub info: GranuleInfo,
    /// The scalefactors.
    pub scalefactors: Scalefactors,
    /// The integers, −8206 to 8206, in the order of the bitstream: long lines by rising frequency; short lines by
    /// scalefactor band, in it by window, in it by frequency. [`hybrid_order`](Self::hybrid_order) turns that
    /// into the order of the filter bank.
    pub quantised: [i16; LINES],
    /// Lines in front of the all-zero rest: end of the big values and of the quadruples.
    pub coded_lines: [u16; 2],
    /// Bits that the scalefactors took.
    pub scalefactor_bits: u16,
    /// Bits that the Huffman codes took; what `part2_3_length` has beyond both is stuffing.
    pub huffman_bits: u16,
    bands: &'static BandTable,
    lsf: bool,
}

impl ChannelGranule {
    pub(super) fn empty() -> Self {
        Self {
            info: GranuleInfo::default(),
            scalefactors: Scalefactors::default(),
            quantised: [0; LINES],
            coded_lines: [0; 2],
            scalefactor_bits: 0,
            huffman_bits: 0,
            bands: BandTable::DEFAULT,
            lsf: false,
        }
    }

    /// Starts a new granule: everything that does not come from its main data.
    pub(super) fn begin(&mut self, info: GranuleInfo, header: &Header) {
        self.info = info;
        self.bands = BandTable::of(header);
        self.lsf = header.is_lsf();
    }

    /// Decodes the Huffman part, which ends at bit `end`; `bits` stands behind the scalefactors.
    pub(super) fn read_lines(&mut self, bits: &mut BitReader<'_>, end: usize) -> Result<(), FrameError> {
        let huffman = Huffman::get();
        let start = bits.position();
        let big = 2 * usize::from(self.info.big_values);
        let mut from = 0;
        for (to, table) in self.region_ends().into_iter().zip(self.info.table_select) {
            let region = &mut self.quantised[from..to.clamp(from, big)];
            from += region.len();
            match huffman.pairs(table) {
                Some(pairs) => pairs.decode(bits, region),
                None if table == 0 => region.fill(0),
                None if region.is_empty() => {}
                None => return Err(FrameError::HuffmanTable(table)),
            }
        }
        if bits.position() > end {
            return Err(FrameError::Overrun(self.info.part2_3_length));
        }
        let table = self.info.count1table_select;
        let coded = big + huffman.decode_quadruples(table, bits, end, &mut self.quantised[big..]);
        self.quantised[coded..].fill(0);
        self.coded_lines = [big as u16, coded as u16];
        self.huffman_bits = (bits.position() - start) as u16;
        Ok(())
    }

    /// Where the three big-value regions end if `big_values` reaches that far (clause 2.4.2.7, `region0_count`).
    fn region_ends(&self) -> [usize; 3] {
        let first = usize::from(self.info.region0_count) + 1;
        let second = first + usize::from(self.info.region1_count) + 1;
        let long_edge = |band: usize| usize::from(self.bands.long[band.min(22)]);
        let first_end = if self.info.is_short() {
            // Three short bands in three windows, whether or not the lowest lines are long.
            3 * usize::from(self.bands.short[3])
        } else {
            long_edge(first)
        };
        [first_end, long_edge(second), LINES]
    }

    /// The bands that tile the 576 lines, in the order of [`quantised`](Self::quantised), with their steps.
    ///
    /// The exponent is that of clause 2.4.3.4.7: `global_gain − 210`, less 8 a `subblock_gain` and 2 or 4 a
    /// scalefactor (with pretab), from −390 to 45.
    pub fn bands(&self) -> impl Iterator<Item = Band> + '_ {
        let layout = Layout::of(&self.info, self.lsf);
        let gain = i32::from(self.info.global_gain) - 210;
        let scale = if self.info.scalefac_scale { 4 } else { 2 };
        let long = (0..layout.long).map(move |index| {
            let pretab = if self.info.preflag { PRETAB[index] } else { 0 };
            let factor = i32::from(self.scalefactors.long[index] + pretab);
            let edge = |band: usize| usize::from(self.bands.long[band]);
            Band { index, window: None, lines: edge(index)..edge(index + 1), exponent: gain - scale * factor }
        });
        let short = (3 * layout.first_short..39).map(move |slot| {
            let (index, window) = (slot / 3, slot % 3);
            let [start, end] = [index, index + 1].map(|band| usize::from(self.bands.short[band]));
            let from = 3 * start + window * (end - start);
            let factor = i32::from(self.scalefactors.short[index][window]);
            let exponent = gain - 8 * i32::from(self.info.subblock_gain[window]) - scale * factor;
            Band { index, window: Some(window), lines: from..from + end - start, exponent }
        });
        long.chain(short)
    }

    /// The exponent e of each line, in quarter steps of log2 and in the order of [`quantised`](Self::quantised):
    /// xr = ±|q|^(4/3) · 2^(e/4), full scale 1, before M/S and intensity processing.
    pub fn step_exponents(&self, exponents: &mut [i32; LINES]) {
        for band in self.bands() {
            exponents[band.lines].fill(band.exponent);
        }
    }

    /// Where each line of [`quantised`](Self::quantised) stands at the input of the hybrid bank.
    ///
    /// Long lines stay. Short lines are interleaved by window, as the reordering of clause 2.4.3.4.8 leaves them:
    /// coefficient k of window w of subband s is hybrid line 18·s + 3·k + w.
    pub fn hybrid_order(&self, order: &mut [u16; LINES]) {
        for band in self.bands() {
            let start = match band.window {
                Some(window) => 3 * usize::from(self.bands.short[band.index]) + window,
                None => band.lines.start,
            };
            let stride = if band.window.is_some() { 3 } else { 1 };
            for (place, line) in order[band.lines].iter_mut().enumerate() {
                *line = (start + stride * place) as u16;
            }
        }
    }

    /// Puts values given in the order of [`quantised`](Self::quantised) into that of the hybrid bank.
    pub fn deinterleave<T: Copy>(&self, lines: &[T; LINES], hybrid: &mut [T; LINES]) {
        if !self.info.is_short() {
            hybrid.copy_from_slice(lines);
            return;
        }
        let mut order = [0; LINES];
        self.hybrid_order(&mut order);
        for (line, to) in lines.iter().zip(order) {
            hybrid[usize::from(to)] = *line;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer3::BlockType;

    fn granule(header: [u8; 4], block_type: BlockType, mixed: bool) -> ChannelGranule {
        let mut granule = ChannelGranule::empty();
        let info = GranuleInfo { block_type, mixed, global_gain: 210, ..GranuleInfo::default() };
        granule.begin(info, &Header::parse(&header).unwrap());
        granule
    }

    #[test]
    fn bands_tile_the_lines_and_the_order_is_a_permutation() {
        // Each version and sample rate at its lowest bitrate.
        for version in [0xfb, 0xf3, 0xe3] {
            for rate in [0x10, 0x14, 0x18] {
                for (block_type, mixed) in
                    [(BlockType::Stop, true), (BlockType::Short, false), (BlockType::Short, true)]
                {
                    let granule = granule([0xff, version, rate, 0], block_type, mixed);
                    let mut next = 0;
                    for band in granule.bands() {
                        assert_eq!(band.lines.start, next);
                        next = band.lines.end;
                    }
                    assert_eq!(next, LINES);
                    let mut order = [0; LINES];
                    granule.hybrid_order(&mut order);
                    order.sort_unstable();
                    assert!(order.iter().enumerate().all(|(at, line)| at == usize::from(*line)));
                }
            }
        }
    }

    #[test]
    fn exponents_hold_gain_scalefactor_preflag_and_subblock_gain() {
        let mut long = granule([0xff, 0xfb, 0x90, 0], BlockType::Long, false);
        long.scalefactors.long[12] = 5;
        long.info.preflag = true;
        long.info.global_gain = 200;
        let mut exponents = [0; LINES];
        long.step_exponents(&mut exponents);
        assert_eq!((exponents[0], exponents[74], exponents[575]), (-10, -10 - 2 * 6, -10));

        let mut short = granule([0xff, 0xfb, 0x90, 0], BlockType::Short, false);
        short.scalefactors.short[1][2] = 3;
        short.info.subblock_gain = [0, 1, 2];
        short.info.scalefac_scale = true;
        short.step_exponents(&mut exponents);
        // Band 1 holds lines 12 to 23: four of each window.
        assert_eq!((exponents[12], exponents[16], exponents[20]), (0, -8, -16 - 12));
        let mut order = [0; LINES];
        short.hybrid_order(&mut order);
        assert_eq!(order[12..24], [12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23]);
    }
}
