//! A whole library: discovery, workers and order put together.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bitrater_verdict::Policy;

use crate::assess::{self, Switch};
use crate::ordered::ordered;
use crate::outcomes::Backend;
#[cfg(unix)]
use crate::pool::{Plan, Pool, Program};
use crate::store::{Key, Store};
use crate::{Budget, Cancel, Discovery, DiscoveryOptions, Limits, Outcomes};

/// Outcomes that may wait for a slower one before them. At a few kilobytes each this is about a megabyte, and
/// it lets one track of an hour pass while a hundred short ones are done.
const WINDOW: usize = 256;

/// What stands between a file and the rest of the run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Isolation {
    /// Nothing but care: the workers are threads of this process. A panic costs one file; an abort, a stack overflow or
    /// the want of memory costs the run.
    #[default]
    Thread,
    /// A process: the workers are this program, started by the run. Whatever happens to one costs its file.
    #[cfg(unix)]
    Process(Program),
}

/// How a library is assessed.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Threads to use.
    pub budget: Budget,
    /// How sure a verdict must be.
    pub policy: Policy,
    /// How folders are walked.
    pub discovery: DiscoveryOptions,
    /// Where the work is done.
    pub isolation: Isolation,
    /// What one file may cost.
    pub limits: Limits,
    /// Ends the run early.
    pub cancel: Cancel,
    /// Where results are stored and looked up; with none every file is analysed. A store that cannot be used is said
    /// ([`Outcomes::take_notes`]), and the run goes on without.
    pub store: Option<PathBuf>,
}

/// Assesses every file below `paths` (see [`Discovery`]), [`Budget::jobs`] at a time, and hands the
/// outcomes out in input order while others are still in work.
///
/// The same file given twice is answered twice, unless [`DiscoveryOptions::once`] is set. Fails only when the threads cannot be started.
pub fn assess_all(
    paths: impl IntoIterator<Item = PathBuf, IntoIter: Send + 'static>,
    options: Options,
) -> io::Result<Outcomes> {
    let Options { budget, policy, discovery, isolation, limits, cancel, store } = options;
    let store = store.map(|path| Arc::new(Store::open(&path, Key::current(policy, &limits))));
    let files = Discovery::new(paths, discovery);
    match isolation {
        Isolation::Thread => {
            let cancel = cancel.for_run();
            let (run, shelf) = (cancel.clone(), store.clone());
            let threads = ordered(files, budget.jobs(), WINDOW, cancel, move |found| match found {
                Ok(path) => assess::outcome(&Switch::new(&run, limits.time), path, policy, shelf.as_deref()),
                Err(outcome) => Some(outcome),
            })?;
            Ok(Outcomes::new(Backend::Threads(threads), store))
        }
        #[cfg(unix)]
        Isolation::Process(program) => {
            let plan =
                Plan { program, jobs: budget.jobs(), window: WINDOW, policy, limits, cancel, store: store.clone() };
            Ok(Outcomes::new(Backend::Processes(Box::new(Pool::new(files, plan)?)), store))
        }
    }
}
