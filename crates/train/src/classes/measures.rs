//! What is known of each MP3 generation whose class is to be read: the truth, and the measures that the scores weigh.
//!
//! The measures are those of `crates/verdict/src/mp3/class.rs`, made of the evidence as it is reported, which is rounded.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bitrater_evidence::Codec;
use bitrater_verdict::Assessment;
use serde::Deserialize;

use crate::manifest::{self, ManifestError, Row};

/// Constant rates in kbps that a variable one is compared with.
const STANDARD: [f64; 8] = [96.0, 112.0, 128.0, 160.0, 192.0, 224.0, 256.0, 320.0];

/// Distances to a standard rate, as logarithms, count up to here.
const FARTHEST: f64 = 0.06;

/// Edges wider than this in Hz are no encoder's.
const SHARP: f64 = 800.0;

/// An edge from here on, in Hz, is none that a constant rate leaves.
const UNCUT: f64 = 20_300.0;

/// Least rate in kbps of the streams under which an older generation is read by scores of its own.
const UNDER_320: u32 = 300;

/// What a generation lies under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// A lossless stream.
    Lossless,
    /// An MP3 stream of 320 kbps.
    Mp3At320,
}

/// One generation.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Recording that the file was made from.
    pub recording: String,
    /// What it lies under.
    pub under: Under,
    /// Its class, as reports write it.
    pub class: String,
    /// The class that the program named.
    pub answered: String,
    pub(super) kbps: f64,
    pub(super) upper: f64,
    pub(super) amplified: f64,
    pub(super) fineness: f64,
    pub(super) edge: Option<f64>,
}

impl Reading {
    fn of(row: &Row, assessment: &Assessment) -> Option<Self> {
        let under = match assessment.codec {
            codec if codec.is_lossless() => Under::Lossless,
            Codec::Mp3 if assessment.stated.bitrate.is_some_and(|kbps| kbps >= UNDER_320) => Under::Mp3At320,
            _ => return None,
        };
        let value = |name: &str| {
            let item = assessment.evidence.iter().find(|item| item.name == name)?;
            item.value.is_finite().then_some(item.value)
        };
        Some(Self {
            recording: row.recording.clone(),
            under,
            class: row.label.class.clone(),
            answered: assessment.original.class.to_string(),
            kbps: value("mp3_rate")?,
            upper: value("mp3_rate_upper")?,
            amplified: value("mp3_rate_amplified")?,
            fineness: value("mp3_rate_fineness")?,
            edge: value("cutoff").filter(|_| value("cutoff_width").is_some_and(|width| width < SHARP)),
        })
    }

    /// The measures that tell a rate that followed the music from a constant one.
    pub(super) fn variable(&self) -> Vec<f64> {
        let off = |kbps: f64| STANDARD.iter().map(|standard| (kbps / standard).ln().abs()).fold(FARTHEST, f64::min);
        let of_256_or_320 = self.edge_in(19_200.0, 19_650.0) + self.edge_in(19_900.0, UNCUT);
        vec![
            self.amplified,
            self.level(),
            off(self.kbps),
            off(self.upper),
            self.fineness,
            self.edge_in(15_900.0, 17_300.0),
            self.edge_in(18_400.0, 19_000.0),
            of_256_or_320,
            self.uncut(),
        ]
    }

    /// The measures that tell V0 from V2.
    pub(super) fn v0(&self) -> Vec<f64> {
        vec![self.fineness, self.level(), self.edge_in(18_400.0, 19_000.0), self.uncut()]
    }

    /// The measures of a generation under a stream of 320 kbps.
    pub(super) fn under_320(&self) -> Vec<f64> {
        let own = f64::from(u8::from(self.edge.is_none_or(|hz| hz >= 19_900.0)));
        vec![
            self.amplified,
            self.level(),
            self.level().powi(2),
            self.fineness,
            self.edge_in(15_900.0, 17_300.0),
            self.edge_in(18_400.0, 19_000.0),
            self.edge_in(19_200.0, 19_650.0),
            own,
        ]
    }

    fn level(&self) -> f64 {
        (self.kbps / 200.0).ln()
    }

    fn edge_in(&self, from: f64, to: f64) -> f64 {
        f64::from(u8::from(self.edge.is_some_and(|hz| (from..to).contains(&hz))))
    }

    fn uncut(&self) -> f64 {
        f64::from(u8::from(self.edge.is_none_or(|hz| hz >= UNCUT)))
    }
}

/// Why answers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AnswersError {
    /// The manifest is unreadable.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// There is none.
    #[error("there is no manifest `{}`", .0.display())]
    NoManifest(PathBuf),
    /// The system refuses.
    #[error("`{}` cannot be read ({source})", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is no answer.
    #[error("line {line} of `{}` is no result of `bitrater analyze -f jsonl` ({source})", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

/// A line of answers; the assessment is read where there is one.
#[derive(Debug, Deserialize)]
struct Line {
    path: PathBuf,
    status: String,
    #[serde(flatten)]
    answer: serde_json::Value,
}

/// The MP3 generations of a folder whose integers were read: those of files that are lossless or MP3s of 320 kbps now. Answers may come from wherever the
/// folder stood: the end of their paths is the path in the manifest.
pub fn read(manifest: &Path, answers: &[&Path]) -> Result<Vec<Reading>, AnswersError> {
    let rows = manifest::read(manifest)?.ok_or_else(|| AnswersError::NoManifest(manifest.to_owned()))?;
    let rows = rows.into_iter().filter(|row| row.label.fake && row.label.codec == Codec::Mp3);
    let rows: HashMap<PathBuf, Row> = rows.map(|row| (PathBuf::from(&row.path), row)).collect();
    let mut readings = Vec::new();
    for &path in answers {
        let text = fs::read_to_string(path).map_err(|source| AnswersError::Io { path: path.to_owned(), source })?;
        for (n, line) in text.lines().enumerate() {
            let failed = |source| AnswersError::Line { path: path.to_owned(), line: n + 1, source };
            let Line { path: answered, status, answer } = serde_json::from_str(line).map_err(failed)?;
            let mut ends = answered.ancestors().filter_map(|above| answered.strip_prefix(above).ok());
            let Some(row) = ends.find_map(|end| rows.get(end)) else { continue };
            if status == "ok" {
                let assessment: Assessment = serde_json::from_value(answer).map_err(failed)?;
                readings.extend(Reading::of(row, &assessment));
            }
        }
    }
    Ok(readings)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A generation that was read whole.
    pub fn reading(recording: &str, class: &str, kbps: f64, amplified: f64, edge: Option<f64>) -> Reading {
        Reading {
            recording: recording.to_owned(),
            under: Under::Lossless,
            class: class.to_owned(),
            answered: class.to_owned(),
            kbps,
            upper: kbps,
            amplified,
            fineness: 1.5,
            edge,
        }
    }

    #[test]
    fn measures_are_those_that_are_weighed() {
        let v2 = reading("a", "V2", 200.0, 0.8, Some(18_700.0));
        assert_eq!(v2.v0(), [1.5, 0.0, 1.0, 0.0]);
        let variable = v2.variable();
        assert_eq!((variable[0], variable[6], variable[8]), (0.8, 1.0, 0.0));
        assert!((variable[2] - (200.0_f64 / 192.0).ln()).abs() < 1e-12);
        let uncut = reading("a", "V0", 245.0, 0.7, None);
        assert_eq!((uncut.variable()[8], uncut.under_320()[7]), (1.0, 1.0));
        assert_eq!(uncut.under_320().len(), 8);
    }
}
