//! Fits the model to judged files: boosted trees over their evidence, calibrated on files that the trees had not seen.
//!
//! ```text
//! Judged → Table (a kind of stream) → scores out of fold → calibration → Head
//! ```
//! Everything is a function of files and seed: sums run in one order, whatever the threads.

mod bins;
mod boost;
mod calibrate;
mod grow;
mod table;

use bitrater_verdict::model::{Head, Kind};
use bitrater_verdict::{Assessment, Model};

pub use boost::{Options, boost};
pub use table::Table;

use crate::dataset::{Item, folds};
use crate::judge::Judged;

/// Folds, by recording, that the calibration is set on.
const FOLDS: usize = 5;

/// Fewer recordings than this make no model.
const LEAST_RECORDINGS: usize = FOLDS;

/// Why there is no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// Neither kind of stream has enough files.
    #[error(
        "there are too few files to learn from: of lossless files or of MP3s, both honest ones and transcodes of at least {LEAST_RECORDINGS} recordings are needed; `bitrater transcode --chains standard` makes them"
    )]
    TooFew,
}

/// What was fitted for one kind of stream, in figures.
#[derive(Debug, Clone, PartialEq)]
pub struct FitReport {
    /// Which streams.
    pub kind: Kind,
    /// Files, recordings, classes, features.
    pub sizes: [usize; 4],
    /// Mean logarithmic loss out of fold, weighted as in training.
    pub loss: f64,
    /// Temperature and honesty of the head.
    pub calibration: [f32; 2],
    /// The honest files that look most like transcodes, with their probability, the likeliest first.
    pub likeliest: Vec<(Item, f64)>,
    /// Share of each feature in what the splits gained, the largest first.
    pub importance: Vec<(String, f64)>,
}

/// Fits a model of this name to judged files. The answers of the rules have no part in it, only their evidence.
pub fn fit(judged: &[&Judged], name: &str, options: &Options) -> Result<(Model, Vec<FitReport>), FitError> {
    let mut model = Model { name: name.to_owned(), heads: [None, None] };
    let mut reports = Vec::new();
    for kind in Kind::ALL {
        let of_kind: Vec<&Judged> =
            judged.iter().copied().filter(|judged| Kind::of(judged.assessment.codec) == Some(kind)).collect();
        let Some(table) = Table::new(&of_kind) else { continue };
        let (head, report) = fit_head(kind, &table, options);
        model.heads[kind as usize] = Some(head);
        reports.push(report);
    }
    if reports.is_empty() { Err(FitError::TooFew) } else { Ok((model, reports)) }
}

/// The same, with a name that comes from the model itself: `trees-` and the beginning of its checksum.
pub fn fit_unnamed(judged: &[&Judged], options: &Options) -> Result<(Model, Vec<FitReport>), FitError> {
    let (mut model, reports) = fit(judged, "trees", options)?;
    // It stands behind magic, versions and length.
    let checksum = model.to_bytes().iter().skip(24).take(4).fold(0_u32, |number, &byte| number << 8 | u32::from(byte));
    model.name = format!("trees-{checksum:08x}");
    Ok((model, reports))
}

fn fit_head(kind: Kind, table: &Table, options: &Options) -> (Head, FitReport) {
    let items: Vec<Item> = table.judged.iter().map(|judged| judged.item.clone()).collect();
    let folds = folds(&items, FOLDS, options.seed);
    let mut scores = vec![Vec::new(); table.rows.len()];
    for fold in 0..FOLDS {
        let head = boost::boost(table, &|row| folds[row] != fold, options).0;
        for row in (0..table.rows.len()).filter(|&row| folds[row] == fold) {
            scores[row] = head.scores(&table.rows[row]);
        }
    }
    let calibration = calibrate::calibrate(&scores, table);
    let (mut head, importance) = boost::boost(table, &|_| true, options);
    (head.temperature, head.honesty) = (calibration.temperature, calibration.honesty);
    let mut likeliest: Vec<(Item, f64)> = calibration
        .transcode
        .iter()
        .enumerate()
        .filter(|&(row, _)| table.targets[row] == 0)
        .map(|(row, &probability)| (items[row].clone(), probability))
        .collect();
    likeliest.sort_by(|a, b| b.1.total_cmp(&a.1));
    likeliest.truncate(5);
    let report = FitReport {
        kind,
        sizes: [table.rows.len(), table.recordings(), table.classes.len(), table.features.len()],
        loss: calibration.loss,
        calibration: [head.temperature, head.honesty],
        likeliest,
        importance,
    };
    (head, report)
}

/// The answers of a model for files that it was not fitted to: the files of each set of folds are judged by a model of
/// all others.
pub fn cross_validate(
    judged: &[Judged],
    fold_of: &[usize],
    tested: &[Vec<usize>],
    options: &Options,
    mut progress: impl FnMut(usize),
) -> Result<Vec<Judged>, FitError> {
    let mut answers: Vec<Option<Assessment>> = vec![None; judged.len()];
    for (number, folds) in tested.iter().enumerate() {
        let others: Vec<&Judged> =
            judged.iter().zip(fold_of).filter(|&(_, of)| !folds.contains(of)).map(|(judged, _)| judged).collect();
        let (model, _) = fit(&others, "cross-validated", options)?;
        for (place, judged) in judged.iter().enumerate().filter(|&(place, _)| folds.contains(&fold_of[place])) {
            answers[place] = Some(model.combine(judged.assessment.clone()));
        }
        progress(number);
    }
    let answered = judged
        .iter()
        .zip(answers)
        .filter_map(|(judged, answer)| Some(Judged { item: judged.item.clone(), assessment: answer? }));
    Ok(answered.collect())
}

#[cfg(test)]
mod tests;
