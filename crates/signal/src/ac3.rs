//! The long transform of AC-3 (ATSC A/52, 7.9.4): blocks of 512 samples, 256 lines.

use std::f64::consts::PI;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::simd::{Kernel, dispatch};

/// Lines of a block, and samples between two of them.
pub const LINES: usize = 256;

/// Samples under a window.
pub const BLOCK: usize = 2 * LINES;

/// Values of the DCT's inner transform.
const HALF: usize = LINES / 2;

/// Rising half of the window: Kaiser-Bessel derived with α = 5, to which the table of the standard (7.33) is rounded.
fn rising() -> [f64; LINES] {
    let kernel = |n: usize| {
        let t = 2.0 * n as f64 / LINES as f64 - 1.0;
        bessel0(PI * 5.0 * (1.0 - t * t).max(0.0).sqrt())
    };
    let total: f64 = (0..=LINES).map(kernel).sum();
    let mut sum = 0.0;
    std::array::from_fn(|n| {
        sum += kernel(n);
        (sum / total).sqrt()
    })
}

/// Modified Bessel function of the first kind and order zero, by its power series.
fn bessel0(x: f64) -> f64 {
    let mut term = 1.0;
    (1..80).fold(1.0, |sum, k| {
        term *= x * x / 4.0 / f64::from(k * k);
        sum + term
    })
}

/// An orthonormal MDCT with its tables and buffers.
pub struct Mdct {
    rising: [f32; LINES],
    /// exp(−iπ(8n + 1)/(8N)), which both turns the input of the DCT-IV and its output; scaled so that the whole is orthonormal.
    twiddles: Vec<Complex32>,
    fft: Arc<dyn Fft<f32>>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl Default for Mdct {
    fn default() -> Self {
        let scale = (2.0 / LINES as f64).powf(0.25);
        let twiddles = (0..HALF)
            .map(|n| {
                let angle = -PI * (8 * n + 1) as f64 / (8 * LINES) as f64;
                Complex32::new((scale * angle.cos()) as f32, (scale * angle.sin()) as f32)
            })
            .collect();
        let fft = FftPlanner::new().plan_fft_forward(HALF);
        let scratch = vec![Complex32::default(); fft.get_inplace_scratch_len()];
        Self { rising: rising().map(|w| w as f32), twiddles, fft, spectrum: vec![Complex32::default(); HALF], scratch }
    }
}

impl Mdct {
    /// The lines of a block.
    pub fn lines(&mut self, block: &[f32; BLOCK], out: &mut [f32; LINES]) {
        dispatch(Before { mdct: self, block });
        self.fft.process_with_scratch(&mut self.spectrum, &mut self.scratch);
        dispatch(After { mdct: self, out });
    }
}

/// Window, fold and first turn.
struct Before<'a> {
    mdct: &'a mut Mdct,
    block: &'a [f32; BLOCK],
}

impl Kernel for Before<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Mdct { rising, twiddles, spectrum, .. } = self.mdct;
        let x = self.block;
        // With quarters (a, b, c, d) of N/2 of the windowed block: (−c_r − d, a − b_r), where r reverses.
        let mut folded = [0.0; LINES];
        for n in 0..HALF {
            folded[n] = -rising[HALF + n] * x[LINES + HALF - 1 - n] - rising[HALF - 1 - n] * x[LINES + HALF + n];
            folded[HALF + n] = rising[n] * x[n] - rising[LINES - 1 - n] * x[LINES - 1 - n];
        }
        for (n, (z, w)) in spectrum.iter_mut().zip(twiddles.iter()).enumerate() {
            let (re, im) = (folded[2 * n], folded[LINES - 1 - 2 * n]);
            *z = Complex32::new(re * w.re - im * w.im, re * w.im + im * w.re);
        }
    }
}

/// Second turn.
struct After<'a> {
    mdct: &'a Mdct,
    out: &'a mut [f32; LINES],
}

impl Kernel for After<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // X[2k] is the real part of value k, X[N − 1 − 2k] minus the imaginary part.
        let pairs = self.mdct.spectrum.iter().zip(&self.mdct.twiddles);
        for (line, ((z, w), (y, v))) in self.out.chunks_exact_mut(2).zip(pairs.clone().zip(pairs.rev())) {
            line[0] = z.re * w.re - z.im * w.im;
            line[1] = -(y.re * v.im + y.im * v.re);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_definition() {
        let block: [f32; BLOCK] = std::array::from_fn(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5);
        let mut out = [0.0; LINES];
        Mdct::default().lines(&block, &mut out);
        let rising = rising();
        for (k, got) in out.iter().enumerate() {
            let sum: f64 = (0..BLOCK)
                .map(|n| {
                    let window = rising[n.min(BLOCK - 1 - n)];
                    let turn = (n as f64 + 0.5 + LINES as f64 / 2.0) * (k as f64 + 0.5);
                    window * f64::from(block[n]) * (PI / LINES as f64 * turn).cos()
                })
                .sum();
            let expected = sum * (2.0 / LINES as f64).sqrt();
            assert!((f64::from(*got) - expected).abs() < 1e-5, "line {k}: {expected} {got}");
        }
    }

    #[test]
    fn the_window_is_that_of_the_standard() {
        // Table 7.33 gives five decimals: its first four values, and two on.
        let rising = rising();
        for (n, value) in [(0, 0.00014), (1, 0.00024), (2, 0.00037), (3, 0.00051), (255, 1.0)] {
            assert!((rising[n] - value).abs() < 6e-6, "{n}: {}", rising[n]);
        }
        for n in 0..LINES {
            assert!((rising[n].powi(2) + rising[LINES - 1 - n].powi(2) - 1.0).abs() < 1e-12);
        }
    }
}
