//! Whether a confidence is as often right as it says.

use bitrater_engine::Verdict;
use serde::Serialize;

use super::Case;

/// Bins of the reliability curve, of equal width.
const BINS: usize = 10;

/// The reliability curve and its error.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Expected calibration error: mean distance of confidence and truth over the bins, weighted by files.
    pub ece: f64,
    /// Mean squared distance of confidence and truth over files (Brier's score).
    pub brier: f64,
    /// The curve; empty bins are left out.
    pub bins: Vec<Bin>,
}

/// Files whose confidence lies in one range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// Lower end of the range; the upper is a tenth above.
    pub from: f64,
    /// Files in it.
    pub files: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// Share of them that are right.
    pub right: f64,
}

/// What a confidence claims, and whether it came true: that the verdict is right or, if there is none, that the file
/// is a transcode.
pub(super) fn claim(case: &Case) -> (f64, bool) {
    let inconclusive = case.answer.verdict == Verdict::Inconclusive;
    (case.answer.confidence, if inconclusive { case.fake } else { case.is_right() })
}

impl Calibration {
    /// From claims of a probability and whether each came true.
    #[must_use]
    pub fn new(claims: impl Iterator<Item = (f64, bool)>) -> Self {
        let mut sums = [(0_usize, 0.0, 0.0); BINS];
        let (mut files, mut squares) = (0_usize, 0.0);
        for (confidence, came_true) in claims {
            let truth = f64::from(u8::from(came_true));
            let bin = &mut sums[((confidence * BINS as f64) as usize).min(BINS - 1)];
            *bin = (bin.0 + 1, bin.1 + confidence, bin.2 + truth);
            squares += (confidence - truth).powi(2);
            files += 1;
        }
        let all = files.max(1) as f64;
        let bins: Vec<Bin> = sums
            .iter()
            .enumerate()
            .filter(|(_, sum)| sum.0 > 0)
            .map(|(place, &(files, confidence, truth))| Bin {
                from: place as f64 / BINS as f64,
                files,
                confidence: confidence / files as f64,
                right: truth / files as f64,
            })
            .collect();
        let ece = bins.iter().map(|bin| bin.files as f64 * (bin.confidence - bin.right).abs()).sum::<f64>() / all;
        Self { ece, brier: squares / all, bins }
    }
}
