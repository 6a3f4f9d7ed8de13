//! The MP3 frame grid: at which of the 576 phases the hybrid bank finds what an encoder zeroed.
//!
//! A decoded MP3, analysed by the encoder's own bank at the encoder's own frame phase, shows the lines
//! that were quantised to zero as holes; one sample off, they are smeared (Herre & Schug, "Analysis of
//! decompressed audio", AES 109, 2000). The statistic is the mean of log2 |X|² over the 576 lines of a
//! granule, contrasted with the neighbouring phases, because an honest recording's mean changes slowly
//! with phase while a grid is one sample wide.

use bitrater_signal::mp3::{
    Block, GRANULE_SPAN, Hybrid, LANES, LINES, Lane, Polyphase, SUBBANDS, Subbands, WINDOW_LEN,
};

use crate::excerpts::Span;

/// Period of the grid in samples.
pub const PERIOD: usize = 576;

/// Column of a granule's oldest input sample, modulo 576, when an encoder's delay was trimmed away
/// exactly (phase 0): 48 ≡ −528 is the common delay of the polyphase and hybrid banks.
const TRIMMED_COLUMN: u64 = 48;

/// Phases computed on either side of the period, so that each has its neighbours.
const MARGIN: usize = 8;

/// Phases computed per granule.
const WIDTH: usize = PERIOD + 2 * MARGIN;

/// Samples that one granule's search needs, from its first column.
const NEED: usize = WIDTH + GRANULE_SPAN + WINDOW_LEN;

/// Most granules that are searched at all phases.
const MOST_GRANULES: usize = 256;

/// A granule's contrast counts at most this many of its own MADs, so that no frame decides alone.
const CLIP: f32 = 8.0;

/// Parts of the file that must agree.
const PARTS: usize = 4;

/// Phases nearer than this to a peak belong to it.
const SHADOW: usize = 8;

/// Signals that are searched: joint stereo is switched per frame, so a grid may show in one pair only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Left, or the only channel of a mono file.
    Left,
    /// Right.
    Right,
    /// (L + R) / √2.
    Mid,
    /// (L − R) / √2.
    Side,
}

impl Signal {
    const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Mid, Self::Side];
}

/// One phase that stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridPeak {
    /// Phase, 0..576: first sample of a granule in the file as decoded, modulo 576; an encode whose delay
    /// was trimmed away has phase 0.
    pub phase: u32,
    /// Signal in which it is strongest.
    pub signal: Signal,
    /// How far the statistic lies below the other phases, in MADs of the file's own phases; larger is
    /// stronger, a genuine file stays below 8.
    pub strength: f64,
    /// Mean drop of log2 |X|² at this phase against its neighbours, per line.
    pub depth: f64,
    /// How many of the four parts of the file show the phase on their own, 0 to 4.
    pub parts: u32,
}

/// What the search over all phases found.
#[derive(Debug, Clone, PartialEq)]
pub struct GridSearch {
    /// Granules that were searched.
    pub granules: usize,
    /// Strongest phases first, whatever their strength; at most four.
    pub peaks: Vec<GridPeak>,
}

/// Sums of the contrast, per part of the file, signal and phase.
struct Tally {
    clipped: Vec<[[f32; 4]; PERIOD]>,
    depth: Vec<[f32; 4]>,
    granules: usize,
}

/// Searches all 576 phases over up to 256 granules spread over `spans`.
///
/// `noise` is the variance that rounding left per sample (full scale 1): what lies below it is not told
/// apart from zero. Fewer than eight granules give no search.
#[must_use]
pub(crate) fn search(spans: &[Span], noise: f64) -> Option<GridSearch> {
    let granules = choose(spans);
    if granules.len() < 8 {
        return None;
    }
    let stereo = spans[0].planes.len() > 1;
    let mut tally = Tally { clipped: vec![[[0.0; 4]; PERIOD]; PARTS], depth: vec![[0.0; 4]; PERIOD], granules: 0 };
    let mut scanner = Scanner::new(noise);
    for (n, &(span, offset)) in granules.iter().enumerate() {
        let means = scanner.granule(&spans[span], offset);
        tally.add(n * PARTS / granules.len(), means, stereo);
    }
    Some(tally.peaks(stereo))
}

/// Spreads at most [`MOST_GRANULES`] positions evenly: `(span, offset of the first column in the span)`.
fn choose(spans: &[Span]) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        // Column 0 of the search lies MARGIN samples before a multiple of 576.
        let aligned = (span.start + MARGIN as u64).next_multiple_of(PERIOD as u64) - MARGIN as u64;
        let mut offset = (aligned - span.start) as usize;
        while offset + NEED <= span.len() {
            all.push((index, offset));
            offset += PERIOD;
        }
    }
    let count = all.len().min(MOST_GRANULES);
    (0..count).map(|n| all[n * all.len() / count]).collect()
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

    /// Mean of log2(|X|² + floor) per signal at each of the [`WIDTH`] columns from `offset` on.
    fn granule(&mut self, span: &Span, offset: usize) -> &[[f32; 4]] {
        let Self { polyphase, hybrid, left, right, left_lines, right_lines, means, floor } = self;
        let floor = *floor;
        polyphase.analyse(&span.planes[0][offset..offset + NEED], left);
        let stereo = span.planes.len() > 1;
        if stereo {
            polyphase.analyse(&span.planes[1][offset..offset + NEED], right);
        }
        pulp::Arch::new().dispatch(|| {
            for first in (0..WIDTH).step_by(LANES) {
                hybrid.lines(left, first, SUBBANDS, left_lines);
                let sums = if stereo {
                    hybrid.lines(right, first, SUBBANDS, right_lines);
                    sums_stereo(left_lines, right_lines, floor)
                } else {
                    [sums_mono(left_lines, floor), [0.0; LANES], [0.0; LANES], [0.0; LANES]]
                };
                for l in 0..LANES {
                    means[first + l] = std::array::from_fn(|c| sums[c][l] / LINES as f32);
                }
            }
        });
        &self.means
    }
}

/// log2 of a positive number, linear between powers of two (error under 0.09, the same at every phase).
#[inline(always)]
fn quick_log2(x: f32) -> f32 {
    (x.to_bits() as i32 - 0x3f80_0000) as f32 * (1.0 / 8_388_608.0)
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
                // |M|² = (a+b)²/2 and |S|² = (a−b)²/2; max guards the rounding of the difference.
                products[2] *= (half + ab).max(0.0) + floor;
                products[3] *= (half - ab).max(0.0) + floor;
            }
            for c in 0..4 {
                sums[c][l] += quick_log2(products[c]);
            }
        }
    }
    sums
}

impl Tally {
    fn add(&mut self, part: usize, means: &[[f32; 4]], stereo: bool) {
        self.granules += 1;
        let mut contrast = [0.0_f32; PERIOD];
        let mut sizes = [0.0_f32; PERIOD];
        for c in 0..if stereo { 4 } else { 1 } {
            for (phase, value) in contrast.iter_mut().enumerate() {
                let at = phase + MARGIN;
                let around = means[at - 2][c] + means[at - 1][c] + means[at + 1][c] + means[at + 2][c];
                *value = means[at][c] - 0.25 * around;
            }
            for (size, value) in sizes.iter_mut().zip(&contrast) {
                *size = value.abs();
            }
            let mad = median(&mut sizes).max(1e-4);
            for (phase, value) in contrast.iter().enumerate() {
                self.clipped[part][phase][c] += (value / mad).clamp(-CLIP, CLIP);
                self.depth[phase][c] += value;
            }
        }
    }

    fn peaks(&self, stereo: bool) -> GridSearch {
        let signals = &Signal::ALL[..if stereo { 4 } else { 1 }];
        let mut total = vec![[0.0_f32; 4]; PERIOD];
        for part in &self.clipped {
            for (sum, values) in total.iter_mut().zip(part) {
                for c in 0..4 {
                    sum[c] += values[c];
                }
            }
        }
        let scale = |sums: &[[f32; 4]], c: usize| {
            let mut sizes: Vec<f32> = sums.iter().map(|values| values[c].abs()).collect();
            median(&mut sizes).max(1e-3)
        };
        let scales: Vec<f32> = (0..signals.len()).map(|c| scale(&total, c)).collect();
        let part_scales: Vec<Vec<f32>> =
            self.clipped.iter().map(|part| (0..signals.len()).map(|c| scale(part, c)).collect()).collect();
        let mut peaks: Vec<GridPeak> = Vec::new();
        while peaks.len() < 4 {
            let strongest = (0..PERIOD)
                .filter(|&phase| peaks.iter().all(|peak| distance(phase, column(peak.phase)) > SHADOW))
                .flat_map(|phase| (0..signals.len()).map(move |c| (phase, c)))
                .min_by(|&(p, c), &(q, d)| (total[p][c] / scales[c]).total_cmp(&(total[q][d] / scales[d])));
            let Some((phase, c)) = strongest else { break };
            let parts = (0..PARTS).filter(|&n| self.clipped[n][phase][c] / part_scales[n][c] < -3.0).count();
            peaks.push(GridPeak {
                phase: reported(phase),
                signal: signals[c],
                strength: f64::from(-total[phase][c] / scales[c]),
                depth: f64::from(-self.depth[phase][c]) / self.granules as f64,
                parts: parts as u32,
            });
        }
        GridSearch { granules: self.granules, peaks }
    }
}

/// Reported phase of a column of the search.
fn reported(column: usize) -> u32 {
    ((column as u64 + PERIOD as u64 - TRIMMED_COLUMN) % PERIOD as u64) as u32
}

/// Column of the search at which a reported phase lies.
fn column(phase: u32) -> usize {
    ((u64::from(phase) + TRIMMED_COLUMN) % PERIOD as u64) as usize
}

/// Distance of two phases on the circle.
fn distance(a: usize, b: usize) -> usize {
    let d = a.abs_diff(b);
    d.min(PERIOD - d)
}

/// Median by selection; reorders `values`.
fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}
