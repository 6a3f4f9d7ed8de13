//! A naive Layer III decoder behind the parser, from the formulas of ISO/IEC 11172-3 clause 2.4.3.4, in f64 and
//! without a single shortcut. Left out: intensity stereo, which no encoder at hand makes.

use std::f64::consts::PI;

use bitrater_media::layer3::{BlockType, ChannelGranule, Frame, FrameReader, LINES};
use bitrater_signal::mp3::ANALYSIS_WINDOW;

/// Decoded samples by channel, full scale 1, and what was met on the way.
#[derive(Default)]
pub struct Decoded {
    pub channels: Vec<Vec<f64>>,
    pub sample_rate: u32,
    /// `FFmpeg` does not read free format.
    pub free_format: bool,
    pub frames: usize,
    pub tags: usize,
    pub unreadable: usize,
    /// Granules by channel: long, start, short, stop; then mixed.
    pub blocks: [usize; 5],
    pub mid_side_frames: usize,
    pub reservoir_frames: usize,
    pub stuffing_bits: u32,
    pub unused_bits: u32,
}

/// Parses and decodes a whole file.
pub fn decode(file: &[u8]) -> Decoded {
    let mut decoded = Decoded::default();
    let mut banks = [Bank::new(), Bank::new()];
    let mut reader = FrameReader::new(file);
    while let Some(frame) = reader.next_frame().unwrap() {
        decoded.frames += 1;
        decoded.tags += usize::from(frame.is_tag);
        if frame.is_tag {
            continue;
        }
        decoded.sample_rate = frame.header.sample_rate;
        decoded.free_format = frame.header.bitrate_kbps.is_none();
        decoded.unreadable += usize::from(frame.main_data.is_err());
        decoded.mid_side_frames += usize::from(frame.header.ms_stereo());
        decoded.reservoir_frames += usize::from(frame.side_info.main_data_begin > 0);
        decoded.unused_bits += frame.unused_bits_before.unwrap_or(0);
        decoded.channels.resize(frame.header.channels(), Vec::new());
        for granule in frame.granules() {
            for channel in granule {
                let kind = match channel.info.block_type {
                    BlockType::Long => 0,
                    BlockType::Start => 1,
                    BlockType::Short => 2,
                    BlockType::Stop => 3,
                };
                decoded.blocks[kind] += 1;
                decoded.blocks[4] += usize::from(channel.info.mixed);
                decoded.stuffing_bits += u32::from(channel.info.part2_3_length)
                    - u32::from(channel.scalefactor_bits)
                    - u32::from(channel.huffman_bits);
            }
            decode_granule(frame, granule, &mut banks, &mut decoded.channels);
        }
    }
    decoded
}

fn decode_granule(frame: &Frame, granule: &[ChannelGranule], banks: &mut [Bank; 2], pcm: &mut [Vec<f64>]) {
    let mut lines: Vec<[f64; LINES]> = granule.iter().map(requantise).collect();
    if frame.header.ms_stereo() {
        let [mid, side] = lines[..] else { unreachable!() };
        for line in 0..LINES {
            lines[0][line] = (mid[line] + side[line]) / 2f64.sqrt();
            lines[1][line] = (mid[line] - side[line]) / 2f64.sqrt();
        }
    }
    for (((lines, channel), bank), pcm) in lines.iter().zip(granule).zip(banks).zip(pcm) {
        let mut hybrid = [0.0; LINES];
        channel.deinterleave(lines, &mut hybrid);
        reduce_aliases(channel, &mut hybrid);
        bank.synthesise(channel, &hybrid, pcm);
    }
}

/// Clause 2.4.3.4.7.
fn requantise(channel: &ChannelGranule) -> [f64; LINES] {
    let mut exponents = [0; LINES];
    channel.step_exponents(&mut exponents);
    std::array::from_fn(|line| {
        let value = f64::from(channel.quantised[line]);
        value.signum() * value.abs().powf(4.0 / 3.0) * (f64::from(exponents[line]) / 4.0).exp2()
    })
}

/// Clause 2.4.3.4.10.1 and table B.9.
fn reduce_aliases(channel: &ChannelGranule, lines: &mut [f64; LINES]) {
    let borders = match (channel.info.is_short(), channel.info.mixed) {
        (false, _) => 31,
        (true, true) => 1,
        (true, false) => 0,
    };
    for border in 1..=borders {
        for (i, c) in [-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037_f64].into_iter().enumerate() {
            let (cs, ca) = (1.0 / (1.0 + c * c).sqrt(), c / (1.0 + c * c).sqrt());
            let (upper, lower) = (18 * border - 1 - i, 18 * border + i);
            let (a, b) = (lines[upper], lines[lower]);
            lines[upper] = a * cs - b * ca;
            lines[lower] = b * cs + a * ca;
        }
    }
}

/// One channel's hybrid synthesis bank.
struct Bank {
    overlap: [[f64; 18]; 32],
    /// The vector V of the synthesis polyphase bank, newest first.
    v: Vec<f64>,
}

impl Bank {
    fn new() -> Self {
        Self { overlap: [[0.0; 18]; 32], v: vec![0.0; 1024] }
    }

    fn synthesise(&mut self, channel: &ChannelGranule, lines: &[f64; LINES], pcm: &mut Vec<f64>) {
        let mut slots = [[0.0; 32]; 18];
        for (subband, lines) in lines.chunks_exact(18).enumerate() {
            let long = channel.info.mixed && subband < 2;
            let block_type = if long { BlockType::Long } else { channel.info.block_type };
            let time = inverse_mdct(block_type, lines);
            for (slot, out) in slots.iter_mut().enumerate() {
                let value = time[slot] + self.overlap[subband][slot];
                // Frequency inversion, clause 2.4.3.4.10.4.
                out[subband] = if slot % 2 == 1 && subband % 2 == 1 { -value } else { value };
            }
            self.overlap[subband].copy_from_slice(&time[18..]);
        }
        for slot in &slots {
            self.polyphase(slot, pcm);
        }
    }

    /// Clause 2.4.3.4.10.5: figure A.2.
    fn polyphase(&mut self, samples: &[f64; 32], pcm: &mut Vec<f64>) {
        self.v.truncate(1024 - 64);
        let new = (0..64).map(|i| {
            let phase = |k: usize| (((16 + i) * (2 * k + 1)) as f64 * PI / 64.0).cos();
            samples.iter().enumerate().map(|(k, s)| phase(k) * s).sum::<f64>()
        });
        let new: Vec<f64> = new.collect();
        self.v.splice(0..0, new);
        // The synthesis window D, 32 times the analysis window.
        let window = |i: usize| 32.0 * f64::from(ANALYSIS_WINDOW[i]);
        for j in 0..32 {
            let even = (0..8).map(|i| self.v[128 * i + j] * window(64 * i + j));
            let odd = (0..8).map(|i| self.v[128 * i + 96 + j] * window(64 * i + 32 + j));
            pcm.push(even.sum::<f64>() + odd.sum::<f64>());
        }
    }
}

/// Clauses 2.4.3.4.10.2 and 2.4.3.4.10.3: 18 lines to 36 windowed samples.
fn inverse_mdct(block_type: BlockType, lines: &[f64]) -> [f64; 36] {
    let transform = |lines: &[f64], n: usize, i: usize| -> f64 {
        let angle = |k: usize| PI / (2 * n) as f64 * ((2 * i + 1 + n / 2) * (2 * k + 1)) as f64;
        lines.iter().enumerate().map(|(k, x)| x * angle(k).cos()).sum()
    };
    let sine = |n: usize, i: usize| (PI / n as f64 * (i as f64 + 0.5)).sin();
    let mut out = [0.0; 36];
    if block_type == BlockType::Short {
        for window in 0..3 {
            let own: Vec<f64> = lines.iter().skip(window).step_by(3).copied().collect();
            for i in 0..12 {
                out[6 + 6 * window + i] += transform(&own, 12, i) * sine(12, i);
            }
        }
        return out;
    }
    for (i, out) in out.iter_mut().enumerate() {
        let weight = match (block_type, i) {
            (BlockType::Start, 18..24) | (BlockType::Stop, 12..18) => 1.0,
            (BlockType::Start, 24..30) => sine(12, i - 18),
            (BlockType::Stop, 6..12) => sine(12, i - 6),
            (BlockType::Start, 30..) | (BlockType::Stop, ..6) => 0.0,
            _ => sine(36, i),
        };
        *out = weight * transform(lines, 36, i);
    }
    out
}
