//! The lattice of a subband quantiser: twelve samples of one subband on even steps.
//!
//! Layer I, Layer II (ISO/IEC 11172-3, 2.4.3.2 and 2.4.3.3) and Musepack divide each subband sample by a scalefactor that holds for twelve of
//! them and write it on an odd number of even levels, so a decoder gives integers times one step. The largest sample is such
//! an integer too, which leaves few steps to be tried whatever the gain of the file.

use super::{LANES, Lane};
use crate::lattice::cos_turns;

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
#[inline(always)]
#[must_use]
pub fn fit(samples: &[Lane; BLOCK], sigma: f32, most: usize) -> SubbandFit {
    let mut peak = [1e-9_f32; LANES];
    let mut loudest = 0.0_f32;
    for sample in samples {
        for l in 0..LANES {
            peak[l] = peak[l].max(sample[l].abs());
        }
    }
    for value in peak {
        loudest = loudest.max(value);
    }
    let mut fit = SubbandFit { score: [0.0; LANES], largest: [1.0; LANES], peak };
    let inverse = peak.map(f32::recip);
    // Σ cos and their number at the best step; scores are compared by their squares.
    let mut best = ([0.0_f32; LANES], [1.0_f32; LANES]);
    for j in 1..=most {
        let integer = j as f32;
        if sigma * integer > MOST_NOISE * loudest {
            break;
        }
        let mut sum = [-1.0_f32; LANES];
        let mut count = [-1.0_f32; LANES];
        for sample in samples {
            for l in 0..LANES {
                let y = sample[l].abs() * inverse[l] * integer;
                let w: f32 = if y < 0.5 { 0.0 } else { 1.0 };
                sum[l] = w.mul_add(cos_turns(y), sum[l]);
                count[l] += w;
            }
        }
        for l in 0..LANES {
            let heard = sigma * integer <= MOST_NOISE * peak[l];
            let square = sum[l] * sum[l].max(0.0);
            let better = heard && count[l] >= LEAST_OTHERS && square * best.1[l] > best.0[l] * best.0[l] * count[l];
            best.0[l] = if better { sum[l] } else { best.0[l] };
            best.1[l] = if better { count[l] } else { best.1[l] };
            fit.largest[l] = if better { integer } else { fit.largest[l] };
        }
    }
    fit.score = std::array::from_fn(|l| best.0[l] / (0.5 * best.1[l]).sqrt());
    fit
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
