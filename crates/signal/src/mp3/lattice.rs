//! The lattice of a Layer III quantiser: `xr = sign · n^(4/3) · 2^(e/4)` (ISO/IEC 11172-3, 2.4.3.4.7).

use crate::lattice::{Fitter, Steps};

/// Quarter steps between a decoder's `2^(e/4)` and the lines of [`super::Hybrid`], whose MDCT pair has a
/// gain of nine: 4 log2 9.
pub const BANK_GAIN: f32 = 12.679_7;

/// Quantised values above this are not looked for in the lines of one band: by a few hundred the search would only try ever finer
/// lattices on the same lines, and chance gains with each.
pub const LARGEST_OF_BAND: f32 = 160.0;

/// The largest quantised value that the Huffman codes can hold: 15 and thirteen bits more. Many lines on one step can tell that step
/// whatever their values are, as long as nobody changed the gain.
pub const LARGEST: f32 = 8206.0;

/// A fitter for the lines of [`super::Hybrid`] with values up to `largest`, and exponents e in quarter steps of the decoder's scale.
#[must_use]
pub fn fitter(largest: f32) -> Fitter {
    Fitter::new(Steps { largest, gain: BANK_GAIN, finest: 96, finer: 1.0, least: 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp3::{LANES, Lane};

    /// Lines `n^(4/3) 2^((e + gain)/4)` for the given integers, every lane alike, plus `noise`.
    fn quantised(integers: &[i32], exponent: i32, noise: impl Fn(usize) -> f32) -> Vec<Lane> {
        let step = (0.25 * (exponent as f32 + BANK_GAIN)).exp2();
        integers
            .iter()
            .enumerate()
            .map(|(k, &n)| [(n.abs() as f32).powf(4.0 / 3.0) * step * n.signum() as f32 + noise(k); LANES])
            .collect()
    }

    /// A reproducible value in −1..1.
    fn scatter(k: usize) -> f32 {
        ((k * 7919 + 13) % 1009) as f32 / 504.5 - 1.0
    }

    #[test]
    fn the_step_of_quantised_lines_is_recovered() {
        let integers = [5, -3, 2, 0, 1, -1, 7, 2, -4, 1, 0, 3];
        for exponent in [-60, -53, -40] {
            let sigma = (0.25 * (exponent as f32 + BANK_GAIN)).exp2() * 0.02;
            let fit = fitter(LARGEST_OF_BAND).fit(&quantised(&integers, exponent, |k| sigma * scatter(k)), sigma);
            assert_eq!(fit.exponent[3], exponent);
            assert!(fit.score[3] > 4.0, "{}", fit.score[3]);
        }
    }

    #[test]
    fn unquantised_lines_fit_nothing_well() {
        let mut total = 0.0;
        for set in 0..50 {
            let lines: Vec<Lane> = (0..20).map(|k| [1e-3 * scatter(k + 31 * set); LANES]).collect();
            total += fitter(LARGEST_OF_BAND).fit(&lines, 1e-6).score[0];
        }
        assert!(total / 50.0 < 3.2, "{}", total / 50.0);
    }

    #[test]
    fn noise_above_the_spacing_hides_the_lattice() {
        let integers = [1, -2, 1, 3, 1, -1, 2, 2, -1, 1];
        let step = (0.25 * (-50.0 + BANK_GAIN)).exp2();
        let lines = quantised(&integers, -50, |k| 2.0 * step * scatter(3 * k));
        assert!(fitter(LARGEST_OF_BAND).fit(&lines, 2.0 * step).score[0] < 3.0);
    }
}
