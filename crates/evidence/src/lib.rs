//! Named measured facts about one decoded file: `Pcm + StreamFacts → EvidenceSet`, the second step of
//! the arrow.

pub mod aac_grid;
pub mod ac3_grid;
mod bits;
mod catalogue;
mod coded;
mod collector;
pub mod cutoff;
mod excerpts;
mod innovation;
pub mod mp3_aligned;
pub mod mp3_grid;
mod mp3_rate;
pub mod opus_grid;
mod others;
pub mod own;
mod passages;
mod places;
mod set;
mod signals;
mod source_rate;
pub mod subband_grid;
mod tally;
mod upsampling;
pub mod vorbis_grid;
pub mod wma_grid;

pub use bitrater_media::{Class, Codec, MP3_RATE_CLASSES, Mode, Mp3Facts, Stated, StreamFacts};
pub use catalogue::{CATALOGUE, meaning};
pub use collector::{Collector, EvidenceError};
pub use others::OtherCodecs;
pub use passages::{Passage, Passages};
pub use set::{Evidence, EvidenceSet, Resolution, SCHEMA_VERSION};
pub use signals::Signal;
pub use tally::{GridPeak, PARTS, PhaseScan};
