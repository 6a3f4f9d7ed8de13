//! What can keep a corpus from being made.

use std::io;
use std::path::PathBuf;

use bitrater_media::MediaError;

use crate::manifest::ManifestError;

/// Why a corpus, or one file of it, was not made.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// Nothing to make anything of.
    #[error("no lossless files in `{}`; name a folder that holds some (FLAC, WAV, AIFF, ALAC)", .0.display())]
    NoSources(PathBuf),
    /// Results would become sources of the next run.
    #[error("the output folder lies in the source folder; choose one outside of `{}`", .0.display())]
    OutputInSource(PathBuf),
    /// Programs that chains need.
    #[error("{}; install what is missing, or leave those chains out with --skip-missing", .0.join("; "))]
    Missing(Vec<String>),
    /// Not even one chain can be made.
    #[error("the programs on this machine can make none of the chains; install lame, flac and ffmpeg")]
    NothingPossible,
    /// The disk is too full.
    #[error("the corpus needs about {needed}, and `{}` has {available} left; free some space, choose fewer chains, or shorten the recordings with --seconds", path.display())]
    Space {
        /// What it needs, for people.
        needed: String,
        /// What there is, for people.
        available: String,
        /// Where.
        path: PathBuf,
    },
    /// Another run is at work there.
    #[error("another run is writing to `{}`; wait for its end, or choose another folder", .0.display())]
    Busy(PathBuf),
    /// The manifest is unreadable.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The system refuses.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A source cannot be decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// A WAV file in between cannot be read or written.
    #[error("a file in between cannot be read or written: {0}")]
    Wav(#[from] hound::Error),
    /// A program failed.
    #[error("`{program}` failed: {message}")]
    Program {
        /// Its name.
        program: &'static str,
        /// The end of what it said.
        message: String,
    },
    /// The run was cancelled in the middle of this file.
    #[error("cancelled")]
    Cancelled,
}

impl CorpusError {
    /// An error of the system at a path.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
