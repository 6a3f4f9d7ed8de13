//! The counts at the end of a report.

use std::time::Duration;

use bitrater_verdict::Outcome;
use serde::Serialize;

use crate::Group;

/// Counts of a run. Field order is the order of the JSON report.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Summary {
    /// All files.
    pub files: u64,
    /// Files that hold what they claim.
    pub original: u64,
    /// Files that claim more than they hold.
    pub transcode: u64,
    /// Files on which the evidence does not carry a verdict.
    pub inconclusive: u64,
    /// Files that could not be analysed.
    pub error: u64,
    /// Wall time of the run, to the millisecond: the only number of a report that differs between equal runs.
    pub seconds: f64,
}

impl Summary {
    /// Counts one more outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        self.files += 1;
        *match Group::of(outcome) {
            Group::Original => &mut self.original,
            Group::Transcode => &mut self.transcode,
            Group::Inconclusive => &mut self.inconclusive,
            Group::Error => &mut self.error,
        } += 1;
    }

    /// Notes how long the run took.
    pub fn took(&mut self, time: Duration) {
        self.seconds = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    }
}
