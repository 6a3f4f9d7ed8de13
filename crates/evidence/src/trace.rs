//! Traces: what a search found, that is where a frame grid stands out and what else was read there.

use std::collections::BTreeMap;

use bitrater_signal::aac::Shape;

use crate::tally::{GridPeak, PhaseScan};

/// What searches found, by their names.
pub type Traces = BTreeMap<&'static str, Trace>;

/// What a search found in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The phases that stand out, strongest first.
    pub scan: PhaseScan,
    /// Bitrate of the encode in kbps, if it could be read.
    pub kbps: Option<f64>,
    /// What only this search measures.
    pub details: Details,
}

impl Trace {
    /// A trace with nothing besides the phases.
    #[must_use]
    pub fn of(scan: PhaseScan) -> Self {
        Self { scan, kbps: None, details: Details::None }
    }

    /// The phase that stands out most.
    #[must_use]
    pub fn strongest(&self) -> Option<&GridPeak> {
        self.scan.peaks.first()
    }
}

/// What single searches measure besides.
#[derive(Debug, Clone, PartialEq)]
pub enum Details {
    /// Nothing.
    None,
    /// The window of AAC.
    Aac(Shape),
    /// The grid of Opus, which may lie between two samples of the file.
    Opus {
        /// Fraction of a sample at 48 kHz by which it lies behind the phase.
        offset: f64,
        /// Nominal bitrates that explain the stereo coding, where that could be read.
        rate: Option<RateRange>,
    },
    /// The codec by the scalefactors, if they could be read.
    Subband(Option<Ladder>),
}

/// Nominal bitrates of a stereo stream that explain where its intensity stereo begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateRange {
    /// Least kbps.
    pub least: u32,
    /// The kbps from which the next band would be coded in stereo.
    pub below: u32,
}

/// What the blocks at the strongest phase show of their codec.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ladder {
    /// Blocks whose scalefactor is known.
    pub blocks: usize,
    /// How well those fit the ladder of Layer I and II, as the length of their mean phasor, 0 to 1.
    pub layer: f64,
    /// How well they fit that of Musepack.
    pub musepack: f64,
    /// Estimated bitrate in kbit/s, if samples are written in as many bits as their levels need. Layer II does so; the
    /// Huffman codes of Musepack need fewer.
    pub kbps: f64,
    /// Share of the blocks that hold something whose integers could be read.
    pub read: f64,
}
