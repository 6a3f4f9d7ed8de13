//! The signals that a codec may have coded: channels, or their sum and difference.

use std::f32::consts::FRAC_1_SQRT_2;
use std::ops::Range;

/// Joint stereo is switched per frame, so a trace may show in one pair only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Left, or the only channel of a mono file.
    Left,
    /// Right.
    Right,
    /// (L + R) / √2.
    Mid,
    /// (L − R) / √2.
    Side,
}

impl Signal {
    /// Its samples in `range` of the channels; none where these do not reach. What has one channel has that one only.
    #[must_use]
    pub fn of(self, planes: &[Vec<f32>], range: Range<usize>) -> Option<Vec<f32>> {
        let channel = |n: usize| planes.get(n).or(planes.first())?.get(range.clone());
        let mix = |sign: f32| -> Option<Vec<f32>> {
            let pairs = channel(0)?.iter().zip(channel(1)?);
            Some(pairs.map(|(l, r)| (l + sign * r) * FRAC_1_SQRT_2).collect())
        };
        match self {
            Self::Left => Some(channel(0)?.to_vec()),
            Self::Right => Some(channel(1)?.to_vec()),
            Self::Mid => mix(1.0),
            Self::Side => mix(-1.0),
        }
    }

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Mid => "mid",
            Self::Side => "side",
        }
    }
}
