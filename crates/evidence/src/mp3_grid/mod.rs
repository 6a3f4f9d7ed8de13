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

use crate::excerpts::Span;
use crate::tally::{GridPeak, PhaseScan};

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
}

impl GridSearch {
    /// All peaks, those of the holes first.
    pub fn peaks(&self) -> impl Iterator<Item = &GridPeak> {
        self.holes.peaks.iter().chain(self.lattice.iter().flat_map(|scan| &scan.peaks))
    }
}

/// A peak in the holes this strong, in MADs, makes the slower search needless.
const ENOUGH: f64 = 16.0;

/// Searches all 576 phases over `spans`.
///
/// `noise` is the variance that rounding left per sample (full scale 1): what lies below it is not told
/// apart from zero. Fewer than eight granules give no search.
pub(crate) fn search(spans: &[Span], noise: f64) -> Option<GridSearch> {
    let places = granules::places(spans);
    if places.len() < FEWEST {
        return None;
    }
    let holes = holes::scan(spans, &places, noise);
    let enough = holes.peaks.first().is_some_and(|peak| peak.strength >= ENOUGH && peak.parts >= 3);
    // Without rounding noise (a lossy stream, decoded to float) the holes show all there is to see.
    let lattice = (!enough && noise > 0.0).then(|| lattice::scan(spans, &places, noise));
    Some(GridSearch { holes, lattice })
}
