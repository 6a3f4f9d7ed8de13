//! The long windows of AAC (ISO/IEC 14496-3, 4.6.11.3.2) and their sine series.

use std::f64::consts::PI;

use super::BLOCK;
use crate::kaiser::derived;
use crate::vorbis;

/// Terms of a window's sine series: six leave 3e-4 rms of the KBD window, which does not quite reach zero at
/// its ends.
pub const TERMS: usize = 6;

/// Shape of a window, as `window_shape` numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Half a sine (0).
    Sine,
    /// Kaiser-Bessel derived, α = 4 (1).
    Kbd,
    /// No window of AAC's: that of Vorbis's blocks of as many samples, whose lattices show through [`Shape::Kbd`].
    Vorbis,
}

/// The window of a long block, 2048 samples.
#[must_use]
pub fn long_window(shape: Shape) -> Vec<f64> {
    match shape {
        Shape::Vorbis => (0..BLOCK).map(|n| vorbis::window(n, BLOCK)).collect(),
        Shape::Sine => (0..BLOCK).map(|n| (PI / BLOCK as f64 * (n as f64 + 0.5)).sin()).collect(),
        Shape::Kbd => {
            let rising = derived(4.0, BLOCK / 2);
            rising.iter().chain(rising.iter().rev()).copied().collect()
        }
    }
}

/// Coefficients `a` of `w[n] ≈ Σ a[m] sin(π (2m+1) (n+½) / 2048)`.
#[must_use]
pub fn sine_series(shape: Shape) -> [f64; TERMS] {
    let window = long_window(shape);
    std::array::from_fn(|m| {
        let odd = (2 * m + 1) as f64;
        let product = |(n, w): (usize, &f64)| w * (PI * odd * (n as f64 + 0.5) / BLOCK as f64).sin();
        2.0 / BLOCK as f64 * window.iter().enumerate().map(product).sum::<f64>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_reconstruct_perfectly() {
        for shape in [Shape::Sine, Shape::Kbd] {
            let window = long_window(shape);
            for n in 0..BLOCK / 2 {
                let power = window[n] * window[n] + window[n + BLOCK / 2] * window[n + BLOCK / 2];
                assert!((power - 1.0).abs() < 1e-12, "{shape:?} at {n}: {power}");
                assert!((window[n] - window[BLOCK - 1 - n]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_series_follow_their_windows() {
        assert!((sine_series(Shape::Sine)[0] - 1.0).abs() < 1e-12);
        assert!(sine_series(Shape::Sine)[1..].iter().all(|a| a.abs() < 1e-12));
        let (window, series) = (long_window(Shape::Kbd), sine_series(Shape::Kbd));
        let error: f64 = (0..BLOCK)
            .map(|n| {
                let sum: f64 = (0..TERMS)
                    .map(|m| series[m] * (PI * (2 * m + 1) as f64 * (n as f64 + 0.5) / BLOCK as f64).sin())
                    .sum();
                (sum - window[n]) * (sum - window[n])
            })
            .sum();
        assert!((error / BLOCK as f64).sqrt() < 4e-4);
    }
}
