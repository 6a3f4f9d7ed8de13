//! Round numbers for axes.

/// Multiples of 1, 2 or 5 times a power of ten in `from..=to`, at most `most` of them.
pub(super) fn ticks(from: f64, to: f64, most: usize) -> Vec<f64> {
    let span = to - from;
    if span <= 0.0 || !span.is_finite() {
        return Vec::new();
    }
    let rough = span / most.max(1) as f64;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|unit| unit * power).into_iter().find(|&step| step >= rough);
    let step = step.unwrap_or(10.0 * power);
    let (first, last) = ((from / step).ceil() as i64, (to / step).floor() as i64);
    (first..=last).map(|n| n as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_round_and_few() {
        assert_eq!(ticks(0.0, 576.0, 8), [0.0, 100.0, 200.0, 300.0, 400.0, 500.0]);
        assert_eq!(ticks(-120.0, -60.0, 4), [-120.0, -100.0, -80.0, -60.0]);
        assert_eq!(ticks(0.0, 0.03, 3), [0.0, 0.01, 0.02, 0.03]);
        assert!(ticks(1.0, 1.0, 5).is_empty() && ticks(0.0, f64::NAN, 5).is_empty());
    }
}
