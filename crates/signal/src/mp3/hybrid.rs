//! The second half of the Layer III hybrid bank: MDCT of 36 subband samples to 18 lines, and the alias
//! butterflies between subbands, for many frame phases side by side.

use std::f64::consts::PI;

use super::dct18::Dct18;
use super::polyphase::{SUBBANDS, Subbands};
use crate::simd::{Simd, WithSimd, load, store, vectorise};

/// Frequency lines of a granule.
pub const LINES: usize = 576;

/// Lines of one subband.
pub const LINES_PER_SUBBAND: usize = 18;

/// Samples between the polyphase outputs of one phase.
pub const SLOT: usize = 32;

/// Columns of [`Subbands`] that one granule spans: 36 slots of which the first and last are 35 × 32 apart.
pub const GRANULE_SPAN: usize = 35 * SLOT + 1;

use crate::lane::{LANES, Lane};

/// Window shapes of ISO/IEC 11172-3, 2.4.3.4.10.3, as `block_type` numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Block {
    /// Normal window (type 0).
    Long,
    /// Long to short (type 1).
    Start,
    /// Three short windows (type 2).
    Short,
    /// Short to long (type 3).
    Stop,
}

/// The window of 36 samples of a long, start or stop block.
#[must_use]
pub fn window36(block: Block) -> [f64; 36] {
    let long = |n: usize| (PI / 36.0 * (n as f64 + 0.5)).sin();
    let short = |n: usize| (PI / 12.0 * (n as f64 + 0.5)).sin();
    std::array::from_fn(|n| match (block, n) {
        (Block::Start, 18..24) | (Block::Stop, 12..18) => 1.0,
        (Block::Start, 24..30) => short(n - 18),
        (Block::Stop, 6..12) => short(n - 6),
        (Block::Start, 30..) | (Block::Stop, 0..6) => 0.0,
        _ => long(n),
    })
}

/// The MDCT stage with its precomputed windows and cosines.
#[derive(Debug, Clone)]
pub struct Hybrid {
    /// Folded window × slot sign, per parity of the subband: `[odd][n]`.
    windows: [[f32; 36]; 2],
    /// Cosines of the DCT-IV of 18.
    dct: Dct18,
    /// Alias butterflies, `(cs, ca)` for i = 0..8.
    butterflies: [(f32, f32); 8],
}

/// Alias reduction coefficients of ISO/IEC 11172-3 table 3-B.9.
pub(super) const ALIAS: [f64; 8] = [-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037];

impl Hybrid {
    /// Precomputes the window of `block` (not [`Block::Short`]) and the cosines.
    #[must_use]
    pub fn new(block: Block) -> Self {
        let shape = window36(block);
        // Odd slots of odd subbands are negated (frequency inversion, 2.4.3.4.10.5).
        let windows = [0, 1]
            .map(|odd| std::array::from_fn(|n| (shape[n] * if odd == 1 && n % 2 == 1 { -1.0 } else { 1.0 }) as f32));
        let butterflies = ALIAS.map(|c| {
            let norm = (1.0 + c * c).sqrt();
            ((1.0 / norm) as f32, (c / norm) as f32)
        });
        Self { windows, dct: Dct18::new(), butterflies }
    }

    /// Lines of the granules whose first slot lies at columns `start .. start + LANES`.
    ///
    /// `lines[line][lane]`; only subbands `0..subbands` are computed, the lines above are left as they are.
    /// Scaled as `Σ w[n] z[n] cos(π/72 (2n+1+18)(2m+1))`. The caller guarantees that `bank` has
    /// the 36 slots of all lanes.
    pub fn lines(&self, bank: &Subbands, start: usize, subbands: usize, lines: &mut [Lane; LINES]) {
        vectorise(Transform { hybrid: self, bank, start, subbands: subbands.min(SUBBANDS), lines });
    }
}

/// The lines of some granules, compiled for the machine's own vector width.
struct Transform<'a> {
    hybrid: &'a Hybrid,
    bank: &'a Subbands,
    start: usize,
    subbands: usize,
    lines: &'a mut [Lane; LINES],
}

impl WithSimd for Transform<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { hybrid, bank, start, subbands, lines } = self;
        for (k, lines) in lines.chunks_exact_mut(LINES_PER_SUBBAND).enumerate().take(subbands) {
            let row = &bank.row(k)[start..start + 35 * bank.apart() + LANES];
            for part in (0..LANES).step_by(S::F32_LANES) {
                let folded = fold(simd, &row[part..], bank.apart(), &hybrid.windows[k % 2]);
                for (line, transformed) in lines.iter_mut().zip(hybrid.dct.dct4(simd, &folded)) {
                    store(simd, &mut line[part..], transformed);
                }
            }
        }
        for border in 1..subbands {
            let (below, above) = lines.split_at_mut(border * LINES_PER_SUBBAND);
            for ((below, above), &(cs, ca)) in below.iter_mut().rev().zip(above).zip(&hybrid.butterflies) {
                let (cs, ca) = (simd.splat_f32s(cs), simd.splat_f32s(ca));
                for part in (0..LANES).step_by(S::F32_LANES) {
                    let (d, u) = (load(simd, &below[part..]), load(simd, &above[part..]));
                    store(simd, &mut below[part..], simd.mul_add_f32s(u, ca, simd.mul_f32s(d, cs)));
                    store(simd, &mut above[part..], simd.mul_add_f32s(u, cs, simd.neg_f32s(simd.mul_f32s(d, ca))));
                }
            }
        }
    }
}

/// Windows 36 slots and folds them to the 18 inputs of a DCT-IV.
///
/// With quarters (a, b, c, d) of nine: (−reverse c − d, a − reverse b).
#[inline(always)]
fn fold<S: Simd>(simd: S, row: &[f32], apart: usize, window: &[f32; 36]) -> [S::f32s; 18] {
    let mut out = [simd.splat_f32s(0.0); 18];
    for n in 0..9 {
        let (a, wa) = slot(simd, row, apart, window, n);
        let (b, wb) = slot(simd, row, apart, window, 17 - n);
        let (c, wc) = slot(simd, row, apart, window, 26 - n);
        let (d, wd) = slot(simd, row, apart, window, 27 + n);
        out[n] = simd.neg_f32s(simd.mul_add_f32s(wc, c, simd.mul_f32s(wd, d)));
        out[9 + n] = simd.mul_add_f32s(wa, a, simd.neg_f32s(simd.mul_f32s(wb, b)));
    }
    out
}

/// One slot and its weight.
#[inline(always)]
fn slot<S: Simd>(simd: S, row: &[f32], apart: usize, window: &[f32; 36], n: usize) -> (S::f32s, S::f32s) {
    (load(simd, &row[n * apart..]), simd.splat_f32s(window[n]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp3::{Polyphase, WINDOW_LEN};

    /// MDCT by definition, with frequency inversion, then the alias butterflies of the encoder.
    fn naive(bank: &Subbands, start: usize, block: Block) -> Vec<f64> {
        let window = window36(block);
        let mut lines = vec![0.0; LINES];
        for k in 0..SUBBANDS {
            for m in 0..18 {
                lines[k * 18 + m] = (0..36)
                    .map(|n| {
                        let sign = if k % 2 == 1 && n % 2 == 1 { -1.0 } else { 1.0 };
                        let angle = PI / 72.0 * ((2 * n + 1 + 18) * (2 * m + 1)) as f64;
                        sign * window[n] * f64::from(bank.row(k)[start + 32 * n]) * angle.cos()
                    })
                    .sum();
            }
        }
        for border in 1..SUBBANDS {
            for (i, c) in ALIAS.iter().enumerate() {
                let (cs, ca) = (1.0 / (1.0 + c * c).sqrt(), c / (1.0 + c * c).sqrt());
                let (d, u) = (lines[border * 18 - 1 - i], lines[border * 18 + i]);
                lines[border * 18 - 1 - i] = d * cs + u * ca;
                lines[border * 18 + i] = u * cs - d * ca;
            }
        }
        lines
    }

    #[test]
    fn every_lane_matches_the_definition() {
        let length = WINDOW_LEN + GRANULE_SPAN + 2 * LANES;
        let input: Vec<f32> = (0..length).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
        let mut bank = Subbands::default();
        Polyphase::new().analyse(&input, SUBBANDS, &mut bank);
        for block in [Block::Long, Block::Start, Block::Stop] {
            let mut lines: Box<[Lane; LINES]> = vec![[0.0; LANES]; LINES].try_into().unwrap();
            Hybrid::new(block).lines(&bank, 5, SUBBANDS, &mut lines);
            for lane in [0, 7, LANES - 1] {
                for (line, expected) in naive(&bank, 5 + lane, block).into_iter().enumerate() {
                    let got = f64::from(lines[line][lane]);
                    assert!((got - expected).abs() < 1e-5, "{block:?} line {line} lane {lane}: {expected} {got}");
                }
            }
        }
    }
}
