//! A second look at a few phases, in many frames that the search has not used.

use super::PERIOD;
use super::frames::{Place, Reader};
use super::spectra::{MARGIN, SIGNALS, Spectra};
use crate::tally::{GridPeak, PhaseScan};

/// Deviation of a frame's contrast in audio without a grid: it is a mean of log2 of 800 squared lines. The log2 of a χ²
/// variable of one degree deviates by 3.2.
pub const UNIT: f32 = 0.126;

/// A frame counts at most this many deviations, so that no frame decides alone.
const CLIP: f32 = 4.0;

/// Parts of the file that are examined one by one, and what each must show.
const PARTS: usize = 4;
const PART_BAR: f64 = 3.0;

/// Looks at `phases` in `places`; the strongest comes first. Strengths are deviations of a sum over all places.
pub fn look(reader: &mut Reader, places: &[Place], phases: &[u32], spectra: &mut Spectra) -> PhaseScan {
    let signals = if reader.stereo() { 4 } else { 1 };
    let mut sums = vec![[[0.0_f32; PARTS]; 4]; phases.len()];
    let mut raw = vec![[0.0_f32; 4]; phases.len()];
    for (n, &place) in places.iter().enumerate() {
        let planes = reader.read(place);
        for ((&phase, sums), raw) in phases.iter().zip(&mut sums).zip(&mut raw) {
            let contrast = spectra.contrast(planes, phase as usize % PERIOD + MARGIN);
            for s in 0..signals {
                sums[s][n * PARTS / places.len()] += (contrast[s] / UNIT).clamp(-CLIP, CLIP);
                raw[s] += contrast[s];
            }
        }
    }
    let count = places.len().max(1) as f64;
    let mut peaks: Vec<GridPeak> = Vec::new();
    for ((&phase, sums), raw) in phases.iter().zip(&sums).zip(&raw) {
        let total = |s: usize| f64::from(sums[s].iter().sum::<f32>()) / count.sqrt();
        let best = (0..signals).max_by(|&a, &b| total(a).total_cmp(&total(b))).unwrap_or(0);
        let bar = PART_BAR * (count / PARTS as f64).sqrt();
        peaks.push(GridPeak {
            phase,
            signal: SIGNALS[best],
            strength: total(best),
            depth: f64::from(raw[best]) / count,
            parts: sums[best].iter().filter(|&&sum| f64::from(sum) > bar).count() as u32,
            by_part: sums[best].map(|sum| f64::from(sum) / (count / PARTS as f64).sqrt()),
        });
    }
    peaks.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    PhaseScan { granules: places.len(), peaks, curve: Vec::new() }
}
