//! Was an older MP3 generation on another frame grid weaker than the MP3 stream above it?
//!
//! That it is there proves nothing against the file: it may have been encoded twice at one rate. So the bars here stand
//! beyond what 174 recordings showed when they were encoded at 320 kbps, moved, and encoded at 320 kbps again.

use bitrater_evidence::mp3_grid::rate::GenerationRate;
use bitrater_evidence::{Class, EvidenceSet};

use crate::ladder::nominal_bitrate;

/// Share of the stream's rate below which integers read back under it speak for a weaker encode: of 320 under 320 they read 0.73
/// at least.
const INTEGERS: f64 = 0.72;

/// Share of the stream's rate below which the steps must put the older one, for they favour bands that were coarse…
const STEPS: f64 = 0.9;

/// … and below which the integers must not contradict them: under 320 they read 0.84 at least where the steps were too coarse.
const NOT_CONTRADICTED: f64 = 0.83;

/// A cutoff from here on, in Hz, may be that of the best constant rate.
const UNCUT: f64 = 19_700.0;

/// Integers that read back this many times the rate that a cutoff stands for say that the cutoff is the recording's own.
const FOREIGN: f64 = 2.2;

/// Holes at the older phase, in shares of the depth of the stream's own; 320 under 320 reached 0.07.
const HOLES: f64 = 0.2;

/// Strength that such holes must have, in MADs.
const HOLES_STRENGTH: f64 = 8.0;

/// Whether the generation at `phase` was weaker than the stream, which claims `claimed` kbps; `cut` is the class that the cutoff
/// suggests.
pub fn weaker(evidence: &EvidenceSet, phase: u32, rate: Option<&GenerationRate>, cut: Class, claimed: f64) -> bool {
    let read = rate.map(|rate| rate.kbps / claimed);
    let by_integers = read.is_some_and(|read| read < INTEGERS);
    by_integers
        || (steps_are_coarser(evidence, claimed) && read.is_none_or(|read| read < NOT_CONTRADICTED))
        || cut_lower(evidence, rate, cut, claimed)
        || holes_are_deep(evidence, phase)
}

fn steps_are_coarser(evidence: &EvidenceSet, claimed: f64) -> bool {
    let older = evidence.mp3_grid.as_ref().and_then(|search| search.older_rate);
    older.is_some_and(|older| older.kbps(claimed, evidence.stream.sample_rate) < STEPS * claimed)
}

fn cut_lower(evidence: &EvidenceSet, rate: Option<&GenerationRate>, cut: Class, claimed: f64) -> bool {
    let (Some(edge), Some(kbps)) = (evidence.cutoff, nominal_bitrate(cut).map(f64::from)) else { return false };
    edge.frequency < UNCUT && kbps < claimed && rate.is_none_or(|rate| rate.kbps < FOREIGN * kbps)
}

/// Zeros of the older encode that the newer one did not fill.
fn holes_are_deep(evidence: &EvidenceSet, phase: u32) -> bool {
    let Some(search) = &evidence.mp3_grid else { return false };
    let own = search.holes.peaks.iter().filter(|peak| peak.phase != phase).map(|peak| peak.depth).fold(0.0, f64::max);
    let older = search.holes.peaks.iter().find(|peak| peak.phase == phase);
    older.is_some_and(|peak| peak.strength >= HOLES_STRENGTH && peak.depth >= HOLES * own)
}
