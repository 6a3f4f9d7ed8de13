//! Which MP3 generation is worth asking for its rate: the clearest one, where the search for grids found one; under an MP3 stream
//! also one on the stream's own grid. In a lossless file that shows it in part only it is asked there.

use bitrater_media::{Codec, StreamFacts};

use crate::excerpts::Span;
use crate::mp3_aligned::{AlignedSearch, SHOWING};
use crate::mp3_grid::rate::{self, GenerationRate};
use crate::mp3_grid::{GridSearch, OWN_PHASE, STRONG, STRONG_BY_ITSELF};
use crate::own;
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
    let scanned = grid.iter().flat_map(|grid| grid.peaks()).map(|peak| (peak.phase, peak.strength, STRONG));
    let likely = grid.iter().flat_map(|grid| &grid.likely);
    let likely = likely.map(|asked| (asked.phase, asked.strength, STRONG_BY_ITSELF));
    let elsewhere = scanned
        .chain(likely)
        .filter(|&(phase, strength, least)| strength >= least && !own::of_mp3(phase, stream.codec))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(phase, ..)| phase);
    let phase = elsewhere.or_else(|| aligned.is_some_and(|aligned| aligned.showing >= SHOWING).then_some(OWN_PHASE))?;
    let only = if stream.codec.is_lossless() {
        passages::with_mp3(spans, stream.sample_rate, phase, rounding)
    } else {
        Vec::new()
    };
    rate::read(spans, stream.sample_rate, phase, (!under_mp3).then_some(rounding), &only)
}
