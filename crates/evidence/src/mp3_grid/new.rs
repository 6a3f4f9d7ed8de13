//! How much of what a search has found at a phase is new in each granule.

use bitrater_media::layer3::BandTable;
use bitrater_signal::lattice::Fitter;
use bitrater_signal::mp3::lattice::{LARGEST, LARGEST_OF_BAND, fitter};
use bitrater_signal::mp3::{Block, GRANULE_NEED, GranuleBank, LANES, LINES, Lane};

use super::noise::Noise;
use super::scorer::{CHANCE, CHANCE_OF_GROUP, FIRST_BAND, GROUPS};
use super::{PERIOD, TRIMMED_COLUMN};
use crate::coded;
use crate::excerpts::Span;
use crate::innovation::{Frames, LAGS, Layout, NEW, stretches};
use crate::signals::Signal;
use crate::tally::GridPeak;

/// Gain of [`super::scorer`]'s bank over the scale of a decoder.
const GAIN: f32 = 9.0;

/// Granules, compared with what lies so many samples beside them.
const fn layout(beside: isize, groups: usize) -> Layout {
    Layout { period: PERIOD, need: GRANULE_NEED, rivals: 1, beside, lags: &LAGS, groups, exact: false, new: NEW }
}

/// Granules of the excerpts.
fn frames<'a>(
    spans: &'a [Span],
    signals: &[Signal],
    beside: isize,
    groups: usize,
) -> Frames<'a, impl FnMut(&[f32]) -> Vec<f32>> {
    let bank = GranuleBank::new();
    let mut slots = Vec::new();
    let lines = move |samples: &[f32]| {
        let mut lines = [0.0; LINES];
        bank.slots(samples, &mut slots);
        if let Some(slots) = slots.first_chunk() {
            bank.lines(slots, Block::Long, &mut lines);
        }
        lines.iter().map(|line| GAIN * line).collect()
    };
    Frames::new(stretches(spans), signals, layout(beside, groups), lines)
}

/// Column of a phase.
fn column(phase: u32) -> usize {
    (phase as usize + TRIMMED_COLUMN) % PERIOD
}

/// The share of the holes at a phase.
pub fn of_holes(spans: &[Span], peak: &GridPeak, rounding: f64) -> f64 {
    let floor = rounding.max(1e-14) as f32;
    frames(spans, &[peak.signal], 2, 8).new_holes(column(peak.phase), &(0..LINES), |_| floor, peak.depth)
}

/// The share of the lattices of single bands at a phase.
pub fn of_bands(spans: &[Span], phase: u32, signals: &[Signal], bands: &BandTable, count: usize, noise: Noise) -> f64 {
    let sigma = noise.usual(spans, signals[0]);
    let mut fitter = fitter(LARGEST_OF_BAND);
    let edges: Vec<_> = bands.long[FIRST_BAND..=count].windows(2).map(|pair| pair[0].into()..pair[1].into()).collect();
    let score = |lines: &[f32], band: usize| {
        let fit = fit(&mut fitter, &lines[edges[band].clone()], |_| sigma[FIRST_BAND + band]);
        (fit - CHANCE).max(0.0)
    };
    let of_band = |band: usize| noise.repeated(sigma[FIRST_BAND + band]);
    frames(spans, signals, 11, 2).new_bands(column(phase), &edges, score, of_band, None)
}

/// The share of the lattices of groups of bands at a phase.
pub fn of_groups(spans: &[Span], phase: u32, signals: &[Signal], bands: &BandTable, noise: Noise) -> f64 {
    let sigma = noise.usual(spans, signals[0]);
    let mut fitter = fitter(LARGEST);
    let groups = GROUPS.map(|band| usize::from(bands.long[band]));
    let edges: Vec<_> = groups.windows(2).map(|pair| pair[0]..pair[1]).collect();
    let of_line = |group: usize, n: usize| {
        let line = edges[group].start + n;
        let band = bands.long.iter().rposition(|&edge| usize::from(edge) <= line).unwrap_or(0);
        sigma[band.min(coded::BANDS - 1)]
    };
    let score = |lines: &[f32], group: usize| {
        (fit(&mut fitter, &lines[edges[group].clone()], |n| of_line(group, n)) - CHANCE_OF_GROUP).max(0.0).powi(2)
    };
    frames(spans, signals, 11, 2).new_bands(
        column(phase),
        &edges,
        score,
        |group| noise.repeated(of_line(group, 0)),
        None,
    )
}

/// The score of the best step of some lines.
fn fit(fitter: &mut Fitter, lines: &[f32], sigma: impl Fn(usize) -> f32) -> f32 {
    let lanes: Vec<Lane> = lines.iter().map(|&line| [line; LANES]).collect();
    fitter.fit_under(&lanes, sigma).score[0]
}
