//! Boosted trees against a support vector machine with a polynomial kernel (the field's baseline: D'Alessandro & Shi,
//! 2009), and trees that see only a part of the evidence, on evidence that was measured once.
//!
//! ```sh
//! bitrater analyze -f jsonl corpus > results.jsonl
//! cargo run --release -p bitrater-train --example compare_models corpus results.jsonl
//! ```
//! Five folds by recording; every recording is judged by models of the others.
#![allow(clippy::expect_used, reason = "a measurement that cannot be made has to stop there and then")]

use std::collections::HashMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use bitrater_train::fit::{Options, Table, boost};
use bitrater_train::{Evaluation, Item, Judged, Judgement, dataset, fit};
use bitrater_verdict::model::Kind;
use libsvm_rs::predict::predict;
use libsvm_rs::train::svm_train;
use libsvm_rs::{KernelType, SvmNode, SvmParameter, SvmProblem};

const FOLDS: usize = 5;

/// Parts of the evidence, by the beginnings of feature names.
const PARTS: [(&str, &[&str]); 3] = [
    ("cutoff alone", &["cutoff", "stated"]),
    ("MP3 grids alone", &["mp3_", "stated"]),
    ("all grids alone", &["mp3_", "aac_", "vorbis_", "opus_", "stated"]),
];

fn main() {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(results)) = (args.next(), args.next()) else {
        eprintln!("usage: compare_models LABELLED-FOLDER RESULTS.jsonl");
        std::process::exit(2);
    };
    let judged = read(&folder, &results);
    let options = Options::new(1, NonZeroUsize::new(2).unwrap_or(NonZeroUsize::MIN));
    for kind in Kind::ALL {
        let of_kind: Vec<&Judged> =
            judged.iter().filter(|judged| Kind::of(judged.assessment.codec) == Some(kind)).collect();
        let Some(table) = Table::new(&of_kind) else { continue };
        let items: Vec<Item> = table.judged.iter().map(|judged| judged.item.clone()).collect();
        let folds = dataset::folds(&items, FOLDS, 1);
        println!(
            "{kind}: {} files, {} recordings, {} classes",
            table.rows.len(),
            table.recordings(),
            table.classes.len()
        );
        report("trees", &table, &trees(&table, &folds, &options));
        for (name, keep) in PARTS {
            let part = part(&table, keep);
            report(
                &format!("trees, {name} ({} features)", part.features.len()),
                &part,
                &trees(&part, &folds, &options),
            );
        }
        for (degree, cost) in [(2, 1.0), (2, 10.0), (3, 1.0), (3, 10.0)] {
            report(
                &format!("polynomial SVM, degree {degree}, C {cost}"),
                &table,
                &machine(&table, &folds, degree, cost),
            );
        }
    }
    let items: Vec<Item> = judged.iter().map(|judged| judged.item.clone()).collect();
    let folds = dataset::folds(&items, FOLDS, 1);
    let each: Vec<Vec<usize>> = (0..FOLDS).map(|fold| vec![fold]).collect();
    let answers = fit::cross_validate(&judged, &folds, &each, &options, |_| ()).expect("enough files");
    let of = |judged| Judgement { judged, failed: Vec::new() };
    println!("\n{}", Evaluation::new("rules and trees, 5 folds by recording", &of(answers)));
    println!("\n{}", Evaluation::new("rules alone", &of(judged)));
}

/// The files of the folder for which there is a result, whatever folder the results were measured in.
fn read(folder: &Path, results: &Path) -> Vec<Judged> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let items = dataset::read(folder).expect("a labelled folder");
    let by_name: HashMap<String, Item> = items.into_iter().map(|item| (name(&item.path), item)).collect();
    let text = fs::read_to_string(results).expect("results");
    let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines
        .filter_map(|line| {
            let item = by_name.get(&name(Path::new(line.get("path")?.as_str()?)))?.clone();
            Some(Judged { item, assessment: serde_json::from_value(line).ok()? })
        })
        .collect()
}

/// The table with the features that begin so.
fn part<'a>(table: &Table<'a>, beginnings: &[&str]) -> Table<'a> {
    let kept: Vec<usize> = (0..table.features.len())
        .filter(|&column| beginnings.iter().any(|beginning| table.features[column].starts_with(beginning)))
        .collect();
    Table {
        judged: table.judged.clone(),
        features: kept.iter().map(|&column| table.features[column].clone()).collect(),
        classes: table.classes.clone(),
        rows: table.rows.iter().map(|row| kept.iter().map(|&column| row[column]).collect()).collect(),
        targets: table.targets.clone(),
        weights: table.weights.clone(),
        rates: table.rates.clone(),
    }
}

fn report(name: &str, table: &Table, answers: &[usize]) {
    let share = |right: f64, of: f64| 100.0 * right / of.max(1.0);
    let (mut recalls, mut sides) = (Vec::new(), [0.0; 3]);
    for class in 0..table.classes.len() {
        let of: Vec<usize> = (0..answers.len()).filter(|&row| table.targets[row] == class).collect();
        recalls.push(share(of.iter().filter(|&&row| answers[row] == class).count() as f64, of.len() as f64));
    }
    for (&answer, &target) in answers.iter().zip(&table.targets) {
        sides[0] += f64::from(u8::from(target == 0));
        sides[1] += f64::from(u8::from(target == 0 && answer != 0));
        sides[2] += f64::from(u8::from(target != 0 && answer == 0));
    }
    let balanced = recalls.iter().sum::<f64>() / recalls.len() as f64;
    println!(
        "  {name:34} mean recall of classes {balanced:.2} %; honest files accused {:.2} %, transcodes missed {:.2} %",
        share(sides[1], sides[0]),
        share(sides[2], answers.len() as f64 - sides[0])
    );
}

fn trees(table: &Table, folds: &[usize], options: &Options) -> Vec<usize> {
    let mut answers = vec![0; table.rows.len()];
    for fold in 0..FOLDS {
        let head = boost(table, &|row| folds[row] != fold, options).0;
        for row in (0..answers.len()).filter(|&row| folds[row] == fold) {
            let scores = head.scores(&table.rows[row]);
            answers[row] = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
        }
    }
    answers
}

/// Standardised features, a missing one at its mean with a sign of its own that says so.
fn machine(table: &Table, folds: &[usize], degree: i32, cost: f64) -> Vec<usize> {
    let mut answers = vec![0; table.rows.len()];
    for fold in 0..FOLDS {
        let training: Vec<usize> = (0..answers.len()).filter(|&row| folds[row] != fold).collect();
        let scales: Vec<(f64, f64)> = (0..table.features.len()).map(|column| scale(table, &training, column)).collect();
        let nodes = |row: usize| -> Vec<SvmNode> {
            let columns = table.rows[row].iter().zip(&scales).enumerate();
            columns
                .flat_map(|(column, (&value, &(mean, deviation)))| {
                    let missing = value.is_nan();
                    let value = if missing { 0.0 } else { (f64::from(value) - mean) / deviation };
                    let index = 2 * column as i32 + 1;
                    [SvmNode { index, value }, SvmNode { index: index + 1, value: f64::from(u8::from(missing)) }]
                })
                .collect()
        };
        let problem = SvmProblem {
            labels: training.iter().map(|&row| table.targets[row] as f64).collect(),
            instances: training.iter().map(|&row| nodes(row)).collect(),
        };
        let mut weights: Vec<(i32, f64)> =
            training.iter().map(|&row| (table.targets[row] as i32, table.weights[row])).collect();
        weights.sort_by_key(|weight| weight.0);
        weights.dedup_by_key(|weight| weight.0);
        let model = svm_train(
            &problem,
            &SvmParameter {
                kernel_type: KernelType::Polynomial,
                degree,
                gamma: 1.0 / (2 * table.features.len()) as f64,
                coef0: 1.0,
                c: cost,
                weight: weights,
                ..SvmParameter::default()
            },
        );
        for row in (0..answers.len()).filter(|&row| folds[row] == fold) {
            answers[row] = predict(&model, &nodes(row)) as usize;
        }
    }
    answers
}

/// Mean and deviation of a column where it is measured.
fn scale(table: &Table, rows: &[usize], column: usize) -> (f64, f64) {
    let values: Vec<f64> =
        rows.iter().map(|&row| f64::from(table.rows[row][column])).filter(|value| value.is_finite()).collect();
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt().max(1e-6))
}
