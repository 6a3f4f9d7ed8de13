//! Judged files of one kind as numbers.

use std::collections::{BTreeMap, BTreeSet};

use bitrater_media::Codec;
use bitrater_verdict::ladder::nominal_bitrate;
use bitrater_verdict::model::{ClassName, features};

use super::LEAST_RECORDINGS;
use crate::evaluate::is_fake;
use crate::judge::Judged;

/// Fewer files than this make no class of their own.
const LEAST_FILES: usize = 12;

/// Rows of features with what they should give.
#[derive(Debug)]
pub struct Table<'a> {
    /// The files, one a row.
    pub judged: Vec<&'a Judged>,
    /// Names of the columns.
    pub features: Vec<String>,
    /// What each target stands for; the first is honesty.
    pub classes: Vec<ClassName>,
    /// Features, NaN where missing.
    pub rows: Vec<Vec<f32>>,
    /// The class of each row.
    pub targets: Vec<usize>,
    /// What each row weighs: honest files as much as all others together, and the others the same a class. Mean 1.
    pub weights: Vec<f64>,
    /// Logarithm of the rate of the weakest generation in kbps, of transcodes only.
    pub rates: Vec<Option<f32>>,
}

impl<'a> Table<'a> {
    /// The table of these files, if they are enough to learn from.
    #[must_use]
    pub fn new(judged: &[&'a Judged]) -> Option<Self> {
        let truths: Vec<ClassName> = judged.iter().map(|judged| truth(judged)).collect();
        let classes = classes(judged, &truths)?;
        let mut table = Self {
            judged: Vec::new(),
            features: features::names(judged.iter().map(|judged| &judged.assessment)),
            classes,
            rows: Vec::new(),
            targets: Vec::new(),
            weights: Vec::new(),
            rates: Vec::new(),
        };
        for (judged, truth) in judged.iter().zip(truths) {
            let Some(target) = place(truth, &table.classes) else { continue };
            let transcode = target > 0;
            table.rows.push(features::row(&judged.assessment, &table.features));
            table.targets.push(target);
            table.rates.push(judged.item.bitrate.filter(|_| transcode).map(|kbps| (kbps as f32).ln()));
            table.judged.push(judged);
        }
        // What every file has alike tells nothing.
        let varies: Vec<bool> = (0..table.features.len())
            .map(|column| {
                let values: BTreeSet<u32> = table.rows.iter().map(|row| row[column].to_bits()).take(100_000).collect();
                values.len() > 1
            })
            .collect();
        let keep = |column: &usize| varies[*column];
        for row in &mut table.rows {
            *row = (0..row.len()).filter(keep).map(|column| row[column]).collect();
        }
        table.features = (0..table.features.len()).filter(keep).map(|column| table.features[column].clone()).collect();
        table.weights = weights(&table.targets, table.classes.len());
        Some(table)
    }

    /// How many recordings the rows come from.
    #[must_use]
    pub fn recordings(&self) -> usize {
        self.judged.iter().map(|judged| judged.item.recording.as_str()).collect::<BTreeSet<_>>().len()
    }
}

/// What a perfect model says.
fn truth(judged: &Judged) -> ClassName {
    if !is_fake(judged) {
        return ClassName::Honest;
    }
    let item = &judged.item;
    let level = item.class.strip_prefix('V').and_then(|level| level.parse().ok());
    match (item.codec, level) {
        (Codec::Mp3, Some(level)) => ClassName::Mp3V(level),
        (Codec::Mp3, None) => {
            let digits = item.class.trim_start_matches("mp3").parse().ok().or(item.bitrate);
            ClassName::Mp3(digits.unwrap_or(128))
        }
        (codec, _) => ClassName::Other(codec),
    }
}

/// Files and recordings of a class.
type Count<'a> = (ClassName, usize, BTreeSet<&'a str>);

/// The classes that have enough files, honesty first; none if there is nothing to tell apart.
fn classes(judged: &[&Judged], truths: &[ClassName]) -> Option<Vec<ClassName>> {
    let mut counts: BTreeMap<(u8, u32, &str), Count> = BTreeMap::new();
    for (judged, &truth) in judged.iter().zip(truths) {
        let key = match truth {
            ClassName::Honest => (0, 0, ""),
            ClassName::Mp3(kbps) => (1, kbps, ""),
            ClassName::Mp3V(level) => (2, u32::from(level), ""),
            ClassName::Other(codec) => (3, 0, codec.name()),
        };
        let entry = counts.entry(key).or_insert_with(|| (truth, 0, BTreeSet::new()));
        entry.1 += 1;
        entry.2.insert(&judged.item.recording);
    }
    let enough = counts.into_values().filter(|(class, files, recordings)| {
        recordings.len() >= LEAST_RECORDINGS && (*files >= LEAST_FILES || *class == ClassName::Honest)
    });
    let classes: Vec<ClassName> = enough.map(|(class, ..)| class).collect();
    (classes.first() == Some(&ClassName::Honest) && classes.len() > 1).then_some(classes)
}

/// The place of a class; a rare rate of MP3 counts as the nearest, another rare codec as nothing.
fn place(truth: ClassName, classes: &[ClassName]) -> Option<usize> {
    if let Some(place) = classes.iter().position(|class| *class == truth) {
        return Some(place);
    }
    let kbps = |class: ClassName| f64::from(nominal_bitrate(class.class()).unwrap_or(1).max(1)).ln();
    let mp3 = |class: ClassName| class.codec() == Some(Codec::Mp3);
    let of_codec = classes.iter().enumerate().filter(|(_, class)| mp3(truth) && mp3(**class));
    let apart = |class: ClassName| (kbps(class) - kbps(truth)).abs();
    of_codec.min_by(|a, b| apart(*a.1).total_cmp(&apart(*b.1))).map(|(place, _)| place)
}

fn weights(targets: &[usize], classes: usize) -> Vec<f64> {
    let mut counts = vec![0.0; classes];
    for &target in targets {
        counts[target] += 1.0;
    }
    let others = counts[1..].iter().filter(|&&count| count > 0.0).count().max(1) as f64;
    let all = targets.len() as f64;
    targets.iter().map(|&target| 0.5 * all / counts[target] / if target == 0 { 1.0 } else { others }).collect()
}
