//! Why a file got its answer, as data. Sentences are made of it at the edge, all of them in `full` and `plain`.

mod full;
mod plain;
#[cfg(test)]
mod tests;
pub(crate) mod twice;
mod words;

use std::borrow::Cow;

use bitrater_evidence::mp3_grid::PERIOD;
use bitrater_evidence::{Class, Codec, EvidenceSet, GridPeak, Passages};
use serde::{Deserialize, Serialize};

#[cfg(test)]
pub(crate) use tests::samples;

use crate::numbers::{round, whole_percent, written};

/// One reason, with its numbers as the sentence shows them. The names of kinds and fields are those of the JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// Holes of an MP3 at one phase of all prove a generation.
    Mp3Holes(Mp3Scan),
    /// Lattices of an MP3 quantiser at one phase of all prove a generation.
    Mp3Lattice(Mp3Scan),
    /// Lattices of an MP3 quantiser at a candidate phase prove a generation.
    Mp3Likely(Mp3Likely),
    /// Gaps in the integers of an MP3 stream prove a generation on its own frame grid.
    Mp3Aligned(Mp3Aligned),
    /// The rate of the generation that is proven could not be read.
    RateUnread {
        /// Its codec.
        codec: Codec,
    },
    /// Nothing shows whether the older generation was weaker than the stream, because its rate could not be read.
    OlderRateUnread {
        /// Its codec.
        codec: Codec,
    },
    /// Only a part of the file is lossy.
    Passages(Parts),
    /// The frequency where the spectrum ends, beside a proof.
    Cutoff {
        /// Where, in kHz.
        khz: f64,
        /// The MP3 class with that low-pass, if it is the class of the generation.
        as_class: Option<Class>,
    },
    /// The frequency where the spectrum ends; nothing is proven.
    CutoffAlone {
        /// Where, in kHz.
        khz: f64,
    },
    /// No search in a lossless file proved a generation.
    NoGrid {
        /// Codecs whose searches were made, those of one search after one another.
        searched: Vec<Codec>,
        /// The most that a search reached, as a share of its bar.
        nearest: f64,
    },
    /// No search in a lossy file proved an older generation.
    NoOlderGrid {
        /// The most that a search reached, as a share of its bar.
        nearest: f64,
    },
    /// Too short a file to search.
    TooFewFrames,
    /// The model agrees that a proven transcode is one.
    ModelAgrees {
        /// Its probability of a transcode, 0 to 1.
        probability: f64,
    },
    /// The model alone would not have found the transcode that is proven.
    ModelDisagrees {
        /// Its probability of a transcode, 0 to 1.
        probability: f64,
    },
    /// The model names another class than the rules did.
    ModelNamesClass {
        /// The class.
        class: Class,
        /// How many measured facts it looks at.
        facts: usize,
    },
    /// The model finds a lossy past more likely than not in a lossless file without a proof.
    ModelSuspects {
        /// The most likely class.
        class: Class,
        /// Its probability of a transcode, 0 to 1.
        probability: f64,
    },
    /// The model finds an older and weaker generation more likely than not in an MP3 without a proof.
    ModelSuspectsOlder {
        /// Its probability of a transcode, 0 to 1.
        probability: f64,
    },
    /// A transcode with less confidence than the caller demands.
    BelowConfidence {
        /// Its confidence, 0 to 1.
        confidence: f64,
        /// The confidence that is demanded.
        least: f64,
    },
    /// A search for another codec than MP3 proves a generation.
    #[serde(untagged)]
    Found(Found),
}

/// A grid that a search for another codec than MP3 found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Name of the search.
    pub kind: Cow<'static, str>,
    /// Where, and how strong.
    #[serde(flatten)]
    pub scan: Scan,
    /// The codec; `unknown` if the trace does not identify one of several.
    pub codec: Codec,
}

/// Where a proven generation has its frames.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Phase of the frames, granules or blocks.
    pub phase: u32,
    /// How many phases there are.
    pub period: u32,
    /// Whether the generation lies under the stream's own.
    pub older: bool,
    /// The change of sample rate since; none if there was none.
    pub raised: Option<Raised>,
}

/// A sample rate that was raised after the encode, in Hz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// The one at which the grid was found.
    pub from: u32,
    /// The one of the file.
    pub to: u32,
}

impl Grid {
    /// A grid that was found in this file.
    pub(crate) fn of(evidence: &EvidenceSet, phase: u32, period: usize) -> Self {
        let stream = &evidence.stream;
        Self {
            phase,
            period: period as u32,
            older: !stream.codec.is_lossless(),
            raised: evidence.source_rate.map(|from| Raised { from, to: stream.sample_rate }),
        }
    }
}

/// A grid that a search over phases found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// Where.
    #[serde(flatten)]
    pub grid: Grid,
    /// How far it stands out, in the unit of the search.
    pub strength: f64,
    /// Quarters of the file that show it on their own.
    pub parts: u32,
}

impl Scan {
    pub(crate) fn of(evidence: &EvidenceSet, peak: &GridPeak, period: usize) -> Self {
        Self { grid: Grid::of(evidence, peak.phase, period), strength: written(peak.strength, 1), parts: peak.parts }
    }
}

/// The same for MP3.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mp3Scan {
    /// Where, and how strong.
    #[serde(flatten)]
    pub scan: Scan,
    /// Granules that were looked at.
    pub granules: usize,
    /// What the integers show, if they were read.
    pub integers: Option<Integers>,
}

impl Mp3Scan {
    pub(crate) fn of(evidence: &EvidenceSet, peak: &GridPeak, granules: usize) -> Self {
        Self { scan: Scan::of(evidence, peak, PERIOD), granules, integers: Integers::of(evidence, peak.phase) }
    }
}

/// An MP3 grid at a candidate phase.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mp3Likely {
    /// Where.
    #[serde(flatten)]
    pub grid: Grid,
    /// How far it stands out from phases near it, in deviations.
    pub strength: f64,
    /// Granules that were scored.
    pub granules: usize,
    /// Whether an uncut decode has this phase.
    pub uncut: bool,
    /// Whether it is a proof only because a search over all phases has its best there, too.
    pub agreed: bool,
    /// What the integers show, if they were read.
    pub integers: Option<Integers>,
}

/// An older MP3 on the frame grid of an MP3.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mp3Aligned {
    /// Where.
    #[serde(flatten)]
    pub grid: Grid,
    /// Granule channels with the gaps of a coarser quantiser.
    pub showing: usize,
    /// Granule channels that were looked at.
    pub granule_channels: usize,
    /// How strong the gaps are as evidence, in nats: the mean of the channels that show them.
    pub evidence: f64,
    /// What the integers show, if they were read.
    pub integers: Option<Integers>,
}

/// What the integers of an MP3 generation show of its rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Integers {
    /// Share of the granules in which they could be read, 0 to 1.
    pub read: f64,
    /// The rate that they need, in kbps.
    pub kbps: u32,
}

impl Integers {
    /// Those of the generation at `phase`, if they were read.
    pub(crate) fn of(evidence: &EvidenceSet, phase: u32) -> Option<Self> {
        let rate = evidence.mp3_rate.filter(|rate| rate.phase == phase && rate.read > 0.0)?;
        Some(Self { read: whole_percent(rate.read), kbps: written(rate.kbps, 0) as u32 })
    }
}

/// The lossy parts of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    /// Codec of the generation.
    pub codec: Codec,
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub first: Vec<Span>,
    /// Seconds of the file.
    pub duration: f64,
    /// Share of the file that they fill, 0 to 1.
    pub share: f64,
    /// Seconds by which an edge may lie further out.
    pub within: f64,
}

/// From where to where, in seconds of the file.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Where it begins.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
}

impl Parts {
    /// Parts that a reason names one by one.
    const NAMED: usize = 3;

    /// Longest file whose times are given in tenths of a second, in seconds.
    const SHORT: f64 = 120.0;

    pub(crate) fn of(passages: &Passages, duration: f64) -> Self {
        let decimals = usize::from(duration <= Self::SHORT);
        let span = |start, end| Span { start: written(start, decimals), end: written(end, decimals) };
        Self {
            codec: passages.codec,
            count: passages.lossy.len(),
            first: passages.lossy.iter().take(Self::NAMED).map(|part| span(part.start, part.end)).collect(),
            duration: round(duration),
            share: whole_percent(passages.share),
            within: written(passages.within, 1),
        }
    }

    /// Whether times are given in tenths of a second.
    fn in_tenths(&self) -> bool {
        self.duration <= Self::SHORT
    }
}

impl Reason {
    /// The grid that it proves, if it is a proof.
    #[must_use]
    pub fn grid(&self) -> Option<&Grid> {
        match self {
            Self::Mp3Holes(mp3) | Self::Mp3Lattice(mp3) => Some(&mp3.scan.grid),
            Self::Mp3Likely(likely) => Some(&likely.grid),
            Self::Mp3Aligned(aligned) => Some(&aligned.grid),
            Self::Found(found) => Some(&found.scan.grid),
            _ => None,
        }
    }

    /// Whether it proves a lossy generation.
    #[must_use]
    pub fn is_proof(&self) -> bool {
        self.grid().is_some()
    }
}
