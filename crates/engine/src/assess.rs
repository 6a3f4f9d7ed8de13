//! The arrow itself, for one file: open, decode block by block, collect evidence, decide.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bitrater_evidence::{Collector, EvidenceError, EvidenceSet};
use bitrater_media::{DecodeFailure, MediaError};
use bitrater_verdict::{Assessment, Failure, FailureKind, Outcome, Policy};

use crate::store::{self, Recall, Store, Ticket};
use crate::{Cancel, failures, limits};

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
    /// It took longer than it may.
    #[error("took longer than {0:?}")]
    Timeout(Duration),
}

/// What ends the analysis of a file in the middle, looked at between two blocks of samples.
#[derive(Debug, Default)]
pub(crate) struct Switch {
    cancel: Cancel,
    deadline: Option<(Instant, Duration)>,
}

impl Switch {
    /// One that a run can set and that sets itself after some time, from now on.
    pub(crate) fn new(cancel: &Cancel, time: Option<Duration>) -> Self {
        Self { cancel: cancel.clone(), deadline: time.map(|time| (Instant::now() + time, time)) }
    }

    fn check(&self) -> Result<(), AssessError> {
        if self.cancel.is_cancelled() {
            return Err(AssessError::Cancelled);
        }
        match self.deadline {
            Some((deadline, time)) if Instant::now() >= deadline => Err(AssessError::Timeout(time)),
            _ => Ok(()),
        }
    }
}

/// What one file has been through.
pub fn assess(path: &Path, policy: &Policy) -> Result<Assessment, AssessError> {
    assess_unless(&Switch::default(), path, *policy)
}

fn assess_unless(switch: &Switch, path: &Path, policy: Policy) -> Result<Assessment, AssessError> {
    Ok(bitrater_verdict::assess(&evidence(switch, path)?, &policy))
}

/// All that can be measured of one file.
fn evidence(switch: &Switch, path: &Path) -> Result<EvidenceSet, AssessError> {
    let mut media = bitrater_media::open(path)?;
    let mut collector = Collector::new(media.facts());
    while media.next_block()?.is_some() {
        let (block, frame) = media.last_block();
        collector.push(block, frame.as_ref());
        switch.check()?;
    }
    Ok(collector.finish(media.finish())?)
}

/// What one file has been through, with the evidence for it: for those who want to see that themselves. The assessment is
/// the one that [`assess`] gives. A panic of a decoder is a failure here, too.
pub fn explain(path: &Path, policy: &Policy) -> Result<(Assessment, EvidenceSet), Failure> {
    let evidence = caught(|| evidence(&Switch::default(), path)).map_err(|text| failures::crash(&text))??;
    Ok((bitrater_verdict::assess(&evidence, policy), evidence))
}

/// How an attempt at a file ended, whatever the file did to the decoder.
pub(crate) enum Attempt {
    /// With an answer, and the hash of the content where it was asked for and the file could be read.
    Done { answer: Box<Result<Assessment, Failure>>, hash: Option<String> },
    /// With a content whose answer is known.
    Known(String),
    /// With a panic of this message.
    Panicked(String),
}

/// Tries one file; with `hash` its content is hashed first, and if it is one of `known` that is all.
pub(crate) fn attempt(switch: &Switch, path: &Path, policy: Policy, hash: bool, known: &[String]) -> Attempt {
    let hash = if hash { store::hash(path).ok() } else { None };
    if let Some(hash) = hash.as_ref().filter(|hash| known.contains(hash)) {
        return Attempt::Known(hash.clone());
    }
    match caught(|| assess_unless(switch, path, policy)) {
        Ok(result) => Attempt::Done { answer: Box::new(result.map_err(Failure::from)), hash },
        Err(text) => Attempt::Panicked(text),
    }
}

/// What `work` gives, or the message of its panic. It must leave nothing half-done that outlives it.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
    })
}

/// The outcome of one file of many, from the store or else by analysis on this thread; none when the run was cancelled
/// while it was in work.
pub(crate) fn outcome(switch: &Switch, path: PathBuf, policy: Policy, store: Option<&Store>) -> Option<Outcome> {
    let mut ticket = match store.map(|store| store.recall(&path)) {
        Some(Recall::Known(answer)) => return Some(Outcome { path, result: *answer }),
        Some(Recall::Unknown(ticket)) => ticket,
        None => Ticket::default(),
    };
    let (result, hash) = match attempt(switch, &path, policy, ticket.is_wanted(), &ticket.known()) {
        Attempt::Done { answer, hash } => (*answer, hash),
        Attempt::Known(hash) => (ticket.take(&hash)?, Some(hash)),
        Attempt::Panicked(text) => (Err(failures::crash(&text)), None),
    };
    // A failure that comes with a cancellation may well be its effect (a decoder process gets the same Ctrl-C).
    if switch.cancel.is_cancelled() && result.is_err() {
        return None;
    }
    if let Some(store) = store {
        store.keep(&path, &ticket, hash.as_deref(), &result);
    }
    Some(Outcome { path, result })
}

impl AssessError {
    /// The word of the report for it.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Media(error) => kind(error),
            Self::Evidence(EvidenceError::TooShort { .. }) => FailureKind::TooShort,
            Self::Cancelled => FailureKind::Io,
            Self::Timeout(_) => FailureKind::Timeout,
        }
    }

    /// What the operating system said, where it was its refusal.
    #[must_use]
    pub fn io(&self) -> Option<&io::Error> {
        match self {
            Self::Media(MediaError::Io(error)) => Some(error),
            _ => None,
        }
    }
}

impl From<AssessError> for Failure {
    fn from(error: AssessError) -> Self {
        match &error {
            AssessError::Media(media) if is_starved(media) => failures::memory(limits::memory()),
            AssessError::Timeout(time) => failures::timeout(*time),
            _ => Self { kind: error.kind(), message: error.to_string() },
        }
    }
}

/// Whether a decoder program failed for want of memory, as far as that can be told: one that may have only so much
/// and did not even start, or said so itself (strerror(3) of ENOMEM).
fn is_starved(error: &MediaError) -> bool {
    match error {
        MediaError::Decode(DecodeFailure::NotRun { .. }) => limits::memory().is_some(),
        MediaError::Decode(DecodeFailure::Ffmpeg { detail, .. }) => {
            limits::memory().is_some() && detail.to_string().contains("Cannot allocate memory")
        }
        _ => false,
    }
}

/// The word of the report for an error of the decoder.
fn kind(error: &MediaError) -> FailureKind {
    match error {
        MediaError::NotFound => FailureKind::NotFound,
        // A decoder program that did not run is the fault of the machine: tomorrow it may.
        MediaError::Io { .. } | MediaError::Decode(DecodeFailure::NotRun { .. }) => FailureKind::Io,
        MediaError::Unsupported { .. } => FailureKind::Unsupported,
        MediaError::Decode { .. } => FailureKind::Decode,
        MediaError::TooShort { .. } => FailureKind::TooShort,
        MediaError::Limit { .. } => FailureKind::Limit,
    }
}
