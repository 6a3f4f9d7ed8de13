//! Transforms written down from their definitions, O(n²) and beyond doubt: what the fast ones are tested against.

use std::f64::consts::{PI, TAU};

/// Discrete Fourier transform of real samples, the first `n / 2 + 1` bins as (real, imaginary), unscaled:
/// `X[k] = Σ x[m] · e^(−2πi·k·m/n)`.
#[must_use]
pub fn dft(x: &[f64]) -> Vec<(f64, f64)> {
    let n = x.len();
    // One table of the unit circle; k·m modulo n picks the angle exactly, however large k·m grows.
    let circle: Vec<(f64, f64)> = (0..n).map(|i| (TAU * i as f64 / n as f64).sin_cos()).collect();
    (0..=n / 2)
        .map(|k| {
            x.iter().enumerate().fold((0.0, 0.0), |(re, im), (m, &v)| {
                let (sin, cos) = circle[k * m % n];
                (re + v * cos, im - v * sin)
            })
        })
        .collect()
}

/// Modified discrete cosine transform: `2n` samples (already windowed) to `n` lines, unscaled:
/// `X[k] = Σ_{m<2n} x[m] · cos(π/n · (m + ½ + n/2)(k + ½))`.
///
/// # Panics
/// When the number of samples is odd.
#[must_use]
pub fn mdct(x: &[f64]) -> Vec<f64> {
    assert!(x.len().is_multiple_of(2), "an MDCT takes an even number of samples, got {}", x.len());
    let n = x.len() / 2;
    (0..n).map(|k| x.iter().enumerate().map(|(m, &v)| v * basis(n, m, k)).sum()).collect()
}

/// Its inverse: `n` lines to `2n` samples with time aliasing, scaled by `2/n`, so that windowing by a window whose
/// squares add to one, before and after, and overlap-adding by `n` gives the samples back.
#[must_use]
pub fn imdct(lines: &[f64]) -> Vec<f64> {
    let n = lines.len();
    let scale = 2.0 / n as f64;
    (0..2 * n).map(|m| scale * lines.iter().enumerate().map(|(k, &v)| v * basis(n, m, k)).sum::<f64>()).collect()
}

/// The cosine that sample `m` of `2n` and line `k` of `n` share.
fn basis(n: usize, m: usize, k: usize) -> f64 {
    let (size, sample, line) = (n as f64, m as f64, k as f64);
    (PI / size * (sample + 0.5 + size / 2.0) * (line + 0.5)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rng;

    #[test]
    fn dft_finds_a_tone_in_its_bin() {
        let x: Vec<f64> = (0..64).map(|m| (TAU * 5.0 * f64::from(m) / 64.0).cos()).collect();
        let spectrum = dft(&x);
        assert_eq!(spectrum.len(), 33);
        for (k, (re, im)) in spectrum.iter().enumerate() {
            let want = if k == 5 { 32.0 } else { 0.0 };
            assert!((re - want).abs() < 1e-9 && im.abs() < 1e-9, "bin {k}: {re} {im}");
        }
    }

    #[test]
    fn overlapped_mdct_blocks_give_the_samples_back() {
        for n in [18_usize, 32, 60] {
            let mut rng = Rng::new(n as u64);
            let x: Vec<f64> = (0..6 * n).map(|_| rng.gaussian()).collect();
            let window: Vec<f64> = (0..2 * n).map(|m| (PI / (2 * n) as f64 * (m as f64 + 0.5)).sin()).collect();
            let windowed = |block: &[f64]| -> Vec<f64> { block.iter().zip(&window).map(|(v, w)| v * w).collect() };
            let mut y = vec![0.0; x.len()];
            for start in (0..=x.len() - 2 * n).step_by(n) {
                let back = windowed(&imdct(&mdct(&windowed(&x[start..start + 2 * n]))));
                y[start..].iter_mut().zip(back).for_each(|(a, b)| *a += b);
            }
            for m in n..5 * n {
                assert!((x[m] - y[m]).abs() < 1e-10, "size {n}, sample {m}: {} {}", x[m], y[m]);
            }
        }
    }
}
