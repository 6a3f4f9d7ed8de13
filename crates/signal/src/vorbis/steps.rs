//! Do spectral lines sit on the levels of a Vorbis floor?
//!
//! A decoder's line is a floor level times an integer, and floor 1 knows 256 levels in all: equal steps of
//! 0.547 dB up to full scale (Vorbis I specification, section 10.1, `floor1_inverse_dB_static_table`). Let u
//! be log |X| in those steps. Lines whose integer is ±1 have an integer u whatever the floor's shape; 2, 4 and
//! 8 add 11.009, 22.018 and 33.03, so they do too, within a thirtieth; and in half steps so do 3, 5, 6, 9 and 10
//! more or less. So `Σ exp 2πi u` and `Σ exp 4πi u` grow with the lines of a decoded frame and are a random walk
//! elsewhere. A change of gain turns all lines alike and leaves the magnitude as it is. Noise of deviation σ
//! on a line is σ / |X| in log |X|, so each line is weighted by the characteristic function of that noise.

use crate::mp3::{LANES, Lane};
use crate::rounding::nearest;

/// Floor levels per octave: 255 / log2(1 / 1.0649863e−07).
pub const STEPS_PER_OCTAVE: f32 = 11.009_097;

/// Sums over the lines of one block: of `w exp 2πi u`, then of `w exp 4πi u`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Phasor {
    /// Real and imaginary part of the sum in whole steps.
    pub whole: [f32; 2],
    /// Real and imaginary part of the sum in half steps.
    pub half: [f32; 2],
    /// Σ w² in whole and in half steps: the variance of the sums' magnitudes off any floor.
    pub weight: [f32; 2],
    /// Σ log2 (|X|² + noise): it falls where an encoder left lines empty.
    pub level: f32,
}

/// Adds up phasors, many lines side by side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    whole: [Lane; 2],
    half: [Lane; 2],
    weight: [Lane; 2],
    level: Lane,
}

impl Sums {
    /// Adds a chunk of lines, whose noise has the variance `noise` (above zero) in the same scale.
    #[inline(always)]
    pub fn add(&mut self, lines: &Lane, noise: f32) {
        // 2π² (σ / |X|)² in steps, an eighth of it.
        let eighth = noise * NOISE_EXPONENT / 8.0;
        for l in 0..LANES {
            let square = lines[l].mul_add(lines[l], noise);
            let level = log2(square);
            self.level[l] += level;
            let turns = 0.5 * STEPS_PER_OCTAVE * level;
            let (cos, sin) = cos_sin_turns(turns);
            // exp(−v) as (1 − v/8)^8, exact enough for a weight and free of calls.
            let base = (1.0 - eighth / square).max(0.0);
            let fourth = (base * base) * (base * base);
            let w = fourth * fourth;
            // Noise turns the double angle twice as far.
            let v = (w * w) * (w * w);
            self.whole[0][l] = w.mul_add(cos, self.whole[0][l]);
            self.whole[1][l] = w.mul_add(sin, self.whole[1][l]);
            self.half[0][l] = v.mul_add(cos.mul_add(cos, -(sin * sin)), self.half[0][l]);
            self.half[1][l] = (v * 2.0 * cos).mul_add(sin, self.half[1][l]);
            self.weight[0][l] = w.mul_add(w, self.weight[0][l]);
            self.weight[1][l] = v.mul_add(v, self.weight[1][l]);
        }
    }

    /// The sums over all lanes.
    #[inline(always)]
    #[must_use]
    pub fn total(&self) -> Phasor {
        let pair = |lanes: &[Lane; 2]| [lanes[0].iter().sum(), lanes[1].iter().sum()];
        Phasor {
            whole: pair(&self.whole),
            half: pair(&self.half),
            weight: pair(&self.weight),
            level: self.level.iter().sum(),
        }
    }
}

/// 2π² (steps per octave / ln 2)²: the exponent of a line's weight is this times (σ / |X|)².
const NOISE_EXPONENT: f32 = 4979.5;

/// log2 of a positive normal number, to 2e-5: a minimax polynomial over one octave.
#[inline(always)]
fn log2(x: f32) -> f32 {
    let bits = x.to_bits();
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    let exponent = ((bits >> 23) as i32 - 127) as f32;
    let p = m.mul_add(0.043_928_63, -0.409_475_6);
    let p = m.mul_add(m.mul_add(m.mul_add(m.mul_add(p, 1.610_177_6), -3.520_218_8), 5.069_756_3), -2.794_153_7);
    exponent + p
}

/// cos and sin of 2πy for |y| < 2²², to 1e-4.
#[inline(always)]
fn cos_sin_turns(y: f32) -> (f32, f32) {
    let v = 2.0 * (y - nearest(y));
    let u = v * v;
    let cos = u.mul_add(u.mul_add(u.mul_add(u.mul_add(0.178_207, -1.287_356), 4.041_965), -4.932_736), 0.999_959);
    let sin = u.mul_add(u.mul_add(u.mul_add(u.mul_add(0.065_524, -0.585_23), 2.545_241), -5.167_104), 3.141_581);
    let sin = v * sin;
    (cos, sin)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reproducible value in 0..1.
    fn scatter(k: usize) -> f32 {
        ((k * 7919 + 13) % 10_007) as f32 / 10_007.0
    }

    /// Magnitude of a sum in deviations.
    fn size(sum: [f32; 2], weight: f32) -> f32 {
        sum[0].hypot(sum[1]) / weight.sqrt()
    }

    /// Lines at floor levels that wander, times `integers`, times `gain`, plus `noise`.
    fn decoded(integers: &[i32], gain: f32, noise: f32) -> Phasor {
        let mut sums = Sums::default();
        for chunk in 0..20 {
            let lines = std::array::from_fn(|l| {
                let k = chunk * LANES + l;
                let level = 160.0 - (k as f32 / 9.0).floor();
                let floor = ((level - 255.0) / STEPS_PER_OCTAVE).exp2();
                gain * floor * integers[k * 7 % integers.len()] as f32 + noise * (2.0 * scatter(k) - 1.0)
            });
            sums.add(&lines, noise.max(1e-9).powi(2) / 3.0);
        }
        sums.total()
    }

    #[test]
    fn the_functions_are_what_they_say() {
        for n in 0..4000 {
            let y = (n as f32 - 2000.0) * 0.013;
            let (cos, sin) = cos_sin_turns(y);
            let angle = 2.0 * std::f32::consts::PI * y;
            assert!((cos - angle.cos()).abs() < 2e-4 && (sin - angle.sin()).abs() < 2e-4, "{y}");
            let x = (0.013 * (n as f32 - 2000.0)).exp2();
            assert!((log2(x) - x.log2()).abs() < 5e-5, "{x}");
        }
    }

    #[test]
    fn floor_levels_add_up_whatever_the_gain() {
        for gain in [1.0, 0.861, 0.31] {
            let sums = decoded(&[1, -1, 1, 2, -1, 1, -2, 4], gain, 1e-9);
            assert!(size(sums.whole, sums.weight[0]) > 15.0, "{sums:?}");
            let sums = decoded(&[3, 5, -6, 1, 9, -3, 10], gain, 1e-9);
            assert!(size(sums.half, sums.weight[1]) > 10.0, "{sums:?}");
        }
        let angle = decoded(&[1, -1], 1.0, 1e-9).whole;
        assert!(angle[1].atan2(angle[0]).abs() < 0.05, "at unity gain the steps are whole: {angle:?}");
    }

    #[test]
    fn lines_off_the_levels_do_not() {
        let mut sums = Sums::default();
        for chunk in 0..20 {
            sums.add(&std::array::from_fn(|l| scatter(chunk * LANES + l) - 0.5), 1e-12);
        }
        let sums = sums.total();
        assert!(size(sums.whole, sums.weight[0]) < 3.0 && size(sums.half, sums.weight[1]) < 3.0, "{sums:?}");
    }

    #[test]
    fn the_level_is_that_of_the_lines_and_of_the_noise() {
        let mut sums = Sums::default();
        sums.add(&std::array::from_fn(|l| if l < 5 { 0.0 } else { 0.25 }), 1.0 / 1024.0);
        let expected = -10.0 * 5.0 + (1.0_f32 / 16.0 + 1.0 / 1024.0).log2() * (LANES - 5) as f32;
        assert!((sums.total().level - expected).abs() < 1e-2, "{} {expected}", sums.total().level);
    }

    #[test]
    fn lines_below_the_noise_do_not_count() {
        let sums = decoded(&[1, -1, 2], 1.0, 0.1);
        assert!(sums.weight[0] < 1e-6, "{sums:?}");
    }
}
