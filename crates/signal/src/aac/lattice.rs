//! Do spectral lines sit on an AAC quantiser's lattice?
//!
//! A decoder gives `x = sign · n^(4/3) · 2^(sf/4)` with integer n and sf (ISO/IEC 14496-3, 4.6.2), so in
//! `y = |x|^(3/4) · 2^(−3e/16)` the values are the integers and `cos 2πy` is 1; off the lattice it averages to
//! nothing. Each line weighs by the characteristic function of its noise, exp(−2π² sd²). The idea is that of
//! [`crate::mp3::lattice`]; AAC has finer bands, larger integers and no parity rule.

use crate::mp3::lattice::{cos_turns, is_clear};
use crate::mp3::{LANES, Lane};

/// Widest band that is fitted, in lines.
pub const WIDEST: usize = 96;

/// Weighted lines that a fit needs at least.
const LEAST_WEIGHT: f32 = 2.0;

/// Lines below this (−190 dB of a full-scale sine's) are zeros.
const LEAST: f32 = 1e-7;

/// How much better a finer lattice has to fit: sums and differences of small integers sit on one by chance, as well
/// as on the coarse one that they come from.
const FINER: f32 = 1.05;

/// Best lattice of one band, per lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandFit {
    /// `Σ w cos 2πy` over its deviation off any lattice: a standard normal before the best step was chosen.
    pub score: Lane,
    /// Step exponent e of the best lattice, in quarter steps of lines scaled as [`super::Bank`] gives them
    /// from samples of full scale 1: the stream's scalefactor less 164.
    pub exponent: [i32; LANES],
}

/// Fits lattices to bands, reusing its buffers.
#[derive(Debug, Clone)]
pub struct Fitter {
    /// Largest integer that is looked for.
    largest: f32,
    /// |x|^(3/4) of the lines of the band at hand, the highest line first.
    powers: Box<[Lane; WIDEST]>,
    /// 2π² (¾ σ)² / (8 √|x|): an eighth of the noise exponent at step 1.
    spreads: Box<[Lane; WIDEST]>,
    /// Largest |x|^(3/4) of each line over the lanes, falling.
    heights: Box<[f32; WIDEST]>,
}

impl Fitter {
    /// A fitter for lattices on which the largest line of a band is at most `largest` steps^(4/3).
    #[must_use]
    pub fn new(largest: f32) -> Self {
        Self {
            largest,
            powers: Box::new([[0.0; LANES]; WIDEST]),
            spreads: Box::new([[0.0; LANES]; WIDEST]),
            heights: Box::new([0.0; WIDEST]),
        }
    }

    /// Fits every step to the lines of one band, of which the first [`WIDEST`] count; `sigma` is the deviation
    /// of the noise on each line.
    #[inline(always)]
    pub fn fit(&mut self, lines: &[Lane], sigma: f32) -> BandFit {
        let mut fit = BandFit { score: [0.0; LANES], exponent: [0; LANES] };
        let count = lines.len().min(WIDEST);
        let largest = self.prepare(&lines[..count], sigma);
        if largest <= 4.0 * sigma.max(LEAST) {
            return fit;
        }
        // From the coarsest step, whose largest value is 1, to finer ones.
        let coarsest = (4.0 * largest.log2()).floor() as i32 + 1;
        let power = largest.powf(0.75);
        let (mut seen, mut heard) = (0, count);
        // Σ w cos 2πy and Σ w² of the best step; scores are compared by their squares, free of roots and quotients.
        let mut best = ([0.0_f32; LANES], [1.0_f32; LANES]);
        for exponent in (coarsest - 64..=coarsest).rev() {
            let step = (-0.1875 * exponent as f32).exp2();
            if power * step > self.largest {
                break;
            }
            // Lines that round to zero in every lane, or whose noise has drowned them there, are a tail of the order.
            while seen < count && self.heights[seen] * step >= 0.5 {
                seen += 1;
            }
            while heard > 0 && self.drowned(heard - 1, step) {
                heard -= 1;
            }
            let (sum, weight) = if is_clear(sigma, step) {
                self.correlate_clear(seen, step)
            } else {
                self.correlate(seen.min(heard), step)
            };
            let mut heaviest = 0.0_f32;
            for l in 0..LANES {
                let square = sum[l] * sum[l].max(0.0);
                let better =
                    weight[l] >= LEAST_WEIGHT && square * best.1[l] > FINER * FINER * best.0[l] * best.0[l] * weight[l];
                best.0[l] = if better { sum[l] } else { best.0[l] };
                best.1[l] = if better { weight[l] } else { best.1[l] };
                fit.exponent[l] = if better { exponent } else { fit.exponent[l] };
                heaviest = heaviest.max(weight[l]);
            }
            // The finer the step, the more lines count but the less each weighs; once all have drowned, so
            // will all finer ones.
            if heaviest < LEAST_WEIGHT && exponent < coarsest - 16 {
                break;
            }
        }
        fit.score = std::array::from_fn(|l| best.0[l] / (0.5 * best.1[l]).sqrt());
        fit
    }

    /// Fills the buffers; returns the largest magnitude.
    #[inline(always)]
    fn prepare(&mut self, lines: &[Lane], sigma: f32) -> f32 {
        // Exact zeros (digital silence) must not divide by nothing.
        let least = sigma.max(LEAST);
        let spread = 11.103_3 * sigma * sigma / 8.0;
        let mut order = [(0.0_f32, 0_usize); WIDEST];
        for (n, (line, entry)) in lines.iter().zip(&mut order).enumerate() {
            *entry = (line.iter().fold(0.0, |largest, x| largest.max(x.abs())), n);
        }
        let order = &mut order[..lines.len()];
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (place, &(height, n)) in order.iter().enumerate() {
            let (power, eighth) = (&mut self.powers[place], &mut self.spreads[place]);
            for l in 0..LANES {
                let x = lines[n][l].abs().max(least);
                let root = x.sqrt();
                power[l] = root * root.sqrt();
                eighth[l] = spread / root;
            }
            let root = height.max(least).sqrt();
            self.heights[place] = root * root.sqrt();
        }
        order.first().map_or(0.0, |&(height, _)| height)
    }

    /// Whether the noise leaves the line at `place` less than a thousandth of its weight in every lane.
    #[inline(always)]
    fn drowned(&self, place: usize, step: f32) -> bool {
        let least = self.spreads[place].iter().copied().fold(f32::INFINITY, f32::min);
        least * step * step > 0.58
    }

    /// [`Self::correlate`] where every weight is one.
    #[inline(always)]
    fn correlate_clear(&self, count: usize, step: f32) -> (Lane, Lane) {
        let mut sum = [0.0; LANES];
        let mut weight = [0.0; LANES];
        for power in &self.powers[..count] {
            for l in 0..LANES {
                let y = power[l] * step;
                let w: f32 = if y < 0.5 { 0.0 } else { 1.0 };
                sum[l] = w.mul_add(cos_turns(y), sum[l]);
                weight[l] += w;
            }
        }
        (sum, weight)
    }

    /// `Σ w cos 2πy` and `Σ w²` over the first `count` lines, as far as they do not round to zero.
    #[inline(always)]
    fn correlate(&self, count: usize, step: f32) -> (Lane, Lane) {
        let mut sum = [0.0; LANES];
        let mut weight = [0.0; LANES];
        let square = step * step;
        for (power, eighth) in self.powers[..count].iter().zip(&self.spreads[..count]) {
            for l in 0..LANES {
                let y = power[l] * step;
                // exp(−u) as (1 − u/8)^8, exact enough for a weight and free of calls.
                let base = eighth[l].mul_add(-square, 1.0).max(0.0);
                let squared = base * base;
                let fourth = squared * squared;
                let w = if y < 0.5 { 0.0 } else { fourth * fourth };
                sum[l] = w.mul_add(cos_turns(y), sum[l]);
                weight[l] = w.mul_add(w, weight[l]);
            }
        }
        (sum, weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let fit = Fitter::new(100.0).fit(&lines, 0.02 * step);
            assert_eq!(fit.exponent[3], exponent);
            assert!(fit.score[3] > 4.0, "{}", fit.score[3]);
        }
    }

    #[test]
    fn unquantised_and_silent_lines_fit_nothing_well() {
        let mut fitter = Fitter::new(100.0);
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
