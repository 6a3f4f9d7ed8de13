//! Sums and maxima over samples, many side by side: a running sum in one register waits for itself.

use crate::mp3::LANES;
use crate::simd::{Kernel, dispatch};

/// Σ x².
#[must_use]
pub fn energy(samples: &[f32]) -> f32 {
    dispatch(Energy(samples))
}

/// `Σ (x[n+1] − x[n])²`: energy with the highs emphasised.
#[must_use]
pub fn difference_energy(samples: &[f32]) -> f32 {
    dispatch(DifferenceEnergy(samples))
}

/// The largest |x|; 0 of nothing. Values that are no numbers count for nothing.
#[must_use]
pub fn peak(samples: &[f32]) -> f32 {
    dispatch(Peak(samples))
}

struct Energy<'a>(&'a [f32]);

impl Kernel for Energy<'_> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        let (chunks, rest) = self.0.as_chunks::<LANES>();
        let mut sums = [0.0_f32; LANES];
        for chunk in chunks {
            for l in 0..LANES {
                sums[l] = chunk[l].mul_add(chunk[l], sums[l]);
            }
        }
        sums.iter().sum::<f32>() + rest.iter().map(|x| x * x).sum::<f32>()
    }
}

struct DifferenceEnergy<'a>(&'a [f32]);

impl Kernel for DifferenceEnergy<'_> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        let Some((_, later)) = self.0.split_first() else { return 0.0 };
        let (chunks, rest) = later.as_chunks::<LANES>();
        let (before, rest_before) = self.0[..later.len()].as_chunks::<LANES>();
        let mut sums = [0.0_f32; LANES];
        for (chunk, before) in chunks.iter().zip(before) {
            for l in 0..LANES {
                let d = chunk[l] - before[l];
                sums[l] = d.mul_add(d, sums[l]);
            }
        }
        let rest: f32 = rest.iter().zip(rest_before).map(|(b, a)| (b - a) * (b - a)).sum();
        sums.iter().sum::<f32>() + rest
    }
}

struct Peak<'a>(&'a [f32]);

impl Kernel for Peak<'_> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        let (chunks, rest) = self.0.as_chunks::<LANES>();
        let mut peaks = [0.0_f32; LANES];
        for chunk in chunks {
            for l in 0..LANES {
                let x = chunk[l].abs();
                peaks[l] = if x > peaks[l] { x } else { peaks[l] };
            }
        }
        peaks.iter().copied().chain(rest.iter().map(|x| x.abs())).fold(0.0, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_any_length_are_those_of_the_definition() {
        let samples: Vec<f32> = (0..100).map(|n| ((n * 37 % 19) as f32 - 9.0) / 9.0).collect();
        for length in [0, 1, 2, 15, 16, 17, 18, 64, 100] {
            let samples = &samples[..length];
            let expected: f64 = samples.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
            assert!((f64::from(energy(samples)) - expected).abs() < 1e-4, "{length}");
            let expected: f64 = samples.windows(2).map(|pair| f64::from(pair[1] - pair[0]).powi(2)).sum();
            assert!((f64::from(difference_energy(samples)) - expected).abs() < 1e-4, "{length}");
            let expected = samples.iter().fold(0.0, |peak: f32, x| peak.max(x.abs()));
            assert!((peak(samples) - expected).abs() < 1e-9, "{length}");
        }
    }

    #[test]
    fn what_is_no_number_is_no_peak() {
        assert!((peak(&[f32::NAN; 40]) - 0.0).abs() < 1e-9);
        let mut samples = [0.25; 40];
        samples[7] = f32::NAN;
        samples[20] = -0.5;
        assert!((peak(&samples) - 0.5).abs() < 1e-9);
    }
}
