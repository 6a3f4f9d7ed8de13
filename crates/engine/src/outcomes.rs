//! The outcomes of a run, whatever does the work.

use std::sync::Arc;
use std::time::Duration;

use bitrater_verdict::Outcome;

use crate::ordered::Ordered;
#[cfg(unix)]
use crate::pool::Pool;
use crate::step::{Note, Step};
use crate::store::Store;

/// The outcomes of a run in input order, each as soon as it and all before it are finished.
///
/// After a cancellation what is finished still comes out, in order, without what is not. Dropping it cancels
/// the run; threads then end at the next block of their file, processes at once.
pub struct Outcomes {
    backend: Backend,
    store: Option<Arc<Store>>,
}

pub(crate) enum Backend {
    /// Threads of this process.
    Threads(Ordered),
    /// Processes, waited for by whoever asks for the next outcome.
    #[cfg(unix)]
    Processes(Box<Pool>),
}

impl Outcomes {
    pub(crate) fn new(backend: Backend, store: Option<Arc<Store>>) -> Self {
        Self { backend, store }
    }

    /// The next outcome, if it comes within `patience`: for callers that have something else to do meanwhile.
    ///
    /// Worker processes get their next file while their caller is in here. A caller that stays away for long
    /// leaves them idle.
    pub fn next_within(&mut self, patience: Duration) -> Step {
        let step = match &mut self.backend {
            Backend::Threads(threads) => threads.next_within(patience),
            #[cfg(unix)]
            Backend::Processes(pool) => pool.next_within(patience),
        };
        if let (Step::Done, Some(store)) = (&step, &self.store) {
            store.sum_up();
        }
        step
    }

    /// What there is to say about the run since the last time.
    pub fn take_notes(&mut self) -> Vec<Note> {
        let mut notes = match &mut self.backend {
            Backend::Threads(_) => Vec::new(),
            #[cfg(unix)]
            Backend::Processes(pool) => pool.take_notes(),
        };
        notes.extend(self.store.iter().flat_map(|store| store.take_notes()));
        notes
    }
}

impl Iterator for Outcomes {
    type Item = Outcome;

    fn next(&mut self) -> Option<Outcome> {
        loop {
            match self.next_within(Duration::from_hours(1)) {
                Step::Ready(outcome) => return Some(*outcome),
                Step::Waiting => {}
                Step::Done => return None,
            }
        }
    }
}
