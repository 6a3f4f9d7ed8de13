//! The MDCT of one block whose place is known, by a complex FFT of half as many values as lines.
//!
//! AAC, AC-3 and CELT differ in the number of lines, the window and the scale alone. Transforms at every sample of a period are made
//! another way: a spectrum that slides costs a few products a bin and step ([`crate::sliding`], and
//! [`crate::aac::Bank`] for positions side by side), and the 18 lines of Layer III come out of its hybrid bank
//! ([`crate::mp3`]).

use std::f64::consts::PI;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::simd::{Kernel, dispatch};

/// The transform of one window, with its tables and buffers:
/// `X[k] = scale · √(2/N) Σ w[n] x[n] cos(π/N (n + ½ + N/2)(k + ½))` for N lines, n over 2N samples.
pub struct Mdct {
    /// Rising slope of the window. Where it is shorter than the lines, the window is 0 before it and 1 behind, and its falling half
    /// alike.
    rising: Vec<f32>,
    /// The same backwards.
    falling: Vec<f32>,
    /// exp(−iπ(8n + 1)/(8N)), which both turns the input of the DCT-IV and its output; scaled as the whole is.
    twiddles: Vec<Complex32>,
    fft: Arc<dyn Fft<f32>>,
    folded: Vec<f32>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl Mdct {
    /// A transform to `lines` lines, a multiple of four, under a window that rises over an even number of samples, as many as
    /// lines at most. With `scale` 1 it is orthonormal.
    ///
    /// # Panics
    /// If the numbers are others.
    #[must_use]
    pub fn new(lines: usize, slope: &[f64], scale: f64) -> Self {
        assert!(lines.is_multiple_of(4), "{lines} lines, a multiple of four needed");
        assert!(slope.len().is_multiple_of(2) && slope.len() <= lines, "a slope of {} to {lines} lines", slope.len());
        let half = lines / 2;
        // Each value passes two twiddles.
        let scale = (2.0 / lines as f64).powf(0.25) * scale.sqrt();
        let twiddles = (0..half)
            .map(|n| {
                let angle = -PI * (8 * n + 1) as f64 / (8 * lines) as f64;
                Complex32::new((scale * angle.cos()) as f32, (scale * angle.sin()) as f32)
            })
            .collect();
        let fft = FftPlanner::new().plan_fft_forward(half);
        let scratch = vec![Complex32::default(); fft.get_inplace_scratch_len()];
        Self {
            rising: slope.iter().map(|&w| w as f32).collect(),
            falling: slope.iter().rev().map(|&w| w as f32).collect(),
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
        self.folded.len() + self.rising.len()
    }

    /// The lines of the frame whose window begins at `samples[0]`.
    ///
    /// # Panics
    /// If there are fewer than [`Self::support`] samples or not as many `out` as lines.
    pub fn lines(&mut self, samples: &[f32], out: &mut [f32]) {
        assert!(samples.len() >= self.support(), "{} samples, {} needed", samples.len(), self.support());
        assert!(out.len() == self.folded.len(), "{} lines, {} needed", out.len(), self.folded.len());
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
        let Mdct { rising, falling, twiddles, folded, spectrum, .. } = self.mdct;
        let (lines, half, ramp) = (folded.len(), folded.len() / 2, rising.len() / 2);
        // With quarters (a, b, c, d) of N/2 of the windowed block: (−c_r − d, a − b_r), where r reverses; a and d
        // are zero but for the outer half of a slope.
        let (early, late) = (&self.samples[..half + ramp], &self.samples[half + ramp..lines + 2 * ramp]);
        let ((a, b), (c, d)) = (early.split_at(ramp), late.split_at(half));
        let (first, second) = folded.split_at_mut(half);
        for (y, c) in first.iter_mut().zip(c.iter().rev()) {
            *y = -c;
        }
        for (y, b) in second.iter_mut().zip(b.iter().rev()) {
            *y = -b;
        }
        let (second, slopes) = (&mut second[half - ramp..], rising.iter().zip(falling.iter()));
        for ((y, (outside, inside)), a) in second.iter_mut().zip(slopes.clone()).zip(a) {
            *y = outside * a + inside * *y;
        }
        for ((y, (inside, outside)), d) in first.iter_mut().zip(slopes.skip(ramp)).zip(d) {
            *y = inside * *y - outside * d;
        }
        // Value n is made of the folded values 2n and N − 1 − 2n.
        let pairs = folded.as_chunks::<2>().0;
        for ((z, w), ([re, _], [_, im])) in spectrum.iter_mut().zip(twiddles).zip(pairs.iter().zip(pairs.iter().rev()))
        {
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
        // X[2k] is the real part of value k, X[N − 1 − 2k] minus the imaginary part: the odd line 2k + 1 comes from
        // value N/2 − 1 − k.
        let pairs = self.mdct.spectrum.iter().zip(&self.mdct.twiddles);
        for (line, ((z, w), (y, v))) in self.out.chunks_exact_mut(2).zip(pairs.clone().zip(pairs.rev())) {
            line[0] = z.re * w.re - z.im * w.im;
            line[1] = -(y.re * v.im + y.im * v.re);
        }
    }
}

#[cfg(test)]
mod tests {
    use bitrater_testkit::naive;

    use crate::{aac, ac3, celt, kaiser};

    /// The definition over the whole block of 2N samples, most of whose outer quarters may be zero.
    fn expected(samples: &[f32], lines: usize, slope: &[f64], scale: f64) -> Vec<f64> {
        let zeros = (lines - slope.len()) / 2;
        let window = |n: usize| slope.get(n.min(samples.len() - 1 - n)).copied().unwrap_or(1.0);
        let mut block = vec![0.0; 2 * lines];
        for (n, x) in samples.iter().enumerate() {
            block[zeros + n] = window(n) * f64::from(*x);
        }
        naive::mdct(&block).iter().map(|line| line * scale * (2.0 / lines as f64).sqrt()).collect()
    }

    #[test]
    fn every_transform_matches_the_definition() {
        let full = |lines: f64| lines.sqrt() / 2_f64.sqrt();
        let long = |shape| aac::long_window(shape)[..aac::LINES].to_vec();
        let aac = |shape| (aac::mdct(shape), aac::LINES, long(shape), full(1024.0));
        let celt = |lines| (celt::mdct(lines), lines, celt::slope(), 1.0);
        for (mut mdct, lines, slope, scale) in [
            celt(120),
            celt(240),
            celt(480),
            celt(960),
            (ac3::mdct(), ac3::LINES, kaiser::derived(5.0, 256), 1.0),
            aac(aac::Shape::Sine),
            aac(aac::Shape::Kbd),
        ] {
            let samples: Vec<f32> = (0..mdct.support()).map(|n| ((n * 7919 % 1009) as f32 / 1009.0) - 0.5).collect();
            let mut out = vec![0.0; lines];
            mdct.lines(&samples, &mut out);
            for (k, (got, expected)) in out.iter().zip(expected(&samples, lines, &slope, scale)).enumerate() {
                let error = (f64::from(*got) - expected).abs();
                assert!(error < 1e-5 * scale, "{lines} line {k}: {expected} {got}");
            }
        }
    }
}
