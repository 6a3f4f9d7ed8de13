//! One granule of a proven MP3 generation, read back: its window, its stereo mode, and the integers of its channels.

use bitrater_media::layer3::{BandTable, LINES};
use bitrater_signal::mp3::{Block, GranuleBank, SLOTS, Slot};

use super::noise::LineNoise;
use super::quantiser::{Quantised, QuantiserReader};

/// A granule as the encoder coded it.
#[derive(Debug, Clone)]
pub struct CodedPair {
    /// Whether the channels are mid and side.
    pub mid_side: bool,
    /// Per channel of the bitstream.
    pub channels: Vec<Quantised>,
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

    /// Reads one granule from the slots of its channels. `before` is the window of the granule before, where it is known.
    pub fn read(&mut self, channels: &[&[Slot; SLOTS]], before: Option<Block>, noise: &LineNoise) -> CodedPair {
        let mut best: Option<(f32, CodedPair)> = None;
        for &block in successors(before) {
            let mut lines = [[0.0; LINES]; 2];
            for (lines, slots) in lines.iter_mut().zip(channels) {
                self.bank.lines(slots, block, lines);
            }
            let mut keep = |mid_side: bool, lines: &[[f32; LINES]]| {
                let channels: Vec<Quantised> = lines
                    .iter()
                    .zip(if mid_side { 2.. } else { 0.. })
                    .map(|(lines, signal)| self.quantisers.read(lines, block, self.bands, signal, noise))
                    .collect();
                let length = channels.iter().map(|channel| channel.length).sum();
                if best.as_ref().is_none_or(|(shortest, _)| length < *shortest) {
                    best = Some((length, CodedPair { mid_side, channels }));
                }
            };
            keep(false, &lines[..channels.len()]);
            if channels.len() == 2 {
                keep(true, &mid_side(&lines));
            }
        }
        best.map_or(CodedPair { mid_side: false, channels: Vec::new() }, |(_, pair)| pair)
    }
}

/// Windows that may follow one (ISO/IEC 11172-3, C.1.5.3: the overlaps have to fit), the likeliest first.
fn successors(before: Option<Block>) -> &'static [Block] {
    match before {
        None => &[Block::Long, Block::Start, Block::Short, Block::Stop],
        Some(Block::Long | Block::Stop) => &[Block::Long, Block::Start],
        Some(Block::Start | Block::Short) => &[Block::Short, Block::Stop],
    }
}

/// (L + R) / √2 and (L − R) / √2.
fn mid_side(lines: &[[f32; LINES]; 2]) -> [[f32; LINES]; 2] {
    let mix = |sign: f32| std::array::from_fn(|i| (lines[0][i] + sign * lines[1][i]) * std::f32::consts::FRAC_1_SQRT_2);
    [mix(1.0), mix(-1.0)]
}
