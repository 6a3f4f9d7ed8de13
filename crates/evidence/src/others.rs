//! The searches for codecs other than MP3, each left out where it could only find the stream itself.

use bitrater_media::{Codec, StreamFacts};

use crate::aac_grid::{self, AacSearch};
use crate::ac3_grid::{self, Ac3Search};
use crate::excerpts::Span;
use crate::opus_grid::{self, OpusSearch};
use crate::subband_grid::{self, SubbandSearch};
use crate::vorbis_grid::{self, VorbisSearch};
use crate::wma_grid::{self, WmaSearch};

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
    /// AC-3 and E-AC-3; only looked for in lossless files.
    pub ac3: Option<Ac3Search>,
    /// Windows Media Audio 1 and 2; only looked for in lossless files.
    pub wma: Option<WmaSearch>,
}

impl OtherCodecs {
    /// Runs the searches over the excerpts of a stream, telling `done` what has ended.
    pub(crate) fn search(spans: &[Span], stream: &StreamFacts, noise: f64, done: &mut dyn FnMut(&'static str)) -> Self {
        let (own, rate) = (stream.codec, stream.sample_rate);
        let aac = (own != Codec::Aac).then(|| aac_grid::search(spans, rate, own, noise)).flatten();
        done("AAC");
        let vorbis = (own != Codec::Vorbis).then(|| vorbis_grid::search(spans, rate, own, noise)).flatten();
        done("Vorbis");
        let subband = own.is_lossless().then(|| subband_grid::search(spans, rate, noise)).flatten();
        done("MP2 and Musepack");
        let ac3 = own.is_lossless().then(|| ac3_grid::search(spans, rate, noise)).flatten();
        done("AC-3");
        let wma = own.is_lossless().then(|| wma_grid::search(spans, rate, noise)).flatten();
        done("WMA");
        let opus = (own != Codec::Opus).then(|| opus_grid::search(spans, rate, noise)).flatten();
        done("Opus");
        Self { aac, vorbis, opus, subband, ac3, wma }
    }
}
