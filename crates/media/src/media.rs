//! One open file: chooses how to decode it, hands out blocks, and completes the facts at the end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::demux::{DemuxedStream, SBR_CORE_RATE};
use crate::error::{DecodeFailure, MediaError, TooShort, Unsupported};
use crate::facts::{Codec, StreamFacts};
use crate::layer3::PackedFrame;
use crate::log::Log;
use crate::mpeg::MpegStream;
use crate::pcm::Pcm;
use crate::section::Section;
use crate::sniff::{Format, sniff};
use crate::stream::Stream;
use crate::{extensions, ffmpeg};

/// An audio file that is being read.
pub struct Media {
    stream: Box<dyn Stream>,
    facts: StreamFacts,
    block: Pcm,
    log: Log,
    frames: u64,
    ended: bool,
}

impl std::fmt::Debug for Media {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Media").field("facts", &self.facts).field("frames", &self.frames).finish_non_exhaustive()
    }
}

/// Opens an audio file. Its content decides what it is; a name that says otherwise becomes a warning.
///
/// # Errors
/// Every kind of [`MediaError`]. A panic of a decoder library is one of them, not a panic here.
pub fn open(path: &Path) -> Result<Media, MediaError> {
    let mut section = Section::open(path)?;
    let name = extensions::lower(path);
    let format = sniff(&mut section, name.as_deref())?;
    let (stream, mut facts) = guarded(|| open_stream(path, section, format))?;
    if let (Some(name), Some(format)) = (&name, format) {
        facts.warnings.extend(extensions::contradiction(name, &facts.container, format.words()));
    }
    Ok(Media { stream, facts, block: Pcm::empty(), log: Log::default(), frames: 0, ended: false })
}

/// Runs decoder code; a panic in it becomes an error. symphonia 0.6.1 multiplies header fields unchecked (WAV channels by
/// depth) and so panics where overflow checks are on. What panicked is not used again.
fn guarded<T>(run: impl FnOnce() -> Result<T, MediaError>) -> Result<T, MediaError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(DecodeFailure::Panicked.into()))
}

fn open_stream(
    path: &Path,
    section: Section,
    format: Option<Format>,
) -> Result<(Box<dyn Stream>, StreamFacts), MediaError> {
    let foreign =
        |words| ffmpeg::open(path, words).map(|(stream, facts)| -> (Box<dyn Stream>, _) { (Box::new(stream), facts) });
    match format {
        Some(Format::Mpeg(_)) => {
            let (stream, facts) = MpegStream::open(section)?;
            Ok((Box::new(stream), facts))
        }
        Some(Format::Foreign(format)) => foreign(format.words),
        Some(format) => match DemuxedStream::open(section, format) {
            Ok((stream, mut facts)) => {
                // Half-rate AAC is the core of HE-AAC more often than not, and only ffmpeg decodes the rest of it.
                if facts.codec == Codec::Aac && facts.sample_rate <= SBR_CORE_RATE {
                    if let Ok(whole) = foreign("HE-AAC") {
                        return Ok(whole);
                    }
                    facts.warnings.push(
                        "if this is HE-AAC, only its lower half was decoded; install ffmpeg to have all of it"
                            .to_owned(),
                    );
                }
                Ok((Box::new(stream), facts))
            }
            // A codec or container feature that symphonia lacks.
            Err(MediaError::Unsupported(Unsupported::NoDecoder { format })) => foreign(format),
            Err(error) => Err(error),
        },
        // Nothing known: only ffmpeg may still know it, and only by its content.
        None => foreign("unrecognised").map_err(|error| match error {
            MediaError::Unsupported(_) => Unsupported::NotAudio.into(),
            error => error,
        }),
    }
}

impl Media {
    /// What is known of the stream before it was decoded to its end: the duration is the stated one, and rates that
    /// have to be counted are those of the header.
    #[must_use]
    pub fn facts(&self) -> &StreamFacts {
        &self.facts
    }

    /// The next block of samples, none at the end. Blocks are of different lengths and never empty.
    ///
    /// # Errors
    /// Only while nothing has been decoded; a file that breaks later ends there, with a warning in the facts.
    pub fn next_block(&mut self) -> Result<Option<&Pcm>, MediaError> {
        while !self.ended {
            match guarded(|| self.stream.read(&mut self.block, &mut self.log)) {
                Ok(true) if self.block.frames() > 0 => {
                    self.frames += self.block.frames() as u64;
                    return Ok(Some(&self.block));
                }
                Ok(true) => {}
                Ok(false) => {
                    self.ended = true;
                    if self.frames == 0 {
                        return Err(self.nothing());
                    }
                }
                Err(error) => {
                    self.ended = true;
                    if self.frames == 0 {
                        return Err(error);
                    }
                    self.log.ended_by(error);
                }
            }
        }
        Ok(None)
    }

    /// The last block, and the Layer III frame that it was decoded from: its granules give the block's samples,
    /// delayed by the decoder's own 528 + 1. None for other codecs and for frames that could not be read.
    #[must_use]
    pub fn last_block(&self) -> (&Pcm, Option<PackedFrame<'_>>) {
        (&self.block, self.stream.frame())
    }

    /// The facts, completed by what was read: counted duration, average rates, warnings. If the stream was not read to
    /// its end, the duration stays the stated one.
    #[must_use]
    pub fn finish(self) -> StreamFacts {
        let Self { stream, mut facts, log, frames, ended, .. } = self;
        let seconds = frames as f64 / f64::from(facts.sample_rate);
        if ended {
            facts.duration = seconds;
            stream.complete(&mut facts, seconds);
        }
        facts.warnings.extend(log.into_warnings(seconds));
        facts
    }

    /// Why a stream gave no samples at all.
    fn nothing(&self) -> MediaError {
        match self.log.bad_packets() {
            0 => TooShort::NoSamples.into(),
            packets => DecodeFailure::NothingDecoded { format: self.facts.codec.name(), packets }.into(),
        }
    }
}
