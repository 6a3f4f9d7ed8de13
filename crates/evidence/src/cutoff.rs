//! The cutoff: where the long-term spectrum ends, how sharply, and what lies above.
//!
//! The cutoff is a witness, never proof: masters, tape, FM and resamplers stop at 16, 18 or 20 kHz too.

use bitrater_signal::spectrum::Welch;

use crate::excerpts::Span;

/// FFT length; 10.8 Hz per bin at 44.1 kHz.
const LEN: usize = 4096;

/// Width of the two plateaus that an edge is measured between, in Hz.
const PLATEAU: f64 = 700.0;

/// Half the distance between them, in Hz: an encoder's low-pass falls within 500 Hz.
const HALF_GAP: f64 = 300.0;

/// Lowest frequency at which an edge is looked for, in Hz.
const LOWEST: f64 = 4_000.0;

/// Smallest drop that is an edge, in dB.
const EDGE_DB: f64 = 10.0;

/// What the long-term spectrum shows about the top of the band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cutoff {
    /// Middle of the edge in Hz.
    pub frequency: f64,
    /// Drop over the edge in dB.
    pub drop_db: f64,
    /// Level above the edge, dB relative to white noise of full-scale variance.
    pub floor_db: f64,
    /// Width between 25 % and 75 % of the drop, in Hz.
    pub width: f64,
}

/// Long-term spectrum of all channels together, in dB per bin.
#[must_use]
pub fn spectrum(spans: &[Span]) -> Option<Vec<f64>> {
    let mut welch = Welch::new(LEN);
    for span in spans {
        for plane in &span.planes {
            welch.add(plane);
        }
    }
    welch.decibels()
}

/// Finds the highest edge after which the spectrum stays low; none if it reaches the top of the band.
#[must_use]
pub fn find(db: &[f64], sample_rate: u32) -> Option<Cutoff> {
    let bin = f64::from(sample_rate) / LEN as f64;
    let bins = |hz: f64| (hz / bin).round() as usize;
    let smooth = running_mean(db, bins(120.0).max(1));
    let (gap, plateau) = (bins(HALF_GAP), bins(PLATEAU));
    let mean = |from: usize, to: usize| smooth[from..to].iter().sum::<f64>() / (to - from) as f64;
    let last = smooth.len().checked_sub(gap + bins(150.0))?;
    let best = (bins(LOWEST)..last)
        .filter(|&k| k > gap + plateau)
        .map(|k| {
            let below = mean(k - gap - plateau, k - gap);
            let above = mean(k + gap, (k + gap + plateau).min(smooth.len()));
            (k, below, above)
        })
        .filter(|&(k, below, above)| {
            // No level above the edge may return to the level below it.
            let highest = smooth[k + gap..].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            highest < below - 0.5 * (below - above)
        })
        .max_by(|a, b| (a.1 - a.2).total_cmp(&(b.1 - b.2)))?;
    let (k, below, above) = best;
    let drop_db = below - above;
    if drop_db < EDGE_DB {
        return None;
    }
    let crossing = |share: f64| {
        let level = below - share * drop_db;
        (k - gap..k + gap).find(|&i| smooth[i] < level).unwrap_or(k + gap) as f64 * bin
    };
    Some(Cutoff {
        frequency: crossing(0.5),
        drop_db,
        floor_db: mean(k + gap, smooth.len()),
        width: crossing(0.75) - crossing(0.25),
    })
}

/// Mean over `width` bins centred on each.
fn running_mean(values: &[f64], width: usize) -> Vec<f64> {
    let half = width / 2;
    (0..values.len())
        .map(|k| {
            let part = &values[k.saturating_sub(half)..(k + half + 1).min(values.len())];
            part.iter().sum::<f64>() / part.len() as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A spectrum at −60 dB that falls to −100 dB between `edge ± 100` Hz, at 44.1 kHz.
    fn walled(edge: f64) -> Vec<f64> {
        (0..=LEN / 2)
            .map(|k| {
                let hz = k as f64 * 44_100.0 / LEN as f64;
                -60.0 - 40.0 * ((hz - edge + 100.0) / 200.0).clamp(0.0, 1.0)
            })
            .collect()
    }

    #[test]
    fn a_wall_is_found_where_it_stands() {
        for edge in [11_000.0, 16_000.0, 19_600.0, 20_400.0] {
            let cutoff = find(&walled(edge), 44_100).unwrap();
            assert!((cutoff.frequency - edge).abs() < 60.0, "{edge}: {cutoff:?}");
            assert!((cutoff.drop_db - 40.0).abs() < 1.0, "{edge}: {cutoff:?}");
            assert!(cutoff.width < 250.0, "{edge}: {cutoff:?}");
        }
    }

    #[test]
    fn a_gentle_slope_is_no_edge() {
        let db: Vec<f64> = (0..=LEN / 2).map(|k| -40.0 - k as f64 * 0.02).collect();
        assert_eq!(find(&db, 44_100), None);
    }

    #[test]
    fn a_gap_that_fills_again_is_no_edge() {
        let mut db = walled(16_000.0);
        for (k, level) in db.iter_mut().enumerate() {
            if k as f64 * 44_100.0 / LEN as f64 > 19_000.0 {
                *level = -60.0;
            }
        }
        assert_eq!(find(&db, 44_100), None);
    }
}
