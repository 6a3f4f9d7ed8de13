//! Brings 44.1 kHz back to 48 kHz by 160/147, at any sub-sample offset.
//!
//! Whoever made a 44.1 kHz file of a decoded Opus stream left everything below 20 kHz as it was; a long
//! windowed sinc puts the samples of the decoder back to within the rounding noise.

use std::f64::consts::PI;

use crate::mp3::LANES;
use crate::simd::{Kernel, dispatch};

/// Samples at 44.1 kHz after which the two rates meet on the frame grid of 20 ms.
pub const PERIOD_44100: usize = 882;

/// The same in samples at 48 kHz.
pub const PERIOD_48000: usize = 960;

/// Input samples that one output sample is made of.
pub const TAPS: usize = 80;

/// Output positions in one input cycle of 147 samples.
const CYCLE_OUT: usize = 160;

/// Input samples in one cycle.
const CYCLE_IN: usize = 147;

/// Shape of the Kaiser window: ripple and images near −100 dB.
const BETA: f64 = 10.0;

/// Filters of all output positions at one offset.
#[derive(Debug, Clone)]
pub struct Resampler {
    filters: Vec<[f32; TAPS]>,
}

impl Resampler {
    /// Filters for output samples at times `(m + offset) / 48000 s`, with −1 < `offset` < 1.
    #[must_use]
    pub fn new(offset: f64) -> Self {
        let filters = (0..CYCLE_OUT)
            .map(|m| {
                let time = (m as f64 + offset) * CYCLE_IN as f64 / CYCLE_OUT as f64;
                let whole = (m * CYCLE_IN / CYCLE_OUT) as f64;
                std::array::from_fn(|tap| kernel(whole + tap as f64 - (TAPS / 2 - 1) as f64 - time) as f32)
            })
            .collect();
        Self { filters }
    }

    /// The first `count` output samples, of which number 0 lies at `samples[TAPS / 2 − 1]` (plus the offset).
    ///
    /// # Panics
    /// If `samples` does not reach that far.
    pub fn resample(&self, samples: &[f32], count: usize, out: &mut Vec<f32>) {
        dispatch(Resampling { filters: &self.filters, samples, count, out });
    }

    /// Input samples that `count` output samples need.
    #[must_use]
    pub fn need(count: usize) -> usize {
        count * CYCLE_IN / CYCLE_OUT + TAPS
    }
}

/// One run of the filters, as a unit that is compiled for the machine's own vector width.
struct Resampling<'a> {
    filters: &'a [[f32; TAPS]],
    samples: &'a [f32],
    count: usize,
    out: &'a mut Vec<f32>,
}

impl Kernel for Resampling<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.out.clear();
        self.out.resize(self.count, 0.0);
        for (m, y) in self.out.iter_mut().enumerate() {
            let taps = self.samples[m * CYCLE_IN / CYCLE_OUT..].first_chunk();
            *y = dot(taps.unwrap_or(&[0.0; TAPS]), &self.filters[m % CYCLE_OUT]);
        }
    }
}

/// Sum of products in sixteen interleaved sums.
#[inline(always)]
fn dot(samples: &[f32; TAPS], filter: &[f32; TAPS]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    for from in (0..TAPS).step_by(LANES) {
        for l in 0..LANES {
            sums[l] = samples[from + l].mul_add(filter[from + l], sums[l]);
        }
    }
    // By halves: each sum would wait for the one before.
    let mut width = 8;
    while width > 0 {
        for l in 0..width {
            sums[l] += sums[l + width];
        }
        width /= 2;
    }
    sums[0]
}

/// Windowed sinc at a distance of `t` input samples.
fn kernel(t: f64) -> f64 {
    let edge = 2.0 * t / TAPS as f64;
    if edge.abs() >= 1.0 {
        return 0.0;
    }
    let sinc = if t.abs() < 1e-9 { 1.0 } else { (PI * t).sin() / (PI * t) };
    sinc * bessel(BETA * (1.0 - edge * edge).sqrt()) / bessel(BETA)
}

/// Modified Bessel function I₀ by its power series.
fn bessel(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, 1.0);
    while term > 1e-12 * sum {
        term *= (x / (2.0 * n)).powi(2);
        sum += term;
        n += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_arrive_unchanged_at_every_offset() {
        for frequency in [50.0, 1000.0, 12_345.0, 19_900.0] {
            let tone = |seconds: f64| (2.0 * PI * frequency * seconds + 0.3).sin();
            let samples: Vec<f32> =
                (0..Resampler::need(500)).map(|n| tone((n as f64 - (TAPS / 2 - 1) as f64) / 44_100.0) as f32).collect();
            for offset in [0.0, 0.37, 0.9] {
                let mut out = Vec::new();
                Resampler::new(offset).resample(&samples, 500, &mut out);
                for (m, &y) in out.iter().enumerate() {
                    let expected = tone((m as f64 + offset) / 48_000.0);
                    assert!((f64::from(y) - expected).abs() < 3e-5, "{frequency} Hz, {m}: {expected} {y}");
                }
            }
        }
    }
}
