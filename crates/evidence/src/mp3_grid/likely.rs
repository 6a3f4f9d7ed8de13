//! Likely phases, asked with every granule there is.
//!
//! A decode that nobody cut begins on one of two phases: 0 when the decoder took away the delay that the
//! file's tag names, 529 when it did not (every Layer III decoder delays by 528 + 1 samples). Asking two phases
//! instead of 576 leaves time for many granules, and needs less strength to be believed.

use bitrater_signal::mp3::{GRANULE_SPAN, LANES, WINDOW_LEN};

use super::granules::{MARGIN, Place, loudest};
use super::lattice::{is_stereo, signals_of};
use super::noise::Noise;
use super::scorer::Scorer;
use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;

/// Most granules that are asked.
const MOST_GRANULES: usize = 600;

/// Scalefactor bands that are fitted, 0 to 13 kHz at 44.1 kHz.
const BANDS: usize = 20;

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

/// Asks the lattice at some `phases`; the strongest first.
pub fn ask(spans: &[Span], places: &[Place], noise: Noise, phases: &[u32]) -> Vec<LikelyPhase> {
    let chosen = loudest(spans, places, MOST_GRANULES);
    let signals = if is_stereo(spans) { 2 } else { 1 };
    let mut scorer = Scorer::new(BANDS);
    // Sums per phase, signal and lane.
    let mut sums = vec![[[0.0_f64; LANES]; 2]; phases.len()];
    for (n, &place) in chosen.iter().enumerate() {
        for (s, (signal, samples)) in signals_of(place, spans, n).into_iter().enumerate() {
            let Some(sigma) = noise.sigma(spans, place, signal) else { continue };
            for (&phase, sums) in phases.iter().zip(&mut sums) {
                let column = (phase as usize + TRIMMED_COLUMN) % PERIOD + MARGIN - CENTRE;
                let samples = &samples[column..column + GRANULE_SPAN + LANES + WINDOW_LEN];
                let mut scores = [0.0; LANES];
                scorer.score(samples, 0, &sigma, &mut scores);
                for (sum, score) in sums[s].iter_mut().zip(scores) {
                    *sum += f64::from(score);
                }
            }
        }
    }
    let mut answers: Vec<LikelyPhase> = phases
        .iter()
        .zip(&sums)
        .map(|(&phase, sums)| LikelyPhase {
            phase,
            granules: chosen.len(),
            strength: sums[..signals].iter().map(strength).fold(f64::NEG_INFINITY, f64::max),
        })
        .collect();
    answers.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    answers
}

/// The centre against the other lanes, its direct neighbours left out.
fn strength(sums: &[f64; LANES]) -> f64 {
    let controls: Vec<f64> = (0..LANES).filter(|lane| lane.abs_diff(CENTRE) > 1).map(|lane| sums[lane]).collect();
    let mean = controls.iter().sum::<f64>() / controls.len() as f64;
    let variance = controls.iter().map(|sum| (sum - mean) * (sum - mean)).sum::<f64>() / (controls.len() - 1) as f64;
    // Where nothing could be fitted at all there is no deviation either.
    if variance > 0.0 { (sums[CENTRE] - mean) / variance.sqrt() } else { 0.0 }
}
