//! Which seconds of a lossless file are lossy, where a grid was found and not all of the file shows it.
//!
//! The phase is known by now, so that a granule or frame can be asked by itself: does it show the grid, and would it if it had been
//! coded there? What says neither (silence, quiet and sparse passages) belongs to no side. A few loud places all over the file are asked first, and
//! most files end there: they show the grid throughout. Where some stretch does not, some more are asked in it. One that is surely clean then is
//! searched for other phases, which settles most decodes that were cut; only what is left has many places asked, and then all those at the edges.

mod segments;
pub(crate) mod telling;
#[cfg(test)]
mod tests;
mod timeline;

use bitrater_media::{Codec, StreamFacts};

use crate::OtherCodecs;
use crate::aac_grid::{self, AacSearch};
use crate::excerpts::Span;
use crate::mp3_grid::rate::GenerationRate;
use crate::mp3_grid::{self, GridSearch, STRONG, STRONG_BY_ITSELF};
use crate::opus_grid::{self, OpusSearch};
pub(crate) use segments::Mark;
use timeline::Timeline;

/// Phases that one file is asked at; a cut inside a decode leaves two.
const MOST_PHASES: usize = 3;

/// In a stretch of one `MUCH`th of the samples or more the lattice is not searched again at all phases: the search of the whole file asked places
/// there, too, and another lattice would be among its peaks.
const MUCH: usize = 3;

/// A grid shows a little at phases that lie whole samples of the subbands from its own: of 396 strong
/// second peaks in the holes of lossless files 390 did.
const ALIASES: u32 = 32;

/// Strength of a grid of AAC or Opus that is worth asking where it is, in the unit of its search; MP3 has its own.
const STRONG_AAC: f64 = 8.0;
const STRONG_OPUS: f64 = 5.5;

/// The lossy passages of a file that is lossy in part only.
#[derive(Debug, Clone, PartialEq)]
pub struct Passages {
    /// Codec of the grid.
    pub codec: Codec,
    /// Phase of the grid that was asked first.
    pub phase: u32,
    /// The passages in order; at least one.
    pub lossy: Vec<Passage>,
    /// Share of the file that they fill.
    pub share: f64,
    /// Seconds by which an edge may lie further out at most: what lies between it and the nearest place that surely shows no grid.
    pub within: f64,
}

impl Passages {
    /// The longest passage.
    #[must_use]
    pub fn longest(&self) -> Option<&Passage> {
        self.lossy.iter().max_by(|a, b| a.seconds().total_cmp(&b.seconds()))
    }
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
}

impl Passage {
    /// Its length.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.end - self.start
    }
}

/// Asks places of a file whether they show a grid.
pub(crate) trait Ask {
    /// Number of places, in file order.
    fn count(&self) -> usize;
    /// The samples of the file that place `n` hears, first and behind the last.
    fn heard(&self, n: usize) -> (u64, u64);
    /// How loud place `n` is, in any unit.
    fn loudness(&self, n: usize) -> f32;
    /// What place `n` says of a phase.
    fn ask(&mut self, n: usize, phase: u32) -> Mark;
}

/// Finds the lossy passages of a lossless file; none where no grid was found, the whole file shows it, or too little tells.
pub(crate) fn search(
    spans: &[Span],
    stream: &StreamFacts,
    grid: Option<&GridSearch>,
    rate: Option<&GenerationRate>,
    others: &OtherCodecs,
    rounding: f64,
) -> Option<Passages> {
    let rate_hz = stream.sample_rate;
    // The codec whose grid is clearest, by its strength over what is worth asking.
    let mp3 = grid.map(strongest);
    let aac = others.aac.as_ref().and_then(AacSearch::strongest);
    let opus = others.opus.as_ref().and_then(OpusSearch::strongest);
    let found = [(Codec::Mp3, mp3), (Codec::Aac, aac), (Codec::Opus, opus)];
    let found = found.into_iter().filter_map(|(codec, peak)| Some((codec, peak?)));
    let (codec, (phase, _)) = found
        .filter(|&(codec, peak)| times(codec, peak) >= 1.0)
        .max_by(|a, b| times(a.0, a.1).total_cmp(&times(b.0, b.1)))?;
    match codec {
        Codec::Aac => {
            let asker = aac_grid::marks::Asker::new(spans, rate_hz, rounding, others.aac.as_ref()?)?;
            let again = |rest: &[Span]| {
                worth_asking(
                    codec,
                    aac_grid::search(rest, rate_hz, stream.codec, rounding).as_ref().and_then(AacSearch::strongest),
                )
            };
            find(spans, stream, asker, codec, vec![phase], again)
        }
        Codec::Opus => {
            let runs: Vec<_> =
                spans.iter().map(|span| opus_grid::Run { start: span.start, planes: &span.planes }).collect();
            let asker = opus_grid::marks::Asker::new(&runs, rate_hz, rounding, others.opus.as_ref()?)?;
            let again = |rest: &[Span]| {
                worth_asking(codec, opus_grid::search(rest, rate_hz, rounding).as_ref().and_then(OpusSearch::strongest))
            };
            find(spans, stream, asker, codec, vec![phase], again)
        }
        _ => {
            let grid = grid?;
            let known = phases(grid);
            // A decode that was cut again and again.
            if known.len() > MOST_PHASES {
                return None;
            }
            let rate = rate.filter(|rate| rate.phase == phase);
            let asker = mp3_grid::marks::Asker::new(spans, rate_hz, rounding, rate);
            let much = grid.lattice.as_ref().map_or(usize::MAX, |_| samples(spans) / MUCH);
            let again = |rest: &[Span]| {
                let found = if samples(rest) >= much {
                    mp3_grid::search_holes(rest, rounding)
                } else {
                    mp3_grid::search(rest, rate_hz, stream.codec, rounding)
                };
                found.as_ref().map(phases).unwrap_or_default()
            };
            find(spans, stream, asker, codec, known, again)
        }
    }
}

/// The samples of the stretches that surely show the MP3 grid of this phase, by a few places, as far as those that surely do not; none where there
/// are not both.
/// Nothing need be known of the generation's rate.
pub(crate) fn with_mp3(spans: &[Span], sample_rate: u32, phase: u32, rounding: f64) -> Vec<(u64, u64)> {
    let asker = mp3_grid::marks::Asker::new(spans, sample_rate, rounding, None);
    let mut timeline = Timeline::new(asker, vec![phase], sample_rate);
    if !timeline.look() {
        return Vec::new();
    }
    timeline.rough().map_or_else(Vec::new, |segments| timeline.between_clean(&segments))
}

/// Strength of a peak over the least that is worth asking where it is.
fn times(codec: Codec, (_, strength): (u32, f64)) -> f64 {
    let least = match codec {
        Codec::Aac => STRONG_AAC,
        Codec::Opus => STRONG_OPUS,
        _ => STRONG,
    };
    strength / least
}

/// The phase of a peak, if it is worth asking where it is.
fn worth_asking(codec: Codec, peak: Option<(u32, f64)>) -> Vec<u32> {
    peak.filter(|&peak| times(codec, peak) >= 1.0).map(|(phase, _)| phase).into_iter().collect()
}

/// The passages at some phases, the strongest first; `again` searches what shows no grid there at all phases, and gives those that are worth
/// asking, the strongest first.
fn find(
    spans: &[Span],
    stream: &StreamFacts,
    asker: impl Ask,
    codec: Codec,
    phases: Vec<u32>,
    again: impl Fn(&[Span]) -> Vec<u32>,
) -> Option<Passages> {
    let phase = *phases.first()?;
    let mut timeline = Timeline::new(asker, phases, stream.sample_rate);
    'phases: loop {
        if !timeline.look() {
            return None;
        }
        let mut searched = Vec::new();
        // What shows no grid at these phases may show another: a decode that was cut, or two of them.
        let mut segments = timeline.rough().unwrap_or_default();
        for last in [false, true] {
            if last {
                segments = timeline.segments()?;
            }
            let mut clean = timeline.clean(&segments);
            clean.retain(|range| !is_covered(*range, &searched));
            if clean.is_empty() {
                continue;
            }
            let others = again(&cut(spans, &clean));
            if !others.is_empty() {
                if !timeline.may_have(&others) {
                    return None;
                }
                timeline.add(&others);
                continue 'phases;
            }
            searched = clean;
        }
        let (lossy, within) = timeline.passages(&segments, stream);
        let share = lossy.iter().map(Passage::seconds).sum::<f64>() / stream.duration.max(f64::MIN_POSITIVE);
        return Some(Passages { codec, phase, lossy, share, within });
    }
}

/// Whether at least half of a range of samples lies in others, which do not overlap.
fn is_covered((from, until): (u64, u64), others: &[(u64, u64)]) -> bool {
    let shared = others.iter().map(|other| until.min(other.1).saturating_sub(from.max(other.0)));
    2 * shared.sum::<u64>() >= until - from
}

/// The MP3 phases that are worth asking, the strongest first, without the aliases of one another.
fn phases(grid: &GridSearch) -> Vec<u32> {
    let mut peaks = peaks(grid);
    peaks.retain(|&peak| times(Codec::Mp3, peak) >= 1.0);
    peaks.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut phases: Vec<u32> = Vec::new();
    for (phase, _) in peaks {
        if phases.iter().all(|other| other % ALIASES != phase % ALIASES) {
            phases.push(phase);
        }
    }
    phases
}

/// The strongest MP3 phase of all three searches and its strength, that of a phase that was asked by itself in the unit of the others.
fn strongest(grid: &GridSearch) -> (u32, f64) {
    peaks(grid).into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
}

/// The phases of all three searches with their strengths.
fn peaks(grid: &GridSearch) -> Vec<(u32, f64)> {
    let scanned = grid.peaks().map(|peak| (peak.phase, peak.strength));
    let likely = grid.likely.iter().map(|asked| (asked.phase, asked.strength * STRONG / STRONG_BY_ITSELF));
    scanned.chain(likely).collect()
}

/// Samples of a channel in all spans.
fn samples(spans: &[Span]) -> usize {
    spans.iter().map(Span::len).sum()
}

/// The parts of the spans that lie in the ranges.
fn cut(spans: &[Span], ranges: &[(u64, u64)]) -> Vec<Span> {
    let within = |span: &Span, &(from, until): &(u64, u64)| {
        let first = from.saturating_sub(span.start).min(span.len() as u64) as usize;
        let last = until.saturating_sub(span.start).min(span.len() as u64) as usize;
        (first < last).then(|| Span {
            start: span.start + first as u64,
            planes: span.planes.iter().map(|plane| plane[first..last].to_vec()).collect(),
            coded: Vec::new(),
        })
    };
    spans.iter().flat_map(|span| ranges.iter().filter_map(move |range| within(span, range))).collect()
}
