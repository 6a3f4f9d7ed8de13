//! Which MP3 generation has its rate read: the clearest one that the search for grids found; under an MP3 stream also
//! one on the stream's own grid. If only a part of a lossless file shows it, it is read there.

use bitrater_media::{Codec, StreamFacts};

use crate::excerpts::Span;
use crate::mp3_aligned::{AlignedSearch, SHOWING};
use crate::mp3_grid::rate::{self, GenerationRate};
use crate::mp3_grid::{GridSearch, OWN_PHASE};
use crate::passages;

/// The rate of the clearest generation that is not the stream's own. `rounding` is the variance per sample that the
/// file's rounding left.
pub(crate) fn search(
    spans: &[Span],
    grid: Option<&GridSearch>,
    aligned: Option<&AlignedSearch>,
    stream: &StreamFacts,
    rounding: f64,
) -> Option<GenerationRate> {
    let under_mp3 = stream.codec == Codec::Mp3;
    let candidates = grid.into_iter().flat_map(|grid| grid.foreign(stream.codec));
    let elsewhere =
        candidates.filter(|&(_, times)| times >= 1.0).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(phase, _)| phase);
    let phase = elsewhere.or_else(|| aligned.is_some_and(|aligned| aligned.showing >= SHOWING).then_some(OWN_PHASE))?;
    let only = if stream.codec.is_lossless() {
        passages::with_mp3(spans, stream.sample_rate, phase, rounding)
    } else {
        Vec::new()
    };
    rate::read(spans, stream.sample_rate, phase, (!under_mp3).then_some(rounding), &only)
}
