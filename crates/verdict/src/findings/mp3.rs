//! The searches for MP3: holes, lattices, candidate phases, and the stream's own integers.

use bitrater_evidence::bars::{self, Bar};
use bitrater_evidence::mp3_aligned::SHOWING;
use bitrater_evidence::mp3_grid::{CandidatePhase, OWN_PHASE};
use bitrater_evidence::{EvidenceSet, Search, mp3};

use super::finding::{Finding, LookedAt, Peak, Question, agreement};
use crate::mp3::{aligned_proof, candidate_margin, is_own, readable};
use crate::numbers::round;
use crate::proof::agrees;

const TOO_SHORT: &str = "the file holds too few granules for a search";

/// The outcome of a search for MP3; none of others.
pub fn finding(evidence: &EvidenceSet, search: &Search) -> Option<Finding> {
    let finding = match search.name {
        "mp3_holes" => holes,
        "mp3_lattice" => lattice,
        "mp3_likely" => likely,
        "mp3_aligned" => aligned,
        _ => return None,
    };
    Some(finding(evidence))
}

fn holes(evidence: &EvidenceSet) -> Finding {
    let question = Question::new(&mp3::HOLES, bars::HOLES, Some(agreement()));
    let Some(search) = &evidence.mp3_grid else { return question.not_asked(TOO_SHORT) };
    question.scanned(
        &search.holes,
        evidence.stream.channels,
        |phase| is_own(evidence, phase),
        |peak| agrees(peak, bars::HOLES.least),
    )
}

fn lattice(evidence: &EvidenceSet) -> Finding {
    let question = Question::new(&mp3::LATTICE, bars::LATTICE, Some(agreement()));
    let Some(search) = &evidence.mp3_grid else { return question.not_asked(TOO_SHORT) };
    let Some(scan) = &search.lattice else {
        return question.not_asked(if search.beyond_doubt() {
            "the holes are beyond doubt"
        } else {
            "without rounding noise the holes show all that there is to see"
        });
    };
    question.scanned(
        scan,
        evidence.stream.channels,
        |phase| is_own(evidence, phase),
        |peak| agrees(peak, bars::LATTICE.least) && readable(evidence, peak.phase) >= 1.0,
    )
}

fn likely(evidence: &EvidenceSet) -> Finding {
    // The phase with the highest strength over its own bar comes first.
    let candidates =
        evidence.mp3_grid.iter().flat_map(|search| search.candidates.iter().map(move |candidate| (search, candidate)));
    let barred = candidates.map(|(search, candidate)| {
        (candidate, search.bar_of(candidate, evidence.stream.codec), candidate_margin(evidence, search, candidate))
    });
    let mut barred: Vec<(&CandidatePhase, Bar, f64)> = barred.collect();
    barred.sort_by(|a, b| b.2.total_cmp(&a.2));
    let also_needed = format!(
        "{} deviations without the three clearest granules, where no uncut decode has this phase",
        bars::LIKELY_CHOSEN.least
    );
    let bar = barred.first().map_or(bars::LIKELY, |(_, bar, _)| *bar);
    let question = Question::new(&mp3::LIKELY, bar, Some(also_needed));
    let Some(search) = &evidence.mp3_grid else { return question.not_asked(TOO_SHORT) };
    let Some(&(first, _, margin)) = barred.first() else {
        return question.not_asked(if search.beyond_doubt() {
            "the searches over all phases are beyond doubt"
        } else {
            "no lattice is looked for in this file"
        });
    };
    let peaks = barred.iter().map(|(candidate, ..)| Peak {
        phase: candidate.phase,
        signal: None,
        strength: round(candidate.strength),
        by_part: None,
        own: false,
    });
    question.finding(peaks.collect(), margin >= 1.0, LookedAt { count: first.granules, of: "granules" }, Vec::new())
}

fn aligned(evidence: &EvidenceSet) -> Finding {
    let also_needed = format!("{SHOWING} granule channels that show it");
    let question = Question::new(&mp3::ALIGNED, bars::ALIGNED, Some(also_needed));
    let Some(search) = &evidence.mp3_aligned else {
        return question.not_asked("only an MP3 stream shows integers of its own");
    };
    let peak = Peak { phase: OWN_PHASE, signal: None, strength: round(search.share()), by_part: None, own: false };
    let proven = aligned_proof(evidence).is_some();
    let looked_at = LookedAt { count: search.examined, of: "granule channels" };
    let mut finding = question.finding(vec![peak], proven, looked_at, Vec::new());
    finding.note = format!(
        "{} granule channels hold only integers that a coarser quantiser leaves: {:.1} % where the bar is {:.1} %",
        search.showing,
        100.0 * search.share(),
        100.0 * bars::ALIGNED.least
    );
    finding
}
