//! What a candidate phase of MP3 needs for a proof, besides its strength.

use bitrater_evidence::mp3_grid::{self, CandidatePhase, GridSearch};
use bitrater_evidence::{Codec, EvidenceSet, bars};

/// The margin of a candidate phase over its bar; it proves a generation from 1 on. If a search chose the phase, there
/// are two more requirements, each with its own bar: the strength without the best granules, and under an MP3 stream
/// the share of granules whose integers could be read.
pub fn margin(evidence: &EvidenceSet, search: &GridSearch, candidate: &CandidatePhase) -> f64 {
    let margin = candidate.strength / search.bar_of(candidate, evidence.stream.codec).least;
    if mp3_grid::is_uncut(candidate.phase, evidence.stream.codec) {
        return margin;
    }
    margin.min(candidate.without_best / bars::LIKELY_CHOSEN.least).min(readable(evidence, candidate.phase))
}

/// The share of granules whose integers can be read at a phase that a search chose for its lattice, over its bar. A
/// lattice without integers is a false one. It only counts under an MP3 stream, whose own quantiser is the noise there.
pub fn readable(evidence: &EvidenceSet, phase: u32) -> f64 {
    if evidence.stream.codec != Codec::Mp3 {
        return f64::INFINITY;
    }
    let read = evidence.mp3_rate.filter(|rate| rate.phase == phase).map_or(0.0, |rate| rate.read);
    read / bars::READ_CHOSEN.least
}
