//! The answer for one file, with its reasons.

use bitrater_evidence::{Class, Codec, Evidence, Mode, Resolution, SCHEMA_VERSION, Stated};
use serde::Serialize;

/// What is said of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Holds what it claims.
    Original,
    /// Claims more than it holds.
    Transcode,
    /// The evidence does not carry either.
    Inconclusive,
}

/// The weakest generation found: the best estimate, also when the verdict is inconclusive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Original {
    /// `lossless` when no lossy generation was found, `unknown` when one is proven but not named.
    pub codec: Codec,
    /// Class of that generation.
    pub class: Class,
    /// Kilobits per second; none for lossless.
    pub bitrate: Option<u32>,
    /// How the bits were spent, where it shows.
    pub mode: Option<Mode>,
}

/// One lossy encode in the file's past.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Generation {
    /// Codec of the encode.
    pub codec: Codec,
    /// Estimated or stated class.
    pub class: Class,
    /// Kilobits per second, estimated or stated.
    pub bitrate: Option<u32>,
    /// How the bits were spent, where it shows.
    pub mode: Option<Mode>,
    /// Frame phase: index of the first sample of a frame (a granule for MP3) modulo the frame period,
    /// in samples of the file as decoded; none where the grid was not located.
    pub phase: Option<u32>,
}

/// Versions of everything that had a part in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// Version of the engine (this workspace).
    pub engine: &'static str,
    /// Version of the evidence catalogue.
    pub evidence: u32,
    /// Name of the rules or model that decided.
    pub model: String,
}

/// Name of the rules that decide, raised whenever one of them changes an answer.
const RULES: &str = "rules-1";

impl Versions {
    /// The versions of this build.
    #[must_use]
    pub fn current() -> Self {
        Self { engine: env!("CARGO_PKG_VERSION"), evidence: SCHEMA_VERSION, model: RULES.to_owned() }
    }
}

/// The full answer for one file that could be analysed. Field order is the order of the JSON report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    /// Container name.
    pub container: String,
    /// Codec of the stream.
    pub codec: Codec,
    /// Samples per second per channel.
    pub sample_rate: u32,
    /// Channel count.
    pub channels: u16,
    /// Bits per sample of a lossless stream.
    pub bit_depth: Option<u16>,
    /// Seconds of audio decoded, rounded to a millisecond.
    pub duration: f64,
    /// What the file claims.
    pub stated: Stated,
    /// What it holds.
    pub original: Original,
    /// Whether the two agree.
    pub verdict: Verdict,
    /// Probability that the verdict is right, 0 to 1; for `inconclusive` the probability of a transcode.
    pub confidence: f64,
    /// Class of the weakest generation, for transcodes only.
    pub transcoded_from: Option<Class>,
    /// Rungs of the seven-class ladder between stated and original; 0 if no transcode.
    pub quality_gap: u8,
    /// Lossy generations found, oldest first.
    pub history: Vec<Generation>,
    /// Cutoff edge in Hz.
    pub cutoff_hz: Option<u32>,
    /// Sample resolution.
    pub resolution: Resolution,
    /// Why, most important first; each sentence names its evidence.
    pub reasons: Vec<String>,
    /// What was measured.
    pub evidence: Vec<Evidence>,
    /// What was odd about the file.
    pub warnings: Vec<String>,
    /// What decided.
    pub versions: Versions,
}
