//! The fewest bits that a granule can have cost its encoder.

use bitrater_media::layer3::{BandTable, BlockType, huffman_bits, long_scalefactor_bits, short_scalefactor_bits};
use bitrater_signal::mp3::Block;

use super::quantiser::Quantised;

/// Table B.6: what `preflag` adds to the scalefactors of long bands.
const PRETAB: [u8; 21] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 2];

/// Bits of the widest scalefactors of a long and of a short block, for amplifications that were misread.
const WIDEST_LONG: u32 = 74;
const WIDEST_SHORT: u32 = 126;

/// The fewest bits for one channel: its Huffman codes and scalefactors.
pub fn fewest(channel: &Quantised, bands: &BandTable) -> u32 {
    let block = match channel.block {
        Block::Long => BlockType::Long,
        Block::Start => BlockType::Start,
        Block::Short => BlockType::Short,
        Block::Stop => BlockType::Stop,
    };
    huffman_bits(&channel.integers, block, bands) + scalefactors(channel)
}

/// The fewest bits for scalefactors that give these amplifications; bands without lines may have any.
fn scalefactors(channel: &Quantised) -> u32 {
    let k = |band: usize| channel.amplified.get(band).copied().flatten();
    if channel.block == Block::Short {
        let factors = std::array::from_fn(|band| std::array::from_fn(|window| k(3 * band + window).unwrap_or(0)));
        return short_scalefactor_bits(&factors).unwrap_or(WIDEST_SHORT);
    }
    let ways = [(1, false), (1, true), (2, false), (2, true)];
    let fewest = ways.into_iter().filter_map(|(scale, preflag)| {
        let mut factors = [0; 21];
        for (band, factor) in factors.iter_mut().enumerate() {
            if let Some(k) = k(band).filter(|k| k % scale == 0).map(|k| k / scale) {
                *factor = k.checked_sub(if preflag { PRETAB[band] } else { 0 })?;
            } else if k(band).is_some() {
                return None;
            }
        }
        long_scalefactor_bits(&factors)
    });
    fewest.min().unwrap_or(WIDEST_LONG)
}
