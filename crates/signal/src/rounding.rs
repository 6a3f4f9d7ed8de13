//! Rounding that every machine does alike and no call interrupts.

/// The nearest integer for |x| < 2²², ties to even: what is left of the fraction once 1.5 · 2²³ was added and taken away.
#[inline(always)]
#[must_use]
pub fn nearest(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    (x + ROUND) - ROUND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rounds_as_the_standard_library_does() {
        for n in -4000..4000 {
            let x = n as f32 * 0.37 + 1e5 * (n % 7) as f32;
            assert!((nearest(x) - x.round_ties_even()).abs() < f32::EPSILON, "{x}");
        }
    }
}
