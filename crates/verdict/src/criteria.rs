//! The criteria: what each search of a frame grid must show besides the strength of its bar, and the words of its
//! proof, one row for each search.
//!
//! The searches for MP3 depend on one another and have their own rules in [`crate::mp3`].

use bitrater_evidence::{Codec, Details, Ladder, Search, Trace, searches};

/// What a search must show, and the words of its proof.
#[derive(Debug)]
pub struct Criterion {
    /// Name of the search.
    pub search: &'static str,
    /// Whether parts of the file must agree on the phase.
    pub agreement: bool,
    /// Whether it proves nothing if another codec is proven, because that codec leaves such traces, too.
    pub alone: bool,
    /// How a rate that was read is named.
    pub rate: Rate,
    /// The words of its reason.
    pub words: Words,
}

/// How the rate of a generation is named.
#[derive(Debug, Clone, Copy)]
pub enum Rate {
    /// By the nearest of these nominal rates in kbps, which encoders keep.
    Nominal(&'static [u32]),
    /// By the nearest of these, and by the average that was read: encoders of the codec seldom keep a constant rate.
    Average(&'static [u32]),
    /// It is not read.
    Unread,
}

/// The words of a reason: "`grid` at phase 1 of 2: `trace` 9.9 MADs beyond `beyond`".
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// What was found.
    pub grid: &'static str,
    /// The part of it that stands out.
    pub trace: &'static str,
    /// What it stands out from.
    pub beyond: &'static str,
    /// What identifies the codec, if the search finds several.
    pub identified_by: &'static str,
}

const OTHER_PHASES: Words = Words { grid: "", trace: "", beyond: "the other phases", identified_by: "" };

/// All rows.
pub static CRITERIA: [Criterion; 7] = [
    Criterion {
        search: "aac_lattice",
        agreement: true,
        alone: false,
        // The usual rates, as close as the estimate is exact.
        rate: Rate::Average(&[64, 96, 128, 192, 256, 320]),
        words: Words { grid: "an AAC frame grid", trace: "its quantiser lattice stands", ..OTHER_PHASES },
    },
    Criterion {
        search: "vorbis_ladder",
        agreement: false,
        alone: false,
        rate: VORBIS_RATE,
        words: Words { grid: "a Vorbis block grid", trace: "its lines fit the levels of the floor", ..OTHER_PHASES },
    },
    Criterion {
        search: "vorbis_holes",
        agreement: false,
        // The windows of some other codecs are similar.
        alone: true,
        rate: VORBIS_RATE,
        words: Words { grid: "a Vorbis block grid", trace: "the holes of its blocks stand", ..OTHER_PHASES },
    },
    Criterion {
        search: "subband_lattice",
        agreement: true,
        alone: false,
        // These are the rates of Layer II. The integers of Musepack are in Huffman codes whose bits are not counted.
        rate: Rate::Nominal(&[96, 112, 128, 160, 192, 224, 256, 320, 384]),
        words: Words {
            grid: "a grid of subband blocks",
            trace: "their quantiser lattice stands",
            identified_by: "scalefactors",
            ..OTHER_PHASES
        },
    },
    Criterion {
        search: "ac3_mantissas",
        agreement: true,
        alone: false,
        rate: Rate::Unread,
        words: Words {
            grid: "an AC-3 block grid",
            trace: "its lines, folded into one octave, fall on few points and stand",
            ..OTHER_PHASES
        },
    },
    Criterion {
        search: "wma_holes",
        agreement: true,
        alone: false,
        rate: Rate::Unread,
        words: Words { grid: "a Windows Media Audio block grid", trace: "its holes stand", ..OTHER_PHASES },
    },
    Criterion {
        search: "opus_holes",
        agreement: false,
        alone: false,
        rate: Rate::Nominal(&[64, 80, 96, 112, 128, 160]),
        words: Words {
            grid: "an Opus frame grid",
            trace: "its holes stand",
            beyond: "what audio without a grid shows",
            ..OTHER_PHASES
        },
    },
];

/// Rates by which Vorbis is named, those of libvorbis's qualities.
const VORBIS_RATE: Rate = Rate::Average(&[64, 80, 96, 112, 128, 160, 192, 224, 256, 320]);

/// The row of a search; none for those of MP3.
pub fn of(search: &str) -> Option<&'static Criterion> {
    CRITERIA.iter().find(|criterion| criterion.search == search)
}

/// The searches that have a row, with it, in the order in which they are made.
pub fn all() -> impl Iterator<Item = (&'static Search, &'static Criterion)> {
    searches().filter_map(|(_, search)| Some((search, of(search.name)?)))
}

/// Fit of scalefactors to a ladder from which they belong to it. Layer II and Musepack reach 0.5 and more on their own
/// ladder, and at most 0.2 on each other's.
const ON_LADDER: f64 = 0.4;

/// The codec that a trace is of; unknown if the trace does not identify one of several.
pub fn codec(search: &Search, trace: &Trace) -> Codec {
    match (&trace.details, search.codecs) {
        (Details::Subband(Some(ladder)), _) => by_scalefactors(ladder),
        (_, &[codec]) => codec,
        _ => Codec::Unknown,
    }
}

fn by_scalefactors(ladder: &Ladder) -> Codec {
    if ladder.layer >= ON_LADDER && ladder.layer > ladder.musepack {
        Codec::Mp2
    } else if ladder.musepack >= ON_LADDER {
        Codec::Musepack
    } else {
        Codec::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_search_but_those_of_mp3_has_one_row() {
        for (family, search) in searches() {
            let rows = CRITERIA.iter().filter(|criterion| criterion.search == search.name).count();
            assert_eq!(rows, usize::from(family.run.is_some()), "{}", search.name);
        }
        assert_eq!(all().count(), CRITERIA.len(), "a row of no search");
    }

    #[test]
    fn what_parts_have_to_agree_on_is_identified_by_parts() {
        for (search, criterion) in all() {
            assert_eq!(criterion.agreement, search.parts, "{}", search.name);
            assert!(search.codecs.len() == 1 || !criterion.words.identified_by.is_empty(), "{}", search.name);
        }
    }
}
