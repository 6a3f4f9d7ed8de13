//! Brings samples back to the rate that they were resampled from.
//!
//! Whoever raised the sample rate of a decode left its band as it was, so a long windowed sinc gives the decoder's samples back to
//! within the rounding noise, save for the last kilohertz or two below their Nyquist frequency. The first samples of both rates coincide, as
//! the usual resamplers (soxr, swresample) leave them.

use std::f64::consts::PI;

use crate::simd::{Kernel, dispatch};

/// Samples at the lower rate on either side of an output sample.
const REACH: usize = 48;

/// Shape of the Kaiser window: ripple and images near −100 dB.
const BETA: f64 = 10.0;

/// Values summed side by side; the taps are a multiple of it.
const WIDE: usize = 16;

/// Filters between two sample rates.
#[derive(Debug, Clone)]
pub struct Resampler {
    /// Output samples in one cycle, and input samples.
    cycle: (usize, usize),
    taps: usize,
    /// One filter per output sample of a cycle.
    filters: Vec<Vec<f32>>,
}

impl Resampler {
    /// Filters from one rate in Hz to another; both above zero.
    #[must_use]
    pub fn new(from: u32, to: u32) -> Self {
        let common = gcd(from.max(1), to.max(1));
        let cycle = ((to.max(1) / common) as usize, (from.max(1) / common) as usize);
        let scale = (f64::from(to) / f64::from(from)).min(1.0);
        let taps = (2 * (REACH as f64 / scale).ceil() as usize).next_multiple_of(WIDE);
        let filters = (0..cycle.0)
            .map(|m| {
                let fraction = (m * cycle.1 % cycle.0) as f64 / cycle.0 as f64;
                let at = |tap: usize| tap as f64 - (taps / 2 - 1) as f64 - fraction;
                (0..taps).map(|tap| kernel(at(tap), scale, taps) as f32).collect()
            })
            .collect();
        Self { cycle, taps, filters }
    }

    /// The output samples that lie well within `samples`, of which the first has index `start` in its file; after the index of the
    /// first of them at the other rate.
    #[must_use]
    pub fn resample(&self, start: u64, samples: &[f32]) -> (u64, Vec<f32>) {
        let (up, down) = (self.cycle.0 as u64, self.cycle.1 as u64);
        let before = (self.taps / 2 - 1) as u64;
        let first = ((start + before) * up).div_ceil(down);
        // The last whose newest tap is there.
        let end = (start + samples.len() as u64).saturating_sub(self.taps as u64 - before) * up / down;
        let count = end.saturating_sub(first) as usize;
        let mut out = vec![0.0; count];
        dispatch(Run { resampler: self, samples, start: start + before, first, out: &mut out });
        (first, out)
    }
}

/// One run of the filters, as a unit that is compiled for the machine's own vector width.
struct Run<'a> {
    resampler: &'a Resampler,
    samples: &'a [f32],
    /// Index in the file of the sample that an output is aligned to if its oldest tap is the first one.
    start: u64,
    first: u64,
    out: &'a mut [f32],
}

impl Kernel for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (up, down) = self.resampler.cycle;
        let mut from = (self.first * down as u64 / up as u64).saturating_sub(self.start) as usize;
        // Place of the filter in the cycle, and how much of an input sample the quotient above left.
        let (mut place, mut rest) =
            ((self.first % up as u64) as usize, (self.first * down as u64 % up as u64) as usize);
        for y in self.out {
            *y = dot(&self.samples[from..from + self.resampler.taps], &self.resampler.filters[place]);
            place = if place + 1 == up { 0 } else { place + 1 };
            rest += down % up;
            from += down / up;
            if rest >= up {
                rest -= up;
                from += 1;
            }
        }
    }
}

/// Sum of products in interleaved sums.
#[inline(always)]
fn dot(samples: &[f32], filter: &[f32]) -> f32 {
    let mut sums = [0.0_f32; WIDE];
    for (x, h) in samples.as_chunks::<WIDE>().0.iter().zip(filter.as_chunks::<WIDE>().0) {
        for l in 0..WIDE {
            sums[l] = x[l].mul_add(h[l], sums[l]);
        }
    }
    // By halves: each addition would wait for the one before.
    let mut width = WIDE / 2;
    while width > 0 {
        for l in 0..width {
            sums[l] += sums[l + width];
        }
        width /= 2;
    }
    sums[0]
}

/// Windowed sinc at a distance of `t` input samples, with its edge at `scale` times the input's Nyquist frequency.
fn kernel(t: f64, scale: f64, taps: usize) -> f64 {
    let edge = 2.0 * t / taps as f64;
    if edge.abs() >= 1.0 {
        return 0.0;
    }
    let x = PI * scale * t;
    let sinc = if x.abs() < 1e-9 { 1.0 } else { x.sin() / x };
    scale * sinc * bessel(BETA * (1.0 - edge * edge).sqrt()) / bessel(BETA)
}

/// Modified Bessel function I₀ by its power series.
fn bessel(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, 1.0);
    while term > 1e-12 * sum {
        term *= (x / (2.0 * n)) * (x / (2.0 * n));
        sum += term;
        n += 1.0;
    }
    sum
}

fn gcd(mut a: u32, mut b: u32) -> u32 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_come_back_at_the_other_rate_wherever_the_excerpt_begins() {
        for (from, to) in [(48_000, 44_100), (96_000, 48_000), (96_000, 44_100), (88_200, 44_100), (44_100, 48_000)] {
            let tone = |n: u64, rate: u32, hz: f64| (2.0 * PI * hz * n as f64 / f64::from(rate)).sin();
            let resampler = Resampler::new(from, to);
            for start in [0, 12_672, 1_000_003] {
                for hz in [440.0, 15_000.0, 19_000.0] {
                    let input: Vec<f32> = (start..start + 3000).map(|n| tone(n, from, hz) as f32).collect();
                    let (first, out) = resampler.resample(start, &input);
                    assert!(out.len() as f64 > 0.9 * 2600.0 * f64::from(to) / f64::from(from));
                    for (m, y) in (first..).zip(&out) {
                        let error = f64::from(*y) - tone(m, to, hz);
                        assert!(error.abs() < 3e-5, "{from} to {to}, {hz} Hz at {m}: {error}");
                    }
                }
            }
        }
    }

    #[test]
    fn too_few_samples_give_none() {
        assert!(Resampler::new(48_000, 44_100).resample(5, &[0.1; 50]).1.is_empty());
    }
}
