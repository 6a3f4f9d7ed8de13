//! Why a file could not be analysed: one variant for each kind of the public interface, a typed reason inside,
//! and a sentence that says what was wrong and what to do.

use std::io;

use crate::limits::LimitExceeded;

/// Everything that can end the reading of a file. A file that breaks in its middle is no error: it is read up to
/// there and [`crate::StreamFacts::warnings`] says so.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Nothing at the path.
    #[error("there is no such file; check the path")]
    NotFound,
    /// The operating system refused to read.
    #[error("the file cannot be read ({0}); check its permissions and the disk it lies on")]
    Io(#[source] io::Error),
    /// Nothing here can decode it.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The bytes do not hold what their format promises.
    #[error(transparent)]
    Decode(#[from] DecodeFailure),
    /// No audio to look at.
    #[error(transparent)]
    TooShort(#[from] TooShort),
    /// A stated size lies outside of what is accepted before memory is set aside.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
}

impl MediaError {
    /// The word of the public interface for this kind of error.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Io(_) => "io",
            Self::Unsupported(_) => "unsupported",
            Self::Decode(_) => "decode",
            Self::TooShort(_) => "too_short",
            Self::Limit(_) => "limit",
        }
    }
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            // Invalid input: a size in the file that leads to an impossible position, as a 64-bit box length can.
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput => DecodeFailure::Truncated.into(),
            _ => Self::Io(error),
        }
    }
}

/// What a path leads to, where it is no regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A folder.
    Directory,
    /// A named pipe, a socket or a device.
    Special,
}

/// Why nothing here can decode a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// Not a regular file.
    #[error("this is {}, not an audio file", match .0 {
        NodeKind::Directory => "a folder",
        NodeKind::Special => "a pipe, socket or device",
    })]
    NotAFile(NodeKind),
    /// No known audio format starts here.
    #[error("the content is no audio format known here; remove the file from the list or check where it came from")]
    NotAudio,
    /// A container without an audio track.
    #[error("the {container} container holds no audio track")]
    NoAudioTrack {
        /// Container name.
        container: &'static str,
    },
    /// Only `ffmpeg` decodes this, and it is not installed.
    #[error("{format} is decoded by the ffmpeg and ffprobe programs, which are not on the PATH; install ffmpeg")]
    NeedsFfmpeg {
        /// The format in words.
        format: &'static str,
    },
    /// Even `ffmpeg` knows no decoder.
    #[error(
        "neither bitrater nor the installed ffmpeg can decode this {format} stream; convert it to WAV or FLAC first"
    )]
    NoDecoder {
        /// The format in words.
        format: &'static str,
    },
}

/// How the bytes of a file fail their format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeFailure {
    /// The file ends in the middle of something.
    #[error("the file is cut off; copy or download it again")]
    Truncated,
    /// Structures that contradict the format.
    #[error("the {format} file is damaged ({detail}); copy or download the file again")]
    Malformed {
        /// The format in words.
        format: &'static str,
        /// The decoder's own words.
        detail: &'static str,
    },
    /// Packets were found, but none decoded.
    #[error("none of the {packets} {format} packets could be decoded; copy or download the file again")]
    NothingDecoded {
        /// The format in words.
        format: &'static str,
        /// How many were tried.
        packets: u64,
    },
    /// The stream goes on being unreadable.
    #[error("the {format} stream is damaged ({detail})")]
    Stream {
        /// The format in words.
        format: &'static str,
        /// The decoder's own words.
        detail: &'static str,
    },
    /// The decoder library panicked.
    #[error("the file makes the decoder fail; it is damaged or made to do so")]
    Panicked,
    /// The external decoder did not get as far as the file.
    #[error(
        "{program} could not run (exit status {status}); run `{program} -version` to see why, and if memory is limited, \
         allow it half a gibibyte"
    )]
    NotRun {
        /// `ffmpeg` or `ffprobe`.
        program: &'static str,
        /// Its exit status; -1 if a signal ended it.
        status: i32,
    },
    /// The external decoder gave up.
    #[error("ffmpeg could not decode the {format} stream (exit status {status}): {detail}")]
    Ffmpeg {
        /// The format in words.
        format: &'static str,
        /// Its exit status; -1 if a signal ended it.
        status: i32,
        /// The first line it wrote, cleaned and capped.
        detail: crate::text::Clean,
    },
}

/// Why there is no audio to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooShort {
    /// Zero bytes.
    #[error("the file is empty (zero bytes); copy or download it again")]
    Empty,
    /// Nothing but ID3, APE or Lyrics3 tags.
    #[error("the file holds only tags and no audio; copy or download it again")]
    TagsOnly,
    /// A valid stream of no samples.
    #[error("the stream holds no audio samples")]
    NoSamples,
}
