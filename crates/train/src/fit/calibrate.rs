//! Probabilities that are as often right as they say, set on files that the trees had not seen.

use bitrater_verdict::model::softmax;

use super::table::Table;

/// What was set.
pub struct Calibration {
    pub temperature: f32,
    pub honesty: f32,
    /// Mean logarithmic loss with them.
    pub loss: f64,
    /// Calibrated probability of a transcode, a row.
    pub transcode: Vec<f64>,
}

/// Sets temperature and honesty by the loss.
pub fn calibrate(scores: &[Vec<f64>], table: &Table) -> Calibration {
    let loss = |temperature: f64, honesty: f64| {
        let losses = scores.iter().zip(&table.targets).zip(&table.weights);
        let sum: f64 = losses
            .map(|((scores, &target), weight)| -weight * softmax(scores, temperature, honesty)[target].max(1e-12).ln())
            .sum();
        sum / table.weights.iter().sum::<f64>()
    };
    // The loss is smooth with one minimum: alternating searches find it.
    let (mut temperature, mut honesty) = (1.0_f64, 0.0_f64);
    for _ in 0..4 {
        temperature = minimum(-1.5, 2.0, |log: f64| loss(log.exp(), honesty)).exp();
        honesty = minimum(-4.0, 4.0, |honesty| loss(temperature, honesty));
    }
    // As they will be read.
    let (temperature, honesty) = (temperature as f32, honesty as f32);
    let transcode: Vec<f64> =
        scores.iter().map(|scores| 1.0 - softmax(scores, temperature.into(), honesty.into())[0]).collect();
    Calibration { loss: loss(temperature.into(), honesty.into()), temperature, honesty, transcode }
}

/// Where a function with one minimum has it (golden section).
fn minimum(mut low: f64, mut high: f64, value: impl Fn(f64) -> f64) -> f64 {
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_left, mut at_right) = (value(left), value(right));
    for _ in 0..24 {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - golden * (high - low);
            at_left = value(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + golden * (high - low);
            at_right = value(right);
        }
    }
    0.5 * (low + high)
}
