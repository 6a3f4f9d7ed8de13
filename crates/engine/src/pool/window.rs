//! Answers in the order of the questions, and no more of them at a time than a window holds.

use std::collections::BTreeMap;

use bitrater_verdict::Outcome;

/// What waits to be handed out.
#[derive(Debug)]
pub(super) struct Window {
    /// Finished and not handed out yet, by index.
    finished: BTreeMap<usize, Outcome>,
    /// Index of the next outcome to hand out.
    next: usize,
    /// Indices that were given out lie below.
    taken: usize,
    size: usize,
}

impl Window {
    pub(super) fn new(size: usize) -> Self {
        Self { finished: BTreeMap::new(), next: 0, taken: 0, size }
    }

    /// Whether one more question may be asked.
    pub(super) fn has_room(&self) -> bool {
        self.taken - self.next < self.size
    }

    /// The index of a new question.
    pub(super) fn take(&mut self) -> usize {
        self.taken += 1;
        self.taken - 1
    }

    pub(super) fn put(&mut self, index: usize, outcome: Outcome) {
        self.finished.insert(index, outcome);
    }

    /// The next outcome, if it is there. Once nothing more can arrive, the gaps that were given up are stepped over.
    pub(super) fn pop(&mut self, over: bool) -> Option<Outcome> {
        let index = self.finished.keys().next().copied().filter(|&index| index == self.next || over)?;
        self.next = index + 1;
        self.finished.remove(&index)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use bitrater_verdict::{Failure, FailureKind};

    use super::*;

    fn put(window: &mut Window, index: usize) {
        let failure = Failure { kind: FailureKind::Io, message: String::new() };
        window.put(index, Outcome { path: PathBuf::from(index.to_string()), result: Err(failure) });
    }

    fn pop(window: &mut Window, over: bool) -> Option<usize> {
        window.pop(over).map(|outcome| outcome.path.display().to_string().parse().unwrap())
    }

    #[test]
    fn what_is_late_holds_up_what_comes_after_it_until_the_run_is_over() {
        let mut window = Window::new(3);
        assert_eq!([window.take(), window.take(), window.take()], [0, 1, 2]);
        assert!(!window.has_room());
        put(&mut window, 1);
        assert_eq!(pop(&mut window, false), None);
        put(&mut window, 0);
        assert_eq!((pop(&mut window, false), window.has_room()), (Some(0), true));
        assert_eq!((pop(&mut window, false), pop(&mut window, false)), (Some(1), None));
        window.take();
        put(&mut window, 3);
        assert_eq!((pop(&mut window, false), pop(&mut window, true), pop(&mut window, true)), (None, Some(3), None));
    }
}
