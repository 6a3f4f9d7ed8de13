//! Findings: every search and witness of one file with its outcome, `EvidenceSet → Finding`s, for people who want to
//! check the evidence themselves. The verdict is made in [`crate::assess`]; this module only explains it.

mod finding;
mod mp3;
#[cfg(test)]
mod tests;
mod traces;
mod witnesses;

use bitrater_evidence::{Codec, EvidenceSet, searches};

pub use finding::{Answer, Finding, Peak};

/// Everything that was looked for in a file, in the order in which it is looked for.
#[must_use]
pub fn findings(evidence: &EvidenceSet) -> Vec<Finding> {
    let searched = searches().filter_map(|(family, search)| {
        mp3::finding(evidence, search).or_else(|| traces::finding(evidence, family, search))
    });
    searched.chain([witnesses::cutoff(evidence), witnesses::resolution(evidence)]).collect()
}

/// The codecs of all searches that were made, in the same order.
pub(crate) fn searched(evidence: &EvidenceSet) -> Vec<Codec> {
    let made = findings(evidence).into_iter().filter(|finding| finding.looked_at.is_some());
    let mut codecs: Vec<Codec> = made.flat_map(|finding| finding.codecs).copied().collect();
    codecs.dedup();
    codecs
}
