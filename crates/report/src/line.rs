//! One result as JSON: the same object in `json` and `jsonl`, with its fields always in the same order.

use bitrater_verdict::{
    Assessment, Class, Codec, Evidence, Failure, Generation, Original, Outcome, Reason, Resolution, Stated, Verdict,
    Versions,
};
use serde::Serialize;

use crate::name::Name;

/// An outcome as it is serialised: every field is there, and null where a failed file has nothing to say.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    #[serde(flatten)]
    name: Name<'a>,
    status: &'static str,
    error: Option<&'a Failure>,
    container: Option<&'a str>,
    codec: Option<Codec>,
    sample_rate: Option<u32>,
    channels: Option<u16>,
    bit_depth: Option<u16>,
    duration: Option<f64>,
    stated: Option<&'a Stated>,
    original: Option<&'a Original>,
    verdict: Option<Verdict>,
    confidence: Option<f64>,
    transcoded_from: Option<Class>,
    quality_gap: Option<u8>,
    history: Option<&'a [Generation]>,
    cutoff_hz: Option<u32>,
    resolution: Option<&'a Resolution>,
    reasons: Option<Vec<String>>,
    reasons_data: Option<&'a [Reason]>,
    evidence: Option<&'a [Evidence]>,
    warnings: Option<&'a [String]>,
    versions: Option<&'a Versions>,
}

impl<'a> From<&'a Outcome> for Line<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        let (ok, error): (Option<&Assessment>, _) = match &outcome.result {
            Ok(assessment) => (Some(assessment), None),
            Err(failure) => (None, Some(failure)),
        };
        Self {
            name: outcome.path.as_path().into(),
            status: if ok.is_some() { "ok" } else { "error" },
            error,
            container: ok.map(|a| a.container.as_str()),
            codec: ok.map(|a| a.codec),
            sample_rate: ok.map(|a| a.sample_rate),
            channels: ok.map(|a| a.channels),
            bit_depth: ok.and_then(|a| a.bit_depth),
            duration: ok.map(|a| a.duration),
            stated: ok.map(|a| &a.stated),
            original: ok.map(|a| &a.original),
            verdict: ok.map(|a| a.verdict),
            confidence: ok.map(|a| a.confidence),
            transcoded_from: ok.and_then(|a| a.transcoded_from),
            quality_gap: ok.map(|a| a.quality_gap),
            history: ok.map(|a| a.history.as_slice()),
            cutoff_hz: ok.and_then(|a| a.cutoff_hz),
            resolution: ok.map(|a| &a.resolution),
            reasons: ok.map(|a| a.reasons.iter().map(Reason::full).collect()),
            reasons_data: ok.map(|a| a.reasons.as_slice()),
            evidence: ok.map(|a| a.evidence.as_slice()),
            warnings: ok.map(|a| a.warnings.as_slice()),
            versions: ok.map(|a| &a.versions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    /// The keys of the outermost JSON object, in order.
    fn keys(json: &str) -> Vec<String> {
        let (mut depth, mut keys) = (0, Vec::new());
        let mut rest = json;
        while let Some(char) = rest.chars().next() {
            match char {
                '{' | '[' => depth += 1,
                '}' | ']' => depth -= 1,
                '"' => {
                    let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                    let string = strings.next().unwrap().unwrap();
                    rest = &rest[strings.byte_offset()..];
                    if depth == 1 && rest.starts_with(':') {
                        keys.push(string);
                    }
                    continue;
                }
                _ => {}
            }
            rest = &rest[char.len_utf8()..];
        }
        keys
    }

    #[test]
    fn fields_and_their_order_are_those_of_an_assessment() {
        let outcome = samples::transcode("a.flac");
        let line = serde_json::to_string(&Line::from(&outcome)).unwrap();
        let assessment = serde_json::to_string(outcome.result.as_ref().unwrap()).unwrap();
        let keys_of_line = keys(&line);
        assert_eq!(keys_of_line[..3], ["path", "status", "error"]);
        assert_eq!(keys_of_line[3..], keys(&assessment));
        assert!(line.ends_with(&assessment[1..]), "the values are those of the assessment");
    }

    #[test]
    fn a_failed_file_has_every_field_too() {
        let ok = serde_json::to_string(&Line::from(&samples::original("a"))).unwrap();
        let failed = serde_json::to_string(&Line::from(&samples::error("a"))).unwrap();
        assert_eq!(keys(&ok), keys(&failed));
    }
}
