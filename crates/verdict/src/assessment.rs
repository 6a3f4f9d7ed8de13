//! The answer for one file, with its reasons.

use std::borrow::Cow;

use bitrater_evidence::{Class, Codec, Evidence, Resolution, Stated};
use serde::{Deserialize, Serialize};

use crate::{Generation, Original, Reason, Verdict};

/// Versions of everything that contributed to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Version of the engine (this workspace).
    pub engine: Cow<'static, str>,
    /// Version of the evidence catalogue.
    pub evidence: u32,
    /// Name of the rules or model that decided.
    pub model: String,
}

/// The full answer for one file that could be analysed. Field order is the order of the JSON report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Rungs of the seven-class ladder between stated and original, 1 where the rate of the original is unknown; 0 if
    /// no transcode.
    pub quality_gap: u8,
    /// Lossy generations found, oldest first.
    pub history: Vec<Generation>,
    /// Cutoff edge in Hz.
    pub cutoff_hz: Option<u32>,
    /// Sample resolution.
    pub resolution: Resolution,
    /// Why, most important first. Serialised twice: as sentences that name their evidence, and as `reasons_data`.
    #[serde(flatten, with = "crate::reason::twice")]
    pub reasons: Vec<Reason>,
    /// What was measured.
    pub evidence: Vec<Evidence>,
    /// Anomalies of the file.
    pub warnings: Vec<String>,
    /// What decided.
    pub versions: Versions,
}

impl Reason {
    /// The short sentence; `of` is the assessment whose reason it is.
    #[must_use]
    pub fn plain(&self, of: &Assessment) -> String {
        self.in_plain_words(of.verdict, of.history.first())
    }
}

#[cfg(test)]
mod tests {
    use bitrater_evidence::Mode;

    use super::*;

    /// An assessment with numbers that an inexact parser of decimals would get wrong in the last place.
    fn awkward() -> Assessment {
        let numbers = [0.1 + 0.2, 1.0 / 3.0, 5e-324, f64::MAX, -0.0, 243.123, 9_007_199_254_740_993.0];
        let codec = Codec::Mp3;
        let generation =
            Generation { codec, class: Class::V(2), bitrate: Some(190), mode: Some(Mode::Vbr), phase: Some(559) };
        Assessment {
            container: "flac".to_owned(),
            codec: Codec::Flac,
            sample_rate: 44_100,
            channels: 2,
            bit_depth: Some(16),
            duration: numbers[1],
            stated: Stated {
                codec: Codec::Flac,
                class: Class::Lossless,
                bitrate: None,
                mode: Some(Mode::Lossless),
                encoder: Some("a \"name\"\n\u{1b}[2J \u{1f3b5}".to_owned()),
            },
            original: Original { codec, class: Class::V(2), bitrate: Some(190), mode: None },
            verdict: Verdict::Transcode,
            confidence: numbers[0],
            transcoded_from: Some(Class::Rate { codec: Codec::Ac3, kbps: 448 }),
            quality_gap: 5,
            history: vec![generation, Generation { codec: Codec::Unknown, phase: None, ..generation_of_rate(97) }],
            cutoff_hz: Some(18_600),
            resolution: Resolution { effective_bits: Some(16), upsampled_from: None },
            reasons: crate::reason::samples(),
            evidence: numbers
                .into_iter()
                .chain([f64::NAN])
                .map(|value| Evidence { name: "name".into(), value, unit: "db".into() })
                .collect(),
            warnings: Vec::new(),
            versions: Versions::current(),
        }
    }

    fn generation_of_rate(kbps: u32) -> Generation {
        let codec = Codec::Mp3;
        Generation { codec, class: Class::Rate { codec, kbps }, bitrate: Some(kbps), mode: None, phase: None }
    }

    #[test]
    fn json_that_was_read_is_written_again_to_the_byte() {
        let json = serde_json::to_string(&awkward()).unwrap();
        let read: Assessment = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
        // The values are the same, too, except the one that is not a number.
        let values =
            |assessment: &Assessment| assessment.evidence.iter().map(|e| e.value.to_bits()).collect::<Vec<_>>();
        assert_eq!(values(&read)[..7], values(&awkward())[..7]);
        assert!(read.evidence[7].value.is_nan());
        assert_eq!(read.reasons, awkward().reasons);
    }
}
