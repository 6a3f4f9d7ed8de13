//! Turns evidence into an assessment: `EvidenceSet → Assessment`, the third step of the arrow.

mod assessment;
pub mod ladder;
mod mp3_aligned;
mod outcome;
mod proof;
mod rules;
mod witness;

pub use assessment::{Assessment, Generation, Original, Verdict, Versions};
pub use bitrater_evidence::{Class, Codec, Evidence, EvidenceSet, Mode, Resolution, Stated};
pub use outcome::{Failure, FailureKind, Outcome};
pub use rules::{Policy, assess};
