//! A bounded pool whose answers come out in the order of the questions.
//!
//! There is no feeder thread: a worker takes the next item from the source itself, so discovery overlaps
//! with the work of the others and no thread exists beyond the workers. The window bounds how far the fastest may
//! run ahead of the slowest, and with it the memory of a run. A caller that stops reading stops the workers.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bitrater_verdict::Outcome;

use crate::{Cancel, Step};

/// How soon a set [`Cancel`] is noticed while nothing else happens.
const CANCEL_POLL: Duration = Duration::from_millis(50);

/// The outcomes of a pool of threads; see [`crate::Outcomes`].
pub(crate) struct Ordered {
    shared: Arc<Shared>,
    cancel: Cancel,
}

struct Shared {
    state: Mutex<State>,
    /// An outcome came in, or a worker left: for the caller.
    arrived: Condvar,
    /// An outcome went out, or the run is over: for the workers.
    room: Condvar,
    window: usize,
}

#[derive(Default)]
struct State {
    /// Finished and not handed out yet, by index.
    finished: BTreeMap<usize, Outcome>,
    /// Index of the next outcome to hand out.
    next: usize,
    /// Indices of what is in work or finished lie below.
    taken: usize,
    /// Workers alive.
    workers: usize,
}

/// Starts `jobs` threads that answer every item of `source` with `answer`; none is an item given up because
/// the run was cancelled. `cancel` belongs to this run alone.
pub(crate) fn ordered<T, S, F>(source: S, jobs: usize, window: usize, cancel: Cancel, answer: F) -> io::Result<Ordered>
where
    S: Iterator<Item = T> + Send + 'static,
    F: Fn(T) -> Option<Outcome> + Send + Sync + 'static,
    T: 'static,
{
    let shared = Arc::new(Shared {
        state: Mutex::default(),
        arrived: Condvar::new(),
        room: Condvar::new(),
        window: window.max(jobs),
    });
    let outcomes = Ordered { shared: Arc::clone(&shared), cancel };
    let (source, answer) = (Arc::new(Mutex::new(source)), Arc::new(answer));
    for number in 0..jobs {
        let (source, answer, cancel) = (Arc::clone(&source), Arc::clone(&answer), outcomes.cancel.clone());
        let presence = Presence::new(&shared);
        thread::Builder::new().name(format!("bitrater-worker-{number}")).spawn(move || {
            let shared = &presence.0;
            while let Some((index, item)) = shared.take(&source, &cancel) {
                if let Some(outcome) = answer(item) {
                    shared.put(index, outcome);
                }
            }
        })?;
    }
    Ok(outcomes)
}

/// Counts a worker as alive until it ends, however it ends.
struct Presence(Arc<Shared>);

impl Presence {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.lock().workers += 1;
        Self(Arc::clone(shared))
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.0.lock().workers -= 1;
        self.0.arrived.notify_all();
    }
}

impl Shared {
    /// No code here panics while it holds the lock, so a poisoned state is still a sound one.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next item with its index, once the window has room; none when there is no more to do.
    fn take<T>(&self, source: &Mutex<impl Iterator<Item = T>>, cancel: &Cancel) -> Option<(usize, T)> {
        // Held throughout: whoever waits for room holds up the others, who would have to wait as well.
        let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.lock();
        while state.taken - state.next >= self.window && !cancel.is_cancelled() {
            state = self.room.wait_timeout(state, CANCEL_POLL).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        if cancel.is_cancelled() {
            return None;
        }
        let item = source.next()?;
        let mut state = self.lock();
        state.taken += 1;
        Some((state.taken - 1, item))
    }

    fn put(&self, index: usize, outcome: Outcome) {
        self.lock().finished.insert(index, outcome);
        self.arrived.notify_all();
    }
}

impl Ordered {
    /// See [`crate::Outcomes::next_within`].
    pub(crate) fn next_within(&mut self, patience: Duration) -> Step {
        let deadline = Instant::now() + patience;
        let mut state = self.shared.lock();
        loop {
            let over = state.workers == 0 || self.cancel.is_cancelled();
            let next = state.next;
            // Once nothing more can arrive, the gaps that were given up are stepped over.
            let index = state.finished.keys().next().copied().filter(|&index| index == next || over);
            if let Some((index, outcome)) = index.and_then(|index| state.finished.remove_entry(&index)) {
                state.next = index + 1;
                self.shared.room.notify_all();
                return Step::Ready(Box::new(outcome));
            }
            if over {
                return Step::Done;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Step::Waiting;
            }
            let wait = self.shared.arrived.wait_timeout(state, left.min(CANCEL_POLL));
            state = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Ordered {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.shared.room.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bitrater_verdict::{Failure, FailureKind};

    use super::*;

    fn outcome(number: usize) -> Outcome {
        let failure = Failure { kind: FailureKind::Io, message: String::new() };
        Outcome { path: PathBuf::from(number.to_string()), result: Err(failure) }
    }

    impl Iterator for Ordered {
        type Item = Outcome;

        fn next(&mut self) -> Option<Outcome> {
            match self.next_within(Duration::from_hours(1)) {
                Step::Ready(outcome) => Some(*outcome),
                Step::Waiting | Step::Done => None,
            }
        }
    }

    fn numbers(outcomes: impl Iterator<Item = Outcome>) -> Vec<usize> {
        outcomes.map(|outcome| outcome.path.display().to_string().parse().unwrap()).collect()
    }

    /// Some work whose length has nothing to do with its place.
    fn work(number: usize) -> Outcome {
        thread::sleep(Duration::from_micros((number * 7919 % 13) as u64 * 100));
        outcome(number)
    }

    #[test]
    fn order_is_that_of_the_input_whatever_the_threads() {
        for jobs in [1, 2, 8] {
            let outcomes = ordered(0..300, jobs, 5, Cancel::default(), |number| Some(work(number))).unwrap();
            assert_eq!(numbers(outcomes), (0..300).collect::<Vec<_>>(), "{jobs} jobs");
        }
    }

    #[test]
    fn never_more_in_work_than_jobs_nor_ahead_than_the_window() {
        static WORKING: AtomicUsize = AtomicUsize::new(0);
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let count = |number| {
            assert!(WORKING.fetch_add(1, Ordering::SeqCst) < 3);
            STARTED.fetch_add(1, Ordering::SeqCst);
            let outcome = work(number);
            WORKING.fetch_sub(1, Ordering::SeqCst);
            Some(outcome)
        };
        let outcomes = ordered(0..200, 3, 10, Cancel::default(), count).unwrap();
        for (taken, _) in outcomes.enumerate() {
            assert!(STARTED.load(Ordering::SeqCst) <= taken + 1 + 10);
        }
        assert_eq!(STARTED.load(Ordering::SeqCst), 200);
    }

    #[test]
    fn results_come_while_others_are_in_work() {
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let wait = Mutex::new(wait);
        let hold = move |number| {
            if number == 2 {
                wait.lock().unwrap().recv().unwrap();
            }
            Some(outcome(number))
        };
        let mut outcomes = ordered(0..4, 2, 10, Cancel::default(), hold).unwrap();
        assert_eq!(numbers(outcomes.by_ref().take(2)), [0, 1]);
        assert!(matches!(outcomes.next_within(Duration::from_millis(1)), Step::Waiting));
        release.send(()).unwrap();
        assert_eq!(numbers(outcomes), [2, 3]);
    }

    #[test]
    fn a_cancelled_run_gives_what_is_finished_and_ends() {
        let cancel = Cancel::default();
        let run = cancel.for_run();
        let hold = |number| {
            if number == 1 {
                thread::sleep(Duration::from_mins(1));
            }
            Some(outcome(number))
        };
        let mut outcomes = ordered(0.., 2, 6, run, hold).unwrap();
        assert_eq!(outcomes.next().map(|outcome| outcome.path), Some(PathBuf::from("0")));
        while outcomes.shared.lock().finished.len() < 5 {
            thread::sleep(Duration::from_millis(1));
        }
        cancel.cancel();
        assert_eq!(numbers(outcomes), [2, 3, 4, 5, 6], "1 is still in work and nothing is started after it");
    }

    #[test]
    fn a_dropped_run_ends_and_leaves_the_switch_of_its_caller_alone() {
        let cancel = Cancel::default();
        let outcomes = ordered(0.., 2, 4, cancel.for_run(), |number| Some(work(number))).unwrap();
        let shared = Arc::clone(&outcomes.shared);
        drop(outcomes);
        while shared.lock().workers > 0 {
            thread::sleep(Duration::from_millis(1));
        }
        assert!(!cancel.is_cancelled());
    }

    #[test]
    fn a_source_that_panics_ends_the_run_instead_of_hanging_it() {
        let source = (0..10).inspect(|&number| assert!(number < 3, "on purpose"));
        let outcomes = ordered(source, 2, 4, Cancel::default(), |number| Some(work(number))).unwrap();
        assert_eq!(numbers(outcomes), [0, 1, 2]);
    }
}
