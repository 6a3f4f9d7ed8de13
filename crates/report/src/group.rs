//! The four things an outcome can be.

use bitrater_verdict::{Outcome, Verdict};

/// What became of a file, in one word; in the order in which a reader wants to see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Claims more than it holds.
    Transcode,
    /// The evidence does not carry a verdict.
    Inconclusive,
    /// Could not be analysed.
    Error,
    /// Holds what it claims.
    Original,
}

impl Group {
    /// The group of an outcome.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        match &outcome.result {
            Ok(assessment) => match assessment.verdict {
                Verdict::Transcode => Self::Transcode,
                Verdict::Inconclusive => Self::Inconclusive,
                Verdict::Original => Self::Original,
            },
            Err(_) => Self::Error,
        }
    }

    /// The word used in every report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Transcode => "transcode",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
            Self::Original => "original",
        }
    }
}
