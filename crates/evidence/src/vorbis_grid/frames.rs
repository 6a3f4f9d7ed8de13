//! Where in the kept samples blocks can be analysed at every phase.

use bitrater_signal::energy::energy;
use bitrater_signal::vorbis::LONG;

use super::PERIOD;
use crate::excerpts::Span;
use crate::places::best_of_parts;

/// Samples that one place's search needs.
pub const NEED: usize = LONG + PERIOD;

/// Parts of a place whose loudness is compared.
const PIECES: usize = 12;

/// A place: the index of its span and the offset of its first block in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index of the span.
    pub span: usize,
    /// Offset in samples; the first block begins at a multiple of 1024 of the file.
    pub offset: usize,
}

impl Place {
    /// The samples of one channel.
    pub fn samples(self, spans: &[Span], channel: usize) -> &[f32] {
        &spans[self.span].planes[channel][self.offset..self.offset + NEED]
    }

    /// Energy of the quietest piece, all channels together: loud where a long block is likely, for
    /// encoders switch to short ones at attacks.
    fn steadiness(self, spans: &[Span]) -> f32 {
        let planes = &spans[self.span].planes;
        (0..PIECES)
            .map(|piece| {
                let from = self.offset + piece * (NEED / PIECES);
                planes.iter().map(|plane| energy(&plane[from..from + NEED / PIECES])).sum()
            })
            .fold(f32::INFINITY, f32::min)
    }
}

/// Every place in file order.
pub fn places(spans: &[Span]) -> Vec<Place> {
    let mut all = Vec::new();
    for (span, samples) in spans.iter().enumerate() {
        let mut offset = (samples.start.next_multiple_of(PERIOD as u64) - samples.start) as usize;
        while offset + NEED <= samples.len() {
            all.push(Place { span, offset });
            offset += PERIOD;
        }
    }
    all
}

/// The loudest steady place of each of `most` equal parts of the file.
pub fn loudest(spans: &[Span], places: &[Place], most: usize) -> Vec<Place> {
    best_of_parts(places, most, |place| place.steadiness(spans))
}
