//! The searches for codecs other than MP3, each left out where it could only find the stream itself.

use bitrater_media::Codec;

use crate::aac_grid::{self, AacSearch};
use crate::excerpts::Span;
use crate::opus_grid::{self, OpusSearch};
use crate::subband_grid::{self, SubbandSearch};
use crate::vorbis_grid::{self, VorbisSearch};

/// What was found of each; none where the search was left out or the file gives it too little.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OtherCodecs {
    /// AAC-LC.
    pub aac: Option<AacSearch>,
    /// Vorbis.
    pub vorbis: Option<VorbisSearch>,
    /// Opus (CELT).
    pub opus: Option<OpusSearch>,
    /// MPEG Layer I and II, and Musepack; only looked for in lossless files.
    pub subband: Option<SubbandSearch>,
}

impl OtherCodecs {
    /// Runs the searches over the excerpts of a stream of `own` codec.
    pub(crate) fn search(spans: &[Span], own: Codec, sample_rate: u32, noise: f64) -> Self {
        Self {
            aac: (own != Codec::Aac).then(|| aac_grid::search(spans, sample_rate, noise)).flatten(),
            vorbis: (own != Codec::Vorbis).then(|| vorbis_grid::search(spans, sample_rate, noise)).flatten(),
            subband: own.is_lossless().then(|| subband_grid::search(spans, sample_rate, noise)).flatten(),
            opus: (own != Codec::Opus).then(|| opus_grid::search(spans, sample_rate, noise)).flatten(),
        }
    }
}
