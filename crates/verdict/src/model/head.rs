//! The trees for one kind of stream, from features to a calibrated prediction.

use bitrater_evidence::{Class, Codec};

use super::features;
use super::tree::Tree;
use crate::Assessment;

/// What a class of a model stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClassName {
    /// No generation that the file does not claim.
    Honest,
    /// An MP3 encode at a rate in kbps.
    Mp3(u32),
    /// An MP3 encode at a V level.
    Mp3V(u8),
    /// An encode by another codec, at any rate.
    Other(Codec),
}

impl ClassName {
    /// The codec of the generation; none if there is none.
    #[must_use]
    pub fn codec(self) -> Option<Codec> {
        match self {
            Self::Honest => None,
            Self::Mp3(_) | Self::Mp3V(_) => Some(Codec::Mp3),
            Self::Other(codec) => Some(codec),
        }
    }

    /// The class of the generation. A model knows no rate of codecs other than MP3.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::Honest => Class::Lossless,
            Self::Mp3(kbps) => Class::Rate { codec: Codec::Mp3, kbps },
            Self::Mp3V(level) => Class::V(level),
            Self::Other(codec) => Class::Codec(codec),
        }
    }
}

/// Trees, and what is needed to evaluate them.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// What each output stands for; the first is [`ClassName::Honest`].
    pub classes: Vec<ClassName>,
    /// Names of the features, see [`features`].
    pub features: Vec<String>,
    /// Scores before any tree, one a class.
    pub base: Vec<f32>,
    /// Trees a class.
    pub trees: Vec<Vec<Tree>>,
    /// Trees of the logarithm of the rate in kbps, and its value before them.
    pub rate: (f32, Vec<Tree>),
    /// Scores are divided by it. Above 1 it corrects trees that are overconfident.
    pub temperature: f32,
    /// Added to the score of honesty.
    pub honesty: f32,
}

/// The prediction for one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Calibrated probability that the file is a transcode.
    pub transcode: f64,
    /// Probability of each class of the head; sums to 1.
    pub classes: Vec<f64>,
    /// Estimated rate of the weakest generation, in kbps.
    pub kbps: f64,
}

impl Head {
    /// The prediction for the evidence of an assessment.
    #[must_use]
    pub fn predict(&self, assessment: &Assessment) -> Prediction {
        self.predict_row(&features::row(assessment, &self.features))
    }

    /// The same for features in the order of [`Head::features`].
    #[must_use]
    pub fn predict_row(&self, row: &[f32]) -> Prediction {
        let classes = softmax(&self.scores(row), f64::from(self.temperature), f64::from(self.honesty));
        let kbps = f64::from(self.rate.0) + self.rate.1.iter().map(|tree| tree.value(row)).sum::<f64>();
        Prediction {
            transcode: 1.0 - classes.first().copied().unwrap_or(1.0),
            classes,
            kbps: kbps.exp().clamp(8.0, 1000.0),
        }
    }

    /// Scores before calibration, one a class.
    #[must_use]
    pub fn scores(&self, row: &[f32]) -> Vec<f64> {
        let sum = |trees: &Vec<Tree>| trees.iter().map(|tree| tree.value(row)).sum::<f64>();
        self.base.iter().zip(&self.trees).map(|(&base, trees)| f64::from(base) + sum(trees)).collect()
    }

    /// The most likely class among those that `of` accepts, if there are any.
    #[must_use]
    pub fn likeliest(&self, prediction: &Prediction, of: impl Fn(ClassName) -> bool) -> Option<ClassName> {
        let known = self.classes.iter().zip(&prediction.classes).filter(|(class, _)| of(**class));
        known.max_by(|a, b| a.1.total_cmp(b.1)).map(|(&class, _)| class)
    }

    /// Share of the most likely class in the probability of all that `of` accepts, 0 to 1.
    #[must_use]
    pub fn sureness(&self, prediction: &Prediction, of: impl Fn(ClassName) -> bool) -> f64 {
        let of_these = || self.classes.iter().zip(&prediction.classes).filter(|(class, _)| of(**class));
        let sum: f64 = of_these().map(|(_, probability)| probability).sum();
        of_these().map(|(_, probability)| probability / sum.max(f64::MIN_POSITIVE)).fold(0.0, f64::max)
    }

    /// The most likely codec of a generation that the file does not claim, with its probability.
    #[must_use]
    pub fn likeliest_codec(&self, prediction: &Prediction) -> Option<(Codec, f64)> {
        let mut sums: Vec<(Codec, f64)> = Vec::new();
        for (class, probability) in self.classes.iter().zip(&prediction.classes) {
            let Some(codec) = class.codec() else { continue };
            match sums.iter_mut().find(|(known, _)| *known == codec) {
                Some((_, sum)) => *sum += probability,
                None => sums.push((codec, *probability)),
            }
        }
        sums.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Probabilities from scores.
#[must_use]
pub fn softmax(scores: &[f64], temperature: f64, honesty: f64) -> Vec<f64> {
    let scaled: Vec<f64> = scores
        .iter()
        .enumerate()
        .map(|(class, score)| score / temperature + if class == 0 { honesty } else { 0.0 })
        .collect();
    let top = scaled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scaled.iter().map(|score| (score - top).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}
