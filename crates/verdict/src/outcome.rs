//! One line of a report: a path with its assessment, or with the reason why there is none.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Assessment;

/// Kinds of failure that a file can end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// No such file.
    NotFound,
    /// The operating system refused to read it.
    Io,
    /// Not a format that this build can decode.
    Unsupported,
    /// Damaged beyond what the decoder can skip.
    Decode,
    /// Fewer samples than any evidence needs.
    TooShort,
    /// Took longer than allowed.
    Timeout,
    /// Needed more memory than allowed.
    Memory,
    /// The worker that analysed it died.
    Crash,
    /// Exceeds a limit (channels, rate, header sizes).
    Limit,
}

impl FailureKind {
    /// The name used in every report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Io => "io",
            Self::Unsupported => "unsupported",
            Self::Decode => "decode",
            Self::TooShort => "too_short",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Crash => "crash",
            Self::Limit => "limit",
        }
    }
}

/// Why a file has no assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which kind.
    pub kind: FailureKind,
    /// One sentence: what was wrong and what to do.
    pub message: String,
}

/// The result for one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The path as the user gave it or as the walk found it.
    pub path: PathBuf,
    /// The assessment, or why there is none.
    pub result: Result<Assessment, Failure>,
}
