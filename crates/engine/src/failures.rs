//! What is said of a file that cost more than itself: one sentence for each kind, the same in every isolation.

use std::time::Duration;

use bitrater_verdict::{Failure, FailureKind};

/// Its analysis panicked with this message, or ended its process in this way.
pub(crate) fn crash(how: &str) -> Failure {
    let message = format!("the analysis of this file crashed ({how}); please report it");
    Failure { kind: FailureKind::Crash, message }
}

/// The process that analysed it was killed, again and again, by something that is neither the run nor the file.
pub(crate) fn killed() -> Failure {
    let message = "the process that analysed it was killed from outside, twice; if the system does so for want of \
                   memory, lower --threads or set --max-memory";
    Failure { kind: FailureKind::Crash, message: message.to_owned() }
}

/// It took longer than this.
pub(crate) fn timeout(limit: Duration) -> Failure {
    let seconds = limit.as_secs_f64();
    let message =
        format!("takes longer than the {seconds} s that a file may take; raise --timeout, or check the disk it is on");
    Failure { kind: FailureKind::Timeout, message }
}

/// It needed more bytes than this, or than there are.
pub(crate) fn memory(limit: Option<u64>) -> Failure {
    let message = match limit {
        Some(bytes) => {
            format!("needs more than the {} MiB of memory that a worker may use; raise --max-memory", bytes >> 20)
        }
        None => "needs more memory than the system has to give; lower --threads".to_owned(),
    };
    Failure { kind: FailureKind::Memory, message }
}
