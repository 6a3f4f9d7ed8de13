//! From which strength on a search is a proof, and what genuine recordings reached: the one home of these numbers.

use serde::Serialize;

/// What a search has to show before it proves a lossy generation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bar {
    /// Least strength that proves.
    pub least: f64,
    /// Unit of the strength.
    pub unit: &'static str,
    /// The most that recordings without such a generation showed.
    pub genuine: Genuine,
}

/// A measurement on genuine files: what a search finds where there is nothing to be found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Genuine {
    /// Strength that all of them stayed below.
    pub below: f64,
    /// How many files they were.
    pub files: u32,
}

/// Holes and lattices of MP3 over all phases. Most files were searched with 100 and 26 granules; the highest was a lattice at 8.4.
pub const MP3: Bar = Bar { least: 10.0, unit: "MADs", genuine: Genuine { below: 8.5, files: 700 } };

/// Lattice at a likely phase of MP3, in deviations of its neighbours. The files are of 27 recordings.
pub const LIKELY: Bar = Bar { least: 9.0, unit: "deviations", genuine: Genuine { below: 3.5, files: 176 } };

/// Share of an MP3 stream's granule channels that show an older lattice. The files are honest MP3s of 174 recordings.
pub const ALIGNED: Bar =
    Bar { least: 0.03, unit: "of the granule channels", genuine: Genuine { below: 0.018, files: 1044 } };

/// Lattice of AAC. Those above 5.8 were so in one part of the file only.
pub const AAC: Bar = Bar { least: 8.0, unit: "standard errors", genuine: Genuine { below: 7.4, files: 1044 } };

/// Ladder of Vorbis.
pub const VORBIS: Bar = Bar { least: 12.0, unit: "MADs", genuine: Genuine { below: 10.1, files: 1044 } };

/// Holes of Opus.
pub const OPUS: Bar = Bar { least: 4.0, unit: "deviations", genuine: Genuine { below: 2.6, files: 1044 } };
