//! Lattices: how well the lines of each scalefactor band fit the best quantiser step, against the other
//! phases.

use std::borrow::Cow;

use bitrater_signal::mp3::lattice::{Fitter, LONG_BANDS_44100};
use bitrater_signal::mp3::{Block, Hybrid, LANES, LINES, Lane, Polyphase, Subbands};
use bitrater_signal::simd::{Kernel, dispatch};

use super::granules::{MARGIN, Place, loudest};
use super::noise::Noise;
use super::{PERIOD, TRIMMED_COLUMN};
use crate::coded;
use crate::excerpts::Span;
use crate::signals::Signal;
use crate::tally::{PhaseScan, Tally, median};

/// Granules that are searched at all phases: the loudest of as many parts of the file, because a lattice
/// shows best where its spacing is widest.
const MOST_GRANULES: usize = 32;

/// Scalefactor bands that are fitted, 0 to 6.2 kHz at 44.1 kHz: above, the steps are mostly too fine or too coarse
/// to show more than the holes do.
const BANDS: usize = 16;

/// Subbands that hold those lines, and one more for the butterflies.
const SUBBANDS_NEEDED: usize = LONG_BANDS_44100[BANDS].div_ceil(18) + 1;

/// A band's score counts from here on: the best of many steps reaches as much on lines that have none.
pub const CHANCE: f32 = 2.0;

/// Left and right frames show in the first, mid and side frames in the second.
const STEREO: [Signal; 2] = [Signal::Left, Signal::Mid];

/// Searches all phases.
pub fn scan(spans: &[Span], places: &[Place], noise: Noise) -> PhaseScan {
    let chosen = loudest(spans, places, MOST_GRANULES);
    let signals: &'static [Signal] = if is_stereo(spans) { &STEREO } else { &STEREO[..1] };
    let mut tally = Tally::new(PERIOD, signals, chosen.len());
    let mut scorer = Scorer::new();
    for (n, &place) in chosen.iter().enumerate() {
        let rows: Option<Vec<[f32; PERIOD]>> = signals_of(place, spans, n)
            .into_iter()
            .map(|(signal, samples)| Some(scorer.granule(&samples, noise.sigma(spans, place, signal)?)))
            .collect();
        if let Some(rows) = rows {
            tally.add(&rows);
        }
    }
    tally.scan(TRIMMED_COLUMN)
}

/// Whether the excerpts have two channels.
pub fn is_stereo(spans: &[Span]) -> bool {
    spans.first().is_some_and(|span| span.planes.len() > 1)
}

/// The signals in which granule `n` is read: every second one from right and side, which hold the same frames
/// as left and mid do.
pub fn signals_of(place: Place, spans: &[Span], n: usize) -> Vec<(Signal, Cow<'_, [f32]>)> {
    let left = place.samples(spans, 0);
    if !is_stereo(spans) {
        return vec![(Signal::Left, Cow::Borrowed(left))];
    }
    let right = place.samples(spans, 1);
    let mix = |sign: f32| -> Vec<f32> {
        left.iter().zip(right).map(|(l, r)| (l + sign * r) * std::f32::consts::FRAC_1_SQRT_2).collect()
    };
    if n.is_multiple_of(2) {
        vec![(Signal::Left, Cow::Borrowed(left)), (Signal::Mid, Cow::Owned(mix(1.0)))]
    } else {
        vec![(Signal::Right, Cow::Borrowed(right)), (Signal::Side, Cow::Owned(mix(-1.0)))]
    }
}

/// Computes the statistic of one granule at every phase.
struct Scorer {
    polyphase: Polyphase,
    hybrid: Hybrid,
    fitter: Fitter,
    subbands: Subbands,
    lines: Box<[Lane; LINES]>,
    sigma: [f32; coded::BANDS],
}

impl Scorer {
    fn new() -> Self {
        Self {
            polyphase: Polyphase::new(),
            hybrid: Hybrid::new(Block::Long),
            fitter: Fitter::default(),
            subbands: Subbands::default(),
            lines: Box::new([[0.0; LANES]; LINES]),
            sigma: [0.0; coded::BANDS],
        }
    }

    /// Summed band scores at each phase, their median taken away.
    fn granule(&mut self, samples: &[f32], sigma: [f32; coded::BANDS]) -> [f32; PERIOD] {
        self.sigma = sigma;
        self.polyphase.analyse(samples, &mut self.subbands);
        let mut scores = dispatch(Scores { scorer: self });
        let middle = median(scores.iter().copied());
        for score in &mut scores {
            *score -= middle;
        }
        scores
    }
}

/// The summed scores of one granule at every phase, from its subbands.
struct Scores<'a> {
    scorer: &'a mut Scorer,
}

impl Kernel for Scores<'_> {
    type Output = [f32; PERIOD];

    #[inline(always)]
    fn run(self) -> [f32; PERIOD] {
        let Scorer { hybrid, fitter, subbands, lines, sigma, .. } = self.scorer;
        let mut scores = [0.0; PERIOD];
        for first in (0..PERIOD).step_by(LANES) {
            hybrid.lines(subbands, first + MARGIN, SUBBANDS_NEEDED, lines);
            for (band, &sigma) in LONG_BANDS_44100[..=BANDS].windows(2).zip(sigma.iter()) {
                let fit = fitter.fit(&lines[band[0]..band[1]], sigma);
                for l in 0..LANES {
                    scores[first + l] += (fit.score[l] - CHANCE).max(0.0);
                }
            }
        }
        scores
    }
}
