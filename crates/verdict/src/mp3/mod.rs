//! When evidence proves an MP3 generation, and which one.

mod aligned;
mod candidates;
pub mod class;
mod generation;
mod scans;
mod shifted;
mod weaker;

use bitrater_evidence::EvidenceSet;

use crate::proof::Proof;
pub use aligned::proof as aligned_proof;
pub use candidates::{margin as candidate_margin, readable};
pub use generation::is_own;
#[cfg(test)]
pub use generation::of_class;

/// The proofs of MP3 generations: of one on another frame grid than the stream's own, and of one on that.
pub fn proofs(evidence: &EvidenceSet) -> impl Iterator<Item = Proof> {
    [shifted::proof(evidence), aligned::proof(evidence)].into_iter().flatten()
}

/// The margins of the searches for MP3 over their bars, proof or not.
pub fn margins(evidence: &EvidenceSet) -> impl Iterator<Item = f64> {
    shifted::margins(evidence).chain(evidence.mp3_aligned.as_ref().map(aligned::margin))
}
