//! Brings samples back to the rate that they were resampled from.
//!
//! Whoever raised the sample rate of a decode left its band as it was, so a long windowed sinc gives the decoder's samples back to
//! within the rounding noise, save for the last kilohertz or two below their Nyquist frequency. The first samples of both rates coincide, as
//! the usual resamplers (soxr, swresample) leave them; [`Resampler::shifted`] is for those that do not.

use std::f64::consts::PI;

use crate::kaiser::kaiser;
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
    /// One filter per output sample of a cycle, one after the other.
    filters: Vec<f32>,
}

impl Resampler {
    /// Filters from one rate in Hz to another; both above zero.
    #[must_use]
    pub fn new(from: u32, to: u32) -> Self {
        Self::shifted(from, to, REACH, 0.0)
    }

    /// Filters whose output samples take `reach` samples at the lower rate on either side, and lie `offset` output samples late, −1 <
    /// `offset` < 1.
    #[must_use]
    pub fn shifted(from: u32, to: u32, reach: usize, offset: f64) -> Self {
        let common = gcd(from.max(1), to.max(1));
        let cycle = ((to.max(1) / common) as usize, (from.max(1) / common) as usize);
        let scale = (f64::from(to) / f64::from(from)).min(1.0);
        let taps = (2 * (reach as f64 / scale).ceil() as usize).next_multiple_of(WIDE);
        let window = kaiser(BETA);
        // Windowed sinc at a distance of `t` input samples, with its edge at `scale` times the input's Nyquist frequency.
        let kernel = |t: f64| {
            let x = PI * scale * t;
            let sinc = if x.abs() < 1e-9 { 1.0 } else { x.sin() / x };
            scale * sinc * window(2.0 * t / taps as f64)
        };
        let mut filters = Vec::with_capacity(cycle.0 * taps);
        for m in 0..cycle.0 {
            let fraction = ((m * cycle.1 % cycle.0) as f64 + offset * cycle.1 as f64) / cycle.0 as f64;
            let at = |tap: usize| tap as f64 - (taps / 2 - 1) as f64 - fraction;
            filters.extend((0..taps).map(|tap| kernel(at(tap)) as f32));
        }
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
        // `first` is aligned to this input sample and `rest` parts of the next; its oldest tap lies before that.
        let (whole, rest) = (first * down / up, (first * down % up) as usize);
        let from = whole.saturating_sub(start + before) as usize;
        dispatch(Run { resampler: self, samples, from, place: (first % up) as usize, rest, out: &mut out });
        (first, out)
    }

    /// The first `count` output samples of a cycle, of which number 0 lies at `samples[taps / 2 − 1]`, plus the offset.
    ///
    /// # Panics
    /// If there are fewer than [`Self::need`] samples.
    pub fn cycles(&self, samples: &[f32], count: usize, out: &mut Vec<f32>) {
        out.clear();
        out.resize(count, 0.0);
        dispatch(Run { resampler: self, samples, from: 0, place: 0, rest: 0, out });
    }

    /// Input samples that `count` output samples of [`Self::cycles`] need.
    #[must_use]
    pub fn need(&self, count: usize) -> usize {
        count * self.cycle.1 / self.cycle.0 + self.taps
    }
}

/// One run of the filters, as a unit that is compiled for the machine's own vector width.
struct Run<'a> {
    resampler: &'a Resampler,
    samples: &'a [f32],
    /// The oldest tap of the first output sample.
    from: usize,
    /// Place of its filter in the cycle, and how much of an input sample, in parts of the output's cycle, it lies beyond.
    place: usize,
    rest: usize,
    out: &'a mut [f32],
}

impl Kernel for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // From 44.1 to 48 kHz for Opus, and back. A loop of known length took three quarters of the time.
        match self.resampler.taps {
            80 => self.filter(80),
            112 => self.filter(112),
            taps => self.filter(taps),
        }
    }
}

impl Run<'_> {
    #[inline(always)]
    fn filter(self, taps: usize) {
        let Resampler { cycle: (up, down), ref filters, .. } = *self.resampler;
        let (mut from, mut place, mut rest) = (self.from, self.place, self.rest);
        for y in self.out {
            *y = dot(&self.samples[from..from + taps], &filters[place * taps..(place + 1) * taps]);
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
    fn tones_arrive_unchanged_at_every_offset() {
        let (reach, before) = (40, 39.0);
        for frequency in [50.0, 1000.0, 12_345.0, 19_900.0] {
            let tone = |seconds: f64| (2.0 * PI * frequency * seconds + 0.3).sin();
            for offset in [0.0, 0.37, 0.9, -0.4] {
                let resampler = Resampler::shifted(44_100, 48_000, reach, offset);
                let samples: Vec<f32> =
                    (0..resampler.need(500)).map(|n| tone((n as f64 - before) / 44_100.0) as f32).collect();
                let mut out = Vec::new();
                resampler.cycles(&samples, 500, &mut out);
                for (m, &y) in out.iter().enumerate() {
                    let expected = tone((m as f64 + offset) / 48_000.0);
                    assert!((f64::from(y) - expected).abs() < 3e-5, "{frequency} Hz, {m}: {expected} {y}");
                }
            }
        }
    }

    #[test]
    fn too_few_samples_give_none() {
        assert!(Resampler::new(48_000, 44_100).resample(5, &[0.1; 50]).1.is_empty());
    }
}
