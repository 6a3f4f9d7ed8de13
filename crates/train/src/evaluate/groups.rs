//! Figures by history.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{BITRATE_TOLERANCE, Case, Share};

/// Files of one history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The history; ` ~` behind it stands for its random variations.
    pub chain: String,
    /// Verdicts that are right.
    pub right: Share,
    /// Verdicts that are the opposite of right.
    pub wrong: usize,
    /// Recordings with such a verdict.
    pub wrong_recordings: usize,
    /// Verdicts that are none.
    pub inconclusive: usize,
    /// Files whose class is right.
    pub class: usize,
    /// Files whose codec is right.
    pub codec: usize,
    /// Files whose bitrate is right within 12 %; of those that have one.
    pub bitrate: Share,
}

pub(super) fn by_chain(cases: &[Case]) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        groups.entry(&case.item.group).or_default().push(case);
    }
    groups.into_iter().map(|(chain, cases)| group(chain, &cases)).collect()
}

fn group(chain: &str, cases: &[&Case]) -> Group {
    let count = |hit: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| hit(case)).count();
    let right = count(&|case: &Case| case.is_right());
    let wrong = count(&|case: &Case| case.is_wrong());
    let recordings: BTreeSet<&str> =
        cases.iter().filter(|case| case.is_wrong()).map(|case| case.item.recording.as_str()).collect();
    Group {
        chain: chain.to_owned(),
        right: Share::new(right, cases.len()),
        wrong,
        wrong_recordings: recordings.len(),
        inconclusive: cases.len() - right - wrong,
        class: count(&|case| case.answer.original.class.to_string() == case.item.class),
        codec: count(&|case| case.answer.original.codec == case.item.codec),
        bitrate: Share::new(count(&is_bitrate_right), count(&|case| case.item.bitrate.is_some())),
    }
}

fn is_bitrate_right(case: &Case) -> bool {
    let (Some(truth), Some(answer)) = (case.item.bitrate, case.answer.original.bitrate) else { return false };
    (f64::from(answer) - f64::from(truth)).abs() <= BITRATE_TOLERANCE * f64::from(truth)
}
