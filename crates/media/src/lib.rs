//! Opens, probes and decodes audio files: `path → Pcm + StreamFacts`, the first step of the arrow.

mod facts;
pub mod layer3;
mod pcm;

pub use facts::{Class, Codec, MP3_RATE_CLASSES, Mode, Mp3Facts, Stated, StreamFacts};
pub use pcm::Pcm;
