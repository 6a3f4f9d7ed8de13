//! How much of what stands out at a phase is new from frame to frame.
//!
//! The searches add up frames as if each were a trial of its own. A tone, mains hum, a synthesiser's cycle or a loop that repeats with the
//! frame is no such thing: it puts the same lines into every frame, so that a phase at which its lines happen to be empty, or
//! to fit a quantiser's steps, does so again and again. What a codec leaves is different in every frame, because what it
//! coded was.
//!
//! So whatever a search has found is measured once more, with the part of each line that earlier frames predict taken away
//! (what remains is the *innovation* of linear prediction). The share of the evidence that is left is what counts.

use std::ops::Range;

use bitrater_signal::energy::energy;
use bitrater_signal::logarithm::quick_log2;

use crate::excerpts::Span;
use crate::places::best_of_parts;
use crate::signals::Signal;

/// Frames that follow one another and are measured together: what alternates from frame to frame is met in each of its states.
const GROUP: usize = 8;

/// Lines that are predicted together.
const BAND: usize = 16;

/// Samples from a phase to one that has no part in what is measured there.
const APART: isize = 23;

/// Lines are left as they are if more than this share of their band's energy is new: sixteen lines of noise predict a tenth of each
/// other's.
const PARTLY: f32 = 0.7;

/// A contiguous stretch of samples: the index of the first in the file, and the channels.
pub type Stretch<'a> = (u64, &'a [Vec<f32>]);

/// The stretches of the excerpts.
pub fn stretches(spans: &[Span]) -> Vec<Stretch<'_>> {
    spans.iter().map(|span| (span.start, span.planes.as_slice())).collect()
}

/// Where the frames of a codec lie, and what they are made of.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Samples from one frame to the next.
    pub period: usize,
    /// Samples that the lines of a frame are made of.
    pub need: usize,
    /// Frames of which only one is a frame of the codec: more than one where frames may begin at several phases.
    pub rivals: usize,
    /// Samples from a phase to the two on either side that it is compared with.
    pub beside: isize,
    /// How many frames back the frames lie that may predict one, the first two being 1 and 2.
    pub lags: &'static [usize],
    /// Groups of frames that are measured: the loudest of as many parts of the file.
    pub groups: usize,
    /// Whether only frames that an earlier one repeats exactly, sign apart, are predicted: what decays or turns is not.
    pub exact: bool,
    /// A band of a lattice is predicted if less than this share of its energy is new (or hardly more than noise).
    pub new: f32,
}

/// Lags of most codecs.
pub const LAGS: [usize; 19] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 24, 32];

/// [`Layout::new`] of most codecs: what repeats exactly leaves less, and two encodes of what nearly does leave more, for each has a
/// quantiser's noise of its own.
pub const NEW: f32 = 0.001;

/// Noise that two frames may leave in each other's prediction, in variances of a line: two from the frames, and room for their chance.
const NOISES: f32 = 6.0;

/// A band's noise is at most this share of its energy: where more of it is noise, nothing is predicted.
const MOST_NOISE: f32 = 0.2;

/// Frames of a file at one rate, and how their lines are made.
pub struct Frames<'a, F> {
    stretches: Vec<Stretch<'a>>,
    signals: Vec<Signal>,
    layout: Layout,
    lines: F,
}

/// Successive frames in one signal: the stretch, the offset of the first frame's first sample, and their number.
#[derive(Debug, Clone, Copy)]
struct Group {
    stretch: usize,
    offset: usize,
    count: usize,
    signal: Signal,
    energy: f32,
}

/// What predicts a frame: the one that lies so many frames before, or the two before it together.
#[derive(Debug, Clone, Copy)]
enum Predictor {
    Lag(usize),
    LastTwo,
}

/// Where lines are taken: at the phase, before it, behind it, and apart.
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
    /// Frames of which `lines` makes the lines, in each of `signals`.
    pub fn new(stretches: Vec<Stretch<'a>>, signals: &[Signal], layout: Layout, lines: F) -> Self {
        Self { stretches, signals: signals.to_vec(), layout, lines }
    }

    /// The mean emptiness of the frames at `column`, as [`Self::new_holes`] measures it.
    pub fn emptiness(&mut self, column: usize, kept: &Range<usize>, floor: impl Fn(usize) -> f32) -> f64 {
        let level = |lines: &[f32]| level(lines, kept, &floor);
        let (mut sum, mut count) = (0.0, 0.0);
        for group in self.groups(column) {
            let mut lines = self.lines_of(group);
            for (_, emptiness) in lines.emptiest(level) {
                sum += f64::from(emptiness);
                count += 1.0;
            }
        }
        sum / f64::max(count, 1.0)
    }

    /// The share, 0 to 1, of the emptiness at `column` that is new; `column` is the first sample of a frame modulo the period.
    ///
    /// Emptiness is the mean of log2 |X|² of the lines `kept` beside the phase less that at the phase; what lies below the `floor` of a
    /// line counts as nothing. Of rival frames the emptiest counts. `depth` is the emptiness of all the frames that were searched: where
    /// those that are measured here show less than half of it, the rest of the half is taken for explained.
    pub fn new_holes(&mut self, column: usize, kept: &Range<usize>, floor: impl Fn(usize) -> f32, depth: f64) -> f64 {
        let level = |lines: &[f32]| level(lines, kept, &floor);
        let (mut whole, mut new, mut count) = (0.0, 0.0, 0.0);
        for group in self.groups(column) {
            let mut lines = self.lines_of(group);
            let frames = lines.emptiest(level);
            let Some(predictor) = lines.predictor(&frames, level) else { continue };
            for (frame, emptiness) in frames {
                let Some(left) = lines.emptiness(frame, Some(predictor), level) else { continue };
                whole += f64::from(emptiness);
                new += f64::from(left);
                count += 1.0;
            }
        }
        let whole = (whole / f64::max(count, 1.0)).max(0.5 * depth);
        if whole > 0.0 { (new / f64::max(count, 1.0) / whole).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The share, 0 to 1, of the evidence at `column` that comes from bands of lines which no earlier frame predicts.
    ///
    /// `evidence` says of a frame's lines what the n-th of `bands` gives, `noise` the variance of the noise on its lines. Where the
    /// `depth` is known, by which the frames that were searched gave more than at other phases, what these frames give elsewhere by
    /// chance is taken away, and the rest is compared with half the depth, as for [`Self::new_holes`].
    pub fn new_bands(
        &mut self,
        column: usize,
        bands: &[Range<usize>],
        mut evidence: impl FnMut(&[f32], usize) -> f32,
        noise: impl Fn(usize) -> f32,
        depth: Option<f64>,
    ) -> f64 {
        let positions = if depth.is_some() { &POSITIONS[..] } else { &POSITIONS[..1] };
        let (mut whole, mut new) = ([0.0; POSITIONS.len()], [0.0; POSITIONS.len()]);
        let mut count = 0.0;
        for group in self.groups(column) {
            let mut lines = self.lines_of(group);
            for frame in 0..group.count {
                count += 1.0;
                for &position in positions {
                    let Some(now) = lines.at(frame, 0, position).map(<[f32]>::to_vec) else { continue };
                    for (n, band) in bands.iter().enumerate() {
                        let gives = f64::from(evidence(&now, n));
                        if gives > 0.0 {
                            whole[position as usize] += gives;
                            let predicted = lines.predicts(frame, position, &now[band.clone()], band, noise(n));
                            new[position as usize] += if predicted { 0.0 } else { gives };
                        }
                    }
                }
            }
        }
        let rise = |sums: [f64; POSITIONS.len()]| sums[0] - (sums[1] + sums[2] + sums[3]) / 3.0;
        let whole = rise(whole).max(0.5 * depth.unwrap_or(0.0) * count);
        if whole > 0.0 { (rise(new) / whole).clamp(0.0, 1.0) } else { 1.0 }
    }

    fn lines_of(&mut self, group: Group) -> Lines<'_, 'a, F> {
        let Layout { period, beside, rivals, .. } = self.layout;
        let around = APART.max(beside) as usize;
        let before = (group.offset - around) / period;
        let frames = before + group.count * rivals;
        Lines { frames: self, group, made: std::array::from_fn(|_| vec![None; frames]), before }
    }

    /// Groups of frames with as many lags before them as the stretches allow, in each signal.
    fn groups(&self, column: usize) -> Vec<Group> {
        let Layout { period, need, rivals, beside, lags, groups, .. } = self.layout;
        let around = APART.max(beside) as usize;
        let step = period * rivals;
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
                all.push(Group { stretch, offset, count, signal, energy });
            }
        }
        let chosen = best_of_parts(&all, groups, |group| group.energy);
        self.signals.iter().flat_map(|&signal| chosen.iter().map(move |&group| Group { signal, ..group })).collect()
    }
}

impl<F: FnMut(&[f32]) -> Vec<f32>> Lines<'_, '_, F> {
    /// The lines of the frame that lies `back` before the n-th of the group; none where the stretch does not reach there.
    fn at(&mut self, frame: usize, back: usize, position: Position) -> Option<&[f32]> {
        let frame = (self.before + frame).checked_sub(back)?;
        let made = &mut self.made[position as usize][frame];
        if made.is_none() {
            let Layout { period, need, beside, .. } = self.frames.layout;
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
        let (rivals, count) = (self.frames.layout.rivals, self.group.count);
        let emptiest = |n: usize| {
            let all =
                (n * rivals..(n + 1) * rivals).filter_map(|frame| Some((frame, self.emptiness(frame, None, &level)?)));
            all.max_by(|a, b| a.1.total_cmp(&b.1))
        };
        (0..count).filter_map(emptiest).collect()
    }

    /// What predicts most of some frames, judged apart from the phase.
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

    /// How much emptier a frame is at its phase than beside it, in what is not predicted.
    fn emptiness(&mut self, frame: usize, by: Option<Predictor>, level: impl Fn(&[f32]) -> f32) -> Option<f32> {
        let mut level = |position| Some(level(&self.unpredicted(frame, by, position)?));
        Some(0.5 * (level(Position::Before)? + level(Position::Behind)?) - level(Position::On)?)
    }

    /// Lines of a frame, and of each that is predicted what is left, if that is less.
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
    fn predicts(&mut self, frame: usize, position: Position, now: &[f32], band: &Range<usize>, noise: f32) -> bool {
        let Layout { new, exact, .. } = self.frames.layout;
        let energy = product(now, now);
        let least = new * energy + (NOISES * noise * now.len() as f32).min(MOST_NOISE * energy);
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

/// Each line, or what is left of it where the earlier ones predict its band, whichever is less: an empty line stays empty.
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

/// What is left of some lines when the best sum of one or two earlier ones is taken away, scaled so that noise in all of them stays what
/// it was in one.
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

/// Energy of what is left of some lines when others, or their negatives, are taken away, scaled as [`residual`] is.
fn repeats(now: &[f32], earlier: &[f32]) -> f32 {
    (0.5 * (product(now, now) + product(earlier, earlier)) - product(now, earlier).abs()).max(0.0)
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
