//! Which class was answered for which.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Case;

/// Classes in the order of the ladder; others come after them, by name.
const LADDER: [&str; 7] = ["128", "V2", "192", "V0", "256", "320", "LOSSLESS"];

/// How well one class is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassScore {
    /// The class.
    pub class: String,
    /// Files of it.
    pub support: usize,
    /// Share of the answers of this class that are right; 0 without any.
    pub precision: f64,
    /// Share of its files that are answered so; 0 without any.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

/// Files by true class (rows) and answered class (columns).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// The classes of rows and columns.
    pub classes: Vec<String>,
    /// `counts[true][answered]`.
    pub counts: Vec<Vec<usize>>,
}

pub(super) fn confusion(cases: &[Case]) -> Confusion {
    let pairs: Vec<(String, String)> =
        cases.iter().map(|case| (case.item.class.clone(), case.answer.original.class.to_string())).collect();
    let all: BTreeSet<&str> = pairs.iter().flat_map(|(a, b)| [a.as_str(), b.as_str()]).collect();
    let mut classes: Vec<&str> = all.into_iter().collect();
    classes.sort_by_key(|class| (LADDER.iter().position(|rung| rung == class).unwrap_or(LADDER.len()), natural(class)));
    let place = |class: &str| classes.iter().position(|known| *known == class).unwrap_or(0);
    let mut counts = vec![vec![0; classes.len()]; classes.len()];
    for (truth, answer) in &pairs {
        counts[place(truth)][place(answer)] += 1;
    }
    Confusion { classes: classes.into_iter().map(str::to_owned).collect(), counts }
}

/// `opus96` before `opus128`.
fn natural(class: &str) -> (String, u32) {
    let digits = class.find(|c: char| c.is_ascii_digit()).unwrap_or(class.len());
    (class[..digits].to_owned(), class[digits..].parse().unwrap_or(0))
}

/// Only of classes that the files have; an answer of another class lowers the recall of the true one.
pub(super) fn scores(cases: &[Case]) -> Vec<ClassScore> {
    let Confusion { classes, counts } = confusion(cases);
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let score = |(place, class): (usize, String)| {
        let support = counts[place].iter().sum();
        let answered = counts.iter().map(|row| row[place]).sum();
        let hits = counts[place][place];
        let (precision, recall) = (share(hits, answered), share(hits, support));
        let f1 = if hits == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
        ClassScore { class, support, precision, recall, f1 }
    };
    classes.into_iter().enumerate().map(score).filter(|score| score.support > 0).collect()
}
