//! One file in full: its outcome with every search behind it, as text, and as JSON.

mod json;
mod text;
mod words;

#[cfg(test)]
pub(crate) mod samples;

use bitrater_verdict::{Finding, Outcome};

pub(crate) use words::number;

/// What there is to tell of one file.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    /// What became of it.
    pub outcome: &'a Outcome,
    /// Everything that was looked for; empty where it could not be analysed.
    pub findings: &'a [Finding],
}
