//! The polyphase half of the Layer III hybrid bank, at every sample instead of every 32nd.
//!
//! A Layer III encoder runs this bank once per 32 samples; where its frames began is unknown, so all 32
//! polyphase phases are needed. Computing the bank at every sample gives each of them exactly once.

use std::f64::consts::PI;

use super::hybrid::SLOT;
use super::window::ANALYSIS_WINDOW;
use crate::lane::LANES;
use crate::simd::{Simd, WithSimd, load, vectorise};

/// Number of subbands.
pub const SUBBANDS: usize = 32;

/// Length of the prototype window in samples.
pub const WINDOW_LEN: usize = 512;

/// Slots of one granule.
const SLOTS: usize = 36;

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

    /// The bank at the 36 slots of one granule a lane, whose oldest columns are `columns`: they need not be neighbours.
    /// `out` is as [`Self::analyse_slots`] leaves it. The caller guarantees that the samples of all of them are there:
    /// 35 slots of 32 and a window of 512 from each column on.
    pub fn analyse_apart(&self, input: &[f32], columns: &[usize; LANES], kept: usize, out: &mut Subbands) {
        out.columns = SLOTS * LANES;
        out.apart = LANES;
        out.data.resize(out.columns * kept.min(SUBBANDS), 0.0);
        vectorise(Apart { bank: self, input, columns, kept: kept.min(SUBBANDS), out });
    }

    /// Runs the bank at [`LANES`] positions from every `step`-th one on.
    fn every(&self, step: usize, input: &[f32], kept: usize, out: &mut Subbands) {
        // What an older run left is written over.
        out.data.resize(out.columns * kept.min(SUBBANDS), 0.0);
        vectorise(Analysis { bank: self, step, input, kept: kept.min(SUBBANDS), out });
    }

    /// The bank at as many positions as a vector holds; `x` is what those need of the input: the samples of one position lie
    /// `APART` from each other, those of the next position beside them.
    #[inline(always)]
    fn block<S: Simd, const APART: usize>(&self, simd: S, x: &[f32]) -> [S::f32s; SUBBANDS] {
        // cos((2k+1)(i−16)π/64) is even about i = 16 and odd about i = 48, so 64 sums fold to 32.
        let mut folded = [partial::<S, APART>(simd, x, 16); 32];
        for j in 1..32 {
            let above = partial::<S, APART>(simd, x, 16 + j);
            folded[j] = if j <= 16 {
                simd.add_f32s(above, partial::<S, APART>(simd, x, 16 - j))
            } else {
                simd.sub_f32s(above, partial::<S, APART>(simd, x, 80 - j))
            };
        }
        self.dct32(simd, &folded)
    }

    /// Unnormalised DCT-III of 32: `S[k] = Σ_j cos((2k+1)jπ/64) f[j]`, by repeated even/odd halving.
    #[inline(always)]
    fn dct32<S: Simd>(&self, simd: S, f: &[S::f32s; 32]) -> [S::f32s; 32] {
        let odd = simd.mul_f32s(simd.splat_f32s(self.odd1), f[16]);
        let s2 = [simd.add_f32s(f[0], odd), simd.sub_f32s(f[0], odd)];
        let s4: [S::f32s; 4] = join(simd, &s2, f, &self.odd2);
        let s8: [S::f32s; 8] = join(simd, &s4, f, &self.odd4);
        let s16: [S::f32s; 16] = join(simd, &s8, f, &self.odd8);
        join(simd, &s16, f, &self.odd16)
    }
}

/// One of the 64 sums over every 64th tap of the window.
#[inline(always)]
fn partial<S: Simd, const APART: usize>(simd: S, x: &[f32], i: usize) -> S::f32s {
    let newest = (WINDOW_LEN - 1 - i) * APART;
    let x = &x[newest - 448 * APART..newest + S::F32_LANES];
    let mut sum = simd.mul_f32s(simd.splat_f32s(ANALYSIS_WINDOW[i]), load(simd, &x[448 * APART..]));
    for j in 1..8 {
        let c = simd.splat_f32s(ANALYSIS_WINDOW[i + 64 * j]);
        sum = simd.mul_add_f32s(c, load(simd, &x[(448 - 64 * j) * APART..]), sum);
    }
    sum
}

/// One run of the bank, as a unit that is compiled for the machine's own vector width.
struct Analysis<'a> {
    bank: &'a Polyphase,
    step: usize,
    input: &'a [f32],
    kept: usize,
    out: &'a mut Subbands,
}

impl WithSimd for Analysis<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let columns = self.out.columns;
        let mut padded = [0.0; REACH];
        for (n, at) in (0..columns).step_by(LANES).enumerate() {
            let width = LANES.min(columns - at);
            // What the bank needs of the input, with zeros for positions beyond its end.
            let start = n * self.step;
            let reach = &self.input[start..self.input.len().min(start + REACH)];
            let x: &[f32] = if reach.len() == REACH {
                reach
            } else {
                padded.fill(0.0);
                padded[..reach.len()].copy_from_slice(reach);
                &padded
            };
            for part in (0..width).step_by(S::F32_LANES) {
                let subbands = self.bank.block::<S, 1>(simd, &x[part..]);
                for (k, &lane) in subbands.iter().enumerate().take(self.kept) {
                    let out = &mut self.out.data[k * columns + at + part..(k * columns + at + width)];
                    let count = out.len().min(S::F32_LANES);
                    simd.partial_store_f32s(&mut out[..count], lane);
                }
            }
        }
    }
}

/// One run of the bank over lanes that are not neighbours.
struct Apart<'a> {
    bank: &'a Polyphase,
    input: &'a [f32],
    columns: &'a [usize; LANES],
    kept: usize,
    out: &'a mut Subbands,
}

impl WithSimd for Apart<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // The samples of all lanes side by side, once for all slots.
        let mut samples = vec![[0.0; LANES]; (SLOTS - 1) * SLOT + WINDOW_LEN];
        for (l, &column) in self.columns.iter().enumerate() {
            for (lanes, &x) in samples.iter_mut().zip(&self.input[column..]) {
                lanes[l] = x;
            }
        }
        for slot in 0..SLOTS {
            let window = &samples[slot * SLOT..slot * SLOT + WINDOW_LEN];
            for part in (0..LANES).step_by(S::F32_LANES) {
                let subbands = self.bank.block::<S, LANES>(simd, &window.as_flattened()[part..]);
                for (k, &lane) in subbands.iter().enumerate().take(self.kept) {
                    let at = (k * SLOTS + slot) * LANES;
                    let out = &mut self.out.data[at + part..at + LANES];
                    let count = out.len().min(S::F32_LANES);
                    simd.partial_store_f32s(&mut out[..count], lane);
                }
            }
        }
    }
}

/// Positions at which the bank can be run.
fn positions(input: &[f32]) -> usize {
    (input.len() + 1).saturating_sub(WINDOW_LEN)
}

/// `S[k] = E[k] + O[k]`, `S[N−1−k] = E[k] − O[k]` with `O = matrix · (odd inputs)`; of 32 inputs in all the odd ones of N lie
/// `32 / N` apart.
#[inline(always)]
fn join<S: Simd, const H: usize, const N: usize>(
    simd: S,
    even: &[S::f32s; H],
    f: &[S::f32s; 32],
    matrix: &[[f32; H]; H],
) -> [S::f32s; N] {
    let apart = 32 / N;
    let mut out = [even[0]; N];
    for k in 0..H {
        let mut odd = simd.mul_f32s(simd.splat_f32s(matrix[k][0]), f[apart]);
        for j in 1..H {
            odd = simd.mul_add_f32s(simd.splat_f32s(matrix[k][j]), f[(2 * j + 1) * apart], odd);
        }
        out[k] = simd.add_f32s(even[k], odd);
        out[N - 1 - k] = simd.sub_f32s(even[k], odd);
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
    fn lanes_apart_are_granules_of_all_positions() {
        let input: Vec<f32> = (0..2_400_i32).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
        let (mut all, mut apart) = (Subbands::default(), Subbands::default());
        Polyphase::new().analyse(&input, SUBBANDS, &mut all);
        let columns: [usize; LANES] = std::array::from_fn(|l| l * l * 3 % 700);
        Polyphase::new().analyse_apart(&input, &columns, 12, &mut apart);
        for k in 0..12 {
            for slot in 0..SLOTS {
                for (l, column) in columns.iter().enumerate() {
                    let got = apart.row(k)[slot * apart.apart() + l];
                    assert!(
                        (got - all.row(k)[column + slot * SLOT]).abs() < 1e-6,
                        "subband {k}, slot {slot}, lane {l}"
                    );
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
