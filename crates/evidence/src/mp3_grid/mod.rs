//! The MP3 frame grid: at which of the 576 phases the hybrid bank shows what an encoder did.
//!
//! A decoded MP3 is analysed by the encoder's own filter bank. At the encoder's own frame phase it shows *holes* where
//! lines were quantised to zero and a *lattice* where they were not. One sample off, both are smeared (Herre & Schug,
//! "Analysis of decompressed audio", AES 109, 2000). An honest recording prefers no phase. Holes are cheap to find, and
//! clear up to 192 kbps. The lattice is slower to fit, but it shows through rounding noise that has filled every hole.

mod candidates;
mod granules;
mod holes;
mod innovation;
mod lattice;
mod noise;
mod older_rate;
pub(crate) mod probe;
pub mod rate;
mod scorer;

use std::iter;

use bitrater_media::Codec;
use bitrater_media::layer3::BandTable;

use crate::bars::{self, Bar};
use crate::excerpts::Span;
use crate::own;
use crate::signals::Signal;
use crate::tally::PhaseScan;
use granules::Place;
use noise::Noise;

pub use candidates::CandidatePhase;
pub use older_rate::OlderRate;

pub use crate::own::OWN_PHASE;

/// Period of the grid in samples.
pub const PERIOD: usize = 576;

/// Column of a granule's oldest input sample, modulo 576, when an encoder's delay was trimmed away
/// exactly (phase 0): 48 ≡ −528 is the common delay of the polyphase and hybrid banks.
pub(crate) const TRIMMED_COLUMN: usize = 48;

/// Fewest granules that are searched.
const FEWEST: usize = 8;

/// What the searches over all phases, and at candidate phases, found.
#[derive(Debug, Clone, PartialEq)]
pub struct GridSearch {
    /// Phases at which lines vanish.
    pub holes: PhaseScan,
    /// Phases at which lines lie on a quantiser's lattice; only searched if the holes prove nothing.
    pub lattice: Option<PhaseScan>,
    /// The lattice at the candidate phases, the strongest first: those of an uncut decode and the best of the searches
    /// over all phases. They are only scored if those searches prove nothing.
    pub candidates: Vec<CandidatePhase>,
    /// How much coarser the quantiser at the clearest older phase under an MP3 stream was.
    pub older_rate: Option<OlderRate>,
}

impl GridSearch {
    /// The searches over all phases that were made, with their bars.
    fn scans(&self) -> impl Iterator<Item = (Bar, &PhaseScan)> {
        let lattice = self.lattice.as_ref().map(|lattice| (bars::LATTICE, lattice));
        iter::once((bars::HOLES, &self.holes)).chain(lattice)
    }

    /// Peaks that are not explained by the stream itself, in a stream of this codec: phases, with their strengths over
    /// the bars of their searches.
    pub fn foreign(&self, codec: Codec) -> impl Iterator<Item = (u32, f64)> {
        let scanned = self
            .scans()
            .flat_map(|(bar, scan)| scan.peaks.iter().map(move |peak| (peak.phase, peak.strength / bar.least)));
        let candidates = self
            .candidates
            .iter()
            .map(move |candidate| (candidate.phase, candidate.strength / self.bar_of(candidate, codec).least));
        scanned.chain(candidates).filter(move |&(phase, _)| !own::of_mp3(phase, codec))
    }

    /// The bar of a candidate phase. It is lower in a lossless file if the phase is that of an uncut decode and a
    /// search over all phases has its best there. A file with a lossy stream of its own shows more by chance.
    #[must_use]
    pub fn bar_of(&self, candidate: &CandidatePhase, codec: Codec) -> Bar {
        let agreed = codec.is_lossless() && is_uncut(candidate.phase, codec) && self.is_best(candidate.phase);
        if agreed { bars::LIKELY_AGREED } else { bars::LIKELY }
    }

    /// Whether one of the searches over all phases has its best here.
    #[must_use]
    pub fn is_best(&self, phase: u32) -> bool {
        self.scans().any(|(_, scan)| scan.peaks.first().is_some_and(|peak| peak.phase == phase))
    }

    /// Whether either scan is so clear that no other search is needed.
    #[must_use]
    pub fn beyond_doubt(&self) -> bool {
        self.scans().any(|(_, scan)| enough(scan))
    }
}

/// A peak this strong, in MADs, makes the slower searches needless.
const ENOUGH: f64 = 16.0;

/// Searches all 576 phases over `spans` of a stream of `codec` at `sample_rate` Hz, on which the scalefactor bands
/// depend.
///
/// `rounding` is the variance that rounding left per sample (full scale 1); smaller values cannot be distinguished from
/// zero. For an MP3 stream the noise is that of its own quantiser instead. Fewer than eight granules give no search.
pub(crate) fn search(spans: &[Span], sample_rate: u32, codec: Codec, rounding: f64) -> Option<GridSearch> {
    let places = granules::places(spans);
    if places.len() < FEWEST {
        return None;
    }
    let bands = BandTable::at(sample_rate);
    let under_mp3 = spans.iter().any(|span| !span.coded.is_empty());
    let is_foreign = |phase: u32| !own::of_mp3(phase, codec);
    let mut holes = holes::scan(spans, &places, rounding);
    holes.discount_predicted(bars::HOLES.nearly(), |peak| {
        is_foreign(peak.phase).then(|| innovation::of_holes(spans, peak, rounding))
    });
    // Without rounding noise (a lossy stream of another codec, decoded to float) the holes show everything.
    if !under_mp3 && (enough(&holes) || rounding <= 0.0) {
        return Some(GridSearch { holes, lattice: None, candidates: Vec::new(), older_rate: None });
    }
    let noise = if under_mp3 { Noise::Coded } else { Noise::Rounding(rounding) };
    let lattice::Scans { bands: mut lattice, lowest } = lattice::scan(spans, &places, bands, noise);
    lattice.discount_predicted(bars::LATTICE.nearly(), |peak| {
        let signals = peak.signal.turns(lattice::is_stereo(spans));
        is_foreign(peak.phase).then(|| innovation::of_bands(spans, peak.phase, signals, bands, lattice::BANDS, noise))
    });
    let others = |scan: &PhaseScan| {
        let peaks = scan.peaks.iter().filter(|peak| is_foreign(peak.phase));
        peaks.copied().collect::<Vec<_>>()
    };
    let (by_lattice, by_lowest, by_holes) = (others(&lattice), others(&lowest), others(&holes));
    let sure = by_lattice.iter().any(|peak| peak.strength >= ENOUGH);
    let candidates = if sure && !under_mp3 {
        Vec::new()
    } else {
        let uncut = if under_mp3 { &UNCUT_UNDER_MP3[..] } else { &UNCUT };
        let best = [&by_lowest, &by_lattice, &by_holes].into_iter().filter_map(|peaks| Some(peaks.first()?.phase));
        examine(spans, &places, bands, noise, uncut, best)
    };
    let strong = |candidate: &&CandidatePhase| candidate.strength >= bars::LIKELY.least;
    let older = candidates.first().filter(strong).map(|candidate| candidate.phase);
    let older =
        older.or_else(|| by_lattice.iter().find(|peak| peak.strength >= bars::LATTICE.least).map(|peak| peak.phase));
    let older_rate = older.filter(|_| under_mp3).and_then(|phase| older_rate::read(spans, &places, bands, phase));
    Some(GridSearch { holes, lattice: Some(lattice), candidates, older_rate })
}

/// Searches all phases for holes only.
pub(crate) fn search_holes(spans: &[Span], rounding: f64) -> Option<GridSearch> {
    let places = granules::places(spans);
    let holes = (places.len() >= FEWEST).then(|| holes::scan(spans, &places, rounding))?;
    Some(GridSearch { holes, lattice: None, candidates: Vec::new(), older_rate: None })
}

/// Scores the candidate phases in granules that the lattice search did not use, so that a phase that stood out there by
/// chance does not stand out here. If the file is too short for that, only the phases of an uncut decode are scored, in
/// all granules.
fn examine(
    spans: &[Span],
    places: &[Place],
    bands: &'static BandTable,
    noise: Noise,
    uncut: &[u32],
    best: impl Iterator<Item = u32>,
) -> Vec<CandidatePhase> {
    let seen = lattice::chosen(places);
    let rest: Vec<Place> = places.iter().copied().filter(|place| !seen.contains(place)).collect();
    if rest.len() < seen.len() {
        return discount_predicted(candidates::score(spans, places, bands, noise, uncut), spans, places, bands, noise);
    }
    let mut phases = uncut.to_vec();
    for phase in best {
        if !phases.contains(&phase) {
            phases.push(phase);
        }
    }
    discount_predicted(candidates::score(spans, &rest, bands, noise, &phases), spans, &rest, bands, noise)
}

/// Weakens each candidate that might prove something by the share of its score that repetition explains.
fn discount_predicted(
    mut all: Vec<CandidatePhase>,
    spans: &[Span],
    places: &[Place],
    bands: &'static BandTable,
    noise: Noise,
) -> Vec<CandidatePhase> {
    for candidate in all.iter_mut().take(MEASURED).filter(|candidate| candidate.strength >= bars::LIKELY_AGREED.least) {
        let alone = 1.0 - candidates::periodic_share(spans, places, bands, noise, candidate.phase);
        let signals = Signal::all(lattice::is_stereo(spans));
        let by_groups = candidate.strength > candidate.by_bands;
        let of_bands = innovation::of_bands(spans, candidate.phase, signals, bands, candidates::BANDS, noise);
        let share =
            if by_groups { innovation::of_groups(spans, candidate.phase, signals, bands, noise) } else { of_bands };
        candidate.strength *= alone * share;
        candidate.without_best *= alone * share;
        candidate.by_bands *= alone * of_bands;
    }
    all.truncate(MEASURED);
    all.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    all
}

/// Candidates that are measured again. The others are dropped, because one generation is enough.
const MEASURED: usize = 2;

/// Phases of an uncut decode: with the encoder's delay removed, and with the decoder's 529 left in.
const UNCUT: [u32; 2] = [0, 529];

/// Phase of an uncut decode that was encoded again: 529 for each of two decoders. (529 itself is the stream's
/// own.)
const UNCUT_UNDER_MP3: [u32; 1] = [482];

/// Whether an uncut decode of an MP3 has its grid at this phase, in a file of this codec.
#[must_use]
pub fn is_uncut(phase: u32, codec: Codec) -> bool {
    if codec == Codec::Mp3 { UNCUT_UNDER_MP3.contains(&phase) } else { UNCUT.contains(&phase) }
}

/// Whether a scan is so clear that no other is needed.
fn enough(scan: &PhaseScan) -> bool {
    scan.peaks.first().is_some_and(|peak| peak.strength >= ENOUGH && peak.parts >= 3)
}

#[cfg(test)]
mod tests;
