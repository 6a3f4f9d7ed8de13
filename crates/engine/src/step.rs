//! What a run gives to whoever waits for it.

use bitrater_verdict::Outcome;

/// What [`crate::Outcomes::next_within`] found.
#[derive(Debug)]
pub enum Step {
    /// The next outcome.
    Ready(Box<Outcome>),
    /// The next outcome is still in work.
    Waiting,
    /// There are no more.
    Done,
}

/// Something about the run that is no outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The run goes on with less than it was asked for.
    Warning(String),
    /// How it does its work.
    Info(String),
}
