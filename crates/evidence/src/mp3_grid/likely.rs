//! Likely phases, asked with every granule there is.
//!
//! A decode that nobody cut begins on one of two phases: 0 when the decoder took away the delay that the
//! file's tag names, 529 when it did not (every Layer III decoder delays by 528 + 1 samples). Asking two phases
//! instead of 576 leaves time for many granules, and needs less strength to be believed.

use bitrater_media::layer3::BandTable;
use bitrater_signal::mp3::{GRANULE_SPAN, LANES, WINDOW_LEN};

use super::granules::{MARGIN, Place, loudest};
use super::lattice::{is_stereo, signals_of};
use super::noise::Noise;
use super::scorer::{LEAST_SPREAD, Scorer};
use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;

/// Most granules that are asked.
const MOST_GRANULES: usize = 600;

/// Scalefactor bands that are fitted, 0 to 9.1 kHz at 44.1 kHz.
const BANDS: usize = 18;

/// Lane of the phase itself; the others are its controls.
const CENTRE: usize = LANES / 2;

/// The lattice at one likely phase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelyPhase {
    /// Phase, 0..576.
    pub phase: u32,
    /// Granules that were asked.
    pub granules: usize,
    /// How far the mean score lies above that of the neighbouring phases, in standard deviations of theirs.
    pub strength: f64,
}

/// Granules after which a phase that shows too little is given up, as shares of all.
const LOOKS: [f64; 5] = [0.1, 0.2, 0.4, 0.7, 1.0];

/// Strength that a phase worth asking has in the end. It grows with the root of the granules, and deviates by one.
const WORTH: f64 = 8.0;

/// Deviations by which a phase may stay behind that growth.
const PATIENCE: f64 = 2.0;

/// Strength beyond which more granules add nothing.
const PLENTY: f64 = 20.0;

/// Asks the lattice at some `phases`; the strongest first.
///
/// The granules are asked in an order that spreads any number of first ones over the file, so that most phases
/// without a grid are given up after a fifth of them.
pub fn ask(
    spans: &[Span],
    places: &[Place],
    bands: &'static BandTable,
    noise: Noise,
    phases: &[u32],
) -> Vec<LikelyPhase> {
    let chosen = loudest(places, MOST_GRANULES);
    let order = spread_order(chosen.len());
    let mut scorer = Scorer::new(bands, BANDS);
    let mut answers: Vec<LikelyPhase> = phases
        .iter()
        .map(|&phase| {
            let mut sums = [[0.0_f64; LANES]; 2];
            let (mut asked, mut strength) = (0, 0.0);
            for look in LOOKS {
                let until = (look * chosen.len() as f64).round() as usize;
                for n in asked..until {
                    add(&mut scorer, spans, (chosen[order[n]], n), noise, phase, &mut sums);
                }
                asked = until;
                let signals = if is_stereo(spans) { 2 } else { 1 };
                strength =
                    sums[..signals].iter().map(|sums| self::strength(sums, asked)).fold(f64::NEG_INFINITY, f64::max);
                if strength < WORTH * look.sqrt() - PATIENCE || strength > PLENTY {
                    break;
                }
            }
            LikelyPhase { phase, granules: asked, strength }
        })
        .collect();
    answers.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    answers
}

/// Adds the scores of a granule, the n-th that is asked.
fn add(
    scorer: &mut Scorer,
    spans: &[Span],
    (place, n): (Place, usize),
    noise: Noise,
    phase: u32,
    sums: &mut [[f64; LANES]; 2],
) {
    let column = (phase as usize + TRIMMED_COLUMN) % PERIOD + MARGIN - CENTRE;
    for ((signal, samples), sums) in signals_of(place, spans, n).into_iter().zip(sums) {
        let Some(sigma) = noise.sigma(spans, place, signal) else { continue };
        let samples = &samples[column..column + GRANULE_SPAN + LANES + WINDOW_LEN];
        for (sum, score) in sums.iter_mut().zip(scorer.score_lanes(samples, &sigma)) {
            *sum += f64::from(score);
        }
    }
}

/// The numbers below `count`, each once, in steps of the golden section.
fn spread_order(count: usize) -> Vec<usize> {
    let gcd = |mut a: usize, mut b: usize| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let golden = (0.618 * count as f64) as usize;
    let step = (golden.max(1)..=count.max(1)).find(|&step| gcd(step, count) == 1).unwrap_or(1);
    (0..count).map(|n| n * step % count).collect()
}

/// The centre against the other lanes, its direct neighbours left out, after `granules`.
fn strength(sums: &[f64; LANES], granules: usize) -> f64 {
    let controls: Vec<f64> = (0..LANES).filter(|lane| lane.abs_diff(CENTRE) > 1).map(|lane| sums[lane]).collect();
    let mean = controls.iter().sum::<f64>() / controls.len() as f64;
    let variance = controls.iter().map(|sum| (sum - mean) * (sum - mean)).sum::<f64>() / (controls.len() - 1) as f64;
    // Where hardly anything could be fitted at all there is hardly a deviation either.
    let least = f64::from(LEAST_SPREAD) * (granules as f64).sqrt();
    (sums[CENTRE] - mean) / variance.sqrt().max(least).max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_fits_by_chance_are_no_grid() {
        let mut sums = [0.0; LANES];
        sums[CENTRE] = 1.2;
        assert!(strength(&sums, 100) < 1.0);
        sums[CENTRE] = 60.0;
        assert!(strength(&sums, 100) > 15.0);
    }

    #[test]
    fn the_order_visits_every_granule_once_and_spreads_the_first() {
        for count in [1, 2, 7, 100, 600] {
            let mut order = spread_order(count);
            let quarters = order.iter().take(count / 6).fold([0; 4], |mut sums, n| {
                sums[4 * n / count] += 1;
                sums
            });
            if count == 600 {
                assert!(quarters.iter().all(|quarter| (23..=27).contains(quarter)), "{quarters:?}");
            }
            order.sort_unstable();
            assert_eq!(order, (0..count).collect::<Vec<_>>());
        }
    }
}
