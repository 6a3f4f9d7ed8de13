//! Where in the excerpts frames can be analysed at every phase, and their samples at Opus' own rate.

use bitrater_signal::celt::{LINES, OVERLAP, PERIOD_44100, PERIOD_48000, SAMPLE_RATE, TAPS, emphasise, resampler};
use bitrater_signal::energy::energy;
use bitrater_signal::resample::Resampler;

use super::spectra::MARGIN;
use crate::excerpts::Span;
use crate::places::best_of_parts;

/// Phases computed per place.
pub const WIDTH: usize = PERIOD_48000 + 2 * MARGIN;

/// Samples at 48 kHz that a place's search needs, and one more for the emphasis.
const NEED: usize = WIDTH + LINES + OVERLAP;

/// One cycle of the resampler, in output and input samples.
const CYCLE: (usize, usize) = (160, 147);

/// Samples per channel before the place that the reader takes.
const BEFORE: usize = CYCLE.1 + TAPS / 2 - 1;

/// A place in the file: a multiple of 20 ms from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index of the span.
    pub span: usize,
    /// Offset of the place in the span, in samples of the file.
    pub offset: usize,
}

/// Reads places from spans at one sample rate.
pub struct Reader<'a> {
    spans: &'a [Span],
    resampler: Option<Resampler>,
    raw: Vec<f32>,
    planes: Vec<Vec<f32>>,
}

impl<'a> Reader<'a> {
    /// A reader for 44.1 or 48 kHz.
    pub fn new(spans: &'a [Span], sample_rate: u32) -> Option<Self> {
        let resampler = match sample_rate {
            SAMPLE_RATE => None,
            44_100 => Some(resampler(0.0)),
            _ => return None,
        };
        let channels = spans.iter().map(|span| span.planes.len()).min()?.min(2);
        (channels > 0).then(|| Self { spans, resampler, raw: Vec::new(), planes: vec![Vec::new(); channels] })
    }

    /// Moves the reading position by a fraction of a sample; nothing at 48 kHz.
    pub fn set_offset(&mut self, offset: f64) {
        if let Some(filters) = &mut self.resampler {
            *filters = resampler(offset);
        }
    }

    /// Whether there are two channels.
    pub fn stereo(&self) -> bool {
        self.planes.len() > 1
    }

    /// Every place in file order.
    pub fn places(&self) -> Vec<Place> {
        let (period, after) = match &self.resampler {
            Some(resampler) => (PERIOD_44100, resampler.need(NEED)),
            None => (PERIOD_48000, NEED),
        };
        let mut all = Vec::new();
        for (index, span) in self.spans.iter().enumerate() {
            let aligned = (span.start + BEFORE as u64).next_multiple_of(period as u64);
            let mut offset = (aligned - span.start) as usize;
            let length = span.planes.iter().map(Vec::len).min().unwrap_or(0);
            while offset + after <= length {
                all.push(Place { span: index, offset });
                offset += period;
            }
        }
        all
    }

    /// The samples of every channel at 48 kHz with the decoder's de-emphasis undone; column c of the search begins
    /// at sample c, and the place itself at sample [`MARGIN`].
    pub fn read(&mut self, place: Place) -> &[Vec<f32>] {
        let (mut raw, mut planes) = (std::mem::take(&mut self.raw), std::mem::take(&mut self.planes));
        for (plane, out) in self.spans[place.span].planes.iter().zip(&mut planes) {
            self.read_plane(plane, place, NEED, &mut raw, out);
        }
        (self.raw, self.planes) = (raw, planes);
        &self.planes
    }

    /// Some stretches of `frames` frames at 48 kHz, as [`Self::read`] gives them, each with the index of its first
    /// sample there: those that begin with the loudest place of each of `most` parts of the file.
    pub fn stretches(&self, frames: usize, most: usize) -> Vec<(u64, Vec<Vec<f32>>)> {
        let period = if self.resampler.is_some() { PERIOD_44100 } else { PERIOD_48000 };
        let count = (frames + 1) * PERIOD_48000;
        let need = self.resampler.as_ref().map_or(NEED, |resampler| resampler.need(NEED));
        let fits = |place: &Place| {
            let length = self.spans[place.span].planes.iter().map(Vec::len).min().unwrap_or(0);
            place.offset + frames * period + need <= length
        };
        let places: Vec<Place> = self.places().into_iter().filter(fits).collect();
        let read = |place: Place| {
            let index = (self.spans[place.span].start + place.offset as u64) / period as u64;
            let start = index * PERIOD_48000 as u64 - MARGIN as u64;
            (start, self.planes_at(place, count))
        };
        self.loudest(&places, most).into_iter().map(read).collect()
    }

    /// The samples of every channel from [`MARGIN`] before the place on.
    fn planes_at(&self, place: Place, count: usize) -> Vec<Vec<f32>> {
        let mut raw = Vec::new();
        let channels = self.spans[place.span].planes.iter().take(self.planes.len());
        channels
            .map(|plane| {
                let mut out = Vec::new();
                self.read_plane(plane, place, count, &mut raw, &mut out);
                out
            })
            .collect()
    }

    /// `count` samples of a channel, less the one that the emphasis takes.
    fn read_plane(&self, plane: &[f32], place: Place, count: usize, raw: &mut Vec<f32>, out: &mut Vec<f32>) {
        if let Some(resampler) = &self.resampler {
            let skip = CYCLE.0 - MARGIN - 1;
            resampler.cycles(&plane[place.offset - BEFORE..], count + skip, raw);
            emphasise(&raw[skip..], out);
        } else {
            let from = place.offset - MARGIN - 1;
            emphasise(&plane[from..from + count], out);
        }
    }

    /// The loudest place of each of `most` equal parts of the file.
    pub fn loudest(&self, places: &[Place], most: usize) -> Vec<Place> {
        best_of_parts(places, most, |&place| self.energy(place))
    }

    /// Energy of all channels over the first frame of a place.
    pub fn energy(&self, place: Place) -> f32 {
        let frame = place.offset..place.offset + PERIOD_44100;
        self.spans[place.span].planes.iter().map(|plane| energy(&plane[frame.clone()])).sum()
    }
}
