//! Fake high resolution: an empty band above the Nyquist frequency of a lower sample rate.

use crate::cutoff::Cutoff;

/// Source rates in Hz, lowest first, so that an edge is assigned to the Nyquist frequency nearest to it.
const RATES: [u32; 6] = [22_050, 32_000, 44_100, 48_000, 88_200, 96_000];

/// An edge belongs to a source rate when it lies between these shares of that rate's Nyquist frequency:
/// resamplers begin to fall at 90 % and none passes anything above 100.5 %.
const BELOW_NYQUIST: std::ops::Range<f64> = 0.90..1.005;

/// Smallest drop in dB of a resampler's edge. A gentle roll-off drops less.
const WALL_DB: f64 = 20.0;

/// The sample rate that a file was raised from, if its spectrum ends in such an edge.
///
/// Ratios below 1.3 give no result: 44.1 kHz in 48 kHz is an ordinary conversion, whose edge cannot be distinguished
/// from an encoder's low-pass.
#[must_use]
pub fn source_rate(sample_rate: u32, edge: Option<&Cutoff>) -> Option<u32> {
    let edge = edge.filter(|edge| edge.drop_db >= WALL_DB)?;
    RATES.into_iter().find(|&rate| {
        let share = edge.frequency / (0.5 * f64::from(rate));
        f64::from(sample_rate) / f64::from(rate) >= 1.3 && BELOW_NYQUIST.contains(&share)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(frequency: f64) -> Cutoff {
        Cutoff { frequency, drop_db: 50.0, floor_db: -140.0, width: 100.0 }
    }

    #[test]
    fn a_cd_in_a_96k_file_is_named() {
        assert_eq!(source_rate(96_000, Some(&wall(21_500.0))), Some(44_100));
        assert_eq!(source_rate(96_000, Some(&wall(23_700.0))), Some(48_000));
        assert_eq!(source_rate(192_000, Some(&wall(43_500.0))), Some(88_200));
    }

    #[test]
    fn a_master_with_its_own_edge_is_not() {
        assert_eq!(source_rate(44_100, Some(&wall(20_000.0))), None);
        assert_eq!(source_rate(96_000, Some(&wall(30_000.0))), None);
        assert_eq!(source_rate(96_000, None), None);
    }
}
