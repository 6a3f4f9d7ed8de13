//! The bars of the phases at which a decode has its grid if nobody cut it.
//!
//! Such a phase is one of hundreds, known beforehand. What chance puts on it is as much weaker as what it puts anywhere, so
//! that a lower bar accuses no more genuine files. Only lossless files have these bars: under a lossy stream of its own a file shows more.

use bitrater_evidence::mp3_grid::{self, AskedPhase, GridSearch};
use bitrater_evidence::{Codec, EvidenceSet, aac_grid, opus_grid};

use crate::bars::{self, Bar};

/// The bar of the AAC lattice at `phase`.
pub fn aac(evidence: &EvidenceSet, phase: u32) -> Bar {
    if is_lossless(evidence) && aac_grid::is_uncut(phase) { bars::AAC_UNCUT } else { bars::AAC }
}

/// The bar of the Opus holes at `phase`, whatever fraction of a sample the grid lies behind it: resamplers differ in that.
pub fn opus(evidence: &EvidenceSet, phase: u32) -> Bar {
    if is_lossless(evidence) && opus_grid::is_uncut(phase) { bars::OPUS_UNCUT } else { bars::OPUS }
}

/// The bar of an MP3 phase that was asked by itself.
pub fn likely(evidence: &EvidenceSet, search: &GridSearch, asked: &AskedPhase) -> Bar {
    let uncut = mp3_grid::is_uncut(asked.phase, evidence.stream.codec);
    if is_lossless(evidence) && uncut && is_best(search, asked.phase) { bars::LIKELY_AGREED } else { bars::LIKELY }
}

/// What an MP3 phase that was asked by itself has over its bar; it proves a generation from 1 on. Where a search chose the phase, that is also what is left
/// without the best granules, over a bar of its own, and under an MP3 stream the share of granules whose integers could be read there.
pub fn margin(evidence: &EvidenceSet, search: &GridSearch, asked: &AskedPhase) -> f64 {
    let margin = asked.strength / likely(evidence, search, asked).least;
    if mp3_grid::is_uncut(asked.phase, evidence.stream.codec) {
        return margin;
    }
    margin.min(asked.without_best / bars::LIKELY_CHOSEN.least).min(readable(evidence, asked.phase))
}

/// The share of granules whose integers can be read at a phase that a search chose for its lattice, over its bar. A lattice without integers
/// is none. Only asked under an MP3 stream, whose own quantiser is the noise there.
pub fn readable(evidence: &EvidenceSet, phase: u32) -> f64 {
    if evidence.stream.codec != Codec::Mp3 {
        return f64::INFINITY;
    }
    let read = evidence.mp3_rate.filter(|rate| rate.phase == phase).map_or(0.0, |rate| rate.read);
    read / bars::READ_CHOSEN.least
}

/// Whether one of the searches over all phases has its best here.
pub fn is_best(search: &GridSearch, phase: u32) -> bool {
    let scans = [Some(&search.holes), search.lattice.as_ref()];
    scans.into_iter().flatten().any(|scan| scan.peaks.first().is_some_and(|peak| peak.phase == phase))
}

fn is_lossless(evidence: &EvidenceSet) -> bool {
    evidence.stream.codec.is_lossless()
}
