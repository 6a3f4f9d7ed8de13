//! What is said of a file whose worker died over it, from how that worker ended.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use bitrater_verdict::Failure;

use crate::{Limits, failures};

/// What ended the work on a file before it was done.
#[derive(Debug)]
pub(super) enum Death {
    /// The analysis panicked with this message.
    Panic(String),
    /// It took longer than this.
    Timeout(Duration),
    /// Anything else: the worker's last words, and how it ended.
    Ended(String, Option<ExitStatus>),
    /// No worker could be started.
    NotStarted(std::io::Error),
}

/// The signal that no process can handle: whoever sent it was not the file.
const SIGKILL: i32 = 9;

impl Death {
    /// What is said of the file if it is to be the end of it.
    pub(super) fn failure(&self, limits: &Limits) -> Failure {
        match self {
            Self::Panic(text) => failures::crash(text),
            Self::Timeout(limit) => failures::timeout(*limit),
            // The words of the Rust runtime, when the allocator has nothing more to give and when the guard page is hit.
            Self::Ended(words, _) if words.contains("memory allocation of ") => failures::memory(limits.memory),
            Self::Ended(words, _) if words.contains("overflowed its stack") => failures::crash("it ran out of stack"),
            Self::Ended(_, status) => match status.and_then(|status| status.signal()) {
                Some(SIGKILL) => failures::killed(),
                Some(signal) => failures::crash(&format!("signal {signal}")),
                None => failures::crash("its process ended early"),
            },
            Self::NotStarted(error) => failures::crash(&format!("no process could be started for it: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use bitrater_verdict::FailureKind;

    use super::*;

    #[test]
    fn the_kind_is_read_from_how_the_worker_ended() {
        let limits = Limits { memory: Some(64 << 20), ..Limits::default() };
        let said =
            |words: &str, status| Death::Ended(words.to_owned(), Some(ExitStatus::from_raw(status))).failure(&limits);
        let memory = said("memory allocation of 1073741824 bytes failed\n", 6);
        assert_eq!(memory.kind, FailureKind::Memory);
        assert!(memory.message.contains("64 MiB"));
        let stack =
            said("\nthread 'main' (7) has overflowed its stack\nfatal runtime error: stack overflow, aborting\n", 6);
        assert_eq!(stack.kind, FailureKind::Crash);
        assert!(stack.message.contains("stack"));
        assert!(said("", 9).message.contains("killed from outside"));
        assert!(said("", 11).message.contains("signal 11"));
        assert!(said("", 0).message.contains("ended early"));
        assert_eq!(Death::Timeout(Duration::from_secs(5)).failure(&limits).kind, FailureKind::Timeout);
    }
}
