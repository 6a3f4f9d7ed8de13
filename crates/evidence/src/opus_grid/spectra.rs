//! How empty a frame looks at one phase: the mean of log2 |X|² over its lines, per signal.

use bitrater_signal::celt::{CODED_LINES, LINES, emphasis_gain, mdct};
use bitrater_signal::logarithm::quick_log2;
use bitrater_signal::mdct::Mdct;
use bitrater_signal::simd::{Kernel, dispatch};

use crate::signals::Signal;

/// Signals in the order of [`Spectra::means`].
pub const SIGNALS: [Signal; 4] = [Signal::Left, Signal::Right, Signal::Mid, Signal::Side];

/// Distances of the phases that a phase is contrasted with. At one sample the highest lines are turned by almost half a
/// circle and look emptier than anywhere else.
const AROUND: [isize; 4] = [-3, -2, 2, 3];

/// Phases on either side that a contrast needs.
pub const MARGIN: usize = 3;

/// Transforms frames and takes their means.
pub struct Spectra {
    mdct: Mdct,
    /// Variance of the rounding noise per line. Smaller values cannot be distinguished from zero.
    floors: Vec<f32>,
    lines: [Vec<f32>; 2],
}

impl Spectra {
    /// For audio with rounding noise of variance `noise` per sample.
    pub fn new(noise: f64) -> Self {
        let floor = noise.max(1e-14);
        Self {
            mdct: mdct(LINES),
            floors: (0..LINES).map(|line| (emphasis_gain(line, LINES) * floor) as f32).collect(),
            lines: [vec![0.0; LINES], vec![0.0; LINES]],
        }
    }

    /// Lines that Opus codes of the frame that begins with `samples`.
    pub fn coded_lines(&mut self, samples: &[f32]) -> Vec<f32> {
        self.mdct.lines(samples, &mut self.lines[0]);
        self.lines[0][..CODED_LINES].to_vec()
    }

    /// Lines of every channel of the frame that begins at `column`.
    pub fn lines(&mut self, planes: &[Vec<f32>], column: usize) -> &[Vec<f32>] {
        for (lines, plane) in self.lines.iter_mut().zip(planes) {
            self.mdct.lines(&plane[column..], lines);
        }
        &self.lines[..planes.len().min(2)]
    }

    /// Variance of the rounding noise per line.
    pub fn floors(&self) -> &[f32] {
        &self.floors
    }

    /// Means of log2(|X|² + floor) of the frame that begins at `column`; of a mono file, only the first counts.
    pub fn means(&mut self, planes: &[Vec<f32>], column: usize) -> [f32; 4] {
        self.lines(planes, column);
        let floors = &self.floors[..CODED_LINES];
        let left = &self.lines[0][..CODED_LINES];
        if planes.len() > 1 {
            dispatch(Stereo { left, right: &self.lines[1][..CODED_LINES], floors })
        } else {
            [dispatch(Mono { lines: left, floors }), 0.0, 0.0, 0.0]
        }
    }

    /// How far the means lie below those of the neighbouring phases, at `column` (at least [`MARGIN`]).
    pub fn contrast(&mut self, planes: &[Vec<f32>], column: usize) -> [f32; 4] {
        let at = self.means(planes, column);
        let around = AROUND.map(|distance| self.means(planes, column.saturating_add_signed(distance)));
        std::array::from_fn(|s| around.iter().map(|means| means[s]).sum::<f32>() / 4.0 - at[s])
    }
}

/// The contrast of signal `s` at `column`, of means that were taken at every column.
pub fn contrast(means: &[[f32; 4]], column: usize, s: usize) -> f32 {
    AROUND.iter().map(|&distance| means[column.saturating_add_signed(distance)][s]).sum::<f32>() / 4.0
        - means[column][s]
}

/// Values summed side by side.
const WIDE: usize = 16;

struct Mono<'a> {
    lines: &'a [f32],
    floors: &'a [f32],
}

impl Kernel for Mono<'_> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        let mut sums = [0.0; WIDE];
        for (x, floor) in self.lines.chunks_exact(WIDE).zip(self.floors.chunks_exact(WIDE)) {
            for l in 0..WIDE {
                sums[l] += quick_log2(x[l] * x[l] + floor[l]);
            }
        }
        sums.iter().sum::<f32>() / self.lines.len() as f32
    }
}

struct Stereo<'a> {
    left: &'a [f32],
    right: &'a [f32],
    floors: &'a [f32],
}

impl Kernel for Stereo<'_> {
    type Output = [f32; 4];

    #[inline(always)]
    fn run(self) -> [f32; 4] {
        let mut sums = [[0.0; WIDE]; 4];
        let pairs = self.left.chunks_exact(WIDE).zip(self.right.chunks_exact(WIDE));
        for ((x, y), floor) in pairs.zip(self.floors.chunks_exact(WIDE)) {
            for l in 0..WIDE {
                let (xx, yy, xy) = (x[l] * x[l], y[l] * y[l], x[l] * y[l]);
                // |M|² = (x+y)²/2 and |S|² = (x−y)²/2, whose difference may round to less than zero.
                let half = 0.5 * (xx + yy);
                sums[0][l] += quick_log2(xx + floor[l]);
                sums[1][l] += quick_log2(yy + floor[l]);
                sums[2][l] += quick_log2(positive(half + xy) + floor[l]);
                sums[3][l] += quick_log2(positive(half - xy) + floor[l]);
            }
        }
        sums.map(|sum| sum.iter().sum::<f32>() / self.left.len() as f32)
    }
}

/// x, or 0 if it is negative, in one instruction; `f32::max` takes more.
#[inline(always)]
fn positive(x: f32) -> f32 {
    if x > 0.0 { x } else { 0.0 }
}
