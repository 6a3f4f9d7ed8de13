//! Answers of honest files, as `scripts/measure_honest.py run` writes them: one JSON object a line, truth and answer together.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use bitrater_evidence::{Codec, Evidence};
use serde::{Deserialize, Serialize};

/// Which half of the recordings a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Half {
    /// The half that sets the bars.
    A,
    /// The half that reports how they hold.
    B,
}

/// What an honest file is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sounds {
    /// Recordings.
    Music,
    /// Tones and loops, alone or above a recording: far from music, and nearer to the bars.
    Synthetic,
}

impl Sounds {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Music, Self::Synthetic];

    /// The sounds of a kind of honest file.
    fn of_kind(kind: &str) -> Option<Self> {
        match kind {
            "stream" | "genuine" => Some(Self::Music),
            "tone" | "loop" => Some(Self::Synthetic),
            _ => None,
        }
    }

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Music => "music",
            Self::Synthetic => "synthetic",
        }
    }
}

/// An honest file that was analysed.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Its name.
    pub path: String,
    /// The recording that it was made from.
    pub recording: String,
    /// The half of that recording.
    pub half: Half,
    /// What it is made of.
    pub sounds: Sounds,
    /// The codec of its stream.
    pub codec: Codec,
    /// What was measured.
    pub evidence: Vec<Evidence>,
    /// The traces that its reasons name. Evidence lists the strongest of a search only, which may be the stream's own.
    pub named: Vec<Named>,
    /// The schema of that evidence.
    pub schema: u32,
}

/// A trace that a reason names.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The search.
    pub search: String,
    /// Its phase.
    pub phase: u32,
    /// Its strength.
    pub strength: f64,
}

impl Answered {
    /// The value of an item of evidence, where it was measured.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<f64> {
        let item = self.evidence.iter().find(|item| item.name == name)?;
        item.value.is_finite().then_some(item.value)
    }
}

/// Why answers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AnswersError {
    /// The system refuses.
    #[error("`{}` cannot be read ({source})", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is no answer.
    #[error("line {line} of `{}` is no answer of an honest file ({source})", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// A kind that is neither music nor synthetic as far as is known.
    #[error("line {line} of `{}` is of the kind `{kind}`, which is not known", path.display())]
    Kind {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// The kind.
        kind: String,
    },
    /// The answers come from programs that do not measure the same.
    #[error("the answers are of more than one schema of evidence, {0} and {1}; measure all files with one program")]
    Schemas(u32, u32),
    /// There are none.
    #[error("there are no answers")]
    None,
}

/// A line of such a file.
#[derive(Debug, Deserialize)]
struct Line {
    path: String,
    recording: String,
    kind: String,
    half: Half,
    answer: Option<Answer>,
}

/// The parts of an answer that are used here. A file that failed has no codec and no evidence.
#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    codec: Option<Codec>,
    #[serde(default)]
    evidence: Option<Vec<Evidence>>,
    #[serde(default)]
    reasons_data: Option<Vec<Reason>>,
    #[serde(default)]
    versions: Option<Versions>,
}

/// A reason. Only one that names a trace has a phase and a strength.
#[derive(Debug, Deserialize)]
struct Reason {
    kind: String,
    #[serde(default)]
    phase: Option<u32>,
    #[serde(default)]
    strength: Option<f64>,
}

impl Reason {
    fn named(self) -> Option<Named> {
        Some(Named { search: self.kind, phase: self.phase?, strength: self.strength? })
    }
}

#[derive(Debug, Deserialize)]
struct Versions {
    evidence: u32,
}

/// Reads all answers of a file; files that failed are left out.
pub fn read(path: &Path) -> Result<Vec<Answered>, AnswersError> {
    let failed = |source| AnswersError::Io { path: path.to_owned(), source };
    let mut all = Vec::new();
    for (n, line) in BufReader::new(File::open(path).map_err(failed)?).lines().enumerate() {
        let line = line.map_err(failed)?;
        if line.trim().is_empty() {
            continue;
        }
        let Line { path: name, recording, kind, half, answer } = serde_json::from_str(&line)
            .map_err(|source| AnswersError::Line { path: path.to_owned(), line: n + 1, source })?;
        let sounds = Sounds::of_kind(&kind).ok_or(AnswersError::Kind { path: path.to_owned(), line: n + 1, kind })?;
        let Some(Answer { codec: Some(codec), evidence: Some(evidence), reasons_data, versions: Some(versions) }) =
            answer
        else {
            continue;
        };
        let named = reasons_data.into_iter().flatten().filter_map(Reason::named).collect();
        all.push(Answered { path: name, recording, half, sounds, codec, evidence, named, schema: versions.evidence });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_and_failures_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        let good = r#"{"path":"a@x.flac","recording":"a","format":"x","kind":"tone","half":"B","answer":{"status":"ok","codec":"flac","evidence":[{"name":"peak","value":-1.5,"unit":"dbfs"}],"reasons_data":[{"kind":"mp3_holes","phase":5,"strength":10.1,"parts":2},{"kind":"cutoff","khz":11.4}],"versions":{"evidence":2}}}"#;
        let failed = r#"{"path":"b","recording":"b","format":"x","kind":"stream","half":"A","answer":{"status":"error","codec":null,"evidence":null,"versions":{"evidence":2}}}"#;
        let none = r#"{"path":"c","recording":"c","format":"x","kind":"stream","half":"A","answer":null}"#;
        std::fs::write(&path, [good, failed, none].join("\n")).unwrap();
        let answers = read(&path).unwrap();
        assert_eq!(answers.len(), 1);
        assert_eq!((answers[0].half, answers[0].sounds, answers[0].codec), (Half::B, Sounds::Synthetic, Codec::Flac));
        assert_eq!((answers[0].value("peak"), answers[0].value("cutoff")), (Some(-1.5), None));
        assert_eq!(answers[0].named, [Named { search: "mp3_holes".to_owned(), phase: 5, strength: 10.1 }]);
        std::fs::write(&path, good.replace("tone", "noise")).unwrap();
        assert!(matches!(read(&path), Err(AnswersError::Kind { line: 1, .. })));
    }
}
