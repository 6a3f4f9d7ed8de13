//! The findings of all searches except those of MP3.

use bitrater_evidence::mp3_grid::GridSearch;
use bitrater_evidence::search::Streams;
use bitrater_evidence::{Details, EvidenceSet, Family, Search, Trace};

use super::finding::{Finding, Question, agreement};
use crate::{criteria, proofs};

/// The outcome of a search; none for those of MP3.
pub fn finding(evidence: &EvidenceSet, family: &Family, search: &'static Search) -> Option<Finding> {
    let criterion = criteria::of(search.name)?;
    let trace = evidence.trace(search.name);
    let phase = trace.and_then(Trace::strongest).map(|peak| peak.phase);
    let bar = phase.map_or(search.bar, |phase| search.bar_at(evidence.stream.codec, phase));
    let alone = criterion.alone.then(|| "that no other codec is proven, which leaves such traces as well".to_owned());
    let question = Question::new(search, bar, alone.or_else(|| criterion.agreement.then(agreement)));
    let Some(trace) = trace else { return Some(question.not_asked(why_not(evidence, family, search))) };
    let proven = proofs::of_search(evidence, search, criterion).is_some();
    let mut finding = question.scanned(&trace.scan, evidence.stream.channels, |_| false, |_| proven);
    match &trace.details {
        Details::Aac(_) if trace.scan.peaks.is_empty() => {
            "the lattices that are there show better through the window of Vorbis".clone_into(&mut finding.note);
        }
        Details::Opus { offset, .. } if *offset > 0.0 => {
            finding.note = format!("{}; the grid lies {offset:.2} of a sample behind the phase", finding.note);
        }
        Details::Subband(Some(ladder)) => {
            finding.note = format!(
                "{}; its scalefactors fit the ladder of MPEG Layer II to {:.2}, that of Musepack to {:.2}",
                finding.note, ladder.layer, ladder.musepack
            );
        }
        _ => {}
    }
    Some(finding)
}

/// Why a search was not made.
fn why_not(evidence: &EvidenceSet, family: &Family, search: &Search) -> String {
    let stream = &evidence.stream;
    let sure = evidence.mp3_grid.as_ref().is_some_and(GridSearch::beyond_doubt);
    match search.streams {
        Streams::Lossless if !stream.codec.is_lossless() => "it is looked for in lossless files only".to_owned(),
        streams if !streams.include(stream.codec, search.codecs) => {
            "the stream itself is of this codec, and would only be found again".to_owned()
        }
        _ if sure && stream.codec.is_lossless() => "an MP3 generation is beyond doubt".to_owned(),
        _ if !(family.rates.has)(stream.sample_rate) => format!("it is looked for at {} only", family.rates.words),
        _ => "the file is too short for it".to_owned(),
    }
}
