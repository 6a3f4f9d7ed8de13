//! Of a number that was measured in many files: quantiles, and how far its upper tail would go on in a straight line.

use serde::{Deserialize, Serialize};

/// Chances for which the tail is continued.
pub const POWERS: [f64; 3] = [1e-4, 1e-5, 1e-6];

/// Shares of files beyond the two points that the line goes through.
const NEAR: f64 = 0.1;
const FAR: f64 = 0.005;

/// Fewer files than this say nothing of one file in 200.
const FEWEST: usize = 100;

/// How a number is distributed over files.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Half of the files lie below.
    pub median: f64,
    /// 90 % of the files do.
    pub p90: f64,
    /// 99.5 % of them do.
    pub p995: f64,
    /// Where the straight line reaches each of [`POWERS`]; none of fewer than 100 files.
    pub line: Option<[f64; POWERS.len()]>,
}

impl Distribution {
    /// That of some values, at least one.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |share: f64| quantile(&sorted, share);
        let (median, p90, p995) = (at(0.5)?, at(1.0 - NEAR)?, at(1.0 - FAR)?);
        // The logarithm of the share of files beyond a strength is taken as a straight line of the strength. A normal tail falls faster.
        let slope = (p995 - p90) / (NEAR / FAR).ln();
        let line = POWERS.map(|chance| rounded(p995 + slope * (FAR / chance).ln()));
        Some(Self {
            median: rounded(median),
            p90: rounded(p90),
            p995: rounded(p995),
            line: (values.len() >= FEWEST).then_some(line),
        })
    }

    /// The strength that an honest file reaches once in 100 000 by the line.
    #[must_use]
    pub fn once_in_100_000(&self) -> Option<f64> {
        self.line.map(|[_, strength, _]| strength)
    }
}

/// The value below which a share of sorted values lies, between two of them in proportion.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted.get(place.floor() as usize)?, sorted.get(place.ceil() as usize)?);
    Some(below + (above - below) * place.fract())
}

/// What is kept of a strength: two decimals of numbers near ten, four of shares below one tenth.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_goes_on_as_an_exponential_tail_does() {
        // Values whose share beyond x is exp(-x): the line is then the tail itself.
        let values: Vec<f64> = (0..100_000).map(|n| -(1.0 - (f64::from(n) + 0.5) / 1e5).ln()).collect();
        let distribution = Distribution::of(&values).unwrap();
        assert!((distribution.median - 2.0_f64.ln()).abs() < 1e-3);
        for (strength, chance) in distribution.line.unwrap().into_iter().zip(POWERS) {
            assert!((strength + chance.ln()).abs() < 0.02, "{strength} at {chance}");
        }
        assert_eq!(distribution.once_in_100_000(), distribution.line.map(|line| line[1]));
    }

    #[test]
    fn few_values_give_no_line_and_none_nothing() {
        assert_eq!(Distribution::of(&[]), None);
        let one = Distribution::of(&[3.0]).unwrap();
        assert_eq!((one.median, one.p995, one.line), (3.0, 3.0, None));
        assert!((Distribution::of(&[1.0, 2.0, 3.0, 4.0]).unwrap().median - 2.5).abs() < 1e-12);
    }
}
