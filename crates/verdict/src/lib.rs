//! Turns evidence into an assessment: `EvidenceSet → Assessment`, the third step of the arrow.

mod assessment;
mod bar_for;
mod bars;
mod findings;
pub mod ladder;
pub mod model;
mod mp3_aligned;
mod mp3_class;
mod mp3_shifted;
mod mp3_weaker;
mod numbers;
mod outcome;
mod passages;
mod policy;
mod proof;
pub mod reason;
mod rules;
mod witness;

pub use assessment::{Assessment, Generation, Original, Verdict, Versions};
pub use bars::{Bar, Genuine};
pub use bitrater_evidence::{Class, Codec, Evidence, EvidenceSet, Mode, Resolution, Stated, meaning};
pub use findings::{Answer, Finding, Peak, findings};
pub use model::{Model, ModelError};
pub use outcome::{Failure, FailureKind, Outcome};
pub use policy::{Judge, LoadError, Loaded, Policy};
pub use reason::Reason;
pub use rules::assess;
