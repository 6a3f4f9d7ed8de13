//! What one file may cost.

use std::time::Duration;

/// Limits on the analysis of one file; none without a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Time that it may take. A worker process is ended on time; on a thread it ends at the next block of samples.
    pub time: Option<Duration>,
    /// Bytes of address space that a worker process may have; threads share one and have no such limit. Only where the
    /// system has such limits, as Linux does.
    pub memory: Option<u64>,
}

/// Bytes of address space that this process may have, if there is a limit.
#[cfg(unix)]
pub(crate) fn memory() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::As).current
}

#[cfg(not(unix))]
pub(crate) fn memory() -> Option<u64> {
    None
}
