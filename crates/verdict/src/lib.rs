//! Turns evidence into an assessment: `EvidenceSet → Assessment`, the third step of the arrow.

mod assessment;
mod criteria;
mod findings;
mod generation;
pub mod ladder;
pub mod model;
mod mp3;
mod numbers;
mod outcome;
mod passages;
mod policy;
mod proof;
mod proofs;
pub mod reason;
mod rules;
mod witness;

pub use assessment::{Assessment, Versions};
pub use bitrater_evidence::bars::{Bar, Genuine};
pub use bitrater_evidence::{Class, Codec, Evidence, EvidenceSet, Mode, Resolution, Stated, meaning};
pub use findings::{Answer, Finding, Peak, findings};
pub use generation::{Generation, Original, Verdict};
pub use model::{Model, ModelError};
pub use outcome::{Failure, FailureKind, Outcome};
pub use policy::{Judge, LoadError, Loaded, Policy};
pub use reason::Reason;
pub use rules::assess;
