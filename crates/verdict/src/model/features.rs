//! The features of a model: evidence by its catalogue name, and a few that combine several facts.
//!
//! A model knows its features by name. A value that a file lacks is missing, which a tree handles like any other value.
//! An old model ignores evidence that the catalogue gained later.

use std::collections::BTreeSet;

use crate::Assessment;
use bitrater_evidence::{Mode, is_feature};

/// Names of features that combine several facts.
const DERIVED: [&str; 4] = ["stated_kbps", "stated_vbr", "mp3_phases_agree", "mp3_second_peak"];

/// The names of all features of these assessments, sorted.
#[must_use]
pub fn names<'a>(assessments: impl Iterator<Item = &'a Assessment>) -> Vec<String> {
    let mut names: BTreeSet<String> = DERIVED.iter().map(|&name| name.to_owned()).collect();
    for item in assessments.flat_map(|assessment| &assessment.evidence) {
        let name = item.name.as_ref();
        if is_feature(name) && !names.contains(name) {
            names.insert(item.name.to_string());
        }
    }
    names.into_iter().collect()
}

/// The values of these names; NaN where the file has none.
#[must_use]
pub fn row(assessment: &Assessment, names: &[String]) -> Vec<f32> {
    names.iter().map(|name| value(assessment, name) as f32).collect()
}

fn value(assessment: &Assessment, name: &str) -> f64 {
    match name {
        "stated_kbps" => assessment.stated.bitrate.map_or(f64::NAN, f64::from),
        "stated_vbr" => assessment.stated.mode.map_or(f64::NAN, |mode| f64::from(u8::from(mode == Mode::Vbr))),
        "mp3_phases_agree" => phases_agree(assessment),
        "mp3_second_peak" => measured(assessment, "mp3_holes2_strength") / measured(assessment, "mp3_holes_strength"),
        _ => measured(assessment, name),
    }
}

/// The value of one item of evidence; NaN where the file has none.
pub(super) fn measured(assessment: &Assessment, name: &str) -> f64 {
    assessment.evidence.iter().find(|item| item.name == name).map_or(f64::NAN, |item| item.value)
}

/// How many of the other searches found the phase of the strongest holes. By chance each does once in 576 times.
fn phases_agree(assessment: &Assessment) -> f64 {
    let of = |name| measured(assessment, name);
    let holes = of("mp3_holes_phase");
    let others = [of("mp3_lattice_phase"), of("mp3_likely_phase")];
    others.iter().filter(|&&phase| (phase - holes).abs() < 0.5).count() as f64
}
