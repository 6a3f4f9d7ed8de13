//! The yardstick of benchmarks: what the decoder library alone takes for a file, with nothing kept.

use std::fs::File;
use std::hint::black_box;
use std::path::Path;

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::convert;
use crate::error::{MediaError, Unsupported};

/// Decodes a file with symphonia as its own documentation has it, keeps nothing, and counts the samples per channel.
///
/// # Errors
/// Where the file does not open, is of no format that symphonia knows, or has a packet that does not decode.
#[doc(hidden)]
pub fn plain_decode(path: &Path) -> Result<u64, MediaError> {
    const FORMAT: &str = "plainly decoded audio";
    let failed = |error| convert::error(error, FORMAT);
    let none = || MediaError::from(Unsupported::NoDecoder { format: FORMAT });
    let source = MediaSourceStream::new(Box::new(File::open(path)?), MediaSourceStreamOptions::default());
    let mut reader = symphonia::default::get_probe()
        .probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default())
        .map_err(failed)?;
    let track = reader.default_track(TrackType::Audio).ok_or_else(none)?;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio()).ok_or_else(none)?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default().gapless(false))
        .map_err(failed)?;
    let mut frames = 0;
    while let Some(packet) = reader.next_packet().map_err(failed)? {
        frames += black_box(decoder.decode(&packet).map_err(failed)?).frames() as u64;
    }
    Ok(frames)
}
