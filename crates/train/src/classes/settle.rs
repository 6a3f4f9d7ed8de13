//! Fits the scores on half of the recordings, and lets the other half say whether that is better than what is committed.

use std::collections::BTreeSet;

use super::fit::softmax;
use super::measures::{Reading, Under};
use super::weights::{CLASSES_UNDER_320, Score, Weights};
use crate::evaluate::Share;
use crate::rng::Rng;

/// Recordings that a half needs for each weight of a class that it fits: with fewer the weights say more of the recordings than of encoders.
const RECORDINGS_A_WEIGHT: f64 = 1.0;

/// How one score came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The score.
    pub score: Score,
    /// Generations and recordings that fit it.
    pub fitted_on: (usize, usize),
    /// Recordings of the half that reports.
    pub recordings: usize,
    /// How often the committed weights are right there.
    pub committed: Share,
    /// How often the fitted ones are; none where there was too little to fit them.
    pub fitted: Option<Share>,
    /// What those are.
    pub weights: Option<Vec<Vec<f64>>>,
}

impl Outcome {
    /// Whether the fitted weights are right more often.
    #[must_use]
    pub fn is_better(&self) -> bool {
        self.fitted.is_some_and(|fitted| fitted.count > self.committed.count)
    }
}

/// What comes of all scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// One by one.
    pub outcomes: Vec<Outcome>,
    /// The committed weights, with the fitted ones of each score that they make better.
    pub weights: Weights,
}

/// Whether a recording fits the weights, or reports: all that comes of one is on one side.
fn fits(recording: &str) -> bool {
    Rng::new(0, &["half", recording]).chance(0.5)
}

/// Fits each score, and takes what is better on the recordings that it has not seen.
#[must_use]
pub fn settle(readings: &[Reading], committed: &Weights) -> Settled {
    let outcomes: Vec<Outcome> = Score::ALL.iter().map(|&score| outcome(score, readings, committed)).collect();
    let mut weights = committed.clone();
    for outcome in outcomes.iter().filter(|outcome| outcome.is_better()) {
        let Some(fitted) = outcome.weights.clone() else { continue };
        match outcome.score {
            Score::Variable => weights.variable = fitted.concat(),
            Score::V0 => weights.v0 = fitted.concat(),
            Score::Under320 => weights.under_320 = fitted,
        }
    }
    Settled { outcomes, weights }
}

fn outcome(score: Score, readings: &[Reading], committed: &Weights) -> Outcome {
    let concerned = readings.iter().filter(|reading| target(score, reading).is_some());
    let (fitting, reporting): (Vec<&Reading>, Vec<&Reading>) = concerned.partition(|reading| fits(&reading.recording));
    let recordings = |of: &[&Reading]| of.iter().map(|reading| &reading.recording).collect::<BTreeSet<_>>().len();
    let right = |weights: &Weights| {
        let count = reporting.iter().filter(|reading| weights.is_right(score, reading)).count();
        Share::new(count, reporting.len())
    };
    let fitted = fit(score, &fitting, recordings(&fitting));
    let with_fitted = |fitted: &Vec<Vec<f64>>| match score {
        Score::Variable => Weights { variable: fitted.concat(), ..committed.clone() },
        Score::V0 => Weights { v0: fitted.concat(), ..committed.clone() },
        Score::Under320 => Weights { under_320: fitted.clone(), ..committed.clone() },
    };
    Outcome {
        score,
        fitted_on: (fitting.len(), recordings(&fitting)),
        recordings: recordings(&reporting),
        committed: right(committed),
        fitted: fitted.as_ref().map(|fitted| right(&with_fitted(fitted))),
        weights: fitted,
    }
}

/// The class that a score should give a generation; none where it is not asked of it.
fn target(score: Score, reading: &Reading) -> Option<usize> {
    match (score, reading.under) {
        (Score::Variable, Under::Lossless) => Some(usize::from(reading.class.starts_with('V'))),
        (Score::V0, Under::Lossless) => ["V2", "V0"].iter().position(|class| *class == reading.class),
        (Score::Under320, Under::Mp3At320) => CLASSES_UNDER_320.iter().position(|class| *class == reading.class),
        _ => None,
    }
}

/// Weights of a score, rounded as they are written: one row of two classes, a row for each of more. None where there is too little.
fn fit(score: Score, readings: &[&Reading], recordings: usize) -> Option<Vec<Vec<f64>>> {
    let measures = |reading: &&Reading| match score {
        Score::Variable => reading.variable(),
        Score::V0 => reading.v0(),
        Score::Under320 => reading.under_320(),
    };
    let rows: Vec<Vec<f64>> = readings.iter().map(measures).collect();
    let targets: Vec<usize> = readings.iter().filter_map(|reading| target(score, reading)).collect();
    let classes = if score == Score::Under320 { CLASSES_UNDER_320.len() } else { 2 };
    // Of two classes only the difference of their weights is free.
    let weights = (rows.first()?.len() + 1) * (classes - 1);
    let seen: BTreeSet<usize> = targets.iter().copied().collect();
    if seen.len() < classes || (recordings as f64) < RECORDINGS_A_WEIGHT * weights as f64 {
        return None;
    }
    let fitted = softmax(&rows, &targets, classes);
    let rounded = |weight: f64| (weight * 100.0).round() / 100.0;
    Some(if classes == 2 {
        vec![fitted[0].iter().zip(&fitted[1]).map(|(against, of)| rounded(of - against)).collect()]
    } else {
        fitted.into_iter().map(|row| row.into_iter().map(rounded).collect()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::super::measures::tests::reading;
    use super::*;

    fn committed(amplified: f64) -> Weights {
        let mut variable = vec![0.0; 10];
        variable[0] = amplified;
        variable[9] = -0.5 * amplified;
        Weights { variable, v0: vec![0.0, 0.0, -3.0, 3.0, 0.0], under_320: vec![vec![0.0; 9]; 5] }
    }

    /// Two files of each of many recordings: V2 amplifies more than 0.6 of the bands, 192 less.
    fn readings(recordings: usize) -> Vec<Reading> {
        let of = |n: usize| {
            let shift = 0.1 * (n % 7) as f64 / 7.0;
            let name = format!("r{n}");
            [
                reading(&name, "V2", 190.0, 0.65 + shift, Some(18_700.0)),
                reading(&name, "192", 192.0, 0.45 + shift, Some(18_700.0)),
            ]
        };
        (0..recordings).flat_map(of).collect()
    }

    #[test]
    fn better_weights_are_taken_and_no_others() {
        // These take nearly all for V2, and those are right of all.
        let poor = settle(&readings(60), &committed(1.0));
        let variable = &poor.outcomes[0];
        assert!(variable.is_better() && variable.fitted.is_some_and(|share| share.count == share.of), "{variable:?}");
        assert_ne!(poor.weights.variable, committed(1.0).variable);
        let again = settle(&readings(60), &poor.weights);
        assert!(!again.outcomes[0].is_better());
        assert_eq!(again.weights, poor.weights);
    }

    #[test]
    fn too_few_recordings_fit_nothing() {
        let few = settle(&readings(8), &committed(1.0));
        assert_eq!((few.outcomes[0].fitted, few.weights), (None, committed(1.0)));
        assert_eq!(few.outcomes[2].committed.of, 0);
    }
}
