//! The first set of decision rules: evidence in, assessment out.

use bitrater_evidence::{Class, Codec, EvidenceSet, Mode, SCHEMA_VERSION};

use crate::{Assessment, Original, Verdict, Versions};

/// What the user may ask of the decision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Policy {
    /// Lowest confidence at which a file is called a transcode, 0 to 1; never below the rules' own bar.
    pub min_confidence: f64,
}

/// Assesses one file.
#[must_use]
pub fn assess(evidence: &EvidenceSet, _policy: &Policy) -> Assessment {
    let stream = &evidence.stream;
    Assessment {
        container: stream.container.clone(),
        codec: stream.codec,
        sample_rate: stream.sample_rate,
        channels: stream.channels,
        bit_depth: stream.bit_depth,
        duration: (stream.duration * 1000.0).round() / 1000.0,
        stated: stream.stated.clone(),
        original: Original {
            codec: Codec::Lossless,
            class: Class::Lossless,
            bitrate: None,
            mode: Some(Mode::Lossless),
        },
        verdict: Verdict::Inconclusive,
        confidence: 0.5,
        transcoded_from: None,
        quality_gap: 0,
        history: Vec::new(),
        cutoff_hz: evidence.cutoff_hz,
        resolution: evidence.resolution,
        reasons: Vec::new(),
        evidence: evidence.items.clone(),
        warnings: stream.warnings.clone(),
        versions: Versions { engine: env!("CARGO_PKG_VERSION"), evidence: SCHEMA_VERSION, model: "rules-1".to_owned() },
    }
}
