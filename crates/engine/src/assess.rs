//! The arrow itself, for one file: open, decode block by block, collect evidence, decide.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use bitrater_evidence::{Collector, EvidenceError};
use bitrater_media::MediaError;
use bitrater_verdict::{Assessment, Failure, FailureKind, Outcome, Policy};

use crate::Cancel;

/// Why a file has no assessment.
#[derive(Debug, thiserror::Error)]
pub enum AssessError {
    /// It could not be opened or decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// It was decoded but does not carry enough to say anything.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The run was cancelled before its end; such a file is not reported at all.
    #[error("cancelled")]
    Cancelled,
}

/// What one file has been through.
pub fn assess(path: &Path, policy: &Policy) -> Result<Assessment, AssessError> {
    assess_unless(&Cancel::default(), path, *policy)
}

fn assess_unless(cancel: &Cancel, path: &Path, policy: Policy) -> Result<Assessment, AssessError> {
    let mut media = bitrater_media::open(path)?;
    let mut collector = Collector::new(media.facts());
    while media.next_block()?.is_some() {
        let (block, frame) = media.last_block();
        collector.push(block, frame);
        if cancel.is_cancelled() {
            return Err(AssessError::Cancelled);
        }
    }
    let evidence = collector.finish(media.finish())?;
    Ok(bitrater_verdict::assess(&evidence, &policy))
}

/// The outcome of one file of many, whatever it does to the decoder; none when the run was cancelled
/// while it was in work.
pub(crate) fn outcome(cancel: &Cancel, path: PathBuf, policy: Policy) -> Option<Outcome> {
    // Nothing that the closure can leave half-done outlives it, so unwinding through it is safe.
    let result = catch_unwind(AssertUnwindSafe(|| assess_unless(cancel, &path, policy)));
    let result = match result {
        Ok(result) => result.map_err(Failure::from),
        Err(panic) => Err(crash(panic.as_ref())),
    };
    // A failure that comes with a cancellation may well be its effect (a decoder process gets the same Ctrl-C).
    if cancel.is_cancelled() && result.is_err() {
        return None;
    }
    Some(Outcome { path, result })
}

/// The failure of a file whose analysis panicked.
fn crash(panic: &(dyn std::any::Any + Send)) -> Failure {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Failure {
        kind: FailureKind::Crash,
        message: format!("the analysis of this file crashed ({}); please report it", text.unwrap_or("no message")),
    }
}

impl From<AssessError> for Failure {
    fn from(error: AssessError) -> Self {
        let kind = match &error {
            AssessError::Media(error) => kind(error),
            AssessError::Evidence(EvidenceError::TooShort { .. }) => FailureKind::TooShort,
            AssessError::Cancelled => FailureKind::Io,
        };
        Self { kind, message: error.to_string() }
    }
}

/// The word of the report for an error of the decoder.
fn kind(error: &MediaError) -> FailureKind {
    match error {
        MediaError::NotFound => FailureKind::NotFound,
        MediaError::Io { .. } => FailureKind::Io,
        MediaError::Unsupported { .. } => FailureKind::Unsupported,
        MediaError::Decode { .. } => FailureKind::Decode,
        MediaError::TooShort { .. } => FailureKind::TooShort,
        MediaError::Limit { .. } => FailureKind::Limit,
    }
}
