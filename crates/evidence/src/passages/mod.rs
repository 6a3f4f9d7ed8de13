//! Which seconds of a lossless file are lossy, where a grid was found and not all of the file shows it.
//!
//! The phase is known by now, so that a granule or frame can be asked by itself: does it show the grid, and would it if it had been
//! coded there? What says neither (silence, quiet and sparse passages) belongs to no side. A few loud places all over the file are asked first, and
//! most files end there: they show the grid throughout. Where some stretch does not, many places are asked, and then all those at the edges.
//! A stretch that is called clean is searched for other phases, too, before anything is said.

mod segments;
#[cfg(test)]
mod tests;

use bitrater_media::{Codec, StreamFacts};

use crate::excerpts::Span;
use crate::mp3_grid::rate::GenerationRate;
use crate::mp3_grid::{self, GridSearch};
pub(crate) use segments::Mark;
use segments::{Segment, Timed};

/// Places that are asked first, the loudest of as many parts of the file.
const FIRST: usize = 64;

/// Places that are asked in each stretch that did not show the grid, before any more is asked.
const CLOSER: usize = 32;

/// Places that are asked where such a stretch holds good.
const MANY: usize = 600;

/// Phases that one file is asked at; a cut inside a decode leaves two.
const MOST_PHASES: usize = 3;

/// Strength of an MP3 grid that is worth asking where it is, in the unit of its search.
const STRONG: f64 = 8.0;

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
    rounding: f64,
) -> Option<Passages> {
    let phase = strong_phase(grid?)?;
    let rate = rate.filter(|rate| rate.phase == phase);
    let mut asker = mp3_grid::marks::Asker::new(spans, stream.sample_rate, rounding, rate);
    let mut phases = vec![phase];
    loop {
        let mut timeline = Timeline::new(&mut asker, &phases);
        let segments = timeline.segments()?;
        let clean: Vec<(u64, u64)> =
            segments.iter().filter(|segment| !segment.lossy).map(|segment| timeline.heard(segment)).collect();
        let rest = cut(spans, &clean);
        // What shows no grid at these phases may show another: a decode that was cut, or two of them.
        match mp3_grid::search(&rest, stream.sample_rate, rounding).as_ref().map(strongest) {
            Some((other, strength)) if strength >= STRONG && !phases.contains(&other) && phases.len() < MOST_PHASES => {
                phases.push(other);
            }
            Some((_, strength)) if strength >= STRONG => return None,
            _ => return Some(timeline.passages(&segments, stream, phase)),
        }
    }
}

fn strong_phase(grid: &GridSearch) -> Option<u32> {
    let (phase, strength) = strongest(grid);
    (strength >= STRONG).then_some(phase)
}

/// The strongest phase of all three searches and its strength.
fn strongest(grid: &GridSearch) -> (u32, f64) {
    let scanned = grid.peaks().map(|peak| (peak.phase, peak.strength));
    let likely = grid.likely.iter().map(|likely| (likely.phase, likely.strength));
    scanned.chain(likely).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
}

/// What the places of a file said so far.
struct Timeline<'a, A> {
    asker: &'a mut A,
    phases: &'a [u32],
    marks: Vec<Option<Mark>>,
}

impl<'a, A: Ask> Timeline<'a, A> {
    fn new(asker: &'a mut A, phases: &'a [u32]) -> Self {
        let marks = vec![None; asker.count()];
        Self { asker, phases, marks }
    }

    /// The stretches of a file that has lossy and clean ones.
    fn segments(&mut self) -> Option<Vec<Segment>> {
        let count = self.asker.count();
        let first = count.min(FIRST);
        for part in 0..first {
            let places = part * count / first..(part + 1) * count / first;
            let loudest = places.max_by(|&a, &b| self.asker.loudness(a).total_cmp(&self.asker.loudness(b)));
            self.ask(loudest?);
        }
        // Most suspects are a few short blocks, which lie among places that do show the grid.
        for suspect in segments::suspects(&self.timed()) {
            let step = (suspect.last - suspect.first).div_ceil(CLOSER).max(1);
            for place in (suspect.first..=suspect.last).step_by(step) {
                self.ask(place);
            }
        }
        if segments::suspects(&self.timed()).is_empty() {
            return None;
        }
        let step = count.div_ceil(MANY).max(1);
        for place in (0..count).step_by(step) {
            self.ask(place);
        }
        let rough = segments::split(&self.timed())?;
        for pair in rough.windows(2) {
            for place in pair[0].last..=pair[1].first {
                self.ask(place);
            }
        }
        segments::split(&self.timed())
    }

    fn ask(&mut self, place: usize) {
        if self.marks[place].is_none() {
            let said = self.phases.iter().map(|&phase| self.asker.ask(place, phase)).max();
            self.marks[place] = said;
        }
    }

    /// The places that were asked.
    fn timed(&self) -> Vec<Timed> {
        let asked = self.marks.iter().enumerate().filter_map(|(place, mark)| Some((place, (*mark)?)));
        asked.map(|(place, mark)| Timed { place, mark }).collect()
    }

    /// The samples of a segment.
    fn heard(&self, segment: &Segment) -> (u64, u64) {
        (self.asker.heard(segment.first).0, self.asker.heard(segment.last).1)
    }

    /// The lossy segments in seconds.
    ///
    /// A passage reaches as far as it shows, and half way into a gap in what was kept of the file. Between that and the nearest place that surely
    /// shows nothing its edge may lie anywhere.
    fn passages(&self, segments: &[Segment], stream: &StreamFacts, phase: u32) -> Passages {
        let rate = f64::from(stream.sample_rate.max(1));
        let seconds = |sample: u64| sample as f64 / rate;
        let mut within = 0.0_f64;
        let mut lossy = Vec::new();
        for (n, segment) in segments.iter().enumerate().filter(|(_, segment)| segment.lossy) {
            let (first, last) = (self.asker.heard(segment.first_shown).0, self.asker.heard(segment.last_shown).1);
            let before = segment.first_shown.checked_sub(1).map_or(0, |place| self.asker.heard(place).1);
            let after = segment.last_shown + 1;
            let after = if after < self.asker.count() { seconds(self.asker.heard(after).0) } else { stream.duration };
            // Neighbouring places overlap.
            let start = 0.5 * (seconds(first) + seconds(before.min(first)));
            let end = 0.5 * (seconds(last) + after.max(seconds(last)));
            let clean_before = n.checked_sub(1).map_or(0.0, |n| seconds(self.heard(&segments[n]).1));
            let clean_after = segments.get(n + 1).map_or(stream.duration, |next| seconds(self.heard(next).0));
            within = within.max(start - clean_before).max(clean_after - end);
            let start = if segment.first_shown == 0 { 0.0 } else { start };
            lossy.push(Passage { start, end });
        }
        let share = lossy.iter().map(Passage::seconds).sum::<f64>() / stream.duration.max(f64::MIN_POSITIVE);
        Passages { codec: Codec::Mp3, phase, lossy, share, within }
    }
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
