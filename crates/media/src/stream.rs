//! The seam between a file that is open and the ways to decode it: bare MPEG, symphonia's demuxers, `ffmpeg`.

use crate::error::MediaError;
use crate::facts::StreamFacts;
use crate::layer3::PackedFrame;
use crate::log::Log;
use crate::pcm::Pcm;

/// A source of PCM blocks.
pub(crate) trait Stream: Send {
    /// Writes the next samples over `block`, keeping its buffers; `false` at the end. A block may come out empty.
    fn read(&mut self, block: &mut Pcm, log: &mut Log) -> Result<bool, MediaError>;

    /// The Layer III frame that the last block was decoded from, for MP3 streams whose frame could be read.
    fn frame(&self) -> Option<PackedFrame<'_>> {
        None
    }

    /// Completes what only a whole reading tells, after `seconds` of audio.
    fn complete(&self, facts: &mut StreamFacts, seconds: f64);
}
