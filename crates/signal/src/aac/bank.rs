//! Some lines of the long MDCT at many sample positions, side by side.
//!
//! A window that is a short sine series turns a line of the MDCT into a few neighbouring bins of the plain
//! DFT of the same samples, whatever the shape; and a plain DFT slides from one position to the next
//! with one rotation a bin. Lanes 64 samples apart cover a frame's period in 64 moves, which is too few
//! for rounding to pile up.

use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use super::window::{Shape, TERMS, sine_series};
use super::{BLOCK, LINES};
use crate::lane::{LANES, Lane};

/// Distance of the lanes that cover one period.
pub const LANE_STEP: usize = LINES / LANES;

/// Samples that all positions of one period need.
pub const SPAN: usize = LINES + BLOCK;

/// The DFT bins behind lines `first .. first + count`, at one position per lane.
pub struct Bank {
    fft: Arc<dyn RealToComplex<f32>>,
    input: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// Samples of a block.
    block: usize,
    first: usize,
    /// `e^(jβ/2)` of each bin, β = 2π bin / 2048; the first bin is [`TERMS`] − 1 below the first line.
    halves: Vec<(f32, f32)>,
    /// Sine series over √8, by shape.
    sine: [f32; TERMS],
    kbd: [f32; TERMS],
    vorbis: [f32; TERMS],
    positions: [usize; LANES],
    /// `Σ x[p+n] e^(jβ(n+½))` of each bin.
    real: Vec<Lane>,
    imaginary: Vec<Lane>,
}

impl Bank {
    /// Precomputes what `count` lines from `first` (at least 5) on need.
    #[must_use]
    pub fn new(first: usize, count: usize) -> Self {
        Self::of_block(BLOCK, first, count)
    }

    /// The same for blocks of another even number of samples: windows of the same shapes, and half as many lines.
    #[must_use]
    pub fn of_block(block: usize, first: usize, count: usize) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(block);
        let first = first.max(TERMS - 1);
        let bins = count.min(block / 2 + 1 - TERMS - first) + 2 * TERMS - 1;
        let halves: Vec<(f32, f32)> = (0..bins)
            .map(|i| {
                let (sin, cos) = (PI * (first + 1 - TERMS + i) as f64 / block as f64).sin_cos();
                (cos as f32, sin as f32)
            })
            .collect();
        let series = |shape| sine_series(shape).map(|a| (a * 0.5 * FRAC_1_SQRT_2) as f32);
        Self {
            input: fft.make_input_vec(),
            spectrum: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            fft,
            block,
            first,
            halves,
            sine: series(Shape::Sine),
            kbd: series(Shape::Kbd),
            vorbis: series(Shape::Vorbis),
            positions: [0; LANES],
            real: vec![[0.0; LANES]; bins],
            imaginary: vec![[0.0; LANES]; bins],
        }
    }

    /// Lines that [`Self::lines`] gives.
    #[must_use]
    pub fn count(&self) -> usize {
        self.halves.len() + 1 - 2 * TERMS
    }

    /// Sets each lane to a position in `samples`, where a block must fit (a lane where none does is
    /// left as it was).
    pub fn anchor(&mut self, samples: &[f32], positions: [usize; LANES]) {
        self.positions = positions;
        for (lane, at) in positions.into_iter().enumerate() {
            let Some(block) = samples.get(at..at + self.block) else { continue };
            self.input.copy_from_slice(block);
            if self.fft.process_with_scratch(&mut self.input, &mut self.spectrum, &mut self.scratch).is_err() {
                // The buffers are the plan's own, so their lengths fit.
                continue;
            }
            let bins = &self.spectrum[self.first + 1 - TERMS..];
            for (i, (&(cos, sin), bin)) in self.halves.iter().zip(bins).enumerate() {
                self.real[i][lane] = bin.re * cos + bin.im * sin;
                self.imaginary[i][lane] = bin.re * sin - bin.im * cos;
            }
        }
    }

    /// The lines at the lanes' positions, scaled as `Σ w[n] x[n] cos(2π/B (n + B/4 + ½)(k + ½))` for blocks of B samples.
    #[inline(always)]
    pub fn lines(&self, shape: Shape, lines: &mut [Lane]) {
        let count = self.count();
        match shape {
            // Only the first term of a sine's series is not zero.
            Shape::Sine => self.combine(&self.sine[..1], &mut lines[..count]),
            Shape::Kbd => self.combine(&self.kbd, &mut lines[..count]),
            Shape::Vorbis => self.combine(&self.vorbis, &mut lines[..count]),
        }
    }

    #[inline(always)]
    fn combine(&self, series: &[f32], lines: &mut [Lane]) {
        for (i, line) in lines.iter_mut().enumerate() {
            // e^(jπ(k+½)/2) is (±1 ± j)/√2.
            let quarter = (self.first + i) % 4;
            let cos = if quarter == 1 || quarter == 2 { -1.0 } else { 1.0 };
            let sin = if quarter >= 2 { -1.0 } else { 1.0 };
            let (re, im) = (&self.real[i..i + 2 * TERMS], &self.imaginary[i..i + 2 * TERMS]);
            let mut sum = [0.0; LANES];
            for (m, a) in series.iter().enumerate() {
                let (above, below) = (TERMS + m, TERMS - 1 - m);
                let (c, s) = (cos * a, sin * a);
                for l in 0..LANES {
                    sum[l] += c * (im[above][l] - im[below][l]) + s * (re[above][l] - re[below][l]);
                }
            }
            *line = sum;
        }
    }

    /// Moves every lane one sample on; the caller guarantees that `samples` has the block there.
    #[inline(always)]
    pub fn advance(&mut self, samples: &[f32]) {
        let block = self.block;
        let mut change = [0.0; LANES];
        for (change, at) in change.iter_mut().zip(&mut self.positions) {
            *change = samples[*at + block] - samples[*at];
            *at += 1;
        }
        for ((re, im), &(cos, sin)) in self.real.iter_mut().zip(self.imaginary.iter_mut()).zip(&self.halves) {
            // Back by half a sample, the newest in and the oldest out, back by the other half.
            for l in 0..LANES {
                let x = re[l] * cos + im[l] * sin + change[l];
                let y = im[l] * cos - re[l] * sin;
                re[l] = x * cos + y * sin;
                im[l] = y * cos - x * sin;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aac::long_window;

    /// The lines by definition, with the window that the series gives.
    fn naive(block: &[f32], shape: Shape, k: usize) -> f64 {
        let series = sine_series(shape);
        let len = block.len() as f64;
        (0..block.len())
            .map(|n| {
                let t = PI * (n as f64 + 0.5) / len;
                let w: f64 = series.iter().enumerate().map(|(m, a)| a * (t * (2 * m + 1) as f64).sin()).sum();
                w * f64::from(block[n]) * (2.0 * PI / len * (n as f64 + len / 4.0 + 0.5) * (k as f64 + 0.5)).cos()
            })
            .sum()
    }

    #[test]
    fn every_lane_matches_the_definition_after_every_move() {
        let samples: Vec<f32> = (0..=SPAN).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
        let mut bank = Bank::new(40, 30);
        assert_eq!(bank.count(), 30);
        bank.anchor(&samples, std::array::from_fn(|l| l * LANE_STEP));
        let mut lines = vec![[0.0; LANES]; 30];
        for step in 0..LANE_STEP {
            for shape in [Shape::Sine, Shape::Kbd] {
                if [0, 1, LANE_STEP - 1].contains(&step) {
                    bank.lines(shape, &mut lines);
                    for (lane, i) in [(0, 0), (3, 1), (7, 14), (15, 29)] {
                        let at = lane * LANE_STEP + step;
                        let expected = naive(&samples[at..at + BLOCK], shape, 40 + i);
                        let got = f64::from(lines[i][lane]);
                        assert!((got - expected).abs() < 1e-4, "{shape:?} step {step} line {i}: {expected}, {got}");
                    }
                }
            }
            bank.advance(&samples);
        }
    }

    #[test]
    fn blocks_of_another_length_slide_alike() {
        let samples: Vec<f32> = (0..5000_usize).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
        let mut bank = Bank::of_block(4096, 300, 8);
        bank.anchor(&samples, std::array::from_fn(|l| 8 * l));
        let mut lines = vec![[0.0; LANES]; 8];
        for _ in 0..5 {
            bank.advance(&samples);
        }
        bank.lines(Shape::Sine, &mut lines);
        for (lane, i) in [(0, 0), (6, 3), (15, 7)] {
            let expected = naive(&samples[8 * lane + 5..8 * lane + 5 + 4096], Shape::Sine, 300 + i);
            assert!((f64::from(lines[i][lane]) - expected).abs() < 2e-4, "{lane} {i}: {expected}");
        }
    }

    #[test]
    fn the_series_is_near_the_window() {
        let block: Vec<f32> = (0..BLOCK).map(|n| (n as f32 * 0.31).sin()).collect();
        let window = long_window(Shape::Kbd);
        for k in [95, 100, 105] {
            let exact: f64 = (0..BLOCK)
                .map(|n| {
                    let angle = 2.0 * PI / BLOCK as f64 * (n as f64 + 512.5) * (k as f64 + 0.5);
                    window[n] * f64::from(block[n]) * angle.cos()
                })
                .sum();
            assert!((naive(&block, Shape::Kbd, k) - exact).abs() < 0.1, "{k}");
        }
    }
}
