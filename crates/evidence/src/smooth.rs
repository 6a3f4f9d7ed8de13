//! Smooth bands: lines that are predicted from the lines below them, and fit a quantiser's steps for that reason alone.
//!
//! The lines of an impulse, and of the leakage of a distant tone, have nearly one magnitude, and their signs follow a
//! rule. One step fits them all. Each is a sum of the two lines before it, as the samples of a tone are (linear
//! prediction across frequency, the basis of temporal noise shaping). The integers of an encode have signs that no rule
//! predicts.

use std::ops::Range;

/// A band is smooth if prediction from the two lines before leaves less than this share of its energy. It leaves seven
/// eighths of lines of random signs, and a tenth of a tone's leakage in the noise of an encode.
const LEFT: f32 = 0.25;

/// Fewest lines that are predicted: two weights fit a few lines of any kind.
const FEWEST: usize = 16;

/// Whether the lines in and around `band` are predicted from each other.
fn is_smooth(lines: &[f32], band: &Range<usize>) -> bool {
    let more = FEWEST.saturating_sub(band.len()).div_ceil(2);
    let first = band.start.saturating_sub(more).max(2);
    let until = (band.end + more).min(lines.len());
    let (now, last, before) = (&lines[first..until], &lines[first - 1..until - 1], &lines[first - 2..until - 2]);
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(x * y)).sum::<f64>();
    let energy = product(now, now);
    let (ll, lb, bb) = (product(last, last), product(last, before), product(before, before));
    let (nl, nb) = (product(now, last), product(now, before));
    let determinant = ll * bb - lb * lb;
    // The energy that the best two weights predict.
    let predicted = if determinant > 1e-9 * ll * bb {
        (nl * nl * bb - 2.0 * nl * nb * lb + nb * nb * ll) / determinant
    } else {
        nl * nl / ll.max(f64::MIN_POSITIVE)
    };
    energy - predicted < f64::from(LEFT) * energy
}

/// The evidence of bands, and the part of it that does not lie in smooth ones.
#[derive(Debug, Default)]
pub struct Rough {
    whole: f32,
    rough: f32,
}

impl Rough {
    /// Adds what a band of these lines gives, and returns it.
    pub fn add(&mut self, lines: &[f32], band: &Range<usize>, gives: f32) -> f32 {
        self.whole += gives;
        self.rough += if is_smooth(lines, band) { 0.0 } else { gives };
        gives
    }

    /// The share, 0 to 1, that does not lie in smooth bands; 1 without any evidence.
    pub fn share(&self) -> f64 {
        if self.whole > 0.0 { f64::from(self.rough / self.whole) } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signs that no rule predicts.
    fn random_signs(count: usize) -> Vec<f32> {
        let mut state = 1_u32;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if state >> 31 == 0 { 1.0 } else { -1.0 }
            })
            .collect()
    }

    #[test]
    fn an_impulse_is_smooth_and_an_encode_is_not() {
        let impulse: Vec<f32> = (0..1024).map(|k| (1.571 * (k as f32 + 0.5)).cos()).collect();
        let encode = random_signs(1024);
        for band in [100..104, 100..108, 300..332, 992..1024] {
            assert!(is_smooth(&impulse, &band), "{band:?}");
            assert!(!is_smooth(&encode, &band), "{band:?}");
        }
    }

    #[test]
    fn lines_of_alternating_sign_under_a_slope_are_smooth() {
        let leakage: Vec<f32> = (0..1024).map(|k| [1.0, -1.0, -1.0, 1.0][k % 4] / (k as f32 - 80.3).powi(2)).collect();
        assert!(is_smooth(&leakage, &(200..216)));
        assert!(!is_smooth(&[0.0; 64], &(20..30)), "silence is none");
    }
}
