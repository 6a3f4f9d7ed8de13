//! The searches for MP3: holes, lattices, likely phases, and the stream's own integers.

use bitrater_evidence::mp3_aligned::SHOWING;
use bitrater_evidence::mp3_grid::{AskedPhase, OWN_PHASE, PERIOD};
use bitrater_evidence::{Codec, EvidenceSet, Signal};

use super::{Finding, LookedAt, Peak, Question, agreement};
use crate::bars::{self, Bar};
use crate::numbers::round;
use crate::proof::{agrees, is_own};
use crate::{bar_for, mp3_aligned};

const TOO_SHORT: &str = "the file holds too few granules for a search";

pub fn holes(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "mp3_holes",
        codecs: &[Codec::Mp3],
        looked_for: "lines that an MP3 encoder set to zero: seen through its own filter bank they vanish at one phase of \
                     its granules and at no other",
        period: Some(PERIOD as u32),
        bar: Some(bars::HOLES),
        also_needed: Some(agreement()),
    };
    let Some(search) = &evidence.mp3_grid else { return question.not_asked(TOO_SHORT) };
    question.scanned(
        &search.holes,
        "granules",
        |signal| one(evidence, signal),
        |phase| is_own(evidence, phase),
        |peak| agrees(peak, bars::HOLES.least),
    )
}

pub fn lattice(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "mp3_lattice",
        codecs: &[Codec::Mp3],
        looked_for: "lines that stand on the steps of an MP3 quantiser, at one phase of its granules and at no other; they \
                     show where rounding has filled the holes",
        period: Some(PERIOD as u32),
        bar: Some(bars::LATTICE),
        also_needed: Some(agreement()),
    };
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
        "granules",
        |signal| pair(evidence, signal),
        |phase| is_own(evidence, phase),
        |peak| agrees(peak, bars::LATTICE.least) && bar_for::readable(evidence, peak.phase) >= 1.0,
    )
}

pub fn likely(evidence: &EvidenceSet) -> Finding {
    // The phase that stands highest over its own bar is told first.
    let asked = evidence.mp3_grid.iter().flat_map(|search| search.likely.iter().map(move |asked| (search, asked)));
    let barred = asked.map(|(search, asked)| {
        (asked, bar_for::likely(evidence, search, asked), bar_for::margin(evidence, search, asked))
    });
    let mut barred: Vec<(&AskedPhase, Bar, f64)> = barred.collect();
    barred.sort_by(|a, b| b.2.total_cmp(&a.2));
    let question = Question {
        name: "mp3_likely",
        codecs: &[Codec::Mp3],
        looked_for: "the same steps in many more granules, at the phases that a decode has which nobody cut and at the best of the \
                     searches over all, against phases near them",
        period: Some(PERIOD as u32),
        bar: Some(barred.first().map_or(bars::LIKELY, |(_, bar, _)| *bar)),
        also_needed: Some(format!(
            "{} deviations without the three clearest granules, where no uncut decode has this phase",
            bars::LIKELY_CHOSEN.least
        )),
    };
    let Some(search) = &evidence.mp3_grid else { return question.not_asked(TOO_SHORT) };
    let Some(&(first, _, margin)) = barred.first() else {
        return question.not_asked(if search.beyond_doubt() {
            "the searches over all phases are beyond doubt"
        } else {
            "no lattice is looked for in this file"
        });
    };
    let peaks = barred.iter().map(|(asked, ..)| Peak {
        phase: asked.phase,
        signal: None,
        strength: round(asked.strength),
        by_part: None,
        own: false,
    });
    question.told(peaks.collect(), margin >= 1.0, LookedAt { count: first.granules, of: "granules" }, Vec::new())
}

pub fn aligned(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "mp3_aligned",
        codecs: &[Codec::Mp3],
        looked_for: "gaps in the integers of an MP3 stream, such as an older, coarser quantiser on the same frame grid leaves",
        period: Some(PERIOD as u32),
        bar: Some(bars::ALIGNED),
        also_needed: Some(format!("{SHOWING} granule channels that show it")),
    };
    let Some(search) = &evidence.mp3_aligned else {
        return question.not_asked("only an MP3 stream shows integers of its own");
    };
    let peak = Peak { phase: OWN_PHASE, signal: None, strength: round(search.share()), by_part: None, own: false };
    let proven = mp3_aligned::proof(evidence).is_some();
    let looked_at = LookedAt { count: search.asked, of: "granule channels" };
    let mut finding = question.told(vec![peak], proven, looked_at, Vec::new());
    finding.note = format!(
        "{} granule channels hold only integers that a coarser quantiser leaves: {:.1} % where the bar is {:.1} %",
        search.showing,
        100.0 * search.share(),
        100.0 * bars::ALIGNED.least
    );
    finding
}

/// The name of a signal that was searched by itself.
fn one(evidence: &EvidenceSet, signal: Signal) -> &'static str {
    if evidence.stream.channels == 1 { "mono" } else { signal.name() }
}

/// The name of a pair of signals that took turns; they go by the first of them.
pub(super) fn pair(evidence: &EvidenceSet, signal: Signal) -> &'static str {
    match signal {
        _ if evidence.stream.channels == 1 => "mono",
        Signal::Left | Signal::Right => "left, right",
        Signal::Mid | Signal::Side => "mid, side",
    }
}
