//! The signals that a codec may have coded: channels, or their sum and difference.

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
