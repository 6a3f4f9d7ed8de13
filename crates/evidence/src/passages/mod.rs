//! Passages: which seconds of a lossless file are lossy, if a grid was found and not all of the file shows it.
//!
//! The phase is known, so single granules or frames are examined: does this one show the grid, and would it if it had
//! been coded there? Places that are not informative (silence, quiet and sparse passages) count for neither side. A few
//! loud places all over the file come first. Most files end there, because they show the grid throughout. If some
//! stretch does not, more of its places are examined. A stretch that is clearly clean at this phase is searched for
//! other phases, which explains most decodes that were cut. Only in the rest many places are examined, and finally all
//! places at the edges.

mod segments;
#[cfg(test)]
mod tests;
mod timeline;

use bitrater_media::Codec;

use crate::excerpts::Span;
use crate::mp3_grid::rate::GenerationRate;
use crate::mp3_grid::{self, GridSearch};
use crate::passage::{Passage, Passages};
use crate::probe::Probe;
use crate::registry::FAMILIES;
use crate::search::{Input, Search};
use crate::trace::{Trace, Traces};
use timeline::Timeline;

/// Most phases that are examined in one file. A cut inside a decode leaves two.
const MOST_PHASES: usize = 3;

/// If a stretch has one `MUCH`th of the samples or more, the lattice is not searched again at all phases there. The
/// search of the whole file used places of it, so another lattice would be among its peaks.
const MUCH: usize = 3;

/// A grid shows a little at phases that lie whole samples of the subbands from its own: so did 390 of 396 strong second
/// peaks in the holes of lossless files.
const ALIASES: u32 = 32;

/// Share of its bar from which an MP3 phase is probed beside one that is proven: single places decide then.
const WORTH_PROBING: f64 = 0.7;

/// Finds the lossy passages of a lossless file; none if no grid was found, if the whole file shows it, or if too few
/// places are informative.
pub(crate) fn search(
    input: &Input<'_>,
    grid: Option<&GridSearch>,
    rate: Option<&GenerationRate>,
    traces: &Traces,
) -> Option<Passages> {
    // The grid with the highest strength over its bar, if its places can be read.
    let mp3 = grid.and_then(|grid| strongest(grid, input.codec()));
    let others = FAMILIES.into_iter().filter_map(|family| {
        let (search, probe) = (family.searches.first()?, family.probe?);
        let peak = clear(search, traces.get(search.name)?, input.codec())?;
        Some((family, search, probe, peak))
    });
    let other = others.max_by(|a, b| a.3.1.total_cmp(&b.3.1));
    match (other, mp3) {
        (Some((family, search, probe, (phase, times))), mp3) if mp3.is_none_or(|mp3| mp3.1 <= times) => {
            let probe = probe(input, traces.get(search.name)?)?;
            let again = |rest: &[Span]| {
                let found = family.run.and_then(|run| run(&Input { spans: rest, ..*input })).unwrap_or_default();
                let peak = found.first().and_then(|trace| clear(search, trace, input.codec()));
                peak.map(|(phase, _)| phase).into_iter().collect()
            };
            find(input, probe, search.codecs[0], vec![phase], again)
        }
        (_, Some((phase, _))) => of_mp3(input, grid?, phase, rate),
        _ => None,
    }
}

/// The phase that stands out most, and how many times its bar, if that is enough for a proof.
fn clear(search: &Search, trace: &Trace, codec: Codec) -> Option<(u32, f64)> {
    let peak = trace.strongest()?;
    let times = search.margin(codec, peak);
    (times >= 1.0).then_some((peak.phase, times))
}

fn of_mp3(input: &Input<'_>, grid: &GridSearch, phase: u32, rate: Option<&GenerationRate>) -> Option<Passages> {
    let Input { spans, noise, .. } = *input;
    let known = phases(grid, input.codec());
    // This is a decode that was cut many times.
    if known.len() > MOST_PHASES {
        return None;
    }
    let rate = rate.filter(|rate| rate.phase == phase);
    let probe = Box::new(mp3_grid::probe::GridProbe::new(spans, input.rate(), noise, rate));
    let much = grid.lattice.as_ref().map_or(usize::MAX, |_| samples(spans) / MUCH);
    let again = |rest: &[Span]| {
        let found = if samples(rest) >= much {
            mp3_grid::search_holes(rest, noise)
        } else {
            mp3_grid::search(rest, input.rate(), input.codec(), noise)
        };
        found.map(|found| phases(&found, input.codec())).unwrap_or_default()
    };
    find(input, probe, Codec::Mp3, known, again)
}

/// The samples of the stretches that clearly show the MP3 grid of this phase, by a few places, up to those that clearly
/// do not; none if there are not both. The rate of the generation need not be known.
pub(crate) fn with_mp3(spans: &[Span], sample_rate: u32, phase: u32, rounding: f64) -> Vec<(u64, u64)> {
    let probe = Box::new(mp3_grid::probe::GridProbe::new(spans, sample_rate, rounding, None));
    let mut timeline = Timeline::new(probe, vec![phase], sample_rate);
    if !timeline.look() {
        return Vec::new();
    }
    timeline.rough().map_or_else(Vec::new, |segments| timeline.between_clean(&segments))
}

/// The passages at some phases, the strongest first. `again` searches all phases where these do not show, and returns
/// those that are clear enough, the strongest first.
fn find(
    input: &Input<'_>,
    probe: Box<dyn Probe + '_>,
    codec: Codec,
    phases: Vec<u32>,
    again: impl Fn(&[Span]) -> Vec<u32>,
) -> Option<Passages> {
    let Input { spans, stream, .. } = *input;
    let phase = *phases.first()?;
    let mut timeline = Timeline::new(probe, phases, stream.sample_rate);
    'phases: loop {
        if !timeline.look() {
            return None;
        }
        let mut searched = Vec::new();
        // A stretch without these phases may show another: a decode that was cut, or two of them.
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

/// The MP3 phases that are worth probing, the strongest first, without aliases of one another.
fn phases(grid: &GridSearch, codec: Codec) -> Vec<u32> {
    let mut peaks: Vec<(u32, f64)> = grid.foreign(codec).filter(|&(_, times)| times >= WORTH_PROBING).collect();
    peaks.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut phases: Vec<u32> = Vec::new();
    for (phase, _) in peaks {
        if phases.iter().all(|other| other % ALIASES != phase % ALIASES) {
            phases.push(phase);
        }
    }
    phases
}

/// The strongest MP3 phase with its strength over its bar, if that is enough for a proof.
fn strongest(grid: &GridSearch, codec: Codec) -> Option<(u32, f64)> {
    grid.foreign(codec).filter(|&(_, times)| times >= 1.0).max_by(|a, b| a.1.total_cmp(&b.1))
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
