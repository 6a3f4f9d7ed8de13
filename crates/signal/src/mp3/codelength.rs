//! How many bits describe a band's lines if they were quantised with a given step: the shortest description
//! names the step.
//!
//! A line that a Layer III quantiser of step exponent e left is `±n^(4/3) · 2^(e/4)` plus known noise. Its description is the
//! integer (the larger the longer) and how far the line lies from its lattice point, in deviations of the noise. Steps
//! that are too coarse leave lines far off, steps that are too fine need large integers; only the true one, or one as good,
//! is short in both (minimum description length: Rissanen, Automatica 1978).

use crate::logarithm::quick_log2;
use crate::rounding::nearest;
use crate::simd::{Kernel, dispatch};

/// Finest step exponent that is tried, in quarter steps: 2^(−30).
pub const FINEST: i32 = -120;

/// Number of step exponents, from [`FINEST`] up.
pub const STEPS: usize = 144;

/// Description lengths in bits by step exponent.
pub type Lengths = [f32; STEPS];

/// Lines that are worked on side by side.
const WIDTH: usize = 8;

/// Bits of an integer 0, and per doubling of 1 + n; close to what the Huffman tables of the standard need in bands
/// whose mean they fit.
const ZERO: f32 = 0.6;
const PER_DOUBLING: f32 = 1.9;

/// Bits beyond those of the finest integer that make a line a stray: it costs no more, wherever it lies.
const STRAY: f32 = 5.0;

/// Steps whose integers alone exceed the best description by this many bits are not measured.
const HOPELESS: f32 = 30.0;

/// Measures descriptions, reusing its buffers.
#[derive(Debug, Clone)]
pub struct Describer {
    /// |x|^(3/4), the inverse deviation of the noise in that domain, and what a stray costs.
    lines: Vec<[[f32; WIDTH]; 3]>,
    /// What turns |x|^(3/4) into integers at each step exponent.
    scales: [f32; STEPS],
}

impl Default for Describer {
    fn default() -> Self {
        let scales = std::array::from_fn(|step| (-0.1875 * (step as i32 + FINEST) as f32).exp2());
        Self { lines: Vec::new(), scales }
    }
}

impl Describer {
    /// Fills `lengths` for the `lines` (decoder's scale) of one band under noise of deviation `sigma` each.
    ///
    /// Steps that are finer than the noise, or so fine that the integers alone are longer than a better description, have
    /// the length of the finest that is not.
    pub fn measure(&mut self, lines: &[f32], sigma: f32, lengths: &mut Lengths) {
        dispatch(Measure { describer: self, lines, sigma, lengths });
    }
}

struct Measure<'a> {
    describer: &'a mut Describer,
    lines: &'a [f32],
    sigma: f32,
    lengths: &'a mut Lengths,
}

impl Kernel for Measure<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Measure { describer, lines, sigma, lengths } = self;
        describer.lines.clear();
        let mut largest = 0.0_f32;
        let finest_unit = sigma.sqrt() * sigma.sqrt().sqrt();
        for chunk in lines.chunks(WIDTH) {
            // Lines that are not there cost the same at every step.
            let mut entry = [[0.0; WIDTH]; 3];
            for (l, line) in chunk.iter().enumerate() {
                let x = line.abs().max(1e-12);
                largest = largest.max(x);
                let root = x.sqrt();
                let y = root * root.sqrt();
                entry[0][l] = y;
                entry[1][l] = root.sqrt() / (0.75 * sigma);
                entry[2][l] = STRAY + integer_bits(y / finest_unit);
            }
            describer.lines.push(entry);
        }
        // At the coarsest step all lines are zeros, and at all coarser ones as well.
        let coarsest = ((4.0 * largest.max(sigma).log2()).floor() as i32 + 4).clamp(FINEST, FINEST + STEPS as i32 - 1);
        let finest = ((4.0 * sigma.log2()).floor() as i32).clamp(FINEST, coarsest);
        let mut shortest = f32::INFINITY;
        let mut last = coarsest;
        for exponent in (finest..=coarsest).rev() {
            let (bits, off) = length(&describer.lines, describer.scales[(exponent - FINEST) as usize]);
            lengths[(exponent - FINEST) as usize] = bits + off;
            shortest = shortest.min(bits + off);
            last = exponent;
            // Finer integers only get longer.
            if bits > shortest + HOPELESS {
                break;
            }
        }
        let (last, coarsest) = ((last - FINEST) as usize, (coarsest - FINEST) as usize);
        let ends = (lengths[last], lengths[coarsest]);
        lengths[..last].fill(ends.0);
        lengths[coarsest..].fill(ends.1);
    }
}

/// Bits of an integer, without a call.
#[inline(always)]
fn integer_bits(n: f32) -> f32 {
    ZERO + PER_DOUBLING * quick_log2(1.0 + n)
}

/// Bits of all integers at the step of one scale, and of how far the lines are off.
#[inline(always)]
fn length(lines: &[[[f32; WIDTH]; 3]], scale: f32) -> (f32, f32) {
    let unscale = 1.0 / scale;
    let (mut integers, mut distances) = ([0.0; WIDTH], [0.0; WIDTH]);
    for [powers, precisions, strays] in lines {
        for l in 0..WIDTH {
            let y = powers[l] * scale;
            let n = nearest(y);
            // A zero lies |x| = ¾ |x|^(3/4) · (|x|^(1/4) / ¾) off, which no tangent of the companding tells.
            let off = if n == 0.0 { 0.75 * powers[l] } else { (y - n) * unscale } * precisions[l];
            let bits = integer_bits(n).min(strays[l]);
            integers[l] += bits;
            // A squared deviation costs log2(e) / 2 bits.
            distances[l] += (0.721_35 * off * off).min(strays[l] - bits);
        }
    }
    (integers.iter().sum(), distances.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reproducible value in −1..1.
    fn scatter(k: usize) -> f32 {
        ((k * 7919 + 13) % 1009) as f32 / 504.5 - 1.0
    }

    fn quantised(integers: &[i32], exponent: i32, sigma: f32) -> Vec<f32> {
        let step = (0.25 * exponent as f32).exp2();
        let line = |(k, &n): (usize, &i32)| {
            (n.abs() as f32).powf(4.0 / 3.0) * step * n.signum() as f32 + 1.7 * sigma * scatter(k)
        };
        integers.iter().enumerate().map(line).collect()
    }

    fn shortest(lines: &[f32], sigma: f32) -> i32 {
        let mut lengths = [0.0; STEPS];
        Describer::default().measure(lines, sigma, &mut lengths);
        let best = (0..STEPS).rev().min_by(|&a, &b| lengths[a].total_cmp(&lengths[b])).unwrap();
        best as i32 + FINEST
    }

    #[test]
    fn the_step_of_quantised_lines_is_the_shortest_description() {
        let integers = [5, -3, 2, 0, 1, -1, 7, 2, -4, 1, 0, 3];
        for exponent in [-90, -53, -40, -21] {
            let step = (0.25 * exponent as f32).exp2();
            for noise in [0.01, 0.05, 0.1] {
                let lines = quantised(&integers, exponent, noise * step);
                assert_eq!(shortest(&lines, noise * step), exponent, "{noise}");
            }
        }
    }

    #[test]
    fn a_few_ones_are_enough_where_the_noise_is_small() {
        let lines = quantised(&[0, 0, 1, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0], -50, 1e-6);
        assert_eq!(shortest(&lines, 1e-6), -50);
    }

    #[test]
    fn a_stray_line_does_not_hide_the_step() {
        let mut lines = quantised(&[5, -3, 2, 0, 1, -1, 7, 2, -4, 1, 0, 3, 2, 2, 1, 6], -50, 1e-6);
        lines[3] = 3.3e-4;
        assert_eq!(shortest(&lines, 1e-6), -50);
    }

    #[test]
    fn zeros_are_shortest_at_every_coarse_step() {
        let mut lengths = [0.0; STEPS];
        Describer::default().measure(&[1e-7, -2e-7, 0.0], 1e-6, &mut lengths);
        let coarse = lengths[STEPS - 1];
        assert!((coarse - 3.0 * ZERO).abs() < 0.1, "{coarse}");
        assert!(lengths.iter().all(|&length| length >= coarse));
    }
}
