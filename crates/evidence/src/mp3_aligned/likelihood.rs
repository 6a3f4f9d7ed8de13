//! How much more likely a quantised value is if its line already lay on an older lattice.
//!
//! An older encode left a line at `n^(4/3) · 2^(e1/4)`. The stream's own quantiser, of step exponent e2, rounded it
//! again. In the companded domain `y = (|x| / 2^(e2/4))^(3/4)` the line is at `n · r`, with `r = 2^(3d/16)` and `d = e1
//! − e2`. So only integers next to multiples of r occur, each of them r times as often as in a signal of smooth
//! density. Noise between the two encodes (rounding to 16 bits, imperfect filter banks) blurs that.

use bitrater_signal::rounding::nearest;
use bitrater_signal::simd::{Kernel, dispatch};

use super::density::{Density, ROUNDING, cell, complementary_error, densities};

/// Coarsest older step that is looked for, in quarter steps above the stream's own.
pub const MOST_COARSER: usize = 40;

/// One value per coarseness d − 1, for d = 1 to [`MOST_COARSER`].
pub type Row = [f32; MOST_COARSER];

/// Share of lines that follow no rule, such as those next to a block that the first encoder coded otherwise.
const STRAY: f32 = 0.02;

/// The slope of the density matters for values below this. Over larger ones it is flat.
const SLOPED: usize = 16;

/// Smallest deviation in the companded domain, for encoders whose rounding is not quite the standard's.
const SLACK: f32 = 0.03;

/// Lattice points that are tried for each value: the nearest and its neighbours.
const NEAREST: usize = 3;

/// Log likelihood ratios of quantised values.
#[derive(Debug)]
pub struct Likelihood {
    /// Ratio r of the steps in the companded domain, and its inverse.
    ratios: Row,
    inverses: Row,
    /// `[density][value][nearest]`: how much likelier an older value is than r newer ones.
    slopes: Vec<[[Row; NEAREST]; SLOPED]>,
    /// Share of lines that the older step leaves at zero, `[density]`.
    zeros: Vec<Row>,
    /// Share of lines of each value, `[density][value]`; the first is that of all other than zero.
    shares: Vec<[f32; SLOPED]>,
    /// Log probability of a value, given that it is not zero, `[density][value]`; the last is that of all larger ones.
    plain: Vec<[f32; SLOPED + 1]>,
}

impl Likelihood {
    /// A table for the coarsenesses d − `off`, 0 ≤ `off` < 1. Offsets other than zero give lattices that no encoder can
    /// have.
    pub fn new(off: f32) -> Self {
        let ratios: Row = std::array::from_fn(|d| (0.1875 * ((d + 1) as f32 - off)).exp2());
        let slopes = densities()
            .map(|density| {
                std::array::from_fn(|value| {
                    std::array::from_fn(|near| std::array::from_fn(|d| slope(value, near, ratios[d], density)))
                })
            })
            .collect();
        let plain = densities()
            .map(|density| {
                std::array::from_fn(|value| {
                    let y = value as f32;
                    let share = if value < SLOPED { density.mass(y, 1.0) } else { density.above(cell(y, 1.0)) };
                    (share / density.nonzero(1.0)).max(1e-9).ln()
                })
            })
            .collect();
        let zeros = densities().map(|density| ratios.map(|r| 1.0 - density.nonzero(r))).collect();
        let shares = densities()
            .map(|density| {
                std::array::from_fn(|value| {
                    if value == 0 { density.nonzero(1.0) } else { density.mass(value as f32, 1.0).max(1e-12) }
                })
            })
            .collect();
        Self { ratios, inverses: ratios.map(f32::recip), slopes, zeros, shares, plain }
    }

    /// Index of the density under which the non-zero `values` are likeliest without an older lattice.
    fn likeliest_density(&self, values: &[u16]) -> usize {
        let fit =
            |plain: &[f32; SLOPED + 1]| values.iter().map(|&value| plain[usize::from(value).min(SLOPED)]).sum::<f32>();
        let fits: Vec<f32> = self.plain.iter().map(fit).collect();
        (0..fits.len()).max_by(|&a, &b| fits[a].total_cmp(&fits[b])).unwrap_or(0)
    }

    /// Sums the log likelihood ratios of the non-zero `values` (magnitudes) of one band, for every coarseness.
    ///
    /// `noise` is the deviation that lines had before the stream's quantiser, in its steps.
    pub fn ratios(&self, values: &[u16], noise: f32) -> Row {
        let density = self.likeliest_density(values);
        dispatch(Sum { likelihood: self, values, density, noise })
    }
}

/// One band's sum, compiled for the machine's vectors.
struct Sum<'a> {
    likelihood: &'a Likelihood,
    values: &'a [u16],
    density: usize,
    noise: f32,
}

impl Kernel for Sum<'_> {
    type Output = Row;

    #[inline(always)]
    fn run(self) -> Row {
        let Likelihood { ratios, inverses, slopes, zeros, shares, .. } = self.likelihood;
        let (zeros, shares) = (&zeros[self.density], &shares[self.density]);
        // Lines that were zero once and that noise alone has raised to a value, to at least 1.
        let lifted = |value: f32| {
            complementary_error(
                cell(value, 1.0) * cell(value, 1.0).cbrt() * std::f32::consts::FRAC_1_SQRT_2 / self.noise,
            )
        };
        let any = lifted(1.0);
        let given: Row = std::array::from_fn(|d| shares[0] / (zeros[d] * any + 1.0 - zeros[d]).max(1e-9));
        let flat = [[1.0; MOST_COARSER]; NEAREST];
        let mut sum = [0.0; MOST_COARSER];
        for &value in self.values {
            let y = f32::from(value);
            let weights = slopes[self.density].get(usize::from(value)).unwrap_or(&flat);
            let middle = y + 0.5 - ROUNDING;
            // The noise as a uniform one of the same deviation: |x − at| ≤ width.
            let width = 3.0_f32.sqrt() * (0.75 * self.noise / y.cbrt()).max(SLACK);
            let half = 0.5 / width;
            let from_zero = shares.get(usize::from(value)).map_or(0.0, |share| (lifted(y) - lifted(y + 1.0)) / share);
            for d in 0..MOST_COARSER {
                let r = ratios[d];
                let nearest = nearest(middle * inverses[d]);
                let mut cover = 0.0;
                for (near, weight) in weights.iter().enumerate() {
                    let n = nearest + near as f32 - 1.0;
                    let off = middle - n * r;
                    let share = (0.5 + (off + 0.5) * half).clamp(0.0, 1.0) - (0.5 + (off - 0.5) * half).clamp(0.0, 1.0);
                    cover += if n >= 1.0 { share * weight[d] } else { 0.0 };
                }
                // Noise wider than the lattice hides the lattice.
                let known = if width < r { 1.0 } else { 0.0 };
                sum[d] += known
                    * log2((1.0 - STRAY) * given[d] * (r * cover + zeros[d] * from_zero) + STRAY)
                    * std::f32::consts::LN_2;
            }
        }
        sum
    }
}

/// log2 of a positive number, to 0.01: a parabola between powers of two.
#[inline(always)]
fn log2(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let mantissa = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    exponent as f32 + (-1.0 / 3.0 * mantissa + 2.0) * mantissa - 5.0 / 3.0
}

/// How much more likely one of the older values nearest to `value` is than r values like it.
fn slope(value: usize, near: usize, r: f32, density: Density) -> f32 {
    let y = value as f32;
    let n = ((y + 0.5 - ROUNDING) / r).round() + near as f32 - 1.0;
    if value == 0 || n < 1.0 {
        return 0.0;
    }
    (density.mass(n, r) / (r * density.mass(y, 1.0).max(1e-12))).min(50.0)
}
