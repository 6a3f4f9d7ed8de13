//! Stretches of a file that are lossy.

use bitrater_media::Codec;

/// The lossy passages of a file that is lossy in part only.
#[derive(Debug, Clone, PartialEq)]
pub struct Passages {
    /// Codec of the grid.
    pub codec: Codec,
    /// Phase of the grid that was examined first.
    pub phase: u32,
    /// The passages in order; at least one.
    pub lossy: Vec<Passage>,
    /// Share of the file that they fill.
    pub share: f64,
    /// Seconds by which an edge may lie further out at most: the distance to the nearest place that clearly shows no
    /// grid.
    pub within: f64,
}

impl Passages {
    /// The longest passage.
    #[must_use]
    pub fn longest(&self) -> Option<&Passage> {
        self.lossy.iter().max_by(|a, b| a.seconds().total_cmp(&b.seconds()))
    }
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
}

impl Passage {
    /// Its length.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.end - self.start
    }
}
