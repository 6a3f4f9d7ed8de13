//! Welch power spectrum: the mean of windowed periodograms (P. D. Welch, IEEE Trans. Audio
//! Electroacoust. 15, 1967).

use std::f64::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

/// Accumulates periodograms of one or several signals.
pub struct Welch {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    power: Vec<f64>,
    blocks: u64,
}

impl std::fmt::Debug for Welch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Welch").field("len", &self.window.len()).field("blocks", &self.blocks).finish_non_exhaustive()
    }
}

impl Welch {
    /// Periodograms of `len` samples (even) under a Hann window.
    #[must_use]
    pub fn new(len: usize) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(len);
        let window = (0..len).map(|n| (0.5 - 0.5 * (2.0 * PI * n as f64 / len as f64).cos()) as f32).collect();
        Self {
            window,
            input: fft.make_input_vec(),
            output: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            power: vec![0.0; len / 2 + 1],
            blocks: 0,
            fft,
        }
    }

    /// Adds the periodograms of all whole blocks in `samples`, half overlapped.
    pub fn add(&mut self, samples: &[f32]) {
        let len = self.window.len();
        for start in (0..samples.len().saturating_sub(len - 1)).step_by(len / 2) {
            for ((x, &sample), &w) in self.input.iter_mut().zip(&samples[start..]).zip(&self.window) {
                *x = sample * w;
            }
            // The buffers come from the plan itself, so their lengths always fit.
            if self.fft.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch).is_ok() {
                for (sum, bin) in self.power.iter_mut().zip(&self.output) {
                    *sum += f64::from(bin.norm_sqr());
                }
                self.blocks += 1;
            }
        }
    }

    /// Mean power per bin in dB: white noise of variance v has `10 log10 v` in every bin; bin k lies at
    /// `k · rate / len`. None if no whole block was added.
    #[must_use]
    pub fn decibels(&self) -> Option<Vec<f64>> {
        if self.blocks == 0 {
            return None;
        }
        let energy: f64 = self.window.iter().map(|&w| f64::from(w) * f64::from(w)).sum();
        let scale = 1.0 / (energy * self.blocks as f64);
        Some(self.power.iter().map(|&p| 10.0 * (p * scale).max(1e-30).log10()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_stands_in_its_bin_with_its_power() {
        let len = 256;
        let sine: Vec<f32> = (0..4096).map(|n| (2.0 * PI * 32.0 * f64::from(n) / 256.0).sin() as f32).collect();
        let mut welch = Welch::new(len);
        welch.add(&sine);
        let db = welch.decibels().unwrap();
        let peak = (0..db.len()).max_by(|&a, &b| db[a].total_cmp(&db[b])).unwrap();
        assert_eq!(peak, 32);
        // Power 1/2 over one bin of equivalent noise width 1.5: 0.25 · len / 1.5.
        assert!((db[32] - 10.0 * (0.25 * 256.0 / 1.5_f64).log10()).abs() < 0.01, "{}", db[32]);
        assert!(db[100] < -90.0);
    }

    #[test]
    fn white_noise_has_its_variance_in_every_bin() {
        let mut state = 1_u64;
        let noise: Vec<f32> = (0..400_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((state >> 40) as f32 / 16_777_216.0) - 0.5
            })
            .collect();
        let mut welch = Welch::new(512);
        welch.add(&noise);
        for (bin, db) in welch.decibels().unwrap().into_iter().enumerate().skip(2).take(252) {
            assert!((db - 10.0 * (1.0 / 12.0_f64).log10()).abs() < 0.8, "bin {bin}: {db}");
        }
    }

    #[test]
    fn too_few_samples_give_no_spectrum() {
        let mut welch = Welch::new(512);
        welch.add(&[0.0; 511]);
        assert!(welch.decibels().is_none());
    }
}
