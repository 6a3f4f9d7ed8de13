//! Frame by frame: does it show the grid of a phase that is known, and would it if it had been coded there?
//!
//! As with MP3 (`mp3_grid::probe`), a frame is informative if its lines would have needed more bits than it had without
//! a detectable hole.

use bitrater_signal::celt::{CODED_LINES, PERIOD_44100, SAMPLE_RATE};

use super::frames::{Place, Reader};
use super::proof::UNIT;
use super::spectra::{MARGIN, Spectra};
use super::{PERIOD, spectra_for};
use crate::excerpts::Span;
use crate::probe::informative::{ABOVE_RATE, SEEN_STEP, is_steady, is_unclipped};
use crate::probe::{Probe, Reading};
use crate::search::Input;
use crate::trace::{Details, Trace};

/// A frame shows the grid from here on, in deviations of what audio without a grid shows.
const BAR: f32 = 4.0;

/// A rate in kbps that is assumed if none was read.
const UNKNOWN: f64 = 192.0;

/// Reads frames, reusing its buffers.
pub struct GridProbe<'a> {
    spans: &'a [Span],
    reader: Reader<'a>,
    places: Vec<Place>,
    spectra: Spectra,
    /// Samples of the file in a frame.
    period: usize,
    /// Bits that no frame of the generation needed.
    budget: f32,
}

impl<'a> GridProbe<'a> {
    /// A probe for what the search found.
    pub fn new(input: &Input<'a>, trace: &Trace) -> Option<Self> {
        let Details::Opus { offset, rate } = &trace.details else { return None };
        let (spans, sample_rate) = (input.spans, input.rate());
        let mut reader = Reader::new(spans, sample_rate)?;
        reader.set_offset(*offset);
        let kbps = rate.as_ref().map_or(UNKNOWN, |rate| f64::from(rate.below));
        Some(Self {
            spans,
            places: reader.places(),
            reader,
            spectra: spectra_for(sample_rate, input.noise),
            period: if sample_rate == SAMPLE_RATE { PERIOD } else { PERIOD_44100 },
            budget: (ABOVE_RATE * 1000.0 * kbps * PERIOD as f64 / f64::from(SAMPLE_RATE)) as f32,
        })
    }
}

impl Probe for GridProbe<'_> {
    fn count(&self) -> usize {
        self.places.len()
    }

    fn extent(&self, n: usize) -> (u64, u64) {
        let place = self.places[n];
        // The mean over the phases.
        let first = self.spans[place.span].start + (place.offset + self.period / 2) as u64;
        (first, first + self.period as u64)
    }

    fn loudness(&self, n: usize) -> f32 {
        self.reader.energy(self.places[n])
    }

    fn read(&mut self, n: usize, phase: u32) -> Reading {
        let place = self.places[n];
        let planes = self.reader.read(place);
        let column = phase as usize % PERIOD + MARGIN;
        let contrast = self.spectra.contrast(planes, column);
        let signals = if planes.len() > 1 { 4 } else { 1 };
        if contrast[..signals].iter().any(|&contrast| contrast >= BAR * UNIT) {
            return Reading::Present;
        }
        let floors: Vec<f32> = self.spectra.floors()[..CODED_LINES].to_vec();
        let lines = self.spectra.lines(planes, column);
        let needed = |line: &dyn Fn(usize) -> f32| -> f32 {
            floors.iter().enumerate().map(|(k, floor)| (1.0 + line(k).abs() / (SEEN_STEP * floor.sqrt())).log2()).sum()
        };
        let half = std::f32::consts::FRAC_1_SQRT_2;
        let bits = match lines {
            [left, right, ..] => (needed(&|k| left[k]) + needed(&|k| right[k]))
                .min(needed(&|k| half * (left[k] + right[k])) + needed(&|k| half * (left[k] - right[k]))),
            _ => lines.first().map_or(0.0, |line| needed(&|k| line[k])),
        };
        let is_informative = self.spans[place.span].planes.iter().all(|plane| {
            let samples = &plane[place.offset..plane.len().min(place.offset + 2 * self.period)];
            is_unclipped(samples) && is_steady(samples)
        });
        Reading::new(false, bits >= self.budget && is_informative)
    }
}
