//! The hybrid bank at one known frame phase, granule after granule, for every window shape.
//!
//! [`super::Hybrid`] looks at many phases side by side to find the grid; once the phase is known one granule needs
//! the polyphase bank at 36 slots only, and the short windows as well.

use std::f64::consts::PI;

use super::hybrid::{ALIAS, Block, LINES, LINES_PER_SUBBAND, SLOT, window36};
use super::polyphase::{SUBBANDS, WINDOW_LEN};
use super::window::ANALYSIS_WINDOW;
use crate::simd::{Kernel, dispatch};

/// Slots of the polyphase bank that one granule's windows span.
pub const SLOTS: usize = 36;

/// Samples that one granule's windows span, from its oldest input sample.
pub const GRANULE_NEED: usize = (SLOTS - 1) * SLOT + WINDOW_LEN;

/// Deviation of a line of long, start and stop blocks for white noise of deviation 1 per sample, in the scale of a
/// decoder.
pub const LINE_NOISE: f32 = 0.059;

/// The same for short blocks: their lines gather noise from a third of the slots, so √3 times as much.
pub const SHORT_LINE_NOISE: f32 = 0.102;

/// One slot of the polyphase bank.
pub type Slot = [f32; SUBBANDS];

/// The bank with its windows and cosines.
#[derive(Debug, Clone)]
pub struct GranuleBank {
    /// `cos((2k+1) j π/64)`, `[j][k]`, j being a folded partial sum.
    matrix: Vec<[f32; SUBBANDS]>,
    /// Rows of the windowed MDCT in the decoder's scale, `[block][odd subband][slot][line]`.
    long: Vec<[[f32; LINES_PER_SUBBAND]; SLOTS]>,
    /// The same for a short window: `[odd subband][slot of its twelve][line]`.
    short: [[[f32; 6]; 12]; 2],
    butterflies: [(f32, f32); 8],
}

impl Default for GranuleBank {
    fn default() -> Self {
        Self::new()
    }
}

impl GranuleBank {
    /// Precomputes windows and cosines.
    #[must_use]
    pub fn new() -> Self {
        let matrix =
            (0..32).map(|j| std::array::from_fn(|k| (PI * ((2 * k + 1) * j) as f64 / 64.0).cos() as f32)).collect();
        // Odd slots of odd subbands are negated (frequency inversion, ISO/IEC 11172-3, 2.4.3.4.10.5).
        let sign = |odd: usize, slot: usize| if odd == 1 && slot % 2 == 1 { -1.0 } else { 1.0 };
        let long = [Block::Long, Block::Start, Block::Stop]
            .iter()
            .flat_map(|&block| {
                let shape = window36(block);
                [0, 1].map(|odd| {
                    std::array::from_fn(|n| {
                        std::array::from_fn(|m| {
                            let angle = PI / 72.0 * ((2 * n + 1 + 18) * (2 * m + 1)) as f64;
                            (sign(odd, n) * shape[n] * angle.cos() / 9.0) as f32
                        })
                    })
                })
            })
            .collect();
        let short = [0, 1].map(|odd| {
            std::array::from_fn(|n| {
                std::array::from_fn(|m| {
                    let shape = (PI / 12.0 * (n as f64 + 0.5)).sin();
                    let angle = PI / 24.0 * ((2 * n + 1 + 6) * (2 * m + 1)) as f64;
                    // The windows start at slots 6, 12 and 18, all even, so the sign follows n.
                    (sign(odd, n) * shape * angle.cos() / 3.0) as f32
                })
            })
        });
        let butterflies = ALIAS.map(|c| {
            let norm = (1.0 + c * c).sqrt();
            ((1.0 / norm) as f32, (c / norm) as f32)
        });
        Self { matrix, long, short, butterflies }
    }

    /// The polyphase bank at every 32nd sample: slot s has `input[32 s + 511]` as its newest sample.
    pub fn slots(&self, input: &[f32], slots: &mut Vec<Slot>) {
        slots.clear();
        dispatch(Polyphase { bank: self, input, slots });
    }

    /// The 576 lines of a granule from its 36 slots, in the scale of a decoder.
    ///
    /// Short blocks are given window by window within each subband: coefficient k of window w of subband s at
    /// 18·s + 3·k + w, as the hybrid bank of a decoder takes them.
    pub fn lines(&self, slots: &[Slot; SLOTS], block: Block, lines: &mut [f32; LINES]) {
        dispatch(Mdct { bank: self, slots, block, lines });
    }
}

struct Polyphase<'a> {
    bank: &'a GranuleBank,
    input: &'a [f32],
    slots: &'a mut Vec<Slot>,
}

impl Kernel for Polyphase<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut start = 0;
        while let Some(input) = self.input.get(start..start + WINDOW_LEN) {
            let mut partial = [0.0; 64];
            for j in 0..8 {
                let taps = &ANALYSIS_WINDOW[64 * j..64 * (j + 1)];
                let samples = &input[WINDOW_LEN - 64 * (j + 1)..WINDOW_LEN - 64 * j];
                for i in 0..64 {
                    partial[i] += taps[i] * samples[63 - i];
                }
            }
            // cos((2k+1)(i−16)π/64) is even about i = 16 and odd about i = 48, so 64 sums fold to 32.
            let mut slot = [partial[16]; SUBBANDS];
            for j in 1..32 {
                let folded =
                    if j <= 16 { partial[16 + j] + partial[16 - j] } else { partial[16 + j] - partial[80 - j] };
                let row = &self.bank.matrix[j];
                for k in 0..SUBBANDS {
                    slot[k] += row[k] * folded;
                }
            }
            self.slots.push(slot);
            start += SLOT;
        }
    }
}

struct Mdct<'a> {
    bank: &'a GranuleBank,
    slots: &'a [Slot; SLOTS],
    block: Block,
    lines: &'a mut [f32; LINES],
}

impl Kernel for Mdct<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Mdct { bank, slots, block, lines } = self;
        let shape = match block {
            Block::Short => {
                short_lines(bank, slots, lines);
                return;
            }
            Block::Long => 0,
            Block::Start => 1,
            Block::Stop => 2,
        };
        for k in 0..SUBBANDS {
            let rows = &bank.long[2 * shape + k % 2];
            let mut sum = [0.0; LINES_PER_SUBBAND];
            for (slot, row) in slots.iter().zip(rows) {
                for m in 0..LINES_PER_SUBBAND {
                    sum[m] += slot[k] * row[m];
                }
            }
            lines[k * LINES_PER_SUBBAND..(k + 1) * LINES_PER_SUBBAND].copy_from_slice(&sum);
        }
        for border in 1..SUBBANDS {
            for (i, &(cs, ca)) in bank.butterflies.iter().enumerate() {
                let (below, above) = (border * 18 - 1 - i, border * 18 + i);
                let (d, u) = (lines[below], lines[above]);
                lines[below] = d * cs + u * ca;
                lines[above] = u * cs - d * ca;
            }
        }
    }
}

#[inline(always)]
fn short_lines(bank: &GranuleBank, slots: &[Slot; SLOTS], lines: &mut [f32; LINES]) {
    for k in 0..SUBBANDS {
        for window in 0..3 {
            let mut sum = [0.0; 6];
            for (slot, row) in slots[6 * (window + 1)..].iter().zip(&bank.short[k % 2]) {
                for m in 0..6 {
                    sum[m] += slot[k] * row[m];
                }
            }
            for (m, value) in sum.into_iter().enumerate() {
                lines[k * LINES_PER_SUBBAND + 3 * m + window] = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp3;
    use crate::mp3::{GRANULE_SPAN, Hybrid, LANES, Subbands};

    fn input(length: usize) -> Vec<f32> {
        (0..length).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect()
    }

    #[test]
    fn lines_are_those_of_the_bank_at_all_phases() {
        let input = input(WINDOW_LEN + GRANULE_SPAN + 2 * LANES);
        let mut columns = Subbands::default();
        mp3::Polyphase::new().analyse(&input, SUBBANDS, &mut columns);
        let bank = GranuleBank::new();
        for block in [Block::Long, Block::Start, Block::Stop] {
            let mut expected: Box<[_; LINES]> = vec![[0.0; LANES]; LINES].try_into().unwrap();
            Hybrid::new(block).lines(&columns, 5, SUBBANDS, &mut expected);
            let (mut slots, mut lines) = (Vec::new(), [0.0; LINES]);
            bank.slots(&input[8..], &mut slots);
            bank.lines(slots[..SLOTS].try_into().unwrap(), block, &mut lines);
            for (line, value) in lines.iter().enumerate() {
                let expected = expected[line][3] / 9.0;
                assert!((value - expected).abs() < 1e-6, "{block:?} line {line}: {expected} {value}");
            }
        }
    }

    #[test]
    fn short_lines_match_the_definition() {
        let bank = GranuleBank::new();
        let (mut slots, mut lines) = (Vec::new(), [0.0; LINES]);
        bank.slots(&input(GRANULE_NEED), &mut slots);
        assert_eq!(slots.len(), SLOTS);
        bank.lines(slots[..].try_into().unwrap(), Block::Short, &mut lines);
        for (subband, window, m) in [(0, 0, 0), (3, 1, 2), (14, 2, 5), (31, 2, 1)] {
            let expected: f64 = (0..12)
                .map(|n| {
                    let slot = 6 * (window + 1) + n;
                    let sign = if subband % 2 == 1 && slot % 2 == 1 { -1.0 } else { 1.0 };
                    let shape = (PI / 12.0 * (n as f64 + 0.5)).sin();
                    let angle = PI / 24.0 * ((2 * n + 7) * (2 * m + 1)) as f64;
                    sign * shape * f64::from(slots[slot][subband]) * angle.cos() / 3.0
                })
                .sum();
            let got = f64::from(lines[18 * subband + 3 * m + window]);
            assert!((got - expected).abs() < 1e-6, "{subband} {window} {m}: {expected} {got}");
        }
    }

    #[test]
    fn white_noise_leaves_the_deviations_that_are_named() {
        // A linear congruential generator is white enough for a deviation.
        let mut state = 1_u32;
        let noise: Vec<f32> = (0..GRANULE_NEED * 40)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state as f32 / u32::MAX as f32 - 0.5) * 12.0_f32.sqrt()
            })
            .collect();
        let bank = GranuleBank::new();
        let (mut slots, mut lines) = (Vec::new(), [0.0; LINES]);
        bank.slots(&noise, &mut slots);
        for (block, expected) in
            [(Block::Long, LINE_NOISE), (Block::Stop, LINE_NOISE), (Block::Short, SHORT_LINE_NOISE)]
        {
            let (mut sum, mut count) = (0.0, 0.0);
            for granule in slots.windows(SLOTS).step_by(18) {
                bank.lines(granule.try_into().unwrap(), block, &mut lines);
                sum += lines.iter().map(|line| line * line).sum::<f32>();
                count += LINES as f32;
            }
            let deviation = (sum / count).sqrt();
            assert!((deviation / expected - 1.0).abs() < 0.03, "{block:?}: {deviation}");
        }
    }
}
