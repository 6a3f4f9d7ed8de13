//! Holes: the mean of log2 |X|² over a granule's lines, contrasted with the neighbouring phases. The mean of an honest
//! recording changes slowly with phase, whereas a grid is one sample wide.

use bitrater_signal::mp3::{Block, Hybrid, LANES, LINES, Lane, Polyphase, SUBBANDS, Subbands};
use bitrater_signal::simd::{Simd, WithSimd, load, store, vectorise};

use super::granules::{Cluster, MARGIN, Place, WIDTH, clusters};
use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;
use crate::signals::Signal;
use crate::tally::{PhaseScan, Tally};

/// Most granules that are searched at all phases.
const MOST_GRANULES: usize = 100;

/// Granules that are searched next to one another: they share most of the polyphase bank's work.
const CLUSTER: usize = 4;

/// A granule's contrasts deviate at least this much over the phases, in log2. Only exact silence deviates less.
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
        let Self { hybrid, left, right, left_lines, right_lines, means, floor, .. } = self;
        for first in (0..WIDTH).step_by(LANES) {
            let column = granule * PERIOD + first;
            hybrid.lines(left, column, SUBBANDS, left_lines);
            let sums = if stereo {
                hybrid.lines(right, column, SUBBANDS, right_lines);
                vectorise(Stereo { left: left_lines, right: right_lines, floor: *floor })
            } else {
                [vectorise(Mono { lines: left_lines, floor: *floor }), [0.0; LANES], [0.0; LANES], [0.0; LANES]]
            };
            for l in 0..LANES {
                means[first + l] = std::array::from_fn(|c| sums[c][l] / LINES as f32);
            }
        }
        &self.means
    }
}

/// Steps of the logarithm that [`Logs`] counts in, per octave.
const STEPS: f32 = 32_768.0;

/// Sums up logarithms of positive numbers, linear between powers of two (error under 0.09, the same at every phase), in
/// steps of 2⁻¹⁵.
#[derive(Clone, Copy)]
struct Logs<S: Simd> {
    simd: S,
    sum: S::f32s,
}

impl<S: Simd> Logs<S> {
    #[inline(always)]
    fn new(simd: S) -> Self {
        Self { simd, sum: simd.splat_f32s(0.0) }
    }

    #[inline(always)]
    fn add(&mut self, x: S::f32s) {
        let simd = self.simd;
        // The bits of a float are nearly its logarithm. As the mantissa of 2²³ they are a float again.
        let bits = simd.wrapping_dyn_shr_u32s(simd.transmute_u32s_f32s(x), simd.splat_u32s(8));
        let value = simd.transmute_f32s_u32s(simd.or_u32s(bits, simd.splat_u32s(0x4b00_0000)));
        let one = 8_388_608.0 + (0x3f80_0000 >> 8) as f32;
        self.sum = simd.add_f32s(self.sum, simd.sub_f32s(value, simd.splat_f32s(one)));
    }

    #[inline(always)]
    fn store(self, out: &mut [f32]) {
        store(self.simd, out, self.simd.mul_f32s(self.sum, self.simd.splat_f32s(1.0 / STEPS)));
    }
}

/// Σ log2(X² + floor) over the lines of one signal. Two lines share a logarithm.
struct Mono<'a> {
    lines: &'a [Lane; LINES],
    floor: f32,
}

impl WithSimd for Mono<'_> {
    type Output = Lane;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Lane {
        let floor = simd.splat_f32s(self.floor);
        let mut sums = [0.0; LANES];
        for part in (0..LANES).step_by(S::F32_LANES) {
            let mut logs = Logs::new(simd);
            for pair in self.lines.chunks_exact(2) {
                let (a, b) = (load(simd, &pair[0][part..]), load(simd, &pair[1][part..]));
                logs.add(simd.mul_f32s(simd.mul_add_f32s(a, a, floor), simd.mul_add_f32s(b, b, floor)));
            }
            logs.store(&mut sums[part..]);
        }
        sums
    }
}

/// Σ log2(X² + floor) for left, right, mid and side.
struct Stereo<'a> {
    left: &'a [Lane; LINES],
    right: &'a [Lane; LINES],
    floor: f32,
}

impl WithSimd for Stereo<'_> {
    type Output = [Lane; 4];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [Lane; 4] {
        let mut sums = [[0.0; LANES]; 4];
        let floor = simd.splat_f32s(self.floor);
        for part in (0..LANES).step_by(S::F32_LANES) {
            let mut logs = [Logs::new(simd); 4];
            for (x, y) in self.left.chunks_exact(2).zip(self.right.chunks_exact(2)) {
                let first = squares(simd, &x[0][part..], &y[0][part..], floor);
                let second = squares(simd, &x[1][part..], &y[1][part..], floor);
                for c in 0..4 {
                    logs[c].add(simd.mul_f32s(first[c], second[c]));
                }
            }
            for c in 0..4 {
                logs[c].store(&mut sums[c][part..]);
            }
        }
        sums
    }
}

/// Squares of left, right, mid and side, with the floor.
#[inline(always)]
fn squares<S: Simd>(simd: S, left: &[f32], right: &[f32], floor: S::f32s) -> [S::f32s; 4] {
    let (a, b) = (load(simd, left), load(simd, right));
    let (aa, bb, ab) = (simd.mul_f32s(a, a), simd.mul_f32s(b, b), simd.mul_f32s(a, b));
    // |M|² = (a+b)²/2 and |S|² = (a−b)²/2, whose difference may round to less than zero. No product is fused
    // with a sum here: equal channels must leave exactly zero.
    let half = simd.mul_f32s(simd.splat_f32s(0.5), simd.add_f32s(aa, bb));
    let zero = simd.splat_f32s(0.0);
    let (mid, side) = (simd.max_f32s(simd.add_f32s(half, ab), zero), simd.max_f32s(simd.sub_f32s(half, ab), zero));
    [simd.add_f32s(aa, floor), simd.add_f32s(bb, floor), simd.add_f32s(mid, floor), simd.add_f32s(side, floor)]
}
