//! What a phase of MP3 that was asked by itself needs for a proof, besides its strength.

use bitrater_evidence::mp3_grid::{self, AskedPhase, GridSearch};
use bitrater_evidence::{Codec, EvidenceSet, bars};

/// What an MP3 phase that was asked by itself has over its bar; it proves a generation from 1 on. Where a search chose the phase, that is also what is left
/// without the best granules, over a bar of its own, and under an MP3 stream the share of granules whose integers could be read there.
pub fn margin(evidence: &EvidenceSet, search: &GridSearch, asked: &AskedPhase) -> f64 {
    let margin = asked.strength / search.bar_of(asked, evidence.stream.codec).least;
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
