//! The lattice of a subband quantiser: twelve samples of one subband on even steps.
//!
//! Layer I, Layer II (ISO/IEC 11172-3, 2.4.3.2 and 2.4.3.3) and Musepack divide each subband sample by a scalefactor that holds for twelve of
//! them and write it on an odd number of even levels, so a decoder gives integers times one step. The largest sample is such
//! an integer too, which leaves few steps to be tried whatever the gain of the file.

use super::{LANES, Lane};
use crate::lattice::cosine;
use crate::simd::{Simd, WithSimd, load, store, vectorise};

/// Samples that share a scalefactor.
pub const BLOCK: usize = 12;

/// Samples besides the largest that a step must not round to zero.
const LEAST_OTHERS: f32 = 3.0;

/// Share of a step that the noise on a sample may have as its deviation.
const MOST_NOISE: f32 = 0.12;

/// The best step of one block, per lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SubbandFit {
    /// `Σ cos 2πy` over the non-zero samples but the largest, in deviations of what samples off any lattice give; 0 where too few
    /// samples tell.
    pub score: Lane,
    /// Integer of the largest sample.
    pub largest: Lane,
    /// Magnitude of the largest sample.
    pub peak: Lane,
}

/// Fits every step of which the largest sample is 1 to `most` to the samples of a block; `sigma` is the deviation of the noise on each.
#[must_use]
pub fn fit(samples: &[Lane; BLOCK], sigma: f32, most: usize) -> SubbandFit {
    vectorise(Fit { samples, sigma, most })
}

/// One fit, compiled for the machine's own vector width.
struct Fit<'a> {
    samples: &'a [Lane; BLOCK],
    sigma: f32,
    most: usize,
}

impl WithSimd for Fit<'_> {
    type Output = SubbandFit;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> SubbandFit {
        let Self { samples, sigma, most } = self;
        let mut fit = SubbandFit { score: [0.0; LANES], largest: [1.0; LANES], peak: [0.0; LANES] };
        let mut weights = [1.0; LANES];
        let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
        for part in (0..LANES).step_by(S::F32_LANES) {
            let mut shares = [zero; BLOCK];
            let mut peak = simd.splat_f32s(1e-9);
            for (share, sample) in shares.iter_mut().zip(samples) {
                *share = simd.abs_f32s(load(simd, &sample[part..]));
                peak = simd.max_f32s(peak, *share);
            }
            let loudest = simd.reduce_max_f32s(peak);
            let inverse = simd.div_f32s(one, peak);
            for share in &mut shares {
                *share = simd.mul_f32s(*share, inverse);
            }
            // Σ cos and their number at the best step; scores are compared by their squares.
            let (mut best, mut largest) = ((zero, one), one);
            for j in 1..=most {
                let integer = j as f32;
                if sigma * integer > MOST_NOISE * loudest {
                    break;
                }
                let (sum, count) = correlate(simd, &shares, integer);
                let square = simd.mul_f32s(sum, simd.max_f32s(sum, zero));
                let heard = simd.less_than_or_equal_f32s(
                    simd.splat_f32s(sigma * integer),
                    simd.mul_f32s(simd.splat_f32s(MOST_NOISE), peak),
                );
                let enough = simd.greater_than_or_equal_f32s(count, simd.splat_f32s(LEAST_OTHERS));
                let fits = simd.greater_than_f32s(
                    simd.mul_f32s(square, best.1),
                    simd.mul_f32s(simd.mul_f32s(best.0, best.0), count),
                );
                let better = simd.and_m32s(simd.and_m32s(heard, enough), fits);
                best.0 = simd.select_f32s(better, sum, best.0);
                best.1 = simd.select_f32s(better, count, best.1);
                largest = simd.select_f32s(better, simd.splat_f32s(integer), largest);
            }
            store(simd, &mut fit.score[part..], best.0);
            store(simd, &mut weights[part..], best.1);
            store(simd, &mut fit.largest[part..], largest);
            store(simd, &mut fit.peak[part..], peak);
        }
        for l in 0..LANES {
            fit.score[l] /= (0.5 * weights[l]).sqrt();
        }
        fit
    }
}

/// `Σ cos 2πy` over the samples that do not round to zero, and their number, both without the largest; of samples as shares of
/// that, which is `integer`.
#[inline(always)]
fn correlate<S: Simd>(simd: S, shares: &[S::f32s; BLOCK], integer: f32) -> (S::f32s, S::f32s) {
    let (half, one) = (simd.splat_f32s(0.5), simd.splat_f32s(1.0));
    let mut sum = simd.splat_f32s(-1.0);
    let mut count = sum;
    for &share in shares {
        let y = simd.mul_f32s(share, simd.splat_f32s(integer));
        let zero = simd.less_than_f32s(y, half);
        sum = simd.select_f32s(zero, sum, simd.add_f32s(sum, cosine(simd, y)));
        count = simd.select_f32s(zero, count, simd.add_f32s(count, one));
    }
    (sum, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reproducible value in −1..1.
    fn scatter(k: usize) -> f32 {
        let x = (k as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f32 / f32::from(1_u16 << 15) / 256.0 - 1.0
    }

    #[test]
    fn quantised_samples_fit_whatever_their_scale() {
        let integers = [3.0, -1.0, 2.0, 0.0, -3.0, 1.0, 7.0, -4.0, 5.0, 0.0, 2.0, -6.0];
        for step in [1e-4, 0.0137, 0.05] {
            let samples: [Lane; BLOCK] =
                std::array::from_fn(|n| [integers[n] * step + 0.02 * step * scatter(n); LANES]);
            let fit = fit(&samples, 0.02 * step, 15);
            assert!(fit.score[5] > 4.0 && (fit.largest[5] - 7.0).abs() < 0.1, "{fit:?}");
        }
    }

    #[test]
    fn other_samples_fit_no_better_than_by_chance() {
        let mean = (0..200)
            .map(|set| {
                let samples: [Lane; BLOCK] = std::array::from_fn(|n| [scatter(n + 12 * set); LANES]);
                fit(&samples, 1e-5, 15).score[0]
            })
            .sum::<f32>()
            / 200.0;
        assert!((1.0..2.3).contains(&mean), "{mean}");
    }

    #[test]
    fn noise_wider_than_the_steps_and_silence_say_nothing() {
        let samples: [Lane; BLOCK] = std::array::from_fn(|n| [scatter(n); LANES]);
        assert!(fit(&samples, 1.0, 15).score.iter().all(|score| score.abs() < 1e-9));
        assert!(fit(&[[0.0; LANES]; BLOCK], 1e-6, 15).score.iter().all(|score| score.abs() < 1e-9));
    }
}
