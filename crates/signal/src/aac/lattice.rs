//! The lattice of an AAC quantiser: `x = sign · n^(4/3) · 2^(sf/4)` (ISO/IEC 14496-3, 4.6.2), with finer bands and larger
//! integers than that of MP3 and no parity rule.

use crate::lattice::{Fitter, Steps};

/// Lines below this (−190 dB of a full-scale sine's) are zeros.
const LEAST: f32 = 1e-7;

/// How much better a finer lattice has to fit: sums and differences of small integers sit on one by chance, as well
/// as on the coarse one that they come from.
const FINER: f32 = 1.05;

/// A fitter for lattices on which the largest line of a band is at most `largest` steps^(4/3).
///
/// Exponents are in quarter steps of lines scaled as [`super::Bank`] gives them from samples of full scale 1: the stream's
/// scalefactor less 164.
#[must_use]
pub fn fitter(largest: f32) -> Fitter {
    Fitter::new(Steps { largest, gain: 0.0, finest: 64, finer: FINER, least: LEAST })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::{LANES, Lane};

    /// A reproducible value in −1..1.
    fn scatter(k: usize) -> f32 {
        ((k * 7919 + 13) % 1009) as f32 / 504.5 - 1.0
    }

    #[test]
    fn the_step_of_quantised_lines_is_recovered() {
        let integers = [5, -3, 2, 0, 1, -1, 7, 2, -4, 1, 0, 3];
        for exponent in [-30, -23, -10] {
            let step = (0.25 * exponent as f32).exp2();
            let lines: Vec<Lane> = integers
                .iter()
                .enumerate()
                .map(|(k, &n)| {
                    [(n as f32).abs().powf(4.0 / 3.0) * step * (n as f32).signum() + 0.02 * step * scatter(k); LANES]
                })
                .collect();
            let fit = fitter(100.0).fit(&lines, 0.02 * step);
            assert_eq!(fit.exponent[3], exponent);
            assert!(fit.score[3] > 4.0, "{}", fit.score[3]);
        }
    }

    #[test]
    fn unquantised_and_silent_lines_fit_nothing_well() {
        let mut fitter = fitter(100.0);
        let mean = (0..50)
            .map(|set| {
                let lines: Vec<Lane> = (0..20).map(|k| [1e-1 * scatter(k + 31 * set); LANES]).collect();
                fitter.fit(&lines, 1e-5).score[0]
            })
            .sum::<f32>()
            / 50.0;
        assert!(mean < 3.2, "{mean}");
        assert!(fitter.fit(&[[0.0; LANES]; 12], 0.0).score[0].abs() < 1e-9);
    }
}
