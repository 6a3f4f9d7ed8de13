//! The window of Kaiser, and the lapped windows that are derived from it.
//!
//! `w(t) = I₀(β √(1 − t²)) / I₀(β)` for −1 ≤ t ≤ 1: J. F. Kaiser, "Nonrecursive digital filter design using the I₀-sinh window
//! function", ISCAS 1974. AAC and AC-3 take the square root of its running sum (ISO/IEC 14496-3, 4.6.11.3.2; ATSC A/52, 7.9.5),
//! so that two windows that overlap add up to one in power.

use std::f64::consts::PI;

/// The window of shape `beta`, a function of t: 1 in the middle at 0; 0 beyond −1 and 1.
pub fn kaiser(beta: f64) -> impl Fn(f64) -> f64 {
    let whole = bessel(beta);
    move |t| if t.abs() < 1.0 { bessel(beta * (1.0 - t * t).sqrt()) / whole } else { 0.0 }
}

/// The rising half, of `len` values, of the Kaiser-Bessel derived window of shape `alpha`, which is β / π.
#[must_use]
pub fn derived(alpha: f64, len: usize) -> Vec<f64> {
    let kernel: Vec<f64> = (0..=len)
        .map(|n| {
            let t = 2.0 * n as f64 / len as f64 - 1.0;
            bessel(PI * alpha * (1.0 - t * t).max(0.0).sqrt())
        })
        .collect();
    let total: f64 = kernel.iter().sum();
    let mut sum = 0.0;
    kernel[..len]
        .iter()
        .map(|value| {
            sum += value;
            (sum / total).sqrt()
        })
        .collect()
}

/// Modified Bessel function of the first kind and order zero: its power series `Σ (x²/4)^k / k!²`, until a term changes nothing.
fn bessel(x: f64) -> f64 {
    let (mut term, mut sum, mut k) = (1.0, 0.0, 1.0);
    while sum + term > sum {
        sum += term;
        term *= x * x / 4.0 / (k * k);
        k += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_has_its_tabulated_values() {
        // Abramowitz and Stegun, table 9.8: I₀(x), there as e^−x I₀(x).
        for (x, value) in [(0.0, 1.0), (1.0, 0.465_759_607_6), (5.0, 0.183_540_812_6), (10.0, 0.127_833_337_2)] {
            let scaled = bessel(x) * f64::exp(-x);
            assert!((scaled - value).abs() < 1e-9, "{x}: {scaled}");
        }
    }

    #[test]
    fn the_window_is_even_and_ends() {
        let window = kaiser(10.0);
        assert_eq!(window(0.0).to_bits(), 1.0_f64.to_bits());
        assert_eq!(window(1.0).to_bits(), 0);
        for t in [0.1, 0.7, 0.999] {
            assert_eq!(window(t).to_bits(), window(-t).to_bits());
        }
    }

    #[test]
    fn overlapping_slopes_add_up_to_one_in_power() {
        for (alpha, len) in [(4.0, 1024), (4.0, 128), (5.0, 256)] {
            let rising = derived(alpha, len);
            for n in 0..len {
                let power = rising[n].powi(2) + rising[len - 1 - n].powi(2);
                assert!((power - 1.0).abs() < 1e-12, "{alpha} {n}: {power}");
            }
        }
    }

    #[test]
    fn the_window_of_ac3_is_that_of_the_standard() {
        // ATSC A/52, table 7.33, gives five decimals: its first four values, and the last.
        let rising = derived(5.0, 256);
        for (n, value) in [(0, 0.00014), (1, 0.00024), (2, 0.00037), (3, 0.00051), (255, 1.0)] {
            assert!((rising[n] - value).abs() < 6e-6, "{n}: {}", rising[n]);
        }
    }
}
