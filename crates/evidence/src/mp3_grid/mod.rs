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
mod noise;
mod older_rate;
pub mod rate;
mod scorer;

use bitrater_media::layer3::BandTable;

use crate::excerpts::Span;
use crate::tally::{GridPeak, PhaseScan};
use noise::Noise;

pub use likely::LikelyPhase;
pub use older_rate::OlderRate;

/// Period of the grid in samples.
pub const PERIOD: usize = 576;

/// Column of a granule's oldest input sample, modulo 576, when an encoder's delay was trimmed away
/// exactly (phase 0): 48 ≡ −528 is the common delay of the polyphase and hybrid banks.
pub(crate) const TRIMMED_COLUMN: usize = 48;

/// Fewest granules that a search is worth.
const FEWEST: usize = 8;

/// What the two searches found.
#[derive(Debug, Clone, PartialEq)]
pub struct GridSearch {
    /// Phases at which lines vanish.
    pub holes: PhaseScan,
    /// Phases at which lines sit on a quantiser's lattice; only searched when the holes prove nothing.
    pub lattice: Option<PhaseScan>,
    /// The lattice at the phases that an uncut decode has, the stronger first; only asked when the searches
    /// prove nothing.
    pub likely: Vec<LikelyPhase>,
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

/// Searches all 576 phases over `spans` of a file of `sample_rate` Hz, on which the scalefactor bands depend.
///
/// `rounding` is the variance that rounding left per sample (full scale 1): what lies below it is not told
/// apart from zero. Spans of an MP3 stream know their own quantiser instead. Fewer than eight granules give no
/// search.
pub(crate) fn search(spans: &[Span], sample_rate: u32, rounding: f64) -> Option<GridSearch> {
    let places = granules::places(spans);
    if places.len() < FEWEST {
        return None;
    }
    let bands = BandTable::at(sample_rate);
    let holes = holes::scan(spans, &places, rounding);
    if spans.iter().any(|span| !span.coded.is_empty()) {
        let lattice = lattice::scan(spans, &places, bands, Noise::Coded);
        let likely = likely::ask(spans, &places, bands, Noise::Coded, &LIKELY_UNDER_MP3);
        let older = likely.first().filter(|likely| likely.strength >= OLDER).map(|likely| likely.phase).or_else(|| {
            lattice
                .peaks
                .iter()
                .find(|peak| peak.strength >= OLDER && !(520..=538).contains(&peak.phase))
                .map(|p| p.phase)
        });
        let older_rate = older.and_then(|phase| older_rate::read(spans, &places, bands, phase));
        return Some(GridSearch { holes, lattice: Some(lattice), likely, older_rate });
    }
    // Without rounding noise (a lossy stream, decoded to float) the holes show all there is to see.
    let noise = Noise::Rounding(rounding);
    let lattice = (!enough(&holes) && rounding > 0.0).then(|| lattice::scan(spans, &places, bands, noise));
    let likely = match &lattice {
        Some(scan) if !enough(scan) => likely::ask(spans, &places, bands, noise, &LIKELY),
        _ => Vec::new(),
    };
    Some(GridSearch { holes, lattice, likely, older_rate: None })
}

/// An older phase of this strength is worth reading.
const OLDER: f64 = 8.0;

/// Phases of an uncut decode: with the encoder's delay taken away, and with the decoder's 529 left in.
const LIKELY: [u32; 2] = [0, 529];

/// Phase of an uncut decode that was encoded again: 529 for each of two decoders. (529 itself is the stream's
/// own.)
const LIKELY_UNDER_MP3: [u32; 1] = [482];

/// Whether a scan is beyond doubt.
fn enough(scan: &PhaseScan) -> bool {
    scan.peaks.first().is_some_and(|peak| peak.strength >= ENOUGH && peak.parts >= 3)
}

#[cfg(test)]
mod tests;
