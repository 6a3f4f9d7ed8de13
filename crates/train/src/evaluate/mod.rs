//! Answers against the truth, in figures.
//!
//! Everything is counted by file, except where recordings are named: a recording has many files, and one that is
//! hard is hard in all of them.

mod calibration;
mod classes;
mod groups;
mod share;
mod text;

use std::collections::BTreeSet;

use bitrater_engine::{Assessment, Verdict};
use bitrater_verdict::Versions;
use serde::Serialize;

pub use calibration::{Bin, Calibration};
pub use classes::{ClassScore, Confusion};
pub use groups::Group;
pub use share::Share;

use crate::dataset::Item;
use crate::judge::{Judged, Judgement};

/// A lossy file claims more than it holds when its original is below this share of what it states; the
/// same as in the rules.
const WEAKER: f64 = 0.97;

/// Estimates of the bitrate within this share of the truth count as right.
pub const BITRATE_TOLERANCE: f64 = 0.12;

/// All figures of one validation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// How the answers came about, in words.
    pub protocol: String,
    /// Files with an answer.
    pub files: usize,
    /// Recordings that they come from.
    pub recordings: usize,
    /// Files without an answer.
    pub failed: usize,
    /// Verdicts that are right.
    pub right: Share,
    /// Verdicts that are the opposite of right.
    pub wrong: Share,
    /// Verdicts that are none.
    pub inconclusive: Share,
    /// Files that hold what they claim and are called transcodes.
    pub false_accusations: Share,
    /// Of these, among lossless files.
    pub false_accusations_lossless: Share,
    /// Of these, among lossy files.
    pub false_accusations_lossy: Share,
    /// Recordings with such a file, of those that have files that hold what they claim.
    pub falsely_accused_recordings: Share,
    /// Transcodes that were found.
    pub found: Share,
    /// By class of the original.
    pub classes: Vec<ClassScore>,
    /// Which class was taken for which.
    pub confusion: Confusion,
    /// Whether a confidence is as often right as it says.
    pub calibration: Calibration,
    /// By history.
    pub chains: Vec<Group>,
}

/// One file's answer beside its truth.
#[derive(Debug)]
struct Case<'a> {
    item: &'a Item,
    answer: &'a Assessment,
    fake: bool,
}

impl Case<'_> {
    fn is_right(&self) -> bool {
        self.answer.verdict == if self.fake { Verdict::Transcode } else { Verdict::Original }
    }

    fn is_wrong(&self) -> bool {
        self.answer.verdict == if self.fake { Verdict::Original } else { Verdict::Transcode }
    }
}

impl Evaluation {
    /// Counts everything.
    #[must_use]
    pub fn new(protocol: impl Into<String>, judgement: &Judgement) -> Self {
        let cases: Vec<Case> = judgement.judged.iter().map(case).collect();
        let count = |of: &dyn Fn(&Case) -> bool, hit: &dyn Fn(&Case) -> bool| {
            Share::new(
                cases.iter().filter(|case| of(case) && hit(case)).count(),
                cases.iter().filter(|case| of(case)).count(),
            )
        };
        let all = |_: &Case| true;
        let honest = |case: &Case| !case.fake;
        let lossless = |case: &Case| case.answer.codec.is_lossless();
        let accused = |case: &Case| case.answer.verdict == Verdict::Transcode;
        let recordings = |of: &dyn Fn(&Case) -> bool| {
            cases.iter().filter(|case| of(case)).map(|case| case.item.recording.as_str()).collect::<BTreeSet<_>>().len()
        };
        Self {
            protocol: protocol.into(),
            files: cases.len(),
            recordings: recordings(&all),
            failed: judgement.failed.len(),
            right: count(&all, &|case: &Case| case.is_right()),
            wrong: count(&all, &|case: &Case| case.is_wrong()),
            inconclusive: count(&all, &|case| case.answer.verdict == Verdict::Inconclusive),
            false_accusations: count(&honest, &accused),
            false_accusations_lossless: count(&|case| honest(case) && lossless(case), &accused),
            false_accusations_lossy: count(&|case| honest(case) && !lossless(case), &accused),
            falsely_accused_recordings: Share::new(
                recordings(&|case| honest(case) && accused(case)),
                recordings(&honest),
            ),
            found: count(&|case| case.fake, &accused),
            classes: classes::scores(&cases),
            confusion: classes::confusion(&cases),
            calibration: Calibration::new(cases.iter().map(calibration::claim)),
            chains: groups::by_chain(&cases),
        }
    }

    /// The figures as one JSON document, with the versions of what answered.
    pub fn to_json(&self, versions: &Versions) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Document<'a> {
            bitrater: &'a Versions,
            #[serde(flatten)]
            evaluation: &'a Evaluation,
        }
        serde_json::to_string_pretty(&Document { bitrater: versions, evaluation: self })
    }
}

/// A file's answer beside its truth.
fn case(judged: &Judged) -> Case<'_> {
    Case { item: &judged.item, answer: &judged.assessment, fake: is_fake(judged) }
}

/// Whether a file claims more than it holds. Where its label leaves that open, what it states tells.
#[must_use]
pub fn is_fake(Judged { item, assessment }: &Judged) -> bool {
    item.fake.unwrap_or_else(|| match (item.bitrate, assessment.stated.bitrate) {
        (Some(_), None) => assessment.codec.is_lossless(),
        (Some(held), Some(stated)) => {
            assessment.stated.class.to_string() != item.class && f64::from(held) < WEAKER * f64::from(stated)
        }
        (None, _) => false,
    })
}

#[cfg(test)]
mod tests;
