//! The polyphase half of the Layer III hybrid bank, at every sample instead of every 32nd.
//!
//! A Layer III encoder runs this bank once per 32 samples; where its frames began is unknown, so all 32
//! polyphase phases are needed. Computing the bank at every sample gives each of them exactly once.

use std::f64::consts::PI;

use super::hybrid::SLOT;
use super::lane::{LANES, Lane};
use super::window::ANALYSIS_WINDOW;
use crate::simd::Kernel;

/// Number of subbands.
pub const SUBBANDS: usize = 32;

/// Length of the prototype window in samples.
pub const WINDOW_LEN: usize = 512;

/// Samples that the bank needs for [`LANES`] positions.
const REACH: usize = WINDOW_LEN - 1 + LANES;

/// Subband samples of one channel at every sample position, or at [`LANES`] of every 32.
///
/// Row `k` holds subband `k`; column `t` is the bank's output when sample `t + 511` of the input is its
/// newest one. Where the bank was run at slots only, the columns between them are left out.
#[derive(Debug, Clone, Default)]
pub struct Subbands {
    columns: usize,
    /// Columns from one slot of a phase to the next.
    apart: usize,
    data: Vec<f32>,
}

impl Subbands {
    /// Number of columns; `input.len() - 511` where the bank was run at every position.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Columns from one slot of a phase to the next: 32, or [`LANES`] where there are only slots.
    #[must_use]
    pub fn apart(&self) -> usize {
        self.apart
    }

    /// Subband `k` at every column; of those that were asked for.
    #[must_use]
    pub fn row(&self, k: usize) -> &[f32] {
        &self.data[k * self.columns..(k + 1) * self.columns]
    }
}

/// The analysis polyphase bank with its precomputed cosines.
#[derive(Debug, Clone)]
pub struct Polyphase {
    /// DCT-III by halves: odd-part matrices of sizes 16, 8, 4, 2, 1.
    odd16: [[f32; 16]; 16],
    odd8: [[f32; 8]; 8],
    odd4: [[f32; 4]; 4],
    odd2: [[f32; 2]; 2],
    odd1: f32,
}

impl Default for Polyphase {
    fn default() -> Self {
        Self::new()
    }
}

impl Polyphase {
    /// Precomputes the cosines.
    #[must_use]
    pub fn new() -> Self {
        Self {
            odd16: odd_matrix(),
            odd8: odd_matrix(),
            odd4: odd_matrix(),
            odd2: odd_matrix(),
            odd1: (PI / 4.0).cos() as f32,
        }
    }

    /// Runs the bank at every position of `input` for the lowest `kept` subbands, reusing the buffers of `out`.
    ///
    /// `S[k] = Σ_{i<64} cos((2k+1)(i−16)π/64) · Σ_{j<8} C[i+64j] · x[newest − i − 64j]`
    /// (ISO/IEC 11172-3, C.1.3). Fewer than 512 samples give no columns.
    pub fn analyse(&self, input: &[f32], kept: usize, out: &mut Subbands) {
        out.columns = positions(input);
        out.apart = SLOT;
        self.every(LANES, input, kept, out);
    }

    /// The same, but only at the first [`LANES`] of every 32 positions, which is all that the hybrid bank needs for
    /// the granules that begin there.
    pub fn analyse_slots(&self, input: &[f32], kept: usize, out: &mut Subbands) {
        out.columns = positions(input).div_ceil(SLOT) * LANES;
        out.apart = LANES;
        self.every(SLOT, input, kept, out);
    }

    /// Runs the bank at [`LANES`] positions from every `step`-th one on.
    fn every(&self, step: usize, input: &[f32], kept: usize, out: &mut Subbands) {
        // What an older run left is written over.
        out.data.resize(out.columns * kept.min(SUBBANDS), 0.0);
        crate::simd::dispatch(Analysis { bank: self, step, input, kept: kept.min(SUBBANDS), out });
    }

    /// The bank at [`LANES`] neighbouring positions from column `start` on.
    #[inline(always)]
    fn block(&self, input: &[f32], start: usize) -> [Lane; SUBBANDS] {
        // What the bank needs of the input, with zeros for positions beyond its end.
        let mut padded = [0.0; REACH];
        let reach = &input[start..input.len().min(start + REACH)];
        let x: &[f32; REACH] = if let Ok(whole) = reach.try_into() {
            whole
        } else {
            padded[..reach.len()].copy_from_slice(reach);
            &padded
        };
        let mut partial = [[0.0; LANES]; 64];
        for (i, sum) in partial.iter_mut().enumerate() {
            for j in 0..8 {
                let tap = i + 64 * j;
                let c = ANALYSIS_WINDOW[tap];
                let x = &x[WINDOW_LEN - 1 - tap..][..LANES];
                for l in 0..LANES {
                    sum[l] = c.mul_add(x[l], sum[l]);
                }
            }
        }
        // cos((2k+1)(i−16)π/64) is even about i = 16 and odd about i = 48, so 64 sums fold to 32.
        let mut folded = [[0.0; LANES]; 32];
        folded[0] = partial[16];
        for j in 1..32 {
            for l in 0..LANES {
                folded[j][l] = if j <= 16 {
                    partial[16 + j][l] + partial[16 - j][l]
                } else {
                    partial[16 + j][l] - partial[80 - j][l]
                };
            }
        }
        self.dct32(&folded)
    }

    /// Unnormalised DCT-III of 32: `S[k] = Σ_j cos((2k+1)jπ/64) f[j]`, by repeated even/odd halving.
    #[inline(always)]
    fn dct32(&self, f: &[Lane; 32]) -> [Lane; 32] {
        let f16: [Lane; 16] = std::array::from_fn(|j| f[2 * j]);
        let f8: [Lane; 8] = std::array::from_fn(|j| f16[2 * j]);
        let f4: [Lane; 4] = std::array::from_fn(|j| f8[2 * j]);
        let f2: [Lane; 2] = [f4[0], f4[2]];
        let mut s2 = [[0.0; LANES]; 2];
        for l in 0..LANES {
            let odd = self.odd1 * f2[1][l];
            s2[0][l] = f2[0][l] + odd;
            s2[1][l] = f2[0][l] - odd;
        }
        let s4: [Lane; 4] = join(&s2, &f4, &self.odd2);
        let s8: [Lane; 8] = join(&s4, &f8, &self.odd4);
        let s16: [Lane; 16] = join(&s8, &f16, &self.odd8);
        join(&s16, f, &self.odd16)
    }
}

/// One run of the bank, as a unit that is compiled for the machine's own vector width.
struct Analysis<'a> {
    bank: &'a Polyphase,
    step: usize,
    input: &'a [f32],
    kept: usize,
    out: &'a mut Subbands,
}

impl Kernel for Analysis<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let columns = self.out.columns;
        for (n, at) in (0..columns).step_by(LANES).enumerate() {
            let width = LANES.min(columns - at);
            let subbands = self.bank.block(self.input, n * self.step);
            for (k, lane) in subbands.iter().enumerate().take(self.kept) {
                self.out.data[k * columns + at..][..width].copy_from_slice(&lane[..width]);
            }
        }
    }
}

/// Positions at which the bank can be run.
fn positions(input: &[f32]) -> usize {
    (input.len() + 1).saturating_sub(WINDOW_LEN)
}

/// `S[k] = E[k] + O[k]`, `S[N−1−k] = E[k] − O[k]` with `O = matrix · (odd inputs)`.
#[inline(always)]
fn join<const H: usize, const N: usize>(even: &[Lane; H], f: &[Lane; N], matrix: &[[f32; H]; H]) -> [Lane; N] {
    let mut out = [[0.0; LANES]; N];
    for k in 0..H {
        let mut odd = [0.0; LANES];
        for j in 0..H {
            let c = matrix[k][j];
            for l in 0..LANES {
                odd[l] = c.mul_add(f[2 * j + 1][l], odd[l]);
            }
        }
        for l in 0..LANES {
            out[k][l] = even[k][l] + odd[l];
            out[N - 1 - k][l] = even[k][l] - odd[l];
        }
    }
    out
}

/// Odd-part matrix of a DCT-III of size 2H: `cos((2k+1)(2j+1)π/(4H))`.
fn odd_matrix<const H: usize>() -> [[f32; H]; H] {
    std::array::from_fn(|k| {
        std::array::from_fn(|j| (PI * ((2 * k + 1) * (2 * j + 1)) as f64 / (4 * H) as f64).cos() as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_standards_formula() {
        let input: Vec<f32> = (0..700_i32).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
        let mut out = Subbands::default();
        Polyphase::new().analyse(&input, SUBBANDS, &mut out);
        assert_eq!(out.columns(), 189);
        for t in [0_usize, 1, 15, 16, 100, 187, 188] {
            for k in 0..SUBBANDS {
                let mut expected = 0.0;
                for i in 0..64_usize {
                    let y: f64 = (0..8)
                        .map(|j| f64::from(ANALYSIS_WINDOW[i + 64 * j]) * f64::from(input[t + 511 - i - 64 * j]))
                        .sum();
                    expected += ((2 * k + 1) as f64 * (i as f64 - 16.0) * PI / 64.0).cos() * y;
                }
                let got = f64::from(out.row(k)[t]);
                assert!((got - expected).abs() < 2e-6, "subband {k} at {t}: expected {expected}, got {got}");
            }
        }
    }

    #[test]
    fn slots_and_low_subbands_are_some_of_all() {
        let input: Vec<f32> = (0..900_i32).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
        let mut all = Subbands::default();
        Polyphase::new().analyse(&input, SUBBANDS, &mut all);
        for kept in [1, 7, 16, 17, 32] {
            // Buffers that held something else before.
            let (mut low, mut slots) = (all.clone(), all.clone());
            Polyphase::new().analyse(&input[1..], kept, &mut low);
            Polyphase::new().analyse_slots(&input, kept, &mut slots);
            for k in 0..kept {
                for t in 1..all.columns() {
                    assert!((low.row(k)[t - 1] - all.row(k)[t]).abs() < 1e-6, "subband {k} at {t}");
                }
                for t in (0..all.columns()).filter(|t| t % SLOT < LANES) {
                    let got = slots.row(k)[t / SLOT * slots.apart() + t % SLOT];
                    assert!((got - all.row(k)[t]).abs() < 1e-6, "subband {k} at {t}");
                }
            }
        }
    }

    #[test]
    fn too_short_an_input_has_no_columns() {
        let mut out = Subbands::default();
        Polyphase::new().analyse(&[0.0; 511], SUBBANDS, &mut out);
        assert_eq!(out.columns(), 0);
    }
}
