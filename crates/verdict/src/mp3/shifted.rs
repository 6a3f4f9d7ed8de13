//! An MP3 generation on a frame grid other than the stream's own. Holes, lattices over all phases, or a candidate phase
//! prove it; its class follows.

use bitrater_evidence::mp3_grid::{self, CandidatePhase, GridSearch, PERIOD};
use bitrater_evidence::{Codec, EvidenceSet, bars};

use super::generation::{is_own, of_class, rated, weaker_class};
use super::scans::scans;
use super::{candidates, class, weaker};
use crate::ladder::nominal_bitrate;
use crate::numbers::written;
use crate::proof::{Proof, agrees};
use crate::reason::{Grid, Integers, Mp3Likely, Mp3Scan};
use crate::witness::mp3_class;
use crate::{Generation, Reason};

/// The margins of the searches over their bars, proof or not.
pub fn margins(evidence: &EvidenceSet) -> impl Iterator<Item = f64> {
    let scanned = evidence.mp3_grid.iter().flat_map(scans).filter(|(_, peak)| !is_own(evidence, peak.phase));
    let single = evidence
        .mp3_grid
        .iter()
        .flat_map(|search| search.candidates.iter().map(|candidate| candidates::margin(evidence, search, candidate)));
    scanned.map(|(scan, peak)| peak.strength / scan.bar).chain(single)
}

/// The proof of an MP3 grid other than the stream's own.
pub fn proof(evidence: &EvidenceSet) -> Option<Proof> {
    let search = evidence.mp3_grid.as_ref()?;
    let scanned = scans(search)
        .filter(|(scan, peak)| !is_own(evidence, peak.phase) && agrees(peak, scan.bar))
        .filter(|(scan, peak)| !scan.needs_integers || candidates::readable(evidence, peak.phase) >= 1.0)
        .map(|(scan, peak)| Proof {
            generation: shifted(evidence, peak.phase, search.holes.peaks.first().map_or(0.0, |peak| peak.depth)),
            margin: peak.strength / scan.bar,
            reason: (scan.reason)(Mp3Scan::of(evidence, peak, scan.granules)),
        });
    let single = search.candidates.iter().filter_map(|candidate| {
        let margin = candidates::margin(evidence, search, candidate);
        (margin >= 1.0).then(|| Proof {
            generation: shifted(evidence, candidate.phase, 0.0),
            margin,
            reason: candidate_reason(evidence, search, candidate),
        })
    });
    scanned.chain(single).max_by(|a, b| a.margin.total_cmp(&b.margin))
}

fn candidate_reason(evidence: &EvidenceSet, search: &GridSearch, candidate: &CandidatePhase) -> Reason {
    let CandidatePhase { phase, granules, strength, .. } = *candidate;
    Reason::Mp3Likely(Mp3Likely {
        grid: Grid::of(evidence, phase, PERIOD),
        strength: written(strength, 1),
        granules,
        uncut: mp3_grid::is_uncut(phase, evidence.stream.codec),
        agreed: strength < bars::LIKELY.least && search.is_best(phase),
        integers: Integers::of(evidence, phase),
    })
}

/// The MP3 generation behind a grid other than the stream's own.
fn shifted(evidence: &EvidenceSet, phase: u32, depth: f64) -> Generation {
    let rate = evidence.mp3_rate.as_ref().filter(|rate| rate.phase == phase);
    if let Some(rate) = rate.filter(|_| evidence.stream.codec.is_lossless()) {
        return rated(class::of_lossless(rate, evidence.cutoff.as_ref()), phase);
    }
    let cut = mp3_class(evidence.cutoff.as_ref(), depth);
    let stated = &evidence.stream.stated;
    let Some(claimed) = stated.bitrate.or(nominal_bitrate(stated.class)).filter(|_| stated.codec == Codec::Mp3) else {
        return of_class(cut, phase);
    };
    if !weaker::weaker(evidence, phase, rate, cut, f64::from(claimed)) {
        return of_class(stated.class, phase);
    }
    if let Some(rate) = rate.filter(|_| claimed >= class::UNDER_320) {
        return rated(class::under_320(rate, evidence.cutoff.as_ref()), phase);
    }
    let older = evidence.mp3_grid.as_ref().and_then(|search| search.older_rate);
    let by_steps = older.map(|older| older.kbps(f64::from(claimed), evidence.stream.sample_rate));
    weaker_class(cut, claimed, by_steps.or(rate.map(|rate| rate.kbps)), phase)
}
