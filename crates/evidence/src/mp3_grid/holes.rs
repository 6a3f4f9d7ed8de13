//! Holes: the mean of log2 |X|² over a granule's lines, contrasted with the neighbouring phases, because an
//! honest recording's mean changes slowly with phase while a grid is one sample wide.

use bitrater_signal::mp3::{Block, Hybrid, LANES, LINES, Lane, Polyphase, SUBBANDS, Subbands};
use bitrater_signal::simd::{Kernel, dispatch};

use super::granules::{Cluster, MARGIN, Place, WIDTH, clusters};
use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;
use crate::signals::Signal;
use crate::tally::{PhaseScan, Tally};

/// Most granules that are searched at all phases.
const MOST_GRANULES: usize = 100;

/// Granules that are searched next to one another: they share most of the polyphase bank's work.
const CLUSTER: usize = 4;

/// A granule's contrasts deviate at least this much over the phases, in log2; exact silence alone less.
const LEAST_SPREAD: f32 = 1e-4;

/// Signals in the order of the sums.
const STEREO: [Signal; 4] = [Signal::Left, Signal::Right, Signal::Mid, Signal::Side];

/// Searches all phases.
pub fn scan(spans: &[Span], places: &[Place], noise: f64) -> PhaseScan {
    let chosen = clusters(places, MOST_GRANULES, CLUSTER);
    let stereo = spans[chosen[0].first.span].planes.len() > 1;
    let signals: &'static [Signal] = if stereo { &STEREO } else { &STEREO[..1] };
    let mut tally = Tally::new(PERIOD, signals, chosen.iter().map(|cluster| cluster.granules).sum(), LEAST_SPREAD);
    let mut scanner = Scanner::new(noise);
    let mut rows = vec![[0.0; PERIOD]; signals.len()];
    for cluster in chosen {
        scanner.analyse(spans, cluster, stereo);
        for granule in 0..cluster.granules {
            let means = scanner.means(granule, stereo);
            for (s, row) in rows.iter_mut().enumerate() {
                for (phase, value) in row.iter_mut().enumerate() {
                    let at = phase + MARGIN;
                    let around = means[at - 2][s] + means[at - 1][s] + means[at + 1][s] + means[at + 2][s];
                    *value = 0.25 * around - means[at][s];
                }
            }
            tally.add(&rows);
        }
    }
    tally.scan(TRIMMED_COLUMN)
}

/// Computes the statistic of one granule at every phase.
struct Scanner {
    polyphase: Polyphase,
    hybrid: Hybrid,
    left: Subbands,
    right: Subbands,
    left_lines: Box<[Lane; LINES]>,
    right_lines: Box<[Lane; LINES]>,
    means: Vec<[f32; 4]>,
    floor: f32,
}

impl Scanner {
    fn new(noise: f64) -> Self {
        Self {
            polyphase: Polyphase::new(),
            hybrid: Hybrid::new(Block::Long),
            left: Subbands::default(),
            right: Subbands::default(),
            left_lines: Box::new([[0.0; LANES]; LINES]),
            right_lines: Box::new([[0.0; LANES]; LINES]),
            means: vec![[0.0; 4]; WIDTH],
            floor: noise.max(1e-14) as f32,
        }
    }

    /// Runs the polyphase bank over a cluster.
    fn analyse(&mut self, spans: &[Span], cluster: Cluster, stereo: bool) {
        self.polyphase.analyse(cluster.samples(spans, 0), SUBBANDS, &mut self.left);
        if stereo {
            self.polyphase.analyse(cluster.samples(spans, 1), SUBBANDS, &mut self.right);
        }
    }

    /// Mean of log2(|X|² + floor) per signal at each column of one granule of the cluster.
    fn means(&mut self, granule: usize, stereo: bool) -> &[[f32; 4]] {
        dispatch(Means { scanner: self, granule, stereo });
        &self.means
    }
}

/// The statistic of one granule at every phase, from its subbands.
struct Means<'a> {
    scanner: &'a mut Scanner,
    granule: usize,
    stereo: bool,
}

impl Kernel for Means<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Scanner { hybrid, left, right, left_lines, right_lines, means, floor, .. } = self.scanner;
        for first in (0..WIDTH).step_by(LANES) {
            let column = self.granule * PERIOD + first;
            hybrid.lines(left, column, SUBBANDS, left_lines);
            let sums = if self.stereo {
                hybrid.lines(right, column, SUBBANDS, right_lines);
                sums_stereo(left_lines, right_lines, *floor)
            } else {
                [sums_mono(left_lines, *floor), [0.0; LANES], [0.0; LANES], [0.0; LANES]]
            };
            for l in 0..LANES {
                means[first + l] = std::array::from_fn(|c| sums[c][l] / LINES as f32);
            }
        }
    }
}

/// log2 of a positive number, linear between powers of two (error under 0.09, the same at every phase).
#[inline(always)]
fn quick_log2(x: f32) -> f32 {
    (x.to_bits() as i32 - 0x3f80_0000) as f32 * (1.0 / 8_388_608.0)
}

/// x, or 0 if it is negative: one instruction, which `f32::max` is not.
#[inline(always)]
fn positive(x: f32) -> f32 {
    if x > 0.0 { x } else { 0.0 }
}

/// Σ log2(X² + floor) over the lines of one signal. Two lines share a logarithm.
#[inline(always)]
fn sums_mono(lines: &[Lane; LINES], floor: f32) -> Lane {
    let mut sum = [0.0; LANES];
    for pair in lines.chunks_exact(2) {
        for l in 0..LANES {
            let (a, b) = (pair[0][l], pair[1][l]);
            sum[l] += quick_log2((a * a + floor) * (b * b + floor));
        }
    }
    sum
}

/// Σ log2(X² + floor) for left, right, mid and side.
#[inline(always)]
fn sums_stereo(left: &[Lane; LINES], right: &[Lane; LINES], floor: f32) -> [Lane; 4] {
    let mut sums = [[0.0; LANES]; 4];
    for (x, y) in left.chunks_exact(2).zip(right.chunks_exact(2)) {
        for l in 0..LANES {
            let mut products = [1.0; 4];
            for i in 0..2 {
                let (a, b) = (x[i][l], y[i][l]);
                let (aa, bb, ab) = (a * a, b * b, a * b);
                let half = 0.5 * (aa + bb);
                products[0] *= aa + floor;
                products[1] *= bb + floor;
                // |M|² = (a+b)²/2 and |S|² = (a−b)²/2, whose difference may round to less than nothing.
                products[2] *= positive(half + ab) + floor;
                products[3] *= positive(half - ab) + floor;
            }
            for c in 0..4 {
                sums[c][l] += quick_log2(products[c]);
            }
        }
    }
    sums
}
