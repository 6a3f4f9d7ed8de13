//! A sliding transform: the spectrum of a long window at every sample, two products per bin and step.
//!
//! A lapped codec's frames may begin at any sample, so its transform is needed at all of them. With
//! `Z_p[k] = Σ_{n<N} x[p+n] exp(−iω_k (n + n₀))`, `ω_k = 2π/N (k + ½)` and `n₀ = ½ + N/4`, the real part of
//! `Z_p` is the MDCT of the unwindowed block that begins at p, and because `exp(−iω_k N) = −1`
//! `Z_{p+1} = exp(iω_k) · (Z_p − (x[p] + x[p+N]) exp(−iω_k n₀))`. A window that is a sum of few cosines is a
//! sum over few neighbouring bins.

use std::f64::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

/// The spectrum of one block at half-integer bins, ready to be moved on by one sample.
pub struct Sliding {
    len: usize,
    first: usize,
    /// Real parts of the bins, from `first` on.
    re: Vec<f32>,
    /// Imaginary parts.
    im: Vec<f32>,
    /// `exp(iω)`.
    turn: [Vec<f32>; 2],
    /// `exp(iω (1 − n₀))`: what one sample that leaves or enters adds to the turned bin.
    entry: [Vec<f32>; 2],
    fft: Arc<dyn RealToComplex<f32>>,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl std::fmt::Debug for Sliding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sliding")
            .field("len", &self.len)
            .field("first", &self.first)
            .field("bins", &self.re.len())
            .finish_non_exhaustive()
    }
}

impl Sliding {
    /// Bins `first .. first + count` of blocks of `len` samples (a multiple of four); at most `len / 2` bins.
    #[must_use]
    pub fn new(len: usize, first: usize, count: usize) -> Self {
        // The half-integer bins of `len` samples are the odd bins of twice as many, padded with zeros.
        let fft = RealFftPlanner::new().plan_fft_forward(2 * len);
        let count = count.min((len / 2).saturating_sub(first));
        let delay = 0.5 + len as f64 / 4.0;
        let omega = |k: usize| 2.0 * PI / len as f64 * ((first + k) as f64 + 0.5);
        let cosines = |at: f64| (0..count).map(|k| (omega(k) * at).cos() as f32).collect();
        let sines = |at: f64| (0..count).map(|k| (omega(k) * at).sin() as f32).collect();
        Self {
            len,
            first,
            re: vec![0.0; count],
            im: vec![0.0; count],
            turn: [cosines(1.0), sines(1.0)],
            entry: [cosines(1.0 - delay), sines(1.0 - delay)],
            input: fft.make_input_vec(),
            output: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            fft,
        }
    }

    /// Computes the bins of `block` anew; samples that it lacks are zero.
    pub fn anchor(&mut self, block: &[f32]) {
        let given = block.len().min(self.len);
        self.input.fill(0.0);
        self.input[..given].copy_from_slice(&block[..given]);
        // The buffers come from the plan itself, so their lengths always fit.
        if self.fft.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch).is_err() {
            self.output.fill(Complex::default());
        }
        for k in 0..self.re.len() {
            let bin = self.output[2 * (self.first + k) + 1];
            // exp(−iω n₀) is the entry, turned back.
            let (c, s) = (self.entry[0][k], self.entry[1][k]);
            let (tc, ts) = (self.turn[0][k], self.turn[1][k]);
            let phase = Complex::new(c * tc + s * ts, s * tc - c * ts);
            let value = bin * phase;
            self.re[k] = value.re;
            self.im[k] = value.im;
        }
    }

    /// Moves the block on by one sample; `sum` is that of the sample that leaves and the one that enters.
    #[inline(always)]
    pub fn step(&mut self, sum: f32) {
        let count = self.re.len();
        let (re, im) = (&mut self.re[..count], &mut self.im[..count]);
        let (turn_re, turn_im) = (&self.turn[0][..count], &self.turn[1][..count]);
        let (entry_re, entry_im) = (&self.entry[0][..count], &self.entry[1][..count]);
        for k in 0..count {
            let (a, b) = (re[k], im[k]);
            re[k] = a * turn_re[k] - b * turn_im[k] - sum * entry_re[k];
            im[k] = a * turn_im[k] + b * turn_re[k] - sum * entry_im[k];
        }
    }

    /// Real parts of the bins; those of the unwindowed MDCT.
    #[must_use]
    #[inline(always)]
    pub fn re(&self) -> &[f32] {
        &self.re
    }

    /// Imaginary parts of the bins.
    #[must_use]
    #[inline(always)]
    pub fn im(&self) -> &[f32] {
        &self.im
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sliding_matches_the_definition() {
        let samples: Vec<f32> = (0..900_usize).map(|n| (n * n * 7919 % 1009) as f32 / 1009.0 - 0.5).collect();
        let (len, first, count) = (256, 3, 120);
        let mut sliding = Sliding::new(len, first, count);
        sliding.anchor(&samples);
        for p in 0..600 {
            if [0, 1, 255, 599].contains(&p) {
                for k in 0..count {
                    let omega = 2.0 * PI / 256.0 * ((k + first) as f64 + 0.5);
                    let (mut re, mut im) = (0.0, 0.0);
                    for n in 0..len {
                        let angle = omega * (n as f64 + 64.5);
                        re += f64::from(samples[p + n]) * angle.cos();
                        im -= f64::from(samples[p + n]) * angle.sin();
                    }
                    assert!((f64::from(sliding.re()[k]) - re).abs() < 3e-4, "re of {k} at {p}");
                    assert!((f64::from(sliding.im()[k]) - im).abs() < 3e-4, "im of {k} at {p}");
                }
            }
            sliding.step(samples[p] + samples[p + len]);
        }
    }
}
