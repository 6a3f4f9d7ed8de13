//! Do spectral lines sit on a quantiser's lattice? The search that MP3 and AAC share.
//!
//! Both decoders give `x = sign · n^(4/3) · 2^(e/4)` with integer n and e. In `y = |x|^(3/4) · 2^(−3e/16)` the values are the
//! integers n, so `cos 2πy` is 1 on the lattice and averages to nothing off it. Noise of deviation σ on a line becomes
//! ¾ |x|^(−1/4) σ 2^(−3e/16) in y, which is why large lines show the lattice long after the zeros have drowned; each line is
//! weighted by the characteristic function of that noise, exp(−2π² sd²), the most powerful weight for a weak lattice.

use crate::lane::{LANES, Lane};
use crate::rounding::nearest;
use crate::simd::Simd;

/// Weighted lines that a fit needs at least.
const LEAST_WEIGHT: f32 = 2.0;

/// Widest band that is fitted, in lines: the last of MP3 at 44.1 kHz. Of a wider one the first lines count.
pub const WIDEST: usize = 158;

/// Which steps are tried, and what is made of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// Largest integer that is looked for.
    pub largest: f32,
    /// Quarter steps between the codec's scale, in which exponents are told, and that of the lines.
    pub gain: f32,
    /// Quarter steps from the coarsest step, of which the largest line is one, to the finest.
    pub finest: i32,
    /// How much better a finer lattice has to fit than a coarser one; 1 if no more than better.
    pub finer: f32,
    /// Lines below this are zeros.
    pub least: f32,
}

/// Best lattice of one band, per lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandFit {
    /// `Σ w cos 2πy` over its deviation off any lattice: a standard normal before the best step was chosen.
    pub score: Lane,
    /// Step exponent e of the best lattice, in quarter steps of the scale that [`Steps::gain`] names.
    pub exponent: [i32; LANES],
}

/// Fits lattices to bands, reusing its buffers.
#[derive(Debug, Clone)]
pub struct Fitter {
    steps: Steps,
    /// |x|^(3/4) of the lines of the band at hand, the highest line first.
    powers: Box<[Lane; WIDEST]>,
    /// 2π² (¾ σ)² / (8 √|x|): an eighth of the noise exponent at step 1.
    spreads: Box<[Lane; WIDEST]>,
    /// Largest |x|^(3/4) of each line over the lanes, falling.
    heights: Box<[f32; WIDEST]>,
    /// Smallest of each line's `spreads` over the lanes, rising where all lines have the same noise.
    calmest: Box<[f32; WIDEST]>,
}

impl Fitter {
    /// A fitter of these steps.
    #[must_use]
    pub fn new(steps: Steps) -> Self {
        Self {
            steps,
            powers: Box::new([[0.0; LANES]; WIDEST]),
            spreads: Box::new([[0.0; LANES]; WIDEST]),
            heights: Box::new([0.0; WIDEST]),
            calmest: Box::new([0.0; WIDEST]),
        }
    }

    /// Fits every step to the lines of one band, of which the first [`WIDEST`] count; `sigma` is the deviation of the
    /// noise on each line, in their scale.
    #[inline(always)]
    pub fn fit(&mut self, lines: &[Lane], sigma: f32) -> BandFit {
        self.fit_under(lines, |_| sigma)
    }

    /// The same where line n has noise of deviation `sigma(n)`.
    #[inline(always)]
    pub fn fit_under(&mut self, lines: &[Lane], sigma: impl Fn(usize) -> f32) -> BandFit {
        let Steps { largest: most, gain, finest, finer, least } = self.steps;
        let mut fit = BandFit { score: [0.0; LANES], exponent: [0; LANES] };
        let count = lines.len().min(WIDEST);
        let (largest, times) = self.prepare(&lines[..count], &sigma);
        if times <= 4.0 || largest <= 4.0 * least {
            return fit;
        }
        let sigma = (0..count).map(sigma).fold(0.0, f32::max);
        // From the coarsest step, whose largest value is 1, to finer ones.
        let coarsest = (4.0 * largest.log2() - gain).floor() as i32 + 1;
        let power = largest.powf(0.75);
        let (mut seen, mut heard) = (0, count);
        // Σ w cos 2πy and Σ w² of the best step; scores are compared by their squares, free of roots and quotients.
        let mut best = ([0.0_f32; LANES], [1.0_f32; LANES]);
        for exponent in (coarsest - finest..=coarsest).rev() {
            let step = (-0.1875 * (exponent as f32 + gain)).exp2();
            if power * step > most {
                break;
            }
            // Lines that round to zero in every lane are a tail of the order; those whose noise has drowned them there are
            // one, too, where all have the same.
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
            for l in 0..LANES {
                let square = if sum[l] > 0.0 { sum[l] * sum[l] } else { 0.0 };
                let better =
                    weight[l] >= LEAST_WEIGHT && square * best.1[l] > finer * finer * best.0[l] * best.0[l] * weight[l];
                best.0[l] = if better { sum[l] } else { best.0[l] };
                best.1[l] = if better { weight[l] } else { best.1[l] };
                fit.exponent[l] = if better { exponent } else { fit.exponent[l] };
            }
            // The finer the step, the more lines count but the less each weighs; once all have drowned, so
            // will all finer ones.
            if exponent < coarsest - 16 && largest_of(&weight) < LEAST_WEIGHT {
                break;
            }
        }
        fit.score = std::array::from_fn(|l| best.0[l] / (0.5 * best.1[l]).sqrt());
        fit
    }

    /// Fills the buffers; returns the largest magnitude, and the largest in deviations of its noise.
    #[inline(always)]
    fn prepare(&mut self, lines: &[Lane], sigma: &impl Fn(usize) -> f32) -> (f32, f32) {
        let mut order = [(0.0_f32, 0_usize); WIDEST];
        let mut times = 0.0_f32;
        for (n, (line, entry)) in lines.iter().zip(&mut order).enumerate() {
            let sigma = sigma(n);
            *entry = (largest_of(line), n);
            times = times.max(if sigma > 0.0 { entry.0 / sigma } else { f32::INFINITY });
        }
        let order = &mut order[..lines.len()];
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (place, &(height, n)) in order.iter().enumerate() {
            // Exact zeros (digital silence) must not divide by nothing.
            let sigma = sigma(n);
            let least = sigma.max(self.steps.least);
            let spread = 11.103_3 * sigma * sigma / 8.0;
            let (power, eighth) = (&mut self.powers[place], &mut self.spreads[place]);
            for l in 0..LANES {
                let x = lines[n][l].abs().max(least);
                let root = x.sqrt();
                power[l] = root * root.sqrt();
                eighth[l] = spread / root;
            }
            let root = height.max(least).sqrt();
            self.heights[place] = root * root.sqrt();
            self.calmest[place] = spread / root;
        }
        (order.first().map_or(0.0, |&(height, _)| height), times)
    }

    /// Whether the noise leaves the line at `place` less than a thousandth of its weight in every lane.
    #[inline(always)]
    fn drowned(&self, place: usize, step: f32) -> bool {
        self.calmest[place] * step * step > 0.58
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

/// The largest magnitude of some lanes, by halves: each comparison would wait for the one before.
#[inline(always)]
fn largest_of(lane: &Lane) -> f32 {
    let mut left = [0.0; LANES];
    for l in 0..LANES {
        left[l] = lane[l].abs();
    }
    let mut width = LANES / 2;
    while width > 0 {
        for l in 0..width {
            left[l] = if left[l] > left[l + width] { left[l] } else { left[l + width] };
        }
        width /= 2;
    }
    left[0]
}

/// Whether noise of deviation `sigma` lowers no weight by more than a fiftieth: that of a line at y = ½, the smallest
/// that does not round to zero, is lowered most.
#[inline(always)]
fn is_clear(sigma: f32, step: f32) -> bool {
    // Its deviation in y is ¾ σ (2 · step)^(1/3) · step; compared by its cube, at 0.032.
    let scaled = 0.75 * sigma * step;
    scaled * scaled * scaled * 2.0 * step < 3.28e-5
}

/// cos 2πy for 0 ≤ y < 2²², to 1e-4: a minimax polynomial in the squared distance to the nearest integer.
#[inline(always)]
pub(crate) fn cos_turns(y: f32) -> f32 {
    let r = y - nearest(y);
    let u = 4.0 * r * r;
    let inner = u.mul_add(0.178_856, -1.289_405);
    u.mul_add(u.mul_add(u.mul_add(inner, 4.043_926), -4.933_36), 1.0)
}

/// [`cos_turns`] of a vector.
#[inline(always)]
pub(crate) fn cosine<S: Simd>(simd: S, y: S::f32s) -> S::f32s {
    let round = simd.splat_f32s(12_582_912.0);
    let r = simd.sub_f32s(y, simd.sub_f32s(simd.add_f32s(y, round), round));
    let u = simd.mul_f32s(simd.mul_f32s(simd.splat_f32s(4.0), r), r);
    let mut value = simd.mul_add_f32s(u, simd.splat_f32s(0.178_856), simd.splat_f32s(-1.289_405));
    for coefficient in [4.043_926, -4.933_36, 1.0] {
        value = simd.mul_add_f32s(u, value, simd.splat_f32s(coefficient));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_is_a_cosine() {
        for n in 0..4000 {
            let y = n as f32 * 0.013;
            assert!((cos_turns(y) - (2.0 * std::f32::consts::PI * y).cos()).abs() < 2e-4, "{y}");
        }
    }
}
