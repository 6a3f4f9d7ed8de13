//! The set of evidence of one file: what the verdict is a function of.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};

use crate::StreamFacts;
use crate::cutoff::Cutoff;
use crate::mp3_aligned::AlignedSearch;
use crate::mp3_grid::GridSearch;
use crate::mp3_grid::rate::GenerationRate;
use crate::passage::Passages;
use crate::trace::{Trace, Traces};

/// Version of the catalogue of evidence: raised whenever a name, a unit or a meaning changes.
pub const SCHEMA_VERSION: u32 = 2;

/// One named measured fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Catalogue name, `snake_case`.
    pub name: Cow<'static, str>,
    /// Measured value, rounded to the precision that is meant.
    #[serde(deserialize_with = "number_or_null")]
    pub value: f64,
    /// Unit of the value: `hz`, `db`, `log2`, `mad`, `samples`, `bits`, `share`, …
    pub unit: Cow<'static, str>,
}

/// JSON has no number that is not finite, so null stands for one and is read back as such.
fn number_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Option::deserialize(deserializer).map(|number| number.unwrap_or(f64::NAN))
}

/// What the samples' own resolution shows.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Resolution {
    /// Bits per sample that are really used; none for lossy or float streams.
    pub effective_bits: Option<u16>,
    /// Source sample rate in Hz when the file was brought up from a lower one.
    pub upsampled_from: Option<u32>,
}

/// All that was measured of one file, with what the file states.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceSet {
    /// What the container and its bitstream claim.
    pub stream: StreamFacts,
    /// Cutoff edge in Hz; none when the spectrum reaches the top or the file is silent.
    pub cutoff_hz: Option<u32>,
    /// The same edge with its sharpness and the floor above it.
    pub cutoff: Option<Cutoff>,
    /// Long-term spectrum of all channels together, in dB per bin from 0 Hz to half the sample rate, for pictures; none
    /// where no excerpt is as long as one transform.
    pub spectrum: Option<Vec<f64>>,
    /// Sample resolution.
    pub resolution: Resolution,
    /// Rate in Hz to which the excerpts were resampled before the grids below were found; none if that is the file's
    /// own rate.
    pub source_rate: Option<u32>,
    /// Largest sample, full scale 1.
    pub peak: f32,
    /// MP3 frame grids; none when the file is too short to search.
    pub mp3_grid: Option<GridSearch>,
    /// The rate of the clearest MP3 generation (not the stream's own) by its integers.
    pub mp3_rate: Option<GenerationRate>,
    /// An older encode on an MP3 stream's own grid; none for other streams.
    pub mp3_aligned: Option<AlignedSearch>,
    /// What the searches for other codecs found, by their names, without those that were not made.
    pub traces: Traces,
    /// Which seconds are lossy; none where no grid was found, or all of a lossless file shows it.
    pub passages: Option<Passages>,
    /// The flat list that reports print.
    pub items: Vec<Evidence>,
}

impl EvidenceSet {
    /// What the search of this name found; none where it was not made.
    #[must_use]
    pub fn trace(&self, search: &str) -> Option<&Trace> {
        self.traces.get(search)
    }

    /// What is known before anything was measured.
    #[must_use]
    pub fn unmeasured(stream: StreamFacts) -> Self {
        Self {
            stream,
            cutoff_hz: None,
            cutoff: None,
            spectrum: None,
            resolution: Resolution::default(),
            source_rate: None,
            peak: 0.0,
            mp3_grid: None,
            mp3_rate: None,
            mp3_aligned: None,
            traces: Traces::new(),
            passages: None,
            items: Vec::new(),
        }
    }
}
