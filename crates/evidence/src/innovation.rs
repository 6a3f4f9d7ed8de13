//! The innovation of a peak: the share of its evidence that earlier frames do not predict.
//!
//! The searches add up frames as if each were an independent trial. A tone, mains hum, a synthesiser's cycle or a loop
//! that repeats with the frame is not: it puts the same lines into every frame. A phase at which those lines happen to
//! be empty, or to fit a quantiser's steps, then shows the same in every frame. What a codec leaves differs from frame
//! to frame, because what it coded differed.
//!
//! So each peak that a search finds is measured again, without the part of each line that earlier frames predict. What
//! remains is the *innovation* of linear prediction. Only the share of the evidence that remains counts.

use std::ops::Range;

use bitrater_signal::energy::energy;
use bitrater_signal::logarithm::quick_log2;
use bitrater_signal::mdct::Mdct;

use crate::excerpts::Span;
use crate::places::best_of_parts;
use crate::signals::Signal;

/// Successive frames that are measured together, so that a signal that alternates from frame to frame is measured in
/// each of its states.
const GROUP: usize = 8;

/// Lines that are predicted together.
const BAND: usize = 16;

/// Samples from a phase to one where nothing of its evidence is left.
const APART: isize = 23;

/// A band of lines counts as predicted if the residual has less than this share of its energy. Two bands of noise,
/// sixteen lines each, predict a tenth of each other.
const PARTLY: f32 = 0.7;

/// A contiguous stretch of samples: the index of the first in the file, and the channels.
pub type Stretch<'a> = (u64, &'a [Vec<f32>]);

/// Where the frames of a codec lie, and how many of them are measured.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Samples from one frame to the next.
    pub period: usize,
    /// Samples that the lines of a frame are made of.
    pub need: usize,
    /// Groups of frames that are measured: the loudest of as many parts of the file.
    pub groups: usize,
    /// How many frames back the predictors of a frame lie. The first two are 1 and 2.
    pub lags: &'static [usize],
}

impl Layout {
    /// A layout with the lags of most codecs.
    pub const fn new(period: usize, need: usize, groups: usize) -> Self {
        Self { period, need, groups, lags: &LAGS }
    }
}

/// Lags of most codecs.
const LAGS: [usize; 19] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 24, 32];

/// How holes are measured.
#[derive(Debug, Clone, Copy)]
pub struct HoleOptions {
    /// Frames of which only one is a frame of the codec: more than one where frames may begin at several phases.
    pub rivals: usize,
    /// Samples from a phase to the two on either side that it is compared with.
    pub beside: isize,
    /// Mean emptiness of all frames that were searched.
    pub depth: f64,
}

impl Default for HoleOptions {
    fn default() -> Self {
        Self { rivals: 1, beside: 2, depth: 0.0 }
    }
}

/// How bands of lines are measured.
#[derive(Debug, Clone, Copy)]
pub struct BandOptions {
    /// Samples from a phase to the two on either side that it is compared with.
    pub beside: isize,
    /// By how much the frames that were searched gave more than at other phases, where that is known.
    pub depth: Option<f64>,
    /// Whether only frames that an earlier one repeats exactly, up to sign, are predicted. Decaying or rotating lines
    /// are then not.
    pub exact: bool,
    /// A band is predicted if the residual has less than this share of its energy, or hardly more than noise. Exact
    /// repetition leaves less than the default. Two encodes of nearly the same sound leave more, because each has its
    /// own quantisation noise.
    pub residual: f32,
}

impl Default for BandOptions {
    fn default() -> Self {
        Self { beside: 11, depth: None, exact: false, residual: 0.001 }
    }
}

/// Noise that two frames may leave in each other's residual, in variances of a line: two from the frames, and room for
/// chance.
const NOISES: f32 = 6.0;

/// The noise of a band is taken as at most this share of its energy. Where more of it is noise, nothing is predicted.
const MOST_NOISE: f32 = 0.2;

/// Makes the `kept` lines of a frame with a transform.
pub fn mdct_lines(mut mdct: Mdct, count: usize, kept: Range<usize>) -> impl FnMut(&[f32]) -> Vec<f32> {
    let mut lines = vec![0.0; count];
    move |samples| {
        mdct.lines(samples, &mut lines);
        lines[kept.clone()].to_vec()
    }
}

/// Frames of a file at one rate, and how their lines are made.
pub struct Frames<'a, F> {
    stretches: Vec<Stretch<'a>>,
    signals: Vec<Signal>,
    layout: Layout,
    lines: F,
}

/// Where the frames that are compared lie: rivals, and distance to the phases beside.
#[derive(Debug, Clone, Copy)]
struct Comparison {
    rivals: usize,
    beside: isize,
}

impl Comparison {
    /// The greatest distance of a position from the phase.
    fn around(self) -> usize {
        APART.max(self.beside) as usize
    }
}

/// Successive frames in one signal: the stretch, the offset of the first frame's first sample, and their number.
#[derive(Debug, Clone, Copy)]
struct Group {
    stretch: usize,
    offset: usize,
    count: usize,
    signal: Signal,
    energy: f32,
    comparison: Comparison,
}

/// What predicts a frame: the frame at one lag, or the last two together.
#[derive(Debug, Clone, Copy)]
enum Predictor {
    Lag(usize),
    LastTwo,
}

/// Where lines are measured: at the phase, before it, behind it, and far from it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Position {
    On,
    Before,
    Behind,
    Apart,
}

const POSITIONS: [Position; 4] = [Position::On, Position::Before, Position::Behind, Position::Apart];

/// The lines of a group's frames and of those before it, each made once.
struct Lines<'f, 'a, F> {
    frames: &'f mut Frames<'a, F>,
    group: Group,
    /// By position, then by frame from the first that the stretch holds.
    made: [Vec<Option<Vec<f32>>>; POSITIONS.len()],
    /// Frames that the stretch holds before the group.
    before: usize,
}

impl<'a, F: FnMut(&[f32]) -> Vec<f32>> Frames<'a, F> {
    /// Frames of the excerpts, in each of `signals`; `lines` makes the lines of one.
    pub fn new(spans: &'a [Span], signals: &[Signal], layout: Layout, lines: F) -> Self {
        let stretches = spans.iter().map(|span| (span.start, span.planes.as_slice())).collect();
        Self::of_stretches(stretches, signals, layout, lines)
    }

    /// The same of stretches.
    pub fn of_stretches(stretches: Vec<Stretch<'a>>, signals: &[Signal], layout: Layout, lines: F) -> Self {
        Self { stretches, signals: signals.to_vec(), layout, lines }
    }

    /// The mean emptiness of the frames at `column`, as [`Self::unpredicted_holes`] measures it.
    pub fn emptiness(
        &mut self,
        column: usize,
        kept: &Range<usize>,
        floor: impl Fn(usize) -> f32,
        options: HoleOptions,
    ) -> f64 {
        let HoleOptions { rivals, beside, .. } = options;
        let level = |lines: &[f32]| level(lines, kept, &floor);
        let (mut sum, mut count) = (0.0, 0.0);
        for group in self.groups(column, Comparison { rivals, beside }) {
            let mut lines = self.lines_of(group);
            for (_, emptiness) in lines.emptiest(level) {
                sum += f64::from(emptiness);
                count += 1.0;
            }
        }
        sum / f64::max(count, 1.0)
    }

    /// The share, 0 to 1, of the emptiness at `column` that is not predicted; `column` is the first sample of a frame
    /// modulo the period.
    ///
    /// Emptiness is the mean of log2 |X|² of the lines `kept` beside the phase, less that at the phase. Power below the
    /// `floor` of a line does not count. Of rival frames the emptiest counts. If the frames that are measured here show
    /// less than half of the `depth` of all, the missing part of that half counts as predicted.
    pub fn unpredicted_holes(
        &mut self,
        column: usize,
        kept: &Range<usize>,
        floor: impl Fn(usize) -> f32,
        options: HoleOptions,
    ) -> f64 {
        let HoleOptions { rivals, beside, depth } = options;
        let level = |lines: &[f32]| level(lines, kept, &floor);
        let (mut whole, mut unpredicted, mut count) = (0.0, 0.0, 0.0);
        for group in self.groups(column, Comparison { rivals, beside }) {
            let mut lines = self.lines_of(group);
            let frames = lines.emptiest(level);
            let Some(predictor) = lines.predictor(&frames, level) else { continue };
            for (frame, emptiness) in frames {
                let Some(left) = lines.emptiness(frame, Some(predictor), level) else { continue };
                whole += f64::from(emptiness);
                unpredicted += f64::from(left);
                count += 1.0;
            }
        }
        let whole = (whole / f64::max(count, 1.0)).max(0.5 * depth);
        if whole > 0.0 { (unpredicted / f64::max(count, 1.0) / whole).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The share, 0 to 1, of the evidence at `column` that comes from bands of lines which no earlier frame predicts.
    ///
    /// `evidence` is what the n-th of `bands` gives in the lines of a frame, `noise` the variance of the noise on its
    /// lines. If the `depth` is known, what these frames give at other phases by chance is subtracted. The rest is
    /// compared with half the depth, as in [`Self::unpredicted_holes`].
    pub fn unpredicted_bands(
        &mut self,
        column: usize,
        bands: &[Range<usize>],
        mut evidence: impl FnMut(&[f32], usize) -> f32,
        noise: impl Fn(usize) -> f32,
        options: BandOptions,
    ) -> f64 {
        let BandOptions { beside, depth, .. } = options;
        let positions = if depth.is_some() { &POSITIONS[..] } else { &POSITIONS[..1] };
        let (mut whole, mut unpredicted) = ([0.0; POSITIONS.len()], [0.0; POSITIONS.len()]);
        let mut count = 0.0;
        for group in self.groups(column, Comparison { rivals: 1, beside }) {
            let mut lines = self.lines_of(group);
            for frame in 0..group.count {
                count += 1.0;
                for &position in positions {
                    let Some(now) = lines.at(frame, 0, position).map(<[f32]>::to_vec) else { continue };
                    for (n, band) in bands.iter().enumerate() {
                        let gives = f64::from(evidence(&now, n));
                        if gives > 0.0 {
                            whole[position as usize] += gives;
                            let predicted = lines.predicts(frame, position, &now, band, noise(n), options);
                            unpredicted[position as usize] += if predicted { 0.0 } else { gives };
                        }
                    }
                }
            }
        }
        let rise = |sums: [f64; POSITIONS.len()]| sums[0] - (sums[1] + sums[2] + sums[3]) / 3.0;
        let whole = rise(whole).max(0.5 * depth.unwrap_or(0.0) * count);
        if whole > 0.0 { (rise(unpredicted) / whole).clamp(0.0, 1.0) } else { 1.0 }
    }

    fn lines_of(&mut self, group: Group) -> Lines<'_, 'a, F> {
        let before = (group.offset - group.comparison.around()) / self.layout.period;
        let frames = before + group.count * group.comparison.rivals;
        Lines { frames: self, group, made: std::array::from_fn(|_| vec![None; frames]), before }
    }

    /// Groups of frames with as many lags before them as the stretches allow, in each signal.
    fn groups(&self, column: usize, comparison: Comparison) -> Vec<Group> {
        let Layout { period, need, lags, groups } = self.layout;
        let around = comparison.around();
        let step = period * comparison.rivals;
        let signal = Signal::Left;
        let mut all = Vec::new();
        for (stretch, (start, planes)) in self.stretches.iter().enumerate() {
            let length = planes.iter().map(Vec::len).min().unwrap_or(0);
            let first = (column + step - (start % step as u64) as usize) % step;
            // Every lag, or as many as leave a group of frames.
            let reach = (lags[lags.len() - 1] * period).min(length / 2).max(period);
            let offsets: Vec<usize> = (first..)
                .step_by(step)
                .skip_while(|&offset| offset < reach + around)
                .take_while(|&offset| offset + step - period + need + around <= length)
                .collect();
            for offsets in offsets.chunks(GROUP) {
                let (offset, count) = (offsets[0], offsets.len());
                let until = offset + (count - 1) * step + need;
                let energy = planes.iter().map(|plane| energy(&plane[offset..until])).sum();
                all.push(Group { stretch, offset, count, signal, energy, comparison });
            }
        }
        let chosen = best_of_parts(&all, groups, |group| group.energy);
        self.signals.iter().flat_map(|&signal| chosen.iter().map(move |&group| Group { signal, ..group })).collect()
    }
}

impl<F: FnMut(&[f32]) -> Vec<f32>> Lines<'_, '_, F> {
    /// The lines of the frame that lies `back` before the n-th of the group; none where the stretch does not reach
    /// there.
    fn at(&mut self, frame: usize, back: usize, position: Position) -> Option<&[f32]> {
        let frame = (self.before + frame).checked_sub(back)?;
        let made = &mut self.made[position as usize][frame];
        if made.is_none() {
            let Layout { period, need, .. } = self.frames.layout;
            let beside = self.group.comparison.beside;
            let moved = match position {
                Position::On => 0,
                Position::Before => -beside,
                Position::Behind => beside,
                Position::Apart => APART,
            };
            let first = self.group.offset + frame * period - self.before * period;
            let from = first.checked_add_signed(moved)?;
            let planes = self.frames.stretches[self.group.stretch].1;
            let samples = self.group.signal.of(planes, from..from + need)?;
            *made = Some((self.frames.lines)(&samples));
        }
        made.as_deref()
    }

    /// Each frame of the group, the emptiest of its rivals, with its emptiness.
    fn emptiest(&mut self, level: impl Fn(&[f32]) -> f32) -> Vec<(usize, f32)> {
        let (rivals, count) = (self.group.comparison.rivals, self.group.count);
        let emptiest = |n: usize| {
            let all =
                (n * rivals..(n + 1) * rivals).filter_map(|frame| Some((frame, self.emptiness(frame, None, &level)?)));
            all.max_by(|a, b| a.1.total_cmp(&b.1))
        };
        (0..count).filter_map(emptiest).collect()
    }

    /// The predictor that leaves least of some frames, measured apart from the phase.
    fn predictor(&mut self, frames: &[(usize, f32)], level: impl Fn(&[f32]) -> f32) -> Option<Predictor> {
        let all = self.frames.layout.lags.iter().map(|&back| Predictor::Lag(back)).chain([Predictor::LastTwo]);
        let mut left = |predictor| {
            let each =
                frames.iter().map(|&(n, _)| Some(level(&self.unpredicted(n, Some(predictor), Position::Apart)?)));
            Some((each.sum::<Option<f32>>()?, predictor))
        };
        let all: Vec<(f32, Predictor)> = all.filter_map(&mut left).collect();
        all.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, predictor)| predictor)
    }

    /// How much emptier the unpredicted part of a frame is at its phase than beside it.
    fn emptiness(&mut self, frame: usize, by: Option<Predictor>, level: impl Fn(&[f32]) -> f32) -> Option<f32> {
        let mut level = |position| Some(level(&self.unpredicted(frame, by, position)?));
        Some(0.5 * (level(Position::Before)? + level(Position::Behind)?) - level(Position::On)?)
    }

    /// Lines of a frame, or their residuals, whichever are less.
    fn unpredicted(&mut self, frame: usize, by: Option<Predictor>, position: Position) -> Option<Vec<f32>> {
        let now = self.at(frame, 0, position)?.to_vec();
        let backs: &[usize] = match by {
            None => return Some(now),
            Some(Predictor::Lag(back)) => &[back],
            Some(Predictor::LastTwo) => &[1, 2],
        };
        let earlier: Option<Vec<Vec<f32>>> =
            backs.iter().map(|&back| Some(self.at(frame, back, position)?.to_vec())).collect();
        Some(least(&now, &earlier?))
    }

    /// Whether one of the earlier frames, or the last two together, predict most of a band of a frame.
    fn predicts(
        &mut self,
        frame: usize,
        position: Position,
        now: &[f32],
        band: &Range<usize>,
        noise: f32,
        options: BandOptions,
    ) -> bool {
        let BandOptions { exact, residual: share, .. } = options;
        let now = &now[band.clone()];
        let energy = product(now, now);
        let least = share * energy + (NOISES * noise * now.len() as f32).min(MOST_NOISE * energy);
        let is_most = |predictors: &[&[f32]]| {
            let rest = residual(now, predictors);
            product(&rest, &rest) < least
        };
        let mut last: Option<Vec<f32>> = None;
        for &back in self.frames.layout.lags {
            let Some(lines) = self.at(frame, back, position) else { break };
            let lines = &lines[band.clone()];
            let predicted = if exact { repeats(now, lines) < least } else { is_most(&[lines]) };
            if predicted {
                return true;
            }
            if !exact && back == 2 && last.as_ref().is_some_and(|last| is_most(&[last, lines])) {
                return true;
            }
            if back == 1 {
                last = Some(lines.to_vec());
            }
        }
        false
    }
}

/// Mean of log2 (|X|² + floor).
fn level(lines: &[f32], kept: &Range<usize>, floor: &impl Fn(usize) -> f32) -> f32 {
    let sum: f32 = kept.clone().map(|k| quick_log2(lines[k] * lines[k] + floor(k))).sum();
    sum / kept.len() as f32
}

/// Each line, or its residual where the earlier ones predict its band, whichever is less: an empty line stays empty.
fn least(now: &[f32], earlier: &[Vec<f32>]) -> Vec<f32> {
    let mut lines = Vec::with_capacity(now.len());
    for first in (0..now.len()).step_by(BAND) {
        let band = first..(first + BAND).min(now.len());
        let earlier: Vec<&[f32]> = earlier.iter().map(|lines| &lines[band.clone()]).collect();
        let now = &now[band];
        let rest = residual(now, &earlier);
        let predicted = product(&rest, &rest) < PARTLY * product(now, now);
        let less = |(&x, rest): (&f32, f32)| if predicted && rest.abs() < x.abs() { rest } else { x };
        lines.extend(now.iter().zip(rest).map(less));
    }
    lines
}

/// The residual of some lines: the best sum of one or two earlier ones is subtracted. It is scaled so that independent
/// noise in all of them has the variance that it had in one.
fn residual(now: &[f32], earlier: &[&[f32]]) -> Vec<f32> {
    let one = |one: &[f32]| product(now, one) / product(one, one).max(f32::MIN_POSITIVE);
    let weights = match *earlier {
        [first, second] => {
            let (aa, ab, bb) = (product(first, first), product(first, second), product(second, second));
            let (xa, xb) = (product(now, first), product(now, second));
            let determinant = aa * bb - ab * ab;
            let independent = determinant > 1e-6 * aa * bb;
            let both = [(xa * bb - xb * ab) / determinant, (xb * aa - xa * ab) / determinant];
            if independent { both } else { [one(first), 0.0] }
        }
        [first] => [one(first), 0.0],
        _ => [0.0; 2],
    };
    let scale = 1.0 / (1.0 + weights[0] * weights[0] + weights[1] * weights[1]).sqrt();
    let predicted = |k: usize| earlier.iter().zip(weights).map(|(lines, weight)| weight * lines[k]).sum::<f32>();
    now.iter().enumerate().map(|(k, x)| scale * (x - predicted(k))).collect()
}

/// Energy of the residual of some lines when others, or their negatives, are subtracted, scaled as in [`residual`].
fn repeats(now: &[f32], earlier: &[f32]) -> f32 {
    (0.5 * (product(now, now) + product(earlier, earlier)) - product(now, earlier).abs()).max(0.0)
}

/// The share of the strength of a sum that is left if this share of its trials counts. Frames that repeat are not
/// independent trials, and the strength of a sum grows with the root of their number.
pub fn of_trials(share: f64) -> f64 {
    share.max(0.0).sqrt()
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
