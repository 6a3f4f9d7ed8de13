//! Boosts trees: one a class and round for the classes, one a round for the rate.

use std::num::NonZeroUsize;
use std::thread;

use bitrater_verdict::model::{Head, Tree};

use super::bins::Binned;
use super::grow::{Grower, Limits};
use super::table::Table;
use crate::rng::Rng;

/// How a model is fitted.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Seed of all that is random.
    pub seed: u64,
    /// Threads to grow trees on; the model does not depend on it.
    pub threads: NonZeroUsize,
    /// Rounds of trees.
    pub rounds: usize,
    /// Questions on a path.
    pub depth: usize,
    /// Share of a tree's answer that is taken.
    pub rate: f64,
}

impl Options {
    /// What was found best by cross-validation; see the decision on boosted trees.
    #[must_use]
    pub fn new(seed: u64, threads: NonZeroUsize) -> Self {
        Self { seed, threads, rounds: 120, depth: 4, rate: 0.1 }
    }

    fn limits(&self) -> Limits {
        Limits { depth: self.depth, least: 1.0, shrink: 2.0, rate: self.rate }
    }
}

/// Share of the rows that a round sees.
const ROWS: f64 = 0.7;

/// Share of the features that a tree may ask.
const FEATURES: f64 = 0.6;

/// Fits trees to the rows that `chosen` takes. Calibration is left open. With what each feature gained.
pub fn boost(table: &Table, chosen: &(dyn Fn(usize) -> bool + Sync), options: &Options) -> (Head, Vec<(String, f64)>) {
    let binned = Binned::new(&table.rows, table.features.len(), chosen);
    let rows: Vec<u32> = (0..table.rows.len()).filter(|&row| chosen(row)).map(|row| row as u32).collect();
    let mut gains = vec![0.0; table.features.len()];
    let (base, trees) = classes(table, &binned, &rows, options, &mut gains);
    let rate = rate(table, &binned, &rows, options, &mut gains);
    let head = Head {
        classes: table.classes.clone(),
        features: table.features.clone(),
        base,
        trees,
        rate,
        temperature: 1.0,
        honesty: 0.0,
    };
    let all: f64 = gains.iter().sum::<f64>().max(1e-12);
    let mut importance: Vec<(String, f64)> =
        table.features.iter().cloned().zip(gains.into_iter().map(|gain| gain / all)).collect();
    importance.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    (head, importance)
}

fn classes(
    table: &Table,
    binned: &Binned,
    rows: &[u32],
    options: &Options,
    gains: &mut [f64],
) -> (Vec<f32>, Vec<Vec<Tree>>) {
    let count = table.classes.len();
    let mut shares = vec![1e-6; count];
    for &row in rows {
        shares[table.targets[row as usize]] += table.weights[row as usize];
    }
    let all: f64 = shares.iter().sum();
    let base: Vec<f32> = shares.iter().map(|share| (share / all).ln() as f32).collect();
    let mut scores: Vec<Vec<f64>> = vec![base.iter().map(|&base| f64::from(base)).collect(); table.rows.len()];
    let mut trees: Vec<Vec<Tree>> = vec![Vec::new(); count];
    for round in 0..options.rounds {
        let number = round.to_string();
        let seen = sample(rows, &mut Rng::new(options.seed, &["rows", &number]));
        let probabilities: Vec<Vec<f64>> =
            scores.iter().map(|scores| bitrater_verdict::model::softmax(scores, 1.0, 0.0)).collect();
        let grow = |class: usize| {
            let gradients: Vec<(f64, f64)> = (0..table.rows.len())
                .map(|row| {
                    let (p, weight) = (probabilities[row][class], table.weights[row]);
                    let truth = if table.targets[row] == class { 1.0 } else { 0.0 };
                    // With K outputs the curvature of each is that of two times K / (K − 1), (Friedman 2001).
                    let spread = count as f64 / (count as f64 - 1.0);
                    (weight * (p - truth), weight * (p * (1.0 - p)).max(1e-6) * spread)
                })
                .collect();
            let features =
                pick(table.features.len(), &mut Rng::new(options.seed, &["features", &number, &class.to_string()]));
            let mut grower = Grower {
                binned,
                gradients: &gradients,
                features: &features,
                limits: options.limits(),
                gains: vec![0.0; table.features.len()],
            };
            let tree = grower.grow(seen.clone());
            (tree, grower.gains)
        };
        for (class, (tree, gained)) in in_parallel(count, options.threads, &grow).into_iter().enumerate() {
            for (gain, gained) in gains.iter_mut().zip(gained) {
                *gain += gained;
            }
            for (scores, row) in scores.iter_mut().zip(&table.rows) {
                scores[class] += tree.value(row);
            }
            trees[class].push(tree);
        }
    }
    (base, trees)
}

/// Trees of the logarithm of the rate, from the rows that have one.
fn rate(table: &Table, binned: &Binned, rows: &[u32], options: &Options, gains: &mut [f64]) -> (f32, Vec<Tree>) {
    let rated: Vec<u32> = rows.iter().copied().filter(|&row| table.rates[row as usize].is_some()).collect();
    let truth = |row: usize| f64::from(table.rates[row].unwrap_or(0.0));
    let base = rated.iter().map(|&row| truth(row as usize)).sum::<f64>() / rated.len().max(1) as f64;
    let mut guesses = vec![base; table.rows.len()];
    let mut trees = Vec::new();
    for round in 0..options.rounds {
        let number = round.to_string();
        let seen = sample(&rated, &mut Rng::new(options.seed, &["rated", &number]));
        let gradients: Vec<(f64, f64)> =
            guesses.iter().enumerate().map(|(row, guess)| (guess - truth(row), 1.0)).collect();
        let features = pick(table.features.len(), &mut Rng::new(options.seed, &["rate", &number]));
        let limits = Limits { least: 8.0, ..options.limits() };
        let mut grower = Grower {
            binned,
            gradients: &gradients,
            features: &features,
            limits,
            gains: vec![0.0; table.features.len()],
        };
        let tree = grower.grow(seen);
        for (gain, gained) in gains.iter_mut().zip(&grower.gains) {
            *gain += gained;
        }
        for (guess, row) in guesses.iter_mut().zip(&table.rows) {
            *guess += tree.value(row);
        }
        trees.push(tree);
    }
    (base as f32, trees)
}

/// Answers for 0 to `count`, in order, each computed once on one of the threads.
fn in_parallel<T: Send>(count: usize, threads: NonZeroUsize, answer: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    let threads = threads.get().min(count);
    if threads == 1 {
        return (0..count).map(answer).collect();
    }
    let mut answers: Vec<Option<T>> = (0..count).map(|_| None).collect();
    thread::scope(|scope| {
        for (number, chunk) in answers.chunks_mut(count.div_ceil(threads)).enumerate() {
            scope.spawn(move || {
                for (place, slot) in chunk.iter_mut().enumerate() {
                    *slot = Some(answer(number * count.div_ceil(threads) + place));
                }
            });
        }
    });
    answers.into_iter().flatten().collect()
}

fn sample(rows: &[u32], rng: &mut Rng) -> Vec<u32> {
    rows.iter().copied().filter(|_| rng.chance(ROWS)).collect()
}

/// Some of the features, at least one.
fn pick(count: usize, rng: &mut Rng) -> Vec<usize> {
    let picked: Vec<usize> = (0..count).filter(|_| rng.chance(FEATURES)).collect();
    if picked.is_empty() { (0..count).collect() } else { picked }
}
