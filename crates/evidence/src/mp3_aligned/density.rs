//! Densities that the lines of a scalefactor band may have before any quantiser, in the companded domain
//! `y = (|x| / step)^(3/4)`.

/// A Layer III encoder rounds y to the integer below y + 0.4054 (ISO/IEC 11172-3, C.1.5.4.4.1: nint(y − 0.0946)).
pub const ROUNDING: f32 = 0.4054;

/// Shapes of the density of lines, by the share of lines above y: exp(−(y/s)^0.8), which has heavy tails;
/// exp(−(y/s)^(4/3)), that of a Laplacian; and that of a Gaussian.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Heavy,
    Laplacian,
    Gaussian,
}

/// A density of companded lines y: a shape, and a scale s in steps of the stream.
#[derive(Debug, Clone, Copy)]
pub struct Density {
    shape: Shape,
    scale: f32,
}

/// Scales that are tried with each shape.
const SCALES: [f32; 14] = [0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 16.0, 24.0, 50.0];

/// All densities that are tried.
pub fn densities() -> impl Iterator<Item = Density> {
    [Shape::Heavy, Shape::Laplacian, Shape::Gaussian]
        .into_iter()
        .flat_map(|shape| SCALES.into_iter().map(move |scale| Density { shape, scale }))
}

impl Density {
    /// Share of lines above y.
    pub fn above(self, y: f32) -> f32 {
        let x = y.max(0.0) / self.scale;
        match self.shape {
            Shape::Heavy => (-x.powf(0.8)).exp(),
            Shape::Laplacian => (-x * x.cbrt()).exp(),
            Shape::Gaussian => complementary_error(x * x.cbrt()),
        }
    }

    /// Share of lines that a step of `r` rounds to n.
    pub fn mass(self, n: f32, r: f32) -> f32 {
        self.above(cell(n, r)) - self.above(cell(n + 1.0, r))
    }

    /// Share of lines that a step of `r` does not round to zero.
    pub fn nonzero(self, r: f32) -> f32 {
        self.above(cell(1.0, r)).max(1e-12)
    }
}

/// Lower edge of the interval of lines that a step of `r` rounds to n.
pub fn cell(n: f32, r: f32) -> f32 {
    (n - ROUNDING) * r
}

/// erfc x for x ≥ 0, to 3e-4 (Abramowitz & Stegun, 7.1.27).
pub fn complementary_error(x: f32) -> f32 {
    (1.0 + x * (0.278_393 + x * (0.230_389 + x * (0.000_972 + x * 0.078_108)))).powi(-4)
}
