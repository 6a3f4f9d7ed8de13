//! A whole library: discovery, workers and order put together.

use std::io;
use std::path::PathBuf;

use bitrater_verdict::Policy;

use crate::ordered::{Outcomes, ordered};
use crate::{Budget, Cancel, Discovery, DiscoveryOptions, assess};

/// Outcomes that may wait for a slower one before them. At a few kilobytes each this is about a megabyte, and
/// it lets one track of an hour pass while a hundred short ones are done.
const WINDOW: usize = 256;

/// How a library is assessed.
#[derive(Debug, Clone)]
pub struct Options {
    /// Threads to use.
    pub budget: Budget,
    /// How sure a verdict must be.
    pub policy: Policy,
    /// How folders are walked.
    pub discovery: DiscoveryOptions,
    /// Ends the run early.
    pub cancel: Cancel,
}

/// Assesses every file below `paths` (see [`Discovery`]) on exactly [`Budget::jobs`] threads, and hands the
/// outcomes out in input order while others are still in work.
///
/// The same file given twice is analysed twice. Fails only when the threads cannot be started.
pub fn assess_all(
    paths: impl IntoIterator<Item = PathBuf, IntoIter: Send + 'static>,
    options: Options,
) -> io::Result<Outcomes> {
    let Options { budget, policy, discovery, cancel } = options;
    let files = Discovery::new(paths, discovery);
    let cancel = cancel.for_run();
    let run = cancel.clone();
    ordered(files, budget.jobs(), WINDOW, cancel, move |found| match found {
        Ok(path) => assess::outcome(&run, path, policy),
        Err(outcome) => Some(outcome),
    })
}
