//! The Opus frame grid: at which of the 960 phases of a 20 ms frame at 48 kHz the CELT transform shows what an encoder
//! did.
//!
//! A band of a CELT frame holds few pulses, so many of its lines are zero or, after the decoder's rotation and folding,
//! small (RFC 6716, section 4.3.4). The same transform at the same phase shows those holes again if the decoder's
//! de-emphasis is undone. A tenth of a sample off, most are gone. Files at 44.1 kHz are resampled to 48 kHz first. The
//! search looks at all phases in a few loud frames. The best of them, and the phase at which decoders leave the grid
//! when they trim an encoder's usual delay, are then examined in many other frames.

mod frames;
mod holes;
mod intensity;
mod offsets;
mod probe;
mod proof;
mod spectra;

use bitrater_media::Codec;
use bitrater_signal::celt::{CODED_LINES, LINES, OVERLAP, PERIOD_44100, PERIOD_48000, SAMPLE_RATE};

use crate::bars;
use crate::excerpts::Span;
use crate::innovation::{Frames, HoleOptions, Layout, Stretch};
use crate::places::spread;
use crate::search::{Entry, Family, Rates, Search, Signals, Streams, Uncut};
use crate::tally::PhaseScan;
use crate::trace::{Details, RateRange, Trace};
use frames::{Place, Reader};
use spectra::Spectra;

/// Period of the grid in samples at 48 kHz.
pub const PERIOD: usize = 960;

/// Frames that are searched at all phases.
const SEARCHED: usize = 12;

/// Most frames of the second look.
const PROVEN: usize = 144;

/// Fewest frames that are searched.
const FEWEST: usize = 8;

/// Phase of a stream whose pre-skip of 312 samples, that of libopus, was trimmed away exactly.
const TRIMMED: u32 = 648;

/// The search.
static HOLES: Search = Search {
    name: "opus_holes",
    codecs: &[Codec::Opus],
    looked_for: "lines that an Opus (CELT) encoder left empty, at one phase of its frames at 48 kHz and at no \
                 other; the likeliest phases of a few frames, asked again in frames that were not searched",
    period: PERIOD,
    clock: Some(SAMPLE_RATE),
    frames: "frames",
    signals: Signals::Each,
    streams: Streams::Others,
    bar: bars::OPUS,
    in_lossy: Some(bars::OPUS_IN_LOSSY),
    uncut: Some(Uncut { phases: &[TRIMMED], bar: bars::OPUS_UNCUT }),
    strength: Some("how far the holes at the best Opus phase stand out, in frames that the search had not seen"),
    parts: false,
    evidence: &[Entry::report(
        "opus_rate_least",
        "kbps",
        0,
        "least rate at which Opus codes the bands in stereo that it coded so",
        |set| match &set.trace(HOLES.name)?.details {
            Details::Opus { rate, .. } => rate.as_ref().map(|rate| f64::from(rate.least)),
            _ => None,
        },
    )],
};

/// The search for Opus (CELT).
pub static FAMILY: Family = Family {
    name: "Opus",
    rates: Rates { has: |rate| matches!(rate, 44_100 | 48_000), words: "44.1 and 48 kHz" },
    searches: &[&HOLES],
    run: Some(|input| {
        let OpusSearch { proof, offset, rate, .. } = search(input.spans, input.rate(), input.noise)?;
        let kbps = rate.as_ref().map(|rate| 0.5 * f64::from(rate.least + rate.below));
        Some(vec![Trace { scan: proof, kbps, details: Details::Opus { offset, rate } }])
    }),
    probe: Some(|input, trace| Some(Box::new(probe::GridProbe::new(input, trace)?))),
    evidence: &[],
};

/// A proof this strong makes the search at other offsets needless. Genuine recordings stay below half of it.
const ENOUGH: f64 = 5.0;

/// Distances of the phases that a phase is compared with, the number of frames, and the share of its depth that another
/// phase must reach to count as a repetition.
const DIVISORS: [u32; 16] = [480, 320, 240, 192, 160, 120, 96, 80, 64, 60, 48, 40, 32, 24, 16, 12];
const COMPARED: usize = 36;
const PERIODIC: f64 = 0.5;

/// Stretches in which that is measured, and their frames.
const STRETCHES: usize = 12;
const STRETCH: usize = 26;

/// What the search found.
#[derive(Debug, Clone, PartialEq)]
struct OpusSearch {
    /// All phases in a few loud frames; phases count samples at 48 kHz.
    holes: PhaseScan,
    /// The candidate phases in many other frames, the strongest first. Strengths are standard deviations of what audio
    /// without a grid shows.
    proof: PhaseScan,
    /// Fraction of a sample at 48 kHz by which the grid lies behind the phases of `proof`.
    offset: f64,
    /// Nominal bitrates that explain the stereo coding, if the proof is strong enough.
    rate: Option<RateRange>,
}

/// Searches all phases over `spans` of a file at 44.1 or 48 kHz; other rates give no search, and neither do
/// fewer than eight frames.
///
/// `noise` is the variance that rounding left per sample (full scale 1).
fn search(spans: &[Span], sample_rate: u32, noise: f64) -> Option<OpusSearch> {
    let mut reader = Reader::new(spans, sample_rate)?;
    let places = reader.places();
    if places.len() < FEWEST {
        return None;
    }
    let resampled = sample_rate != SAMPLE_RATE;
    let mut spectra = spectra_for(sample_rate, noise);
    let searched = reader.loudest(&places, SEARCHED);
    let unseen: Vec<Place> = places.iter().copied().filter(|place| !searched.contains(place)).collect();
    let unseen = spread(&unseen, PROVEN);

    let holes = holes::scan(&mut reader, &searched, &mut spectra);
    let mut phases = vec![TRIMMED];
    phases.extend(holes.peaks.iter().map(|peak| peak.phase).filter(|&phase| phase != TRIMMED).take(3));
    let proof = proof::look(&mut reader, &unseen, &phases, &mut spectra);
    let mut found = OpusSearch { holes, proof, offset: 0.0, rate: None };
    if !resampled {
        discount_predicted(&mut found.proof, &mut reader, &unseen, &mut spectra);
        found.rate = rate(&found, &mut reader, &unseen, &mut spectra);
        return Some(found);
    }
    if found.proof.strength() >= ENOUGH {
        let phase = found.proof.peaks.first()?.phase;
        found.offset = offsets::refine(&mut reader, &searched, 0.0, phase, &mut spectra).1;
        reader.set_offset(found.offset);
        found.proof = proof::look(&mut reader, &unseen, &[phase], &mut spectra);
        discount_predicted(&mut found.proof, &mut reader, &unseen, &mut spectra);
    } else if noise > 0.0 && !offsets::has_content_above(&mut reader, &searched, &mut spectra) {
        // A lossy stream (never rounded) may come from another encode, but hardly ever from a cut piece of one.
        let mut between = offsets::search(&mut reader, &searched, &unseen, &mut spectra)?;
        reader.set_offset(between.offset);
        discount_predicted(&mut between.proof, &mut reader, &unseen, &mut spectra);
        if between.proof.strength() > found.proof.strength() {
            found = OpusSearch { holes: found.holes, proof: between.proof, offset: between.offset, rate: None };
        }
    }
    reader.set_offset(found.offset);
    found.rate = rate(&found, &mut reader, &unseen, &mut spectra);
    Some(found)
}

/// Weakens each phase that might be a proof by the share of its evidence that repetition explains.
fn discount_predicted(proof: &mut PhaseScan, reader: &mut Reader, places: &[Place], spectra: &mut Spectra) {
    if proof.strength() < HOLES.nearly() {
        return;
    }
    // Phases a divisor of the period away. A sound whose own period has it in common with the frame's shows equally at
    // both.
    let few = spread(places, COMPARED);
    for peak in proof.peaks.iter_mut().filter(|peak| peak.strength >= HOLES.nearly()) {
        let phases = [0].iter().chain(&DIVISORS).map(|apart| (peak.phase + apart) % PERIOD as u32).collect::<Vec<_>>();
        let depths = proof::look(reader, &few, &phases, spectra).peaks;
        let depth = |phase: u32| depths.iter().find(|other| other.phase == phase).map_or(0.0, |other| other.depth);
        let own = depth(peak.phase);
        let other = phases[1..].iter().map(|&phase| depth(phase)).fold(0.0, f64::max);
        if other > PERIODIC * own {
            peak.weaken(1.0 - (other / own.max(f64::MIN_POSITIVE)).min(1.0));
        }
    }
    let layout = Layout::new(PERIOD, LINES + OVERLAP, STRETCHES);
    let stretches = reader.stretches(STRETCH, STRETCHES);
    let stretches: Vec<Stretch> = stretches.iter().map(|(start, planes)| (*start, planes.as_slice())).collect();
    let floors = spectra.floors().to_vec();
    proof.discount_predicted(HOLES.nearly(), |peak| {
        let lines = |samples: &[f32]| spectra.coded_lines(samples);
        let mut frames = Frames::of_stretches(stretches.clone(), &[peak.signal], layout, lines);
        let options = HoleOptions { beside: 3, depth: peak.depth, ..HoleOptions::default() };
        Some(frames.unpredicted_holes(peak.phase as usize, &(0..CODED_LINES), |line| floors[line], options))
    });
}

/// Spectra of a file at 44.1 or 48 kHz with rounding noise of variance `noise` per sample.
fn spectra_for(sample_rate: u32, noise: f64) -> Spectra {
    // The same noise, resampled to more samples, fills fewer of the lines.
    let density = if sample_rate == SAMPLE_RATE { 1.0 } else { PERIOD_48000 as f64 / PERIOD_44100 as f64 };
    Spectra::new(noise * density)
}

/// The bitrate, if the proof is strong enough.
fn rate(found: &OpusSearch, reader: &mut Reader, places: &[Place], spectra: &mut Spectra) -> Option<RateRange> {
    let peak = found.proof.peaks.first().filter(|peak| peak.strength >= HOLES.least())?;
    intensity::range(reader, places, peak.phase, spectra)
}

#[cfg(test)]
mod tests;
