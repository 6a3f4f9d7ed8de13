//! The share of the evidence at a phase that earlier granules do not predict.

use bitrater_media::layer3::BandTable;
use bitrater_signal::lattice::Fitter;
use bitrater_signal::mp3::lattice::{LARGEST, LARGEST_OF_BAND, fitter};
use bitrater_signal::mp3::{Block, GRANULE_NEED, GranuleBank, LANES, LINES, Lane};

use super::noise::Noise;
use super::scorer::{CHANCE, CHANCE_OF_GROUP, FIRST_BAND, GROUPS};
use super::{PERIOD, TRIMMED_COLUMN};
use crate::coded;
use crate::excerpts::Span;
use crate::innovation::{BandOptions, Frames, HoleOptions, Layout};
use crate::signals::Signal;
use crate::tally::GridPeak;

/// Gain of [`super::scorer`]'s bank over the scale of a decoder.
const GAIN: f32 = 9.0;

/// Granules of the excerpts.
fn frames<'a>(spans: &'a [Span], signals: &[Signal], groups: usize) -> Frames<'a, impl FnMut(&[f32]) -> Vec<f32>> {
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
    Frames::new(spans, signals, Layout::new(PERIOD, GRANULE_NEED, groups), lines)
}

/// Column of a phase.
fn column(phase: u32) -> usize {
    (phase as usize + TRIMMED_COLUMN) % PERIOD
}

/// The share of the holes at a phase.
pub fn of_holes(spans: &[Span], peak: &GridPeak, rounding: f64) -> f64 {
    let floor = rounding.max(1e-14) as f32;
    let options = HoleOptions { depth: peak.depth, ..HoleOptions::default() };
    frames(spans, &[peak.signal], 8).unpredicted_holes(column(peak.phase), &(0..LINES), |_| floor, options)
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
    frames(spans, signals, 2).unpredicted_bands(column(phase), &edges, score, of_band, BandOptions::default())
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
    let of_group = |group| noise.repeated(of_line(group, 0));
    frames(spans, signals, 2).unpredicted_bands(column(phase), &edges, score, of_group, BandOptions::default())
}

/// The score of the best step of some lines.
fn fit(fitter: &mut Fitter, lines: &[f32], sigma: impl Fn(usize) -> f32) -> f32 {
    let lanes: Vec<Lane> = lines.iter().map(|&line| [line; LANES]).collect();
    fitter.fit_under(&lanes, sigma).score[0]
}
