//! DCT-IV of 18 points, by a DCT-II of 18 that splits into two DCT-II of nine.
//!
//! About 170 operations where the definition takes 648; the definition is the test.

use std::f64::consts::PI;

use super::lane::{LANES, Lane};

/// The cosines that the transform needs.
#[derive(Debug, Clone)]
pub struct Dct18 {
    /// `2 cos(π(2n+1)/72)`, n < 18.
    twiddle18: [f32; 18],
    /// `2 cos(π(2n+1)/36)`, n < 9.
    twiddle9: [f32; 9],
    /// `cos(πm(2n+1)/18)` for even m = 0, 2, 4, 6, 8 and n < 5.
    even9: [[f32; 5]; 5],
    /// The same for odd m = 1, 3, 5, 7 and n < 4.
    odd9: [[f32; 4]; 4],
}

impl Dct18 {
    /// Precomputes the cosines.
    pub fn new() -> Self {
        let cos9 = |m: usize, n: usize| (PI * (m * (2 * n + 1)) as f64 / 18.0).cos() as f32;
        Self {
            twiddle18: std::array::from_fn(|n| (2.0 * (PI * (2 * n + 1) as f64 / 72.0).cos()) as f32),
            twiddle9: std::array::from_fn(|n| (2.0 * (PI * (2 * n + 1) as f64 / 36.0).cos()) as f32),
            even9: std::array::from_fn(|m| std::array::from_fn(|n| cos9(2 * m, n))),
            odd9: std::array::from_fn(|m| std::array::from_fn(|n| cos9(2 * m + 1, n))),
        }
    }

    /// `X[m] = Σ_n u[n] cos(π/72 (2n+1)(2m+1))`, m, n < 18, unnormalised.
    ///
    /// With `v[n] = 2u[n] cos(π(2n+1)/72)` the DCT-II of v is `X[m] + X[m−1]`, and `X[−1] = X[0]`.
    #[inline(always)]
    pub fn dct4(&self, u: &[Lane; 18]) -> [Lane; 18] {
        let mut sums = [[0.0; LANES]; 9];
        let mut differences = [[0.0; LANES]; 9];
        for n in 0..9 {
            let (front, back) = (self.twiddle18[n], self.twiddle18[17 - n]);
            // The differences feed a DCT-IV of nine, itself made from a DCT-II in the same way.
            let twiddle = self.twiddle9[n];
            for l in 0..LANES {
                let (a, b) = (front * u[n][l], back * u[17 - n][l]);
                sums[n][l] = a + b;
                differences[n][l] = twiddle * (a - b);
            }
        }
        let even = self.dct2_9(&sums);
        let mut odd = self.dct2_9(&differences);
        unchain(&mut odd);
        let mut out = [[0.0; LANES]; 18];
        for m in 0..9 {
            out[2 * m] = even[m];
            out[2 * m + 1] = odd[m];
        }
        unchain(&mut out);
        out
    }

    /// DCT-II of nine, `C[m] = Σ_n v[n] cos(πm(2n+1)/18)`, split by the symmetry about n = 4.
    #[inline(always)]
    fn dct2_9(&self, v: &[Lane; 9]) -> [Lane; 9] {
        let mut sums = [[0.0; LANES]; 5];
        let mut differences = [[0.0; LANES]; 4];
        for n in 0..4 {
            for l in 0..LANES {
                sums[n][l] = v[n][l] + v[8 - n][l];
                differences[n][l] = v[n][l] - v[8 - n][l];
            }
        }
        sums[4] = v[4];
        let mut out = [[0.0; LANES]; 9];
        for m in 0..5 {
            for n in 0..5 {
                let c = self.even9[m][n];
                for l in 0..LANES {
                    out[2 * m][l] = c.mul_add(sums[n][l], out[2 * m][l]);
                }
            }
        }
        for m in 0..4 {
            for n in 0..4 {
                let c = self.odd9[m][n];
                for l in 0..LANES {
                    out[2 * m + 1][l] = c.mul_add(differences[n][l], out[2 * m + 1][l]);
                }
            }
        }
        out
    }
}

/// From `C[m] = X[m] + X[m−1]`, `C[0] = 2X[0]`, back to X in place.
#[inline(always)]
fn unchain<const N: usize>(c: &mut [Lane; N]) {
    for l in 0..LANES {
        c[0][l] *= 0.5;
    }
    for m in 1..N {
        for l in 0..LANES {
            c[m][l] -= c[m - 1][l];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_definition() {
        let u: [Lane; 18] =
            std::array::from_fn(|n| std::array::from_fn(|l| ((n * 31 + l * 17) % 23) as f32 / 23.0 - 0.5));
        let got = Dct18::new().dct4(&u);
        for m in 0..18 {
            for l in 0..LANES {
                let expected: f64 =
                    (0..18).map(|n| f64::from(u[n][l]) * (PI / 72.0 * ((2 * n + 1) * (2 * m + 1)) as f64).cos()).sum();
                assert!((f64::from(got[m][l]) - expected).abs() < 4e-6, "line {m}: {expected} {}", got[m][l]);
            }
        }
    }
}
