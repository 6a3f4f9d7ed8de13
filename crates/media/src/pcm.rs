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

    /// Nothing yet.
    pub(crate) fn empty() -> Self {
        Self::Float { planes: Vec::new() }
    }

    /// The integer planes to be overwritten, `channels` of them; old buffers are used again.
    pub(crate) fn int_planes(&mut self, depth: u32, channels: usize) -> &mut [Vec<i32>] {
        if !matches!(self, Self::Int { .. }) {
            *self = Self::Int { bits: depth, planes: Vec::new() };
        }
        match self {
            Self::Int { bits, planes } => {
                *bits = depth;
                planes.resize_with(channels, Vec::new);
                planes
            }
            Self::Float { .. } => &mut [],
        }
    }

    /// The float planes to be overwritten, `channels` of them; old buffers are used again.
    pub(crate) fn float_planes(&mut self, channels: usize) -> &mut [Vec<f32>] {
        if !matches!(self, Self::Float { .. }) {
            *self = Self::empty();
        }
        match self {
            Self::Float { planes } => {
                planes.resize_with(channels, Vec::new);
                planes
            }
            Self::Int { .. } => &mut [],
        }
    }
}
