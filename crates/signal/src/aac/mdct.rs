//! One exact long MDCT, for positions that are known.

use std::f64::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use super::window::{Shape, long_window};
use super::{BLOCK, LINES};

/// The transform of one window shape.
pub struct Mdct {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// `e^(jθ)` of each line, θ = 2π/2048 · 512½ · (k + ½).
    twiddles: Vec<Complex<f32>>,
    input: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl Mdct {
    /// Precomputes the window and the twiddles.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        // The half-integer bins of a block are the odd bins of twice its length, padded with zeros.
        let fft = RealFftPlanner::new().plan_fft_forward(2 * BLOCK);
        let twiddles = (0..LINES)
            .map(|k| {
                let (sin, cos) = (2.0 * PI / BLOCK as f64 * 512.5 * (k as f64 + 0.5)).sin_cos();
                Complex::new(cos as f32, sin as f32)
            })
            .collect();
        Self {
            window: long_window(shape).into_iter().map(|w| w as f32).collect(),
            twiddles,
            input: fft.make_input_vec(),
            spectrum: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            fft,
        }
    }

    /// The lines of a block of 2048 samples, scaled as `Σ w[n] x[n] cos(2π/2048 (n + 512½)(k + ½))`: half of what
    /// the standard's encoder computes. Missing samples are zeros.
    pub fn lines(&mut self, block: &[f32], lines: &mut [f32; LINES]) {
        self.input.fill(0.0);
        for ((input, x), w) in self.input.iter_mut().zip(block).zip(&self.window) {
            *input = x * w;
        }
        if self.fft.process_with_scratch(&mut self.input, &mut self.spectrum, &mut self.scratch).is_err() {
            // The buffers are the plan's own, so their lengths fit.
            return;
        }
        for ((line, twiddle), pair) in lines.iter_mut().zip(&self.twiddles).zip(self.spectrum.chunks(2)) {
            if let [_, bin] = pair {
                *line = twiddle.re * bin.re + twiddle.im * bin.im;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_definition() {
        let block: Vec<f32> = (0..BLOCK).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
        for shape in [Shape::Sine, Shape::Kbd] {
            let window = long_window(shape);
            let mut lines = [0.0; LINES];
            Mdct::new(shape).lines(&block, &mut lines);
            for k in [0, 1, 2, 3, 100, 511, 777, 1022, 1023] {
                let expected: f64 = (0..BLOCK)
                    .map(|n| {
                        let angle = 2.0 * PI / BLOCK as f64 * (n as f64 + 512.5) * (k as f64 + 0.5);
                        window[n] * f64::from(block[n]) * angle.cos()
                    })
                    .sum();
                assert!((f64::from(lines[k]) - expected).abs() < 1e-4, "{shape:?} line {k}: {expected}, {}", lines[k]);
            }
        }
    }
}
