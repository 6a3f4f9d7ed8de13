//! Lattices: how well the lines of each scalefactor band fit the best quantiser step, against the other
//! phases.

use std::borrow::Cow;

use bitrater_media::layer3::BandTable;

use super::granules::{MARGIN, Place, loudest};
use super::noise::Noise;
use super::scorer::{self, Scorer};
use super::{PERIOD, TRIMMED_COLUMN};
use crate::coded;
use crate::excerpts::Span;
use crate::signals::{Signal, taking_turns};
use crate::tally::{PhaseScan, Tally, median};

/// Granules that are searched at all phases: the loudest of as many parts of the file, because a lattice
/// shows best where its spacing is widest.
const MOST_GRANULES: usize = 26;

/// Scalefactor bands that are fitted, 0 to 6.2 kHz at 44.1 kHz: above, the steps are mostly too fine or too coarse
/// to show more than the holes do.
pub const BANDS: usize = 16;

/// Left and right frames show in the first, mid and side frames in the second.
const STEREO: [Signal; 2] = [Signal::Left, Signal::Mid];

/// A search over all phases, in two ways.
pub struct Scans {
    /// Every band by itself.
    pub bands: PhaseScan,
    /// The lowest bands together, by squares. A single granule may lift a phase here, so this proves nothing, but its
    /// best phase is a candidate.
    pub lowest: PhaseScan,
}

/// Searches all phases.
pub fn scan(spans: &[Span], places: &[Place], bands: &'static BandTable, noise: Noise) -> Scans {
    let chosen = chosen(places);
    let signals: &'static [Signal] = if is_stereo(spans) { &STEREO } else { &STEREO[..1] };
    let mut tallies = [(); 2].map(|()| Tally::new(PERIOD, signals, chosen.len(), scorer::LEAST_SPREAD));
    let mut scorer = Scorer::new(bands, BANDS);
    for (n, &place) in chosen.iter().enumerate() {
        let signals: Option<Vec<[Row; 2]>> = signals_of(place, spans, n)
            .into_iter()
            .map(|(signal, samples)| Some(rows(&mut scorer, &samples, &noise.sigma(spans, place, signal)?)))
            .collect();
        for (way, tally) in tallies.iter_mut().enumerate() {
            if let Some(signals) = &signals {
                tally.add(&signals.iter().map(|rows| rows[way]).collect::<Vec<Row>>());
            }
        }
    }
    let [bands, lowest] = tallies.map(|tally| tally.scan(TRIMMED_COLUMN));
    Scans { bands, lowest }
}

/// The granules that are searched.
pub fn chosen(places: &[Place]) -> Vec<Place> {
    loudest(places, MOST_GRANULES)
}

/// Whether the excerpts have two channels.
pub fn is_stereo(spans: &[Span]) -> bool {
    spans.first().is_some_and(|span| span.planes.len() > 1)
}

/// The signals in which granule `n` is read.
pub fn signals_of(place: Place, spans: &[Span], n: usize) -> Vec<(Signal, Cow<'_, [f32]>)> {
    let channels: Vec<&[f32]> = (0..=usize::from(is_stereo(spans))).map(|c| place.samples(spans, c)).collect();
    taking_turns(&channels, n)
}

/// Scores at each phase.
type Row = [f32; PERIOD];

/// Scores at each phase in both ways, with the median of each subtracted.
fn rows(scorer: &mut Scorer, samples: &[f32], sigma: &[f32; coded::BANDS]) -> [Row; 2] {
    let mut rows = [[0.0; PERIOD]; 2];
    let [bands, lowest] = &mut rows;
    scorer.score(samples, MARGIN, sigma, [bands, lowest]);
    rows.map(|row| {
        let middle = median(row.iter().copied());
        row.map(|score| score - middle)
    })
}
