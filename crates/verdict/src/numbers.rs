//! Numbers as reports show them, and the nominal rates of encoders.

/// Rounded to three decimals, as reports show it.
pub fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The number that is written with so many decimals. JSON has neither infinities nor NaN. They become the largest
/// numbers here, and 0.
pub fn written(value: f64, decimals: usize) -> f64 {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-LARGEST, LARGEST) };
    format!("{value:.decimals$}").parse().unwrap_or(value)
}

const LARGEST: f64 = 1e12;

/// The share that is written as whole per cents.
pub fn whole_percent(share: f64) -> f64 {
    written(100.0 * share, 0) / 100.0
}

/// The nominal rate nearest to an estimate, by ratio; none where there are no rates.
pub fn nearest(kbps: f64, rates: &[u32]) -> Option<u32> {
    let apart = |rate: u32| (kbps.max(1.0) / f64::from(rate)).ln().abs();
    rates.iter().copied().min_by(|&a, &b| apart(a).total_cmp(&apart(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_written_the_same_again() {
        for value in [0.05, 0.25, 2.449_999, 59.45, 1e9 + 0.05, -0.05] {
            assert_eq!(format!("{:.1}", written(value, 1)), format!("{value:.1}"));
        }
        for share in [0.005, 0.145, 0.285, 0.995, 1.0, 12.345] {
            assert_eq!(format!("{:.0}", 100.0 * whole_percent(share)), format!("{:.0}", 100.0 * share));
        }
        assert!(written(f64::INFINITY, 1).is_finite() && written(f64::NAN, 1).abs() < 1e-9);
    }

    #[test]
    fn the_nearest_rate_is_so_by_ratio() {
        assert_eq!(nearest(89.0, &[64, 128]), Some(64));
        assert_eq!(nearest(92.0, &[64, 128]), Some(128));
        assert_eq!(nearest(92.0, &[]), None);
    }
}
