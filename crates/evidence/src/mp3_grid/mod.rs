//! The MP3 frame grid: at which of the 576 phases the hybrid bank sees what an encoder did.
//!
//! A decoded MP3, analysed by the encoder's own bank at the encoder's own frame phase, shows *holes* where
//! lines were quantised to zero and a *lattice* where they were not; one sample off, both are smeared
//! (Herre & Schug, "Analysis of decompressed audio", AES 109, 2000). An honest recording prefers no phase.
//! Holes are cheap to look for and unmistakable up to 192 kbps; the lattice is slower to fit but shows through
//! rounding noise that has filled every hole.

mod granules;
mod holes;
mod lattice;
mod likely;
pub(crate) mod marks;
mod new;
mod noise;
mod older_rate;
pub mod rate;
mod scorer;

use bitrater_media::Codec;
use bitrater_media::layer3::BandTable;

use crate::excerpts::Span;
use crate::own;
use crate::signals::Signal;
use crate::tally::{GridPeak, PhaseScan};
use granules::Place;
use noise::Noise;

pub use likely::AskedPhase;
pub use older_rate::OlderRate;

/// Period of the grid in samples.
pub const PERIOD: usize = 576;

/// Column of a granule's oldest input sample, modulo 576, when an encoder's delay was trimmed away
/// exactly (phase 0): 48 ≡ −528 is the common delay of the polyphase and hybrid banks.
pub(crate) const TRIMMED_COLUMN: usize = 48;

/// Phase of an MP3 stream's own grid: it is decoded from its first frame on and nothing is trimmed, so the
/// decoder's delay of 528 + 1 samples stays in.
pub const OWN_PHASE: u32 = 529;

/// Fewest granules that a search is worth.
const FEWEST: usize = 8;

/// What the two searches found.
#[derive(Debug, Clone, PartialEq)]
pub struct GridSearch {
    /// Phases at which lines vanish.
    pub holes: PhaseScan,
    /// Phases at which lines sit on a quantiser's lattice; only searched when the holes prove nothing.
    pub lattice: Option<PhaseScan>,
    /// The lattice at the phases that an uncut decode has and at the best of the searches over all, the strongest first; only
    /// asked when those prove nothing.
    pub likely: Vec<AskedPhase>,
    /// How much coarser the quantiser at the clearest older phase under an MP3 stream was.
    pub older_rate: Option<OlderRate>,
}

impl GridSearch {
    /// All peaks, those of the holes first.
    pub fn peaks(&self) -> impl Iterator<Item = &GridPeak> {
        self.holes.peaks.iter().chain(self.lattice.iter().flat_map(|scan| &scan.peaks))
    }

    /// Whether either scan is so clear that nothing else need be asked.
    #[must_use]
    pub fn beyond_doubt(&self) -> bool {
        enough(&self.holes) || self.lattice.as_ref().is_some_and(enough)
    }
}

/// A peak this strong, in MADs, makes the slower searches needless.
const ENOUGH: f64 = 16.0;

/// Searches all 576 phases over `spans` of a stream of `codec` at `sample_rate` Hz, on which the scalefactor bands depend.
///
/// `rounding` is the variance that rounding left per sample (full scale 1): what lies below it is not told
/// apart from zero. Spans of an MP3 stream know their own quantiser instead. Fewer than eight granules give no
/// search.
pub(crate) fn search(spans: &[Span], sample_rate: u32, codec: Codec, rounding: f64) -> Option<GridSearch> {
    let places = granules::places(spans);
    if places.len() < FEWEST {
        return None;
    }
    let bands = BandTable::at(sample_rate);
    let under_mp3 = spans.iter().any(|span| !span.coded.is_empty());
    let is_foreign = |phase: u32| !own::of_mp3(phase, codec);
    let mut holes = holes::scan(spans, &places, rounding);
    holes.keep_new(STRONG, |peak| is_foreign(peak.phase).then(|| new::of_holes(spans, peak, rounding)));
    // Without rounding noise (a lossy stream of another codec, decoded to float) the holes show all there is to see.
    if !under_mp3 && (enough(&holes) || rounding <= 0.0) {
        return Some(GridSearch { holes, lattice: None, likely: Vec::new(), older_rate: None });
    }
    let noise = if under_mp3 { Noise::Coded } else { Noise::Rounding(rounding) };
    let lattice::Scans { bands: mut lattice, lowest } = lattice::scan(spans, &places, bands, noise);
    lattice.keep_new(STRONG, |peak| {
        let signals = peak.signal.turns(lattice::is_stereo(spans));
        is_foreign(peak.phase).then(|| new::of_bands(spans, peak.phase, signals, bands, lattice::BANDS, noise))
    });
    let others = |scan: &PhaseScan| {
        let peaks = scan.peaks.iter().filter(|peak| is_foreign(peak.phase));
        peaks.copied().collect::<Vec<_>>()
    };
    let (by_lattice, by_lowest, by_holes) = (others(&lattice), others(&lowest), others(&holes));
    let sure = by_lattice.iter().any(|peak| peak.strength >= ENOUGH);
    let likely = if sure && !under_mp3 {
        Vec::new()
    } else {
        let uncut = if under_mp3 { &LIKELY_UNDER_MP3[..] } else { &LIKELY };
        let best = [&by_lowest, &by_lattice, &by_holes].into_iter().filter_map(|peaks| Some(peaks.first()?.phase));
        ask(spans, &places, bands, noise, uncut, best)
    };
    let strong = |asked: &&AskedPhase| asked.strength >= STRONG_BY_ITSELF;
    let older = likely.first().filter(strong).map(|asked| asked.phase);
    let older = older.or_else(|| by_lattice.iter().find(|peak| peak.strength >= STRONG).map(|peak| peak.phase));
    let older_rate = older.filter(|_| under_mp3).and_then(|phase| older_rate::read(spans, &places, bands, phase));
    Some(GridSearch { holes, lattice: Some(lattice), likely, older_rate })
}

/// Searches all phases for holes only.
pub(crate) fn search_holes(spans: &[Span], rounding: f64) -> Option<GridSearch> {
    let places = granules::places(spans);
    let holes = (places.len() >= FEWEST).then(|| holes::scan(spans, &places, rounding))?;
    Some(GridSearch { holes, lattice: None, likely: Vec::new(), older_rate: None })
}

/// Asks the phases of an uncut decode and the best of the searches over all, in granules that the lattice search did not see: what
/// stood out there by chance does not stand out here. A file too short for that has only the former asked, in all its granules.
fn ask(
    spans: &[Span],
    places: &[Place],
    bands: &'static BandTable,
    noise: Noise,
    uncut: &[u32],
    best: impl Iterator<Item = u32>,
) -> Vec<AskedPhase> {
    let seen = lattice::chosen(places);
    let rest: Vec<Place> = places.iter().copied().filter(|place| !seen.contains(place)).collect();
    if rest.len() < seen.len() {
        return new_of(likely::ask(spans, places, bands, noise, uncut), spans, places, bands, noise);
    }
    let mut phases = uncut.to_vec();
    for phase in best {
        if !phases.contains(&phase) {
            phases.push(phase);
        }
    }
    new_of(likely::ask(spans, &rest, bands, noise, &phases), spans, &rest, bands, noise)
}

/// Leaves of each phase that might prove something what is new in each granule.
fn new_of(
    mut all: Vec<AskedPhase>,
    spans: &[Span],
    places: &[Place],
    bands: &'static BandTable,
    noise: Noise,
) -> Vec<AskedPhase> {
    for asked in all.iter_mut().take(MEASURED).filter(|asked| asked.strength >= WORTH_MEASURING) {
        let alone = 1.0 - likely::alike(spans, places, bands, noise, asked.phase);
        let signals = Signal::all(lattice::is_stereo(spans));
        let by_groups = asked.strength > asked.by_bands;
        let of_bands = new::of_bands(spans, asked.phase, signals, bands, likely::BANDS, noise);
        let share = if by_groups { new::of_groups(spans, asked.phase, signals, bands, noise) } else { of_bands };
        asked.strength *= alone * share;
        asked.without_best *= alone * share;
        asked.by_bands *= alone * of_bands;
    }
    all.truncate(MEASURED);
    all.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    all
}

/// Phases that were asked by themselves and are measured again; others are given up, for one generation is enough.
const MEASURED: usize = 2;

/// Deviations from which a phase that was asked by itself may prove something.
const WORTH_MEASURING: f64 = 3.4;

/// A phase of this strength, in MADs, is worth reading; what counts as proof is for the verdict to say.
pub(crate) const STRONG: f64 = 8.0;

/// The same of a phase that was asked by itself, in deviations.
pub(crate) const STRONG_BY_ITSELF: f64 = 6.0;

/// Phases of an uncut decode: with the encoder's delay taken away, and with the decoder's 529 left in.
const LIKELY: [u32; 2] = [0, 529];

/// Phase of an uncut decode that was encoded again: 529 for each of two decoders. (529 itself is the stream's
/// own.)
const LIKELY_UNDER_MP3: [u32; 1] = [482];

/// Whether a file of this codec has the grid of an MP3 that was decoded at this phase if nobody cut the decode.
#[must_use]
pub fn is_uncut(phase: u32, codec: Codec) -> bool {
    if codec == Codec::Mp3 { LIKELY_UNDER_MP3.contains(&phase) } else { LIKELY.contains(&phase) }
}

/// Whether a scan is beyond doubt.
fn enough(scan: &PhaseScan) -> bool {
    scan.peaks.first().is_some_and(|peak| peak.strength >= ENOUGH && peak.parts >= 3)
}

#[cfg(test)]
mod tests;
