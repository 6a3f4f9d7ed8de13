//! Where in the excerpts granules can be analysed at every phase.

use bitrater_signal::energy::energy;
use bitrater_signal::mp3::{GRANULE_SPAN, WINDOW_LEN};

use super::PERIOD;
use crate::excerpts::Span;
use crate::places::best_of_parts;

/// Phases computed on either side of the period, so that each has its neighbours.
pub const MARGIN: usize = 8;

/// Phases computed per granule; a multiple of the lanes.
pub const WIDTH: usize = PERIOD + 2 * MARGIN;

/// Samples that one granule's search needs, from its first column.
pub const NEED: usize = WIDTH + GRANULE_SPAN + WINDOW_LEN;

/// A granule's place: the index of its span and the offset of its first column in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Index of the span.
    pub span: usize,
    /// Offset in samples; column 0 of the search lies [`MARGIN`] samples before a multiple of 576.
    pub offset: usize,
    /// Energy of all channels.
    pub energy: f32,
}

impl Place {
    fn new(spans: &[Span], span: usize, offset: usize) -> Self {
        let planes = &spans[span].planes;
        let energy = planes.iter().map(|plane| energy(&plane[offset..offset + NEED])).sum();
        Self { span, offset, energy }
    }

    /// The samples of one channel.
    pub fn samples(self, spans: &[Span], channel: usize) -> &[f32] {
        &spans[self.span].planes[channel][self.offset..self.offset + NEED]
    }
}

/// Every place in file order.
pub fn places(spans: &[Span]) -> Vec<Place> {
    let mut all = Vec::new();
    for (span, samples) in spans.iter().enumerate() {
        let aligned = (samples.start + MARGIN as u64).next_multiple_of(PERIOD as u64) - MARGIN as u64;
        let mut offset = (aligned - samples.start) as usize;
        while offset + NEED <= samples.len() {
            if !is_click(samples, offset) {
                all.push(Place::new(spans, span, offset));
            }
            offset += PERIOD;
        }
    }
    all
}

/// Samples of a click, and the share of the energy that it must have to stand alone.
const CLICK: usize = 64;
const NOTHING_ELSE: f32 = 0.999;

/// Stretches that it can touch: two, in each of two channels.
const TOUCHED: usize = 4;

/// Whether a click stands alone in a place. All of its lines have one magnitude, which any step fits, and no encoder
/// codes it in a long block.
fn is_click(samples: &Span, offset: usize) -> bool {
    let stretches = samples.planes.iter().flat_map(|plane| plane[offset..offset + NEED].chunks(CLICK));
    let mut energies: Vec<f32> = stretches.map(energy).collect();
    energies.sort_unstable_by(|a, b| b.total_cmp(a));
    let all: f32 = energies.iter().sum();
    all > 0.0 && energies.iter().take(TOUCHED).sum::<f32>() > NOTHING_ELSE * all
}

/// Granules that follow one another in a span, to be analysed in one go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster {
    /// The first of them.
    pub first: Place,
    /// How many.
    pub granules: usize,
}

impl Cluster {
    /// The samples of one channel.
    pub fn samples(self, spans: &[Span], channel: usize) -> &[f32] {
        let Place { span, offset, .. } = self.first;
        &spans[span].planes[channel][offset..offset + (self.granules - 1) * PERIOD + NEED]
    }
}

/// At most `most` of the places in clusters of at most `size`, evenly spread.
pub fn clusters(places: &[Place], most: usize, size: usize) -> Vec<Cluster> {
    let count = places.len().min(most).div_ceil(size);
    (0..count)
        .map(|n| {
            let start = if places.len() <= most { n * size } else { n * places.len() / count };
            let first = places[start];
            let follows =
                |&(k, place): &(usize, &Place)| place.span == first.span && place.offset == first.offset + k * PERIOD;
            let granules = places[start..].iter().take(size).enumerate().take_while(follows).count();
            Cluster { first, granules }
        })
        .collect()
}

/// The loudest place of each of `most` equal parts of the file.
pub fn loudest(places: &[Place], most: usize) -> Vec<Place> {
    best_of_parts(places, most, |place| place.energy)
}
