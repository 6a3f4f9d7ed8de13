//! Where in the excerpts long blocks can be analysed at every phase.

use bitrater_signal::aac::{LINES, SPAN};
use bitrater_signal::energy::difference_energy;
use bitrater_signal::mp3::LANES;

use crate::excerpts::Span;
use crate::places::best_of_parts;

/// Phases that may be looked at on either side of the period.
pub const MARGIN: usize = LANES;

/// Samples between the stretches whose energies are compared.
const STRETCH: usize = 256;

/// A frame's place: the samples of all its phases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Index of the span.
    span: usize,
    /// Offset of phase 0 in it; the frames of an encode whose delay was trimmed exactly begin there.
    offset: usize,
    /// Energy of the quietest stretch.
    steadiness: f32,
}

impl Place {
    /// Channels of its span.
    pub fn channels(self, spans: &[Span]) -> usize {
        spans[self.span].planes.len()
    }

    /// Index of the sample of phase 0 in the file.
    pub fn position(self, spans: &[Span]) -> u64 {
        spans[self.span].start + self.offset as u64
    }

    /// How loud and steady it is, without a unit.
    pub fn steadiness(self) -> f32 {
        self.steadiness
    }

    /// The samples of one channel: phase p begins at sample [`MARGIN`] + p.
    pub fn samples(self, spans: &[Span], channel: usize) -> &[f32] {
        &spans[self.span].planes[channel][self.offset - MARGIN..self.offset + SPAN + MARGIN]
    }
}

/// Every place in file order.
pub fn places(spans: &[Span]) -> Vec<Place> {
    let mut all = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let aligned = (span.start + MARGIN as u64).next_multiple_of(LINES as u64);
        let mut offset = (aligned - span.start) as usize;
        while offset + SPAN + MARGIN <= span.len() {
            all.push(Place { span: index, offset, steadiness: steadiness(span, offset) });
            offset += LINES;
        }
    }
    all
}

/// The energy of the quietest stretch, with the high frequencies emphasised. Loud frames show the lattice above the
/// rounding noise, but frames with an attack were coded in short blocks.
fn steadiness(span: &Span, offset: usize) -> f32 {
    let quietest =
        |plane: &Vec<f32>| plane[offset..offset + SPAN].chunks(STRETCH).map(difference_energy).fold(f32::MAX, f32::min);
    span.planes.iter().map(quietest).sum()
}

/// The loudest steady place of each of `most` equal parts of the file.
pub fn steadiest(places: &[Place], most: usize) -> Vec<Place> {
    best_of_parts(places, most, |place| place.steadiness)
}

/// The loudest steady places of the whole file, in file order.
pub fn loudest(places: &[Place], most: usize) -> Vec<Place> {
    let mut chosen = places.to_vec();
    chosen.sort_by(|a, b| b.steadiness.total_cmp(&a.steadiness));
    chosen.truncate(most);
    chosen.sort_by_key(|place| (place.span, place.offset));
    chosen
}
