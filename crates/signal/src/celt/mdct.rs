//! The MDCT of CELT with its low-overlap window, at any frame length.

use std::f64::consts::PI;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::simd::{Kernel, dispatch};

/// Samples in which the windows of neighbouring frames overlap: 2.5 ms at every frame length.
pub const OVERLAP: usize = 120;

/// Rising slope of the window (RFC 6716, section 4.3.7): sin(π/2 sin²(π/2 (n + ½)/120)).
fn slope(n: usize) -> f64 {
    let inner = (0.5 * PI * (n as f64 + 0.5) / OVERLAP as f64).sin();
    (0.5 * PI * inner * inner).sin()
}

/// An orthonormal MDCT with its tables and buffers.
pub struct Mdct {
    lines: usize,
    slope: [f32; OVERLAP],
    /// exp(−iπ(8n + 1)/(8N)), which both turns the input of the DCT-IV and its output; scaled so that the whole is
    /// orthonormal.
    twiddles: Vec<Complex32>,
    fft: Arc<dyn Fft<f32>>,
    folded: Vec<f32>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl Mdct {
    /// A transform to `lines` lines: 960, 480, 240 or 120 in CELT, any multiple of four from 120 on here.
    #[must_use]
    pub fn new(lines: usize) -> Self {
        let half = lines / 2;
        let scale = (2.0 / lines as f64).powf(0.25);
        let twiddles = (0..half)
            .map(|n| {
                let angle = -PI * (8 * n + 1) as f64 / (8 * lines) as f64;
                Complex32::new((scale * angle.cos()) as f32, (scale * angle.sin()) as f32)
            })
            .collect();
        let fft = FftPlanner::new().plan_fft_forward(half);
        let scratch = vec![Complex32::default(); fft.get_inplace_scratch_len()];
        Self {
            lines,
            slope: std::array::from_fn(|n| slope(n) as f32),
            twiddles,
            fft,
            folded: vec![0.0; lines],
            spectrum: vec![Complex32::default(); half],
            scratch,
        }
    }

    /// Samples under one window: the lines and the overlap.
    #[must_use]
    pub fn support(&self) -> usize {
        self.lines + OVERLAP
    }

    /// The lines of the frame whose window begins at `samples[0]`.
    ///
    /// # Panics
    /// If there are fewer than [`Self::support`] samples or not as many `out` as lines.
    pub fn lines(&mut self, samples: &[f32], out: &mut [f32]) {
        assert!(samples.len() >= self.support(), "{} samples, {} needed", samples.len(), self.support());
        assert!(out.len() == self.lines, "{} lines, {} needed", out.len(), self.lines);
        dispatch(Before { mdct: self, samples });
        self.fft.process_with_scratch(&mut self.spectrum, &mut self.scratch);
        dispatch(After { mdct: self, out });
    }
}

/// Window, fold and first turn.
struct Before<'a> {
    mdct: &'a mut Mdct,
    samples: &'a [f32],
}

impl Kernel for Before<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Mdct { lines, slope, twiddles, folded, spectrum, .. } = self.mdct;
        let (half, ramp) = (*lines / 2, OVERLAP / 2);
        let (first, second) = folded.split_at_mut(half);
        // With quarters (a, b, c, d) of N/2 of the full block: (−c_r − d, a − b_r), where r reverses; a and d are
        // zero but for the 60 samples next to the middle.
        let (early, late) = (&self.samples[..half + ramp], &self.samples[half + ramp..*lines + OVERLAP]);
        for (y, x) in first.iter_mut().zip(late[..half].iter().rev()) {
            *y = -x;
        }
        for (y, x) in second.iter_mut().zip(early[ramp..].iter().rev()) {
            *y = -x;
        }
        for i in 0..ramp {
            let (inside, outside) = (slope[ramp + i], slope[ramp - 1 - i]);
            first[i] = -inside * late[half - 1 - i] - outside * late[half + i];
            second[half - 1 - i] = outside * early[ramp - 1 - i] - inside * early[ramp + i];
        }
        for (n, (z, w)) in spectrum.iter_mut().zip(twiddles.iter()).enumerate() {
            let (re, im) = (folded[2 * n], folded[*lines - 1 - 2 * n]);
            *z = Complex32::new(re * w.re - im * w.im, re * w.im + im * w.re);
        }
    }
}

/// Second turn.
struct After<'a> {
    mdct: &'a Mdct,
    out: &'a mut [f32],
}

impl Kernel for After<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (even, odd) = (self.out.chunks_exact_mut(2), &self.mdct.spectrum);
        // X[2k] is the real part of value k, X[N − 1 − 2k] minus the imaginary part: the odd line 2k + 1 comes from
        // value N/2 − 1 − k.
        let pairs = odd.iter().zip(&self.mdct.twiddles);
        for (line, ((z, w), (y, v))) in even.zip(pairs.clone().zip(pairs.rev())) {
            line[0] = z.re * w.re - z.im * w.im;
            line[1] = -(y.re * v.im + y.im * v.re);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition over the whole block of 2N samples, most of whose outer quarters is zero.
    fn naive(samples: &[f32], lines: usize) -> Vec<f64> {
        let zeros = (lines - OVERLAP) / 2;
        let window = |n: usize| match n {
            n if n < OVERLAP => slope(n),
            n if n < lines => 1.0,
            n => slope(lines + OVERLAP - 1 - n),
        };
        (0..lines)
            .map(|k| {
                let sum: f64 = (0..lines + OVERLAP)
                    .map(|n| {
                        let turn = ((n + zeros) as f64 + 0.5 + lines as f64 / 2.0) * (k as f64 + 0.5);
                        window(n) * f64::from(samples[n]) * (PI / lines as f64 * turn).cos()
                    })
                    .sum();
                sum * (2.0 / lines as f64).sqrt()
            })
            .collect()
    }

    #[test]
    fn every_frame_length_matches_the_definition() {
        for lines in [120, 240, 480, 960] {
            let samples: Vec<f32> = (0..lines + OVERLAP).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
            let mut out = vec![0.0; lines];
            Mdct::new(lines).lines(&samples, &mut out);
            for (k, (got, expected)) in out.iter().zip(naive(&samples, lines)).enumerate() {
                assert!((f64::from(*got) - expected).abs() < 1e-5, "{lines} line {k}: {expected} {got}");
            }
        }
    }

    #[test]
    fn neighbouring_windows_add_up_to_constant_power() {
        for n in 0..OVERLAP {
            assert!((slope(n).powi(2) + slope(OVERLAP - 1 - n).powi(2) - 1.0).abs() < 1e-12);
        }
    }
}
