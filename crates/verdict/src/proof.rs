//! Proofs: what they consist of.

use bitrater_evidence::{Class, Codec, GridPeak};

use crate::{Generation, Reason};

/// Parts of the file (of four) that must show a grid by themselves, if agreement is required.
pub(crate) const AGREEING_PARTS: u32 = 2;

/// At this many times the bar parts need not agree: it may be a lossy passage in a longer file.
pub(crate) const OVERWHELMING: f64 = 1.75;

/// Proof of one lossy generation older than the stream itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The generation.
    pub generation: Generation,
    /// Strength over its bar; at least 1.
    pub margin: f64,
    /// The proof as data.
    pub reason: Reason,
}

/// Whether a peak clears `bar` in enough parts of the file.
pub(crate) fn agrees(peak: &GridPeak, bar: f64) -> bool {
    peak.strength >= OVERWHELMING * bar || (peak.strength >= bar && peak.parts >= AGREEING_PARTS)
}

/// A generation of this nominal rate, or of a rate that was not read.
pub(crate) fn of_rate(codec: Codec, kbps: Option<u32>, phase: u32) -> Generation {
    let class = kbps.map_or(Class::Codec(codec), |kbps| Class::Rate { codec, kbps });
    Generation { codec, class, bitrate: kbps, mode: None, phase: Some(phase) }
}
