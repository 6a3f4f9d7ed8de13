//! What pictures are made of: lines, marks and words, in pixels from the upper left corner.

/// A colour by what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    /// Words and axes.
    Ink,
    /// Grid lines and what is of less account.
    Faint,
    /// The curve of a statistic.
    Curve,
    /// A phase that stands out.
    Peak,
    /// The bar, or the cutoff.
    Bar,
    /// What genuine recordings showed.
    Genuine,
}

impl Colour {
    /// Red, green and blue; distinguishable for the colour-blind (M. Okabe and K. Ito, "Color Universal Design", 2008).
    pub(super) fn rgb(self) -> [u8; 3] {
        match self {
            Self::Ink => [0x22, 0x22, 0x22],
            Self::Faint => [0xb0, 0xb0, 0xb0],
            Self::Curve => [0x00, 0x72, 0xb2],
            Self::Peak => [0xe6, 0x9f, 0x00],
            Self::Bar => [0xd5, 0x5e, 0x00],
            Self::Genuine => [0x00, 0x9e, 0x73],
        }
    }
}

/// Where a text stands relative to its point, which is on its base line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Something to draw on.
pub(super) trait Canvas {
    /// A line through points.
    fn line(&mut self, points: &[(f32, f32)], colour: Colour, dashed: bool);

    /// A small disc.
    fn dot(&mut self, at: (f32, f32), colour: Colour);

    /// One line of text.
    fn text(&mut self, at: (f32, f32), text: &str, anchor: Anchor, colour: Colour);
}
