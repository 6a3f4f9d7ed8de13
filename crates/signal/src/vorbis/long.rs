//! The MDCT of a Vorbis long block (Vorbis I specification, sections 4.3.1 and 4.3.7) at every sample.

use std::f64::consts::PI;

use crate::mp3::LANES;
use crate::mp3::Lane;
use crate::sliding::Sliding;

/// Samples of a long block at 32 kHz and above, as libvorbis and ffmpeg choose it; frames lie half of that apart.
pub const LONG: usize = 2048;

/// The window of section 4.3.1 at sample `n` of a block of `len`: `sin(π/2 sin²(π (n + ½) / len))`.
#[must_use]
pub fn window(n: usize, len: usize) -> f64 {
    (PI / 2.0 * (PI * (n as f64 + 0.5) / len as f64).sin().powi(2)).sin()
}

/// Neighbours on each side that the window reaches.
const REACH: usize = 5;

/// The window as cosines: `Σ_j SERIES[j] cos(2πj (n + ½) / len)`, within −102 dB.
///
/// With z = π/4 and θ = 2π (n + ½) / len it is `sin(z − z cos θ)`, whose Jacobi–Anger expansion has the
/// coefficients `2 sin z · (−1)^(j/2) J_j(z)` for even and `−2 cos z · (−1)^((j−1)/2) J_j(z)` for odd j.
const SERIES: [f64; REACH + 1] = [
    0.602_194_701_255_546_4,
    -0.513_625_166_679_107,
    -0.103_546_344_262_963_7,
    0.013_732_034_234_358_552,
    0.001_358_669_838_090_361_7,
    -0.000_107_263_094_406_002_36,
];

/// Long blocks of one channel at successive samples.
#[derive(Debug)]
pub struct LongBlocks {
    sliding: Sliding,
    taps: [f32; REACH + 1],
}

impl LongBlocks {
    /// Blocks of which the lines `first .. first + LANES · chunks` are wanted; `first` is at least five, and
    /// so many lie above the last.
    #[must_use]
    pub fn new(first: usize, chunks: usize) -> Self {
        // A decoder's lines are our sums over N/4; a cosine halves into its two bins.
        let scale = 4.0 / LONG as f64;
        let taps = std::array::from_fn(|j| (scale * SERIES[j] * if j == 0 { 1.0 } else { 0.5 }) as f32);
        Self { sliding: Sliding::new(LONG, first - REACH, chunks * LANES + 2 * REACH), taps }
    }

    /// Goes to the block that `samples` begin with.
    pub fn anchor(&mut self, samples: &[f32]) {
        self.sliding.anchor(samples);
    }

    /// Moves on by one sample; `sum` is that of the sample that leaves and the one that enters.
    #[inline(always)]
    pub fn step(&mut self, sum: f32) {
        self.sliding.step(sum);
    }

    /// Lines `first + LANES · chunk ..` of the windowed block in the scale of a decoder: floor times residue.
    #[inline(always)]
    #[must_use]
    pub fn lines(&self, chunk: usize) -> Lane {
        const WIDTH: usize = LANES + 2 * REACH;
        let at = chunk * LANES;
        let (re, im) = (&self.sliding.re()[at..at + WIDTH], &self.sliding.im()[at..at + WIDTH]);
        let t = &self.taps;
        let mut out = [0.0; LANES];
        for l in 0..LANES {
            let k = l + REACH;
            // Moving by j bins turns the phase at n₀ by j quarters: (−i)^j Z[k−j] + i^j Z[k+j], real parts.
            let sum = t[1].mul_add(im[k - 1] - im[k + 1], t[0] * re[k]);
            let sum = (-t[2]).mul_add(re[k - 2] + re[k + 2], sum);
            let sum = (-t[3]).mul_add(im[k - 3] - im[k + 3], sum);
            let sum = t[4].mul_add(re[k - 4] + re[k + 4], sum);
            out[l] = t[5].mul_add(im[k - 5] - im[k + 5], sum);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_window() {
        for n in 0..LONG {
            let theta = 2.0 * PI * (n as f64 + 0.5) / LONG as f64;
            let sum: f64 = SERIES.iter().enumerate().map(|(j, a)| a * (j as f64 * theta).cos()).sum();
            assert!((sum - window(n, LONG)).abs() < 1e-5, "sample {n}");
        }
    }

    #[test]
    fn lines_match_the_definition_at_every_phase() {
        let samples: Vec<f32> = (0..3200_usize).map(|n| (n * 7919 % 1009) as f32 / 1009.0 - 0.5).collect();
        let mut blocks = LongBlocks::new(16, 2);
        blocks.anchor(&samples);
        for p in 0..1024 {
            if [0, 1, 500, 1023].contains(&p) {
                for k in 0..2 * LANES {
                    let sum: f64 = (0..LONG)
                        .map(|n| {
                            let angle = PI / 2048.0 * ((2 * n + 1 + 1024) * (2 * (k + 16) + 1)) as f64 / 2.0;
                            window(n, LONG) * f64::from(samples[p + n]) * angle.cos()
                        })
                        .sum();
                    let got = f64::from(blocks.lines(k / LANES)[k % LANES]);
                    assert!((got - sum / 512.0).abs() < 1e-6, "line {k} at {p}: {} {got}", sum / 512.0);
                }
            }
            blocks.step(samples[p] + samples[p + LONG]);
        }
    }
}
