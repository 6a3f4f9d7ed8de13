//! The verdict on a file, and the lossy encodes in its past.

use bitrater_evidence::{Class, Codec, Mode};
use serde::{Deserialize, Serialize};

/// The verdict on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Holds what it claims.
    Original,
    /// Claims more than it holds.
    Transcode,
    /// The evidence carries neither verdict.
    Inconclusive,
}

/// The weakest generation found: the best estimate, also if the verdict is inconclusive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Original {
    /// `lossless` if no lossy generation was found, `unknown` if one is proven but its class is not known.
    pub codec: Codec,
    /// Class of that generation.
    pub class: Class,
    /// Kilobits per second; none for lossless, and where they could not be read.
    pub bitrate: Option<u32>,
    /// How the bits were spent, if that could be read.
    pub mode: Option<Mode>,
}

/// One lossy encode in the file's past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// Codec of the encode.
    pub codec: Codec,
    /// Estimated or stated class.
    pub class: Class,
    /// Kilobits per second, estimated or stated; none where they could not be read.
    pub bitrate: Option<u32>,
    /// How the bits were spent, if that could be read.
    pub mode: Option<Mode>,
    /// Frame phase: index of the first sample of a frame (a granule for MP3) modulo the frame period,
    /// in samples of the file as decoded; none where the grid was not located.
    pub phase: Option<u32>,
}
