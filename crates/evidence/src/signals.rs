//! The signals that a codec may have coded: channels, or their sum and difference.

use std::borrow::Cow;
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
    /// Its samples in `range` of the channels; none where these do not reach. A mono file has one signal only.
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

    /// The signals that share a sum with it, where places alternate between pairs: left with right, mid with side.
    #[must_use]
    pub fn turns(self, stereo: bool) -> &'static [Signal] {
        match self {
            Self::Left | Self::Right if stereo => &[Self::Left, Self::Right],
            Self::Left | Self::Right => &[Self::Left],
            Self::Mid | Self::Side => &[Self::Mid, Self::Side],
        }
    }

    /// All signals of so many channels.
    #[must_use]
    pub fn all(stereo: bool) -> &'static [Signal] {
        if stereo { &[Self::Left, Self::Right, Self::Mid, Self::Side] } else { &[Self::Left] }
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

/// The signals in which the `n`-th place with these samples by channel is read: the only channel, or left and mid
/// alternating with right and side, which hold the same frames.
pub(crate) fn taking_turns<'a>(channels: &[&'a [f32]], n: usize) -> Vec<(Signal, Cow<'a, [f32]>)> {
    let &[left, right, ..] = channels else {
        return channels.iter().map(|&only| (Signal::Left, Cow::Borrowed(only))).collect();
    };
    let (single, channel, mixed, sign) = if n.is_multiple_of(2) {
        (Signal::Left, left, Signal::Mid, 1.0)
    } else {
        (Signal::Right, right, Signal::Side, -1.0)
    };
    let mix = left.iter().zip(right).map(|(l, r)| (l + sign * r) * FRAC_1_SQRT_2).collect();
    vec![(single, Cow::Borrowed(channel)), (mixed, Cow::Owned(mix))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_are_read_in_two_turns() {
        let (left, right) = ([1.0, 2.0], [3.0, -2.0]);
        let names = |n| taking_turns(&[&left, &right], n).iter().map(|(signal, _)| signal.name()).collect::<Vec<_>>();
        assert_eq!((names(0), names(1)), (vec!["left", "mid"], vec!["right", "side"]));
        let side = taking_turns(&[&left, &right], 1).swap_remove(1).1;
        assert!((side[0] + 2_f32.sqrt()).abs() < 1e-6 && (side[1] - 8_f32.sqrt()).abs() < 1e-6, "{side:?}");
        assert_eq!(taking_turns(&[&left], 1), [(Signal::Left, Cow::Borrowed(&left[..]))]);
    }
}
