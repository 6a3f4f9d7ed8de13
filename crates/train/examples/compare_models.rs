//! Boosted trees against a support vector machine with a polynomial kernel (the field's baseline: D'Alessandro & Shi,
//! 2009), and trees that see only a part of the evidence, on evidence that was measured once.
//!
//! ```sh
//! cargo run --release -p bitrater-train --example compare_models corpus results.jsonl
//! ```
//! Where there are no results yet, the folder is judged by the rules alone and they are kept. Results of `bitrater analyze -f jsonl` will do, too; but
//! where a model has spoken in them, only the trees are compared.
//!
//! Five folds by recording; every recording is judged by models of the others. To hold out whole sources, give a folder with nothing but a
//! `manifest.jsonl` in which `recording` names the source.
#![allow(clippy::expect_used, reason = "a measurement that cannot be made has to stop there and then")]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use bitrater_engine::Options as Measuring;
use bitrater_train::chain::{Action, Chain, Treatment};
use bitrater_train::fit::{Options, Table, boost};
use bitrater_train::{Evaluation, Item, Judged, Judgement, dataset, fit, judge, manifest};
use bitrater_verdict::model::{ClassName, Kind};
use bitrater_verdict::{Judge, Policy};
use libsvm_rs::predict::predict;
use libsvm_rs::train::svm_train;
use libsvm_rs::{KernelType, SvmNode, SvmParameter, SvmProblem};

const FOLDS: usize = 5;

/// Parts of the evidence, by the beginnings of feature names.
const PARTS: [(&str, &[&str]); 3] = [
    ("cutoff alone", &["cutoff", "stated"]),
    ("MP3 grids alone", &["mp3_", "stated"]),
    ("all grids alone", &["mp3_", "aac_", "vorbis_", "opus_", "subband_", "ac3_", "wma_", "stated"]),
];

/// Classes of the ladder, that of honest files among them.
const LADDER: [ClassName; 7] = [
    ClassName::Honest,
    ClassName::Mp3(128),
    ClassName::Mp3V(2),
    ClassName::Mp3(192),
    ClassName::Mp3V(0),
    ClassName::Mp3(256),
    ClassName::Mp3(320),
];

fn main() {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(results)) = (args.next(), args.next()) else {
        eprintln!("usage: compare_models LABELLED-FOLDER RESULTS.jsonl");
        std::process::exit(2);
    };
    libsvm_rs::set_quiet(true);
    let judged = read(&folder, &results);
    let changed = with_other_lowpass(&folder);
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
        let is_changed = |row: usize| changed.contains(&table.judged[row].item.path);
        let otherwise = (0..table.rows.len()).filter(|&row| is_changed(row)).count();
        println!("  {otherwise} of the files were filtered by other than the defaults of the encoder");
        let in_turn = |name: &str, table: &Table| {
            let answers = trees(table, &folds, &options);
            report(&format!("trees, {name} ({} features)", table.features.len()), table, &answers, &|_| true);
            if otherwise > 0 {
                report("  of these, the files filtered otherwise", table, &answers, &is_changed);
            }
        };
        in_turn("all", &table);
        for (name, keep) in PARTS {
            in_turn(name, &part(&table, keep));
        }
        for (degree, cost) in [(2, 1.0), (2, 10.0), (3, 1.0), (3, 10.0)] {
            report(
                &format!("polynomial SVM, degree {degree}, C {cost}"),
                &table,
                &machine(&table, &folds, degree, cost),
                &|_| true,
            );
        }
    }
    let by_model = |judged: &Judged| judged.assessment.evidence.iter().any(|item| item.name.starts_with("model_"));
    if judged.iter().any(by_model) {
        println!("\na model has spoken in these results: what the rules say alone is not known");
        return;
    }
    let items: Vec<Item> = judged.iter().map(|judged| judged.item.clone()).collect();
    let folds = dataset::folds(&items, FOLDS, 1);
    let each: Vec<Vec<usize>> = (0..FOLDS).map(|fold| vec![fold]).collect();
    let answers = fit::cross_validate(&judged, &folds, &each, &options, |_| ()).expect("enough files");
    let of = |judged| Judgement { judged, failed: Vec::new() };
    println!("\n{}", Evaluation::new("rules and trees, 5 folds by recording", &of(answers)));
    println!("\n{}", Evaluation::new("rules alone", &of(judged)));
}

/// The files of the folder for which there is a result, whatever folder the results were measured in: the end of a result's path is
/// the path below the folder.
fn read(folder: &Path, results: &Path) -> Vec<Judged> {
    let items = dataset::read(folder).expect("a labelled folder");
    let below = |item: &Item| item.path.strip_prefix(folder).map(Path::to_path_buf).unwrap_or_default();
    let by_path: HashMap<PathBuf, Item> = items.into_iter().map(|item| (below(&item), item)).collect();
    if !results.exists() {
        return measure(by_path.into_values().collect(), results);
    }
    let text = fs::read_to_string(results).expect("results");
    let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines
        .filter_map(|line| {
            let path = PathBuf::from(line.get("path")?.as_str()?);
            let parts: Vec<_> = path.components().collect();
            let end = |from: usize| parts[from..].iter().collect::<PathBuf>();
            let item = (0..parts.len()).find_map(|from| by_path.get(&end(from)))?.clone();
            Some(Judged { item, assessment: serde_json::from_value(line).ok()? })
        })
        .collect()
}

/// Has the rules judge the files, and keeps the results.
fn measure(mut items: Vec<Item>, results: &Path) -> Vec<Judged> {
    items.sort_by(|a, b| a.path.cmp(&b.path));
    let options = Measuring { policy: Policy { judge: Judge::Rules, ..Policy::default() }, ..Measuring::default() };
    let judged = judge(items, options, |_| {}).expect("threads").judged;
    let line = |Judged { item, assessment }: &Judged| {
        let mut line = serde_json::to_value(assessment).expect("an assessment is JSON");
        line["path"] = item.path.to_string_lossy().into();
        format!("{line}\n")
    };
    fs::write(results, judged.iter().map(line).collect::<String>()).expect("a place for the results");
    judged
}

/// The files of the manifest in whose history somebody filtered, or had the encoder filter otherwise than it does by itself.
fn with_other_lowpass(folder: &Path) -> HashSet<PathBuf> {
    let rows = manifest::read(&folder.join(manifest::NAME)).expect("a manifest").unwrap_or_default();
    let changed = |chain: &Chain| {
        chain.steps().iter().any(|step| match step.action {
            Action::Treat(Treatment::Lowpass { .. }) => true,
            Action::Encode(encode) => encode.switches.lowpass.is_some() || encode.switches.unfiltered,
            _ => false,
        })
    };
    let rows = rows.into_iter().filter(|row| row.chain.parse().is_ok_and(|chain| changed(&chain)));
    rows.map(|row| folder.join(row.path)).collect()
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

/// Prints how many of the rows that `of` takes are right.
fn report(name: &str, table: &Table, answers: &[usize], of: &dyn Fn(usize) -> bool) {
    let rows: Vec<usize> = (0..answers.len()).filter(|&row| of(row)).collect();
    let share = |takes: &dyn Fn(usize) -> bool, hit: &dyn Fn(usize) -> bool| {
        let all = rows.iter().filter(|&&row| takes(row)).count();
        100.0 * rows.iter().filter(|&&row| takes(row) && hit(row)).count() as f64 / all.max(1) as f64
    };
    let right = |row: usize| answers[row] == table.targets[row];
    let honest = |row: usize| table.targets[row] == 0;
    let there = (0..table.classes.len()).filter(|&class| rows.iter().any(|&row| table.targets[row] == class));
    let recalls: Vec<f64> = there.map(|class| share(&|row| table.targets[row] == class, &right)).collect();
    println!(
        "  {name:44} mean recall of classes {:.2} %, ladder right {:.2} %; honest files accused {:.2} %, transcodes missed {:.2} %",
        recalls.iter().sum::<f64>() / recalls.len().max(1) as f64,
        share(&|row| LADDER.contains(&table.classes[table.targets[row]]), &right),
        share(&honest, &|row| answers[row] != 0),
        share(&|row| !honest(row), &|row| answers[row] == 0)
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
