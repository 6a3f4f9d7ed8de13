//! DCT-IV of 18 points, by a DCT-II of 18 that splits into two DCT-II of nine.
//!
//! About 170 operations where the definition takes 648; the definition is the test.

use std::f64::consts::PI;

use crate::simd::Simd;

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
    pub fn dct4<S: Simd>(&self, simd: S, u: &[S::f32s; 18]) -> [S::f32s; 18] {
        let mut sums = [u[0]; 9];
        let mut differences = [u[0]; 9];
        for n in 0..9 {
            let a = simd.mul_f32s(simd.splat_f32s(self.twiddle18[n]), u[n]);
            let b = simd.mul_f32s(simd.splat_f32s(self.twiddle18[17 - n]), u[17 - n]);
            sums[n] = simd.add_f32s(a, b);
            // The differences feed a DCT-IV of nine, itself made from a DCT-II in the same way.
            differences[n] = simd.mul_f32s(simd.splat_f32s(self.twiddle9[n]), simd.sub_f32s(a, b));
        }
        let even = self.dct2_9(simd, &sums);
        let mut odd = self.dct2_9(simd, &differences);
        unchain(simd, &mut odd);
        let mut out = [u[0]; 18];
        for m in 0..9 {
            out[2 * m] = even[m];
            out[2 * m + 1] = odd[m];
        }
        unchain(simd, &mut out);
        out
    }

    /// DCT-II of nine, `C[m] = Σ_n v[n] cos(πm(2n+1)/18)`, split by the symmetry about n = 4.
    #[inline(always)]
    fn dct2_9<S: Simd>(&self, simd: S, v: &[S::f32s; 9]) -> [S::f32s; 9] {
        let mut sums = [v[4]; 5];
        let mut differences = [v[4]; 4];
        for n in 0..4 {
            sums[n] = simd.add_f32s(v[n], v[8 - n]);
            differences[n] = simd.sub_f32s(v[n], v[8 - n]);
        }
        let mut out = [v[4]; 9];
        for m in 0..5 {
            out[2 * m] = product(simd, &self.even9[m], &sums);
        }
        for m in 0..4 {
            out[2 * m + 1] = product(simd, &self.odd9[m], &differences);
        }
        out
    }
}

/// `Σ_n c[n] v[n]`.
#[inline(always)]
fn product<S: Simd, const N: usize>(simd: S, c: &[f32; N], v: &[S::f32s; N]) -> S::f32s {
    let mut sum = simd.mul_f32s(simd.splat_f32s(c[0]), v[0]);
    for n in 1..N {
        sum = simd.mul_add_f32s(simd.splat_f32s(c[n]), v[n], sum);
    }
    sum
}

/// From `C[m] = X[m] + X[m−1]`, `C[0] = 2X[0]`, back to X in place.
#[inline(always)]
fn unchain<S: Simd, const N: usize>(simd: S, c: &mut [S::f32s; N]) {
    c[0] = simd.mul_f32s(simd.splat_f32s(0.5), c[0]);
    for m in 1..N {
        c[m] = simd.sub_f32s(c[m], c[m - 1]);
    }
}

#[cfg(test)]
mod tests {
    use pulp::Scalar;

    use super::*;

    #[test]
    fn matches_the_definition() {
        let u: [f32; 18] = std::array::from_fn(|n| (n * 31 % 23) as f32 / 23.0 - 0.5);
        let got = Dct18::new().dct4(Scalar::new(), &u);
        for m in 0..18 {
            let expected: f64 =
                (0..18).map(|n| f64::from(u[n]) * (PI / 72.0 * ((2 * n + 1) * (2 * m + 1)) as f64).cos()).sum();
            assert!((f64::from(got[m]) - expected).abs() < 4e-6, "line {m}: {expected} {}", got[m]);
        }
    }
}
