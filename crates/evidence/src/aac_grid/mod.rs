//! The AAC frame grid: at which of the 1024 phases the lines of a long block sit on quantiser lattices.
//!
//! The search goes from coarse to fine. A few loud and steady frames are scored at every phase. The best phases, and
//! those of an uncut decode, are scored in frames all over the file with both window shapes. The winner is compared
//! with the phases next to it, because a grid is lost when the phase is one sample off.

mod bitrate;
mod coarse;
mod frames;
mod probe;
mod verify;

use std::borrow::Cow;

use bitrater_media::Codec;
use bitrater_signal::aac::lattice::fitter;
use bitrater_signal::aac::{self, BLOCK, LINES, Shape, long_bands};
use bitrater_signal::mp3::{LANES, Lane};

use bitrate::AacRate;

use crate::bars;
use crate::excerpts::Span;
use crate::innovation::{BandOptions, Frames, Layout, mdct_lines, of_trials};
use crate::own;
use crate::search::{Entry, Family, Rates, Search, Signals, Streams, Uncut};
use crate::signals::taking_turns;
use crate::smooth::Rough;
use crate::tally::{GridPeak, PhaseScan};
use crate::trace::{Details, Trace};
use frames::Place;

/// Variance of a line for white noise of variance 1 per sample: Σ w² cos² over a block.
const NOISE_GAIN: f64 = 512.0;

/// A band's score counts only above this: the best of many steps reaches as much on lines without a lattice.
const CHANCE: f32 = 2.0;

/// Fewest frames that are searched.
const FEWEST: usize = 8;

/// Frames of the second look.
const MOST_FRAMES: usize = 32;

/// Frames of the second look if it stays in doubt. Many encodes show in a tenth of their frames only; the others are
/// quiet, coded in short blocks or shaped in time.
const MORE_FRAMES: usize = 192;

/// Of these, frames that must show a phase by themselves.
const FEWEST_FULL: usize = 6;

/// Strength from which more frames are examined: one in eight of 614 genuine files reaches it.
const PROMISING: f32 = 3.3;

/// Phases of an uncut decode, which are always candidates: delay trimmed; 2112 samples of Apple's and the Fraunhofer
/// encoder left in; 1600 of others.
const UNCUT: [u32; 3] = [0, 64, 576];

/// The search.
static LATTICE: Search = Search {
    name: "aac_lattice",
    codecs: &[Codec::Aac],
    looked_for: "lines that stand on the steps of an AAC quantiser, at one phase of its frames and at no other, \
                 through either of its windows",
    period: LINES,
    clock: None,
    frames: "frames",
    signals: Signals::Pairs,
    streams: Streams::Others,
    bar: bars::AAC,
    in_lossy: None,
    uncut: Some(Uncut { phases: &UNCUT, bar: bars::AAC_UNCUT }),
    strength: Some(
        "how far the AAC phase with the clearest quantiser lattice stands above the others and its neighbours",
    ),
    parts: true,
    evidence: &[Entry::report(
        "aac_rate",
        "kbps",
        0,
        "rate of the AAC generation, estimated from the frames that could be read",
        |set| set.trace(LATTICE.name)?.kbps,
    )],
};

/// The search for AAC-LC.
pub static FAMILY: Family = Family {
    name: "AAC",
    rates: Rates { has: |rate| long_bands(rate).is_some(), words: "8 to 96 kHz, but for 37.8" },
    searches: &[&LATTICE],
    run: Some(|input| {
        let found = search(input.spans, input.rate(), input.codec(), input.noise)?;
        let kbps = found.rate.map(|rate| rate.kbps);
        Some(vec![Trace { scan: found.lattice, kbps, details: Details::Aac(found.shape) }])
    }),
    probe: Some(|input, trace| Some(Box::new(probe::GridProbe::new(input, trace)?))),
    evidence: &[],
};

/// Candidates of the first look. Of those that are not explained by the stream itself, as many as there are lanes have
/// the second look.
const MOST_CANDIDATES: usize = 64;

/// A part shows a phase by itself from here on.
const PART_BAR: f32 = 3.0;

/// Parts of the file that must show a phase by themselves before a winner is settled.
const AGREEING: usize = 2;

/// A winner weaker than this, well below any bar, is not compared with the phases next to it.
const DOUBTFUL: f32 = 5.0;

/// Distances of the neighbours that the winner has to beat.
const NEIGHBOURS: [isize; LANES] = [0, -2, 2, -3, 3, -4, 4, -5, 5, -7, 7, -9, 9, -11, 11, 14];

/// What the search found.
#[derive(Debug, Clone, PartialEq)]
struct AacSearch {
    /// Phases at which lines lie on lattices, strongest first. Strengths are standard errors. That of the first peak is
    /// the smaller of two: above the other candidates, and above the neighbouring phases. There are no peaks if the
    /// lattices fit better through the window of Vorbis.
    lattice: PhaseScan,
    /// Window shape of the first peak.
    shape: Shape,
    /// The bitrate from the first peak's lattices, if it is proven.
    rate: Option<AacRate>,
}

/// Searches all 1024 phases over `spans` of a stream of `codec`.
///
/// `noise` is the variance that rounding left per sample (full scale 1). Fewer than eight frames, or a sample rate
/// without known band tables, give no search.
fn search(spans: &[Span], sample_rate: u32, codec: Codec, noise: f64) -> Option<AacSearch> {
    let bands = long_bands(sample_rate)?;
    let places = frames::places(spans);
    if places.len() < FEWEST {
        return None;
    }
    let sigma = (NOISE_GAIN * noise).sqrt() as f32;
    let candidates = coarse::candidates(spans, &places, bands, sigma, MOST_CANDIDATES);
    let others = candidates.iter().filter(|phase| !UNCUT.contains(&(**phase as u32)));
    let uncut = UNCUT.map(|phase| phase as usize);
    let all = uncut.iter().chain(others).copied().filter(|&phase| !own::of_aac(phase as u32, codec));
    let mut phases = [1; LANES];
    phases.iter_mut().zip(all).for_each(|(lane, phase)| *lane = phase as isize);
    let mut chosen = frames::steadiest(&places, MOST_FRAMES);
    let mut standings = verify::compare(spans, &chosen, bands, sigma, phases, &verify::SHAPES);
    let mut best = *standings.first()?;
    if best.strength >= PROMISING && !settled(&best) {
        let more = frames::loudest(&places, MORE_FRAMES);
        let again = verify::compare(spans, &more, bands, sigma, phases, &[best.shape]);
        // The loudest frames may all be of one passage, which proves no more by itself. Many frames of one steady tone
        // do not either: each prefers the same phase a little, as the one before did.
        if again.first().is_some_and(|first| {
            first.strength > best.strength && first.agreeing() >= AGREEING && first.full >= FEWEST_FULL
        }) {
            (chosen, standings) = (more, again);
            best = *standings.first()?;
        }
    }
    let phase = phases[best.index];
    let mut peaks: Vec<GridPeak> = standings.iter().take(4).map(|standing| peak(standing, &phases)).collect();
    if best.strength < DOUBTFUL {
        return Some(AacSearch { lattice: scan(chosen.len(), peaks), shape: best.shape, rate: None });
    }
    let around = verify::compare(spans, &chosen, bands, sigma, NEIGHBOURS.map(|d| phase + d), &[best.shape]);
    let vorbis = verify::compare(spans, &chosen, bands, sigma, NEIGHBOURS.map(|d| phase + d), &[Shape::Vorbis]);
    let alone = around.into_iter().find(|standing| standing.index == 0)?;
    if vorbis.iter().any(|standing| standing.index == 0 && standing.rise > alone.rise) {
        return Some(AacSearch { lattice: scan(chosen.len(), Vec::new()), shape: Shape::Vorbis, rate: None });
    }
    if let Some(first) = peaks.first_mut() {
        first.strength = first.strength.min(f64::from(alone.strength));
        first.by_part = std::array::from_fn(|p| f64::from(best.parts[p].min(alone.parts[p])));
        first.parts = (0..4).filter(|&p| best.parts[p].min(alone.parts[p]) > PART_BAR).count() as u32;
    }
    if let Some(first) = peaks.first_mut().filter(|first| first.strength >= LATTICE.nearly()) {
        first.weaken(unpredicted(spans, first, best.shape, bands, sigma));
    }
    let proven = peaks.first().is_some_and(|first| first.strength >= LATTICE.bar_at(codec, first.phase).least);
    let rate = proven
        .then(|| bitrate::estimate(spans, &places, bands, sample_rate, sigma, phase as usize, best.shape))
        .flatten();
    Some(AacSearch { lattice: scan(chosen.len(), peaks), shape: best.shape, rate })
}

/// The share of a peak's strength that remains without bands that repeat and without smooth ones.
fn unpredicted(spans: &[Span], peak: &GridPeak, shape: Shape, bands: &[usize], sigma: f32) -> f64 {
    let mut fitter = fitter(verify::LARGEST);
    let bands: Vec<_> =
        bands[verify::BANDS.start..=verify::BANDS.end].windows(2).map(|pair| pair[0]..pair[1]).collect();
    let mut rough = Rough::default();
    let score = |lines: &[f32], n: usize| {
        let band = &bands[n];
        let lanes: Vec<Lane> = lines[band.clone()].iter().map(|&line| [line; LANES]).collect();
        rough.add(lines, band, (fitter.fit(&lanes, sigma).score[0] - CHANCE).max(0.0))
    };
    let stereo = spans.iter().all(|span| span.planes.len() > 1);
    let lines = mdct_lines(aac::mdct(shape), LINES, 0..LINES);
    let mut frames = Frames::new(spans, peak.signal.turns(stereo), Layout::new(LINES, BLOCK, 4), lines);
    let share = frames.unpredicted_bands(peak.phase as usize, &bands, score, |_| sigma * sigma, BandOptions::default());
    rough.share() * of_trials(share)
}

/// Whether more frames would not change the result.
fn settled(best: &verify::Standing) -> bool {
    f64::from(best.strength) >= LATTICE.bar.least && best.agreeing() >= AGREEING
}

/// A scan of sixteen phases, too few for a curve.
fn scan(granules: usize, peaks: Vec<GridPeak>) -> PhaseScan {
    PhaseScan { granules, peaks, curve: Vec::new() }
}

fn peak(standing: &verify::Standing, phases: &[isize; LANES]) -> GridPeak {
    GridPeak {
        phase: phases[standing.index].rem_euclid(LINES as isize) as u32,
        signal: standing.signal,
        strength: f64::from(standing.strength),
        depth: f64::from(standing.depth),
        parts: standing.agreeing() as u32,
        by_part: standing.parts.map(f64::from),
    }
}

/// The samples of the signals in which the n-th frame is read.
fn mix(spans: &[Span], place: Place, n: usize) -> Vec<Cow<'_, [f32]>> {
    let channels: Vec<&[f32]> =
        (0..place.channels(spans).min(2)).map(|channel| place.samples(spans, channel)).collect();
    taking_turns(&channels, n).into_iter().map(|(_, samples)| samples).collect()
}

#[cfg(test)]
mod tests;
