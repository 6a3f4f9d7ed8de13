//! Named measured facts about one decoded file: `Pcm + StreamFacts → EvidenceSet`, the second step of
//! the arrow.

mod aac_grid;
mod ac3_grid;
pub mod bars;
mod bits;
mod catalogue;
mod coded;
mod collector;
pub mod cutoff;
mod excerpts;
mod innovation;
pub mod mp3;
pub mod mp3_aligned;
pub mod mp3_grid;
mod mp3_rate;
mod opus_grid;
mod others;
pub mod own;
mod passage;
mod passages;
mod places;
mod probe;
mod registry;
pub mod search;
mod set;
mod signals;
mod smooth;
mod source_rate;
mod subband_grid;
mod tally;
#[cfg(test)]
mod test_signals;
mod trace;
mod upsampling;
mod vorbis_grid;
mod wma_grid;

pub use bitrater_media::{Class, Codec, MP3_RATE_CLASSES, Mode, Mp3Facts, Stated, StreamFacts};
pub use catalogue::{catalogue, is_feature, meaning};
pub use collector::{Collector, EvidenceError};
pub use passage::{Passage, Passages};
pub use registry::{FAMILIES, searches};
pub use search::{Family, Search};
pub use set::{Evidence, EvidenceSet, Resolution, SCHEMA_VERSION};
pub use signals::Signal;
pub use tally::{GridPeak, PARTS, PhaseScan};
pub use trace::{Details, Ladder, RateRange, Trace, Traces};
