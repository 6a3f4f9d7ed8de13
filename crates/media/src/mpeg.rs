//! Bare MPEG audio streams (Layers I to III): our own frame finder and tag reader in front of symphonia's decoder.
//! Finding the frames ourselves keeps three promises that a generic demuxer does not: random bytes are not
//! audio, the Xing frame is never decoded as sound, and nothing is trimmed, so the frame grid stays where it is.

mod header;
mod info_tag;
mod scan;
mod stated;
mod stats;
mod stream;

pub(crate) use scan::find_stream;
pub(crate) use stats::Stats;
pub(crate) use stream::MpegStream;
