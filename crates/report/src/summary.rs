//! The counts at the end of a report.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use bitrater_verdict::Outcome;
use serde::Serialize;

use crate::folders::Folders;
use crate::{Group, warnings};

/// What became of some files. Field order is the order of the JSON report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
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
    /// Files with a warning, whatever their verdict.
    pub warning: u64,
}

impl Counts {
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        self.files += 1;
        self.warning += u64::from(!warnings(outcome).is_empty());
        *match Group::of(outcome) {
            Group::Original => &mut self.original,
            Group::Transcode => &mut self.transcode,
            Group::Inconclusive => &mut self.inconclusive,
            Group::Error => &mut self.error,
        } += 1;
    }
}

/// What walks and lists held that is no result, or is one that says too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PassedOver {
    /// Files in folders whose name is not that of an audio file.
    pub not_audio: u64,
    /// Files and folders that were left out on demand; what lies in such a folder is not counted.
    pub excluded: u64,
    /// Linked folders that were not entered.
    pub linked_folders: u64,
    /// Folders that could not be read; each is an error of its own, too.
    pub unreadable: u64,
    /// Files and folders that came up once more and were answered already.
    pub repeated: u64,
}

/// What a whole run came to. Field order is the order of the JSON report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Of all files, also those that were not shown.
    #[serde(flatten)]
    pub counts: Counts,
    /// Wall time of the run, to the millisecond: the only number of a report that differs between equal runs.
    pub seconds: f64,
    /// Whether the run was ended before its time.
    pub interrupted: bool,
    /// Files that it did not come to; none where nobody knows how many.
    pub left: Option<u64>,
    /// What was no result.
    pub passed_over: PassedOver,
    /// The same counts for every folder, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folders: Option<Folders>,
}

/// A run that came to its end, and found nothing.
impl Default for Summary {
    fn default() -> Self {
        Self {
            counts: Counts::default(),
            seconds: 0.0,
            interrupted: false,
            left: Some(0),
            passed_over: PassedOver::default(),
            folders: None,
        }
    }
}

impl Summary {
    /// Counts one more outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        self.counts.count(outcome);
        if let Some(folders) = &mut self.folders {
            folders.count(outcome);
        }
    }

    /// Notes how long the run took.
    pub fn took(&mut self, time: Duration) {
        self.seconds = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    }

    /// Notes that the run was ended before its time, with so many files left, if that is known.
    pub fn interrupt(&mut self, left: Option<u64>) {
        (self.interrupted, self.left) = (true, left);
    }
}

impl Deref for Summary {
    type Target = Counts;

    fn deref(&self) -> &Counts {
        &self.counts
    }
}

impl DerefMut for Summary {
    fn deref_mut(&mut self) -> &mut Counts {
        &mut self.counts
    }
}
