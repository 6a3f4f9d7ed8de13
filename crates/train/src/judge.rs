//! Has the engine judge a labelled folder: in parallel, under its budget, a failed file reported and left out.

use std::io;
use std::time::Duration;

use bitrater_engine::{Assessment, Failure, Options, Step, assess_all};

use crate::dataset::Item;

/// How long to wait for an outcome before the caller hears that nothing happened.
const PATIENCE: Duration = Duration::from_millis(100);

/// A labelled file and what the tool says of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The file and its truth.
    pub item: Item,
    /// The answer.
    pub assessment: Assessment,
}

/// What came of a labelled folder.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Files with an answer, in the order of the items.
    pub judged: Vec<Judged>,
    /// Files without one.
    pub failed: Vec<(Item, Failure)>,
}

/// Judges every item. `progress` hears how many are done, also while it takes its time. After a cancellation the
/// rest is left out.
pub fn judge(items: Vec<Item>, options: Options, mut progress: impl FnMut(usize)) -> io::Result<Judgement> {
    let paths: Vec<_> = items.iter().map(|item| item.path.clone()).collect();
    let mut outcomes = assess_all(paths, options)?;
    let mut judgement = Judgement::default();
    let mut waiting = items.into_iter();
    loop {
        match outcomes.next_within(PATIENCE) {
            Step::Ready(outcome) => {
                // In input order. What was given up by a cancellation is stepped over, and so are files that a walk
                // found where a path of the manifest is a folder.
                let place = waiting.clone().position(|item| item.path == outcome.path);
                if let Some(item) = place.and_then(|place| waiting.nth(place)) {
                    match outcome.result {
                        Ok(assessment) => judgement.judged.push(Judged { item, assessment }),
                        Err(failure) => judgement.failed.push((item, failure)),
                    }
                }
                progress(judgement.judged.len() + judgement.failed.len());
            }
            Step::Waiting => progress(judgement.judged.len() + judgement.failed.len()),
            Step::Done => return Ok(judgement),
        }
    }
}
