//! One granule of a proven MP3 generation, read back: its window, its stereo mode, and the integers of its channels.

use bitrater_media::layer3::{BandTable, LINES};
use bitrater_signal::mp3::{Block, GranuleBank, SLOTS, Slot};

use super::noise::LineNoise;
use super::quantiser::{Quantised, QuantiserReader};

/// A granule as the encoder coded it.
#[derive(Debug, Clone, Default)]
pub struct CodedPair {
    /// Whether the channels are mid and side.
    pub mid_side: bool,
    /// Per channel of the bitstream.
    pub channels: Vec<Quantised>,
}

impl CodedPair {
    /// Bits of the shortest description.
    fn length(&self) -> f32 {
        self.channels.iter().map(|channel| channel.length).sum()
    }

    fn fits(&self) -> bool {
        self.channels.iter().all(Quantised::fits)
    }
}

/// Reads granules, reusing its buffers.
#[derive(Debug)]
pub struct GranuleReader {
    bank: GranuleBank,
    quantisers: QuantiserReader,
    bands: &'static BandTable,
}

impl GranuleReader {
    /// A reader for a sample rate in Hz.
    pub fn new(sample_rate: u32) -> Self {
        Self { bank: GranuleBank::new(), quantisers: QuantiserReader::default(), bands: BandTable::at(sample_rate) }
    }

    /// The scalefactor bands.
    pub fn bands(&self) -> &'static BandTable {
        self.bands
    }

    /// The polyphase bank over a run of samples: the slots of granule g begin at slot 18 g.
    pub fn slots(&self, samples: &[f32]) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.bank.slots(samples, &mut slots);
        slots
    }

    /// Reads one granule from the slots of its channels; `before` is the granule before, where that is known.
    pub fn read(&mut self, channels: &[&[Slot; SLOTS]], before: Option<&CodedPair>, noise: &LineNoise) -> CodedPair {
        let block = before.and_then(|pair| pair.channels.first()).map(|channel| channel.block);
        let mid_side_first = before.is_some_and(|pair| pair.mid_side);
        let mut best: Option<CodedPair> = None;
        for block in windows(block) {
            let mut lines = [[0.0; LINES]; 2];
            for (lines, slots) in lines.iter_mut().zip(channels) {
                self.bank.lines(slots, block, lines);
            }
            for mid_side in [mid_side_first, !mid_side_first] {
                if mid_side && channels.len() < 2 {
                    continue;
                }
                let pair = self.pair(&lines[..channels.len()], block, mid_side, noise);
                // Equal channels fit in both modes; only the lengths differ.
                let certain = pair.fits() && !(channels.len() == 2 && is_mono(&lines));
                if best.as_ref().is_none_or(|best| pair.length() < best.length()) {
                    best = Some(pair);
                }
                if certain {
                    return best.unwrap_or_default();
                }
            }
        }
        best.unwrap_or_default()
    }

    fn pair(&mut self, lines: &[[f32; LINES]], block: Block, mid_side: bool, noise: &LineNoise) -> CodedPair {
        let mixed = if mid_side { Some(mix(&lines[0], &lines[1])) } else { None };
        let lines = mixed.as_ref().map_or(lines, |mixed| &mixed[..]);
        let channels = lines.iter().zip(if mid_side { 2.. } else { 0.. });
        CodedPair {
            mid_side,
            channels: channels
                .map(|(lines, signal)| self.quantisers.read(lines, block, self.bands, signal, noise))
                .collect(),
        }
    }
}

/// All windows, those that may follow one first (ISO/IEC 11172-3, C.1.5.3: the overlaps have to fit), the most likely
/// of them at the head.
fn windows(before: Option<Block>) -> [Block; 4] {
    match before {
        None | Some(Block::Long | Block::Stop) => [Block::Long, Block::Start, Block::Short, Block::Stop],
        Some(Block::Start | Block::Short) => [Block::Short, Block::Stop, Block::Long, Block::Start],
    }
}

/// Whether the difference of the channels is nearly empty.
fn is_mono(lines: &[[f32; LINES]; 2]) -> bool {
    let energy = |sign: f32| lines[0].iter().zip(&lines[1]).map(|(l, r)| (l + sign * r) * (l + sign * r)).sum::<f32>();
    energy(-1.0) < 1e-6 * energy(1.0)
}

/// (L + R) / √2 and (L − R) / √2.
fn mix(left: &[f32; LINES], right: &[f32; LINES]) -> [[f32; LINES]; 2] {
    [1.0, -1.0].map(|sign| std::array::from_fn(|i| (left[i] + sign * right[i]) * std::f32::consts::FRAC_1_SQRT_2))
}
