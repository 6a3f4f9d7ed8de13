//! Blocks of decoded samples, planar, exactly as the decoder gave them: never resampled, mixed,
//! scaled or rounded.

/// One block of decoded audio, planar: `planes[channel][frame]`. Every plane has the same length.
#[derive(Debug, Clone, PartialEq)]
pub enum Pcm {
    /// Integer samples of a lossless stream, right-justified: each lies in `-2^(bits-1) .. 2^(bits-1)`.
    Int {
        /// Bits per sample as the stream states them, 4 to 32.
        bits: u32,
        /// Samples by channel.
        planes: Vec<Vec<i32>>,
    },
    /// Float samples, full scale ±1.0: what a lossy decoder computes, before any rounding or clipping,
    /// or what a float WAV holds.
    Float {
        /// Samples by channel.
        planes: Vec<Vec<f32>>,
    },
}

impl Pcm {
    /// Samples per channel in this block.
    #[must_use]
    pub fn frames(&self) -> usize {
        match self {
            Self::Int { planes, .. } => planes.first().map_or(0, Vec::len),
            Self::Float { planes } => planes.first().map_or(0, Vec::len),
        }
    }

    /// Number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        match self {
            Self::Int { planes, .. } => planes.len(),
            Self::Float { planes } => planes.len(),
        }
    }
}
