//! What a run leaves aside, counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts what discovery leaves aside, while it does. Clones count together, so whoever starts a run keeps one to read.
#[derive(Debug, Clone, Default)]
pub struct PassedOver(Arc<[AtomicU64; 5]>);

/// Why something is left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The name is not that of an audio file.
    NotAudio,
    /// The user excluded it, with all below it.
    Excluded,
    /// It is a link to a folder, and those are not followed.
    LinkedFolder,
    /// The folder cannot be read; that is an outcome, too.
    Unreadable,
    /// It came up before.
    Repeated,
}

impl PassedOver {
    pub(crate) fn count(&self, why: Why) {
        self.0[why as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How much was left aside for this reason so far.
    #[must_use]
    pub fn number(&self, why: Why) -> u64 {
        self.0[why as usize].load(Ordering::Relaxed)
    }
}
