//! The bars: the strength from which a search proves a lossy generation, and what genuine recordings reached. All of
//! these numbers are here.
//!
//! A bar stands where a genuine file would be wrong once in 100 000 times or less, if the upper tenth of what genuine
//! files showed falls off as an exponential (`docs/decisions/0007-bars.md`).

use serde::Serialize;

/// What a search has to show before it proves a lossy generation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bar {
    /// Least strength that proves.
    pub least: f64,
    /// Unit of the strength.
    pub unit: &'static str,
    /// The most that recordings without such a generation showed. Where `docs/decisions/0007-bars.md` has more, these are the
    /// recordings of its table, of both halves; tones and loops are in the table only.
    pub genuine: Genuine,
}

/// A peak this near a bar, as a share of it, is measured again. What is reported of files near the bar is then as exact
/// as what is reported of files above it.
const NEARLY: f64 = 0.88;

impl Bar {
    /// The strength from which a peak comes near the bar.
    #[must_use]
    pub const fn nearly(&self) -> f64 {
        NEARLY * self.least
    }
}

/// A measurement on genuine files: what a search finds where there is nothing to find.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Genuine {
    /// Strength that all of them stayed below.
    pub below: f64,
    /// How many files they were.
    pub files: u32,
}

/// Holes of MP3 over all phases. Recordings stay below 8.9; a faint tone above a recording that ends at 11 kHz reaches
/// 10.2. Of 120 files of known history that holes prove, none shows less than 11.5. One band-limited source in MP3s of
/// 22.05 and 24 kHz reaches 17.4 in 4 files, which are not counted here.
pub const HOLES: Bar = Bar { least: 11.5, unit: "MADs", genuine: Genuine { below: 10.3, files: 2679 } };

/// Lattices of MP3 over all phases. Of 1044 honest MP3s, apart from their own grid, one showed 9.0 and the others at
/// most 7.4.
pub const LATTICE: Bar = Bar { least: 10.5, unit: "MADs", genuine: Genuine { below: 8.5, files: 1044 } };

/// Lattice at a candidate phase of MP3, in deviations of phases near it. Of 1248 honest MP3s 4 reached 40 to 76 at a
/// phase that a search had chosen, for which [`READ_CHOSEN`] is there; they are not counted here.
pub const LIKELY: Bar = Bar { least: 6.5, unit: "deviations", genuine: Genuine { below: 4.8, files: 1964 } };

/// The same without the three clearest granules, at a candidate phase that a search chose. A few fits in near silence
/// lift some phase of many. Of 154 genuine files at other sample rates one showed 8.1; another showed 55.7 with those
/// granules and 1.0 without.
pub const LIKELY_CHOSEN: Bar = Bar { least: 10.0, unit: "deviations", genuine: Genuine { below: 8.2, files: 154 } };

/// Share of granules whose integers can be read at such a phase under an MP3 stream. Of 24 recordings in 21 kinds of
/// honest MP3s one showed a false lattice of 28 deviations, a steady saxophone in an MP3 of Shine. None of its granules
/// could be read.
pub const READ_CHOSEN: Bar = Bar { least: 0.04, unit: "of the granules", genuine: Genuine { below: 0.01, files: 504 } };

/// The same at a phase of an uncut decode in a lossless file, if a search over all phases has its best at that very
/// phase. The two measurements depend on different granules, and chance names one phase of 576 once in 576 times. None
/// of the files showed more in both.
pub const LIKELY_AGREED: Bar = Bar { least: 3.4, unit: "deviations", genuine: Genuine { below: 1.5, files: 1618 } };

/// Share of an MP3 stream's granule channels that show an older lattice. One honest MP3 of 1248 reached 0.033 and is not
/// counted here.
pub const ALIGNED: Bar =
    Bar { least: 0.03, unit: "of the granule channels", genuine: Genuine { below: 0.026, files: 1247 } };

/// Lattice of AAC. All but three of the files stayed below 5.1.
pub const AAC: Bar = Bar { least: 8.0, unit: "standard errors", genuine: Genuine { below: 7.2, files: 2085 } };

/// The same at the three phases of an uncut decode, in lossless files.
pub const AAC_UNCUT: Bar = Bar { least: 7.5, unit: "standard errors", genuine: Genuine { below: 5.1, files: 239 } };

/// Ladder of Vorbis. All but one of the files, an Opus stream, stayed below 9.0.
pub const VORBIS: Bar = Bar { least: 12.0, unit: "MADs", genuine: Genuine { below: 11.5, files: 6528 } };

/// Empty lines at the phase of Vorbis blocks, in lossless files. All recordings but one stay below 8.4. A tone whose
/// pitch moves in step with the blocks, and trains of clicks, reach 17.4. Decodes that the ladder does not find reach 36
/// and more, except one.
pub const VORBIS_HOLES: Bar = Bar { least: 20.0, unit: "MADs", genuine: Genuine { below: 17.5, files: 1635 } };

/// Lattice of subband blocks (MPEG Layer II, Musepack). Recordings stay below 6.5; a bar of music that repeats to the
/// sample reaches 9.2. Coded files reach 13 and more, except very quiet ones.
pub const SUBBAND: Bar = Bar { least: 10.0, unit: "MADs", genuine: Genuine { below: 9.3, files: 1635 } };

/// Lines of AC-3 folded into an octave. Files at 192 kbps reach 17 and more, except nearly silent ones. Finer mantissas
/// show less. Recordings stay below 8.0; a tone whose loudness moves in step with an MP3's granules reaches 11.5.
pub const AC3: Bar = Bar { least: 12.0, unit: "MADs", genuine: Genuine { below: 11.6, files: 1635 } };

/// Holes of Windows Media Audio. Files at 64 and 128 kbps reach 13 and more, except nearly silent ones.
pub const WMA: Bar = Bar { least: 9.5, unit: "MADs", genuine: Genuine { below: 6.6, files: 1044 } };

/// Holes of Opus. Lossless files stayed below 2.8, streams of MPEG Layer II showed the most.
pub const OPUS: Bar = Bar { least: 5.5, unit: "deviations", genuine: Genuine { below: 5.0, files: 5856 } };

/// The same in lossy streams, whose own quantiser empties lines, too. Of 7056 honest ones of 48 recordings one showed
/// 6.3.
pub const OPUS_IN_LOSSY: Bar = Bar { least: 8.0, unit: "deviations", genuine: Genuine { below: 6.4, files: 7056 } };

/// The same at the phase of an uncut decode, in lossless files. It is always examined, whatever the search over all
/// phases finds, so that it is not selected by its result. Recordings reach 2.4, and a steady tone under a low-passed
/// one 4.6.
pub const OPUS_UNCUT: Bar = Bar { least: 5.0, unit: "deviations", genuine: Genuine { below: 4.7, files: 2204 } };
