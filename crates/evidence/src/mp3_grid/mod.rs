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
mod new;
mod noise;
mod older_rate;
pub(crate) mod probe;
pub mod rate;
mod scorer;

use bitrater_media::Codec;
use bitrater_media::layer3::BandTable;

use crate::bars::{self, Bar};
use crate::excerpts::Span;
use crate::own;
use crate::signals::Signal;
use crate::tally::PhaseScan;
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
    /// What stands out in a stream of this codec and is not its own: phases, with their strengths over the bars of their searches.
    pub fn candidates(&self, codec: Codec) -> impl Iterator<Item = (u32, f64)> {
        let scans = [(bars::HOLES, Some(&self.holes)), (bars::LATTICE, self.lattice.as_ref())];
        let scanned = scans.into_iter().flat_map(|(bar, scan)| {
            scan.into_iter().flat_map(|scan| &scan.peaks).map(move |peak| (peak.phase, peak.strength / bar.least))
        });
        let likely =
            self.likely.iter().map(move |asked| (asked.phase, asked.strength / self.bar_of(asked, codec).least));
        scanned.chain(likely).filter(move |&(phase, _)| !own::of_mp3(phase, codec))
    }

    /// The bar of a phase that was asked by itself. It is lower where the phase is that of an uncut decode and a search over all phases has its best
    /// there, in a lossless file: under a lossy stream of its own a file shows more.
    #[must_use]
    pub fn bar_of(&self, asked: &AskedPhase, codec: Codec) -> Bar {
        let agreed = codec.is_lossless() && is_uncut(asked.phase, codec) && self.is_best(asked.phase);
        if agreed { bars::LIKELY_AGREED } else { bars::LIKELY }
    }

    /// Whether one of the searches over all phases has its best here.
    #[must_use]
    pub fn is_best(&self, phase: u32) -> bool {
        let scans = [Some(&self.holes), self.lattice.as_ref()];
        scans.into_iter().flatten().any(|scan| scan.peaks.first().is_some_and(|peak| peak.phase == phase))
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
    holes.keep_new(bars::HOLES.nearly(), |peak| is_foreign(peak.phase).then(|| new::of_holes(spans, peak, rounding)));
    // Without rounding noise (a lossy stream of another codec, decoded to float) the holes show all there is to see.
    if !under_mp3 && (enough(&holes) || rounding <= 0.0) {
        return Some(GridSearch { holes, lattice: None, likely: Vec::new(), older_rate: None });
    }
    let noise = if under_mp3 { Noise::Coded } else { Noise::Rounding(rounding) };
    let lattice::Scans { bands: mut lattice, lowest } = lattice::scan(spans, &places, bands, noise);
    lattice.keep_new(bars::LATTICE.nearly(), |peak| {
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
    let strong = |asked: &&AskedPhase| asked.strength >= bars::LIKELY.least;
    let older = likely.first().filter(strong).map(|asked| asked.phase);
    let older =
        older.or_else(|| by_lattice.iter().find(|peak| peak.strength >= bars::LATTICE.least).map(|peak| peak.phase));
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
    for asked in all.iter_mut().take(MEASURED).filter(|asked| asked.strength >= bars::LIKELY_AGREED.least) {
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
