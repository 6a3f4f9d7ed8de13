//! Probabilities that are as often right as they say, and the bar for accusations: both set on files that the
//! trees had not seen.

use bitrater_verdict::model::softmax;

use super::table::Table;

/// The bar stands this far above the likeliest transcode among honest files, in logits: its odds are e² times as high.
const MARGIN: f64 = 2.0;

/// The bar is never lower than this, however well honest files behave.
const LOWEST_BAR: f64 = 0.99;

/// Nor higher, since no probability that is reported is.
const HIGHEST_BAR: f64 = 0.9995;

/// What was set.
pub struct Calibration {
    pub temperature: f32,
    pub honesty: f32,
    pub bar: f32,
    /// Mean logarithmic loss with them.
    pub loss: f64,
    /// Calibrated probability of a transcode, a row.
    pub transcode: Vec<f64>,
}

/// Sets temperature and honesty by the loss, and the bar by the honest rows.
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
    let honest = transcode.iter().zip(&table.targets).filter(|&(_, &target)| target == 0).map(|(&p, _)| p);
    let likeliest = honest.fold(0.0, f64::max).clamp(1e-9, 1.0 - 1e-9);
    let logit = (likeliest / (1.0 - likeliest)).ln() + MARGIN;
    let bar = (1.0 / (1.0 + (-logit).exp())).clamp(LOWEST_BAR, HIGHEST_BAR) as f32;
    Calibration { loss: loss(temperature.into(), honesty.into()), temperature, honesty, bar, transcode }
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
