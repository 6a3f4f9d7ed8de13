//! Where the bars are contradicted by what honest files show: found in the extract, and known.
//!
//! A bar should stand at or above the strongest trace of half A, of music as of synthetic sounds, and where music of half A would
//! come once in 100 000 files. Half B sets nothing, but files of it that reach a bar are named, too. What is not so is listed here with the reason
//! why the bar stays, and nowhere else.

use super::answers::{Half, Sounds};
use super::distribution::Distribution;
use super::measured::{Group, Measured, Phases, Row, Stream};

/// A question to which a bar can give the wrong answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Does a file of half A reach it?
    Reached,
    /// Would music of half A reach it more often than once in 100 000 files?
    TooOften,
    /// Does a file of half B reach it?
    ReachedByB,
}

/// A contradiction that is known.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Name of the search.
    pub search: &'static str,
    /// Its phases.
    pub phases: Phases,
    /// Kind of streams.
    pub stream: Stream,
    /// What the files are made of.
    pub sounds: Sounds,
    /// The question.
    pub question: Question,
    /// Why the bar stands where it does.
    pub why: &'static str,
}

impl Known {
    /// Whether it is this contradiction.
    #[must_use]
    pub fn is(&self, found: &Contradiction) -> bool {
        self.is_of(&found.group) && self.question == found.question
    }

    /// Whether it is of this group.
    #[must_use]
    pub fn is_of(&self, group: &Group) -> bool {
        (self.search, self.phases, self.stream, self.sounds)
            == (group.search.name, group.phases, group.stream, group.sounds)
    }
}

/// All of them.
pub const KNOWN: &[Known] = &[
    Known {
        search: "mp3_holes",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Music,
        question: Question::Reached,
        why: "One recording that ends at 11 kHz, in MP3s of 22.05 and 24 kHz, reaches 16.9 and 10.1 at phases that \
              no rule knows as its own. An older encode of the same class is named, and the verdict is original. A \
              search that is mistaken there is to be mended, not its bar.",
    },
    Known {
        search: "mp3_holes",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Music,
        question: Question::ReachedByB,
        why: "The other half of the same source, in the same two kinds of streams: 17.4 and 13.6, likewise.",
    },
    Known {
        search: "mp3_likely",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Music,
        question: Question::Reached,
        why: "Two recordings of half A reach 73 and 40 at phases that a search had chosen. READ_CHOSEN is needed \
              there besides: no integers can be read, so that this search proves nothing. The first is the one \
              whose holes reach their bar, too.",
    },
    Known {
        search: "mp3_likely",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Music,
        question: Question::ReachedByB,
        why: "Two recordings of half B likewise, 76 and 56.",
    },
    Known {
        search: "mp3_likely",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Synthetic,
        question: Question::Reached,
        why: "Loops and tones whose period divides a granule, up to 81. READ_CHOSEN keeps all of them from being \
              accused.",
    },
    Known {
        search: "mp3_aligned",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Music,
        question: Question::TooOften,
        why: "The line reaches 0.057, though it is drawn through shares of which most are none at all. SHOWING \
              demands a number of granule channels besides, which the share does not count.",
    },
    Known {
        search: "mp3_aligned",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Music,
        question: Question::ReachedByB,
        why: "An electric piano in an MP3 of Shine at 128 kbps: 13 of 400 granule channels, 0.033, and SHOWING \
              demands 12. An older encode of the same class is named, and the verdict is original.",
    },
    Known {
        search: "mp3_aligned",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Synthetic,
        question: Question::Reached,
        why: "Of a tone or a few clicks there may be one granule channel to examine, and all of that shows. \
              SHOWING is for these.",
    },
    Known {
        search: "mp3_aligned",
        phases: Phases::Any,
        stream: Stream::Mp3,
        sounds: Sounds::Synthetic,
        question: Question::ReachedByB,
        why: "Likewise.",
    },
    Known {
        search: "aac_lattice",
        phases: Phases::Any,
        stream: Stream::Lossless,
        sounds: Sounds::Music,
        question: Question::TooOften,
        why: "The line reaches 10.1. It is drawn through the strongest of 119 files, all but one below 5.1; the \
              1044 files of 2026-11-26 have it at 7.8. Two parts have to agree besides.",
    },
    Known {
        search: "aac_lattice",
        phases: Phases::Uncut,
        stream: Stream::Lossless,
        sounds: Sounds::Music,
        question: Question::TooOften,
        why: "The line reaches 9.0, through the two strongest of 119 files; 1613 lossless files of 2026-11-26 have \
              it at 7.4. Two parts have to agree besides.",
    },
];

/// A bar that is contradicted.
#[derive(Debug, Clone, Copy)]
pub struct Contradiction {
    /// The group whose bar it is.
    pub group: Group,
    /// By what.
    pub question: Question,
    /// The strength that the bar should at least have.
    pub strength: f64,
}

/// All contradictions of the bars in an extract.
#[must_use]
pub fn find(measured: &Measured) -> Vec<Contradiction> {
    let of_group = |group: Group| {
        let (set, report) = (measured.row(&group, Half::A), measured.row(&group, Half::B));
        let line = set.filter(|_| group.sounds == Sounds::Music).map(|row| row.distribution);
        let strengths = [
            (Question::Reached, set.map(Row::largest)),
            (Question::TooOften, line.as_ref().and_then(Distribution::once_in_100_000)),
            (Question::ReachedByB, report.map(Row::largest)),
        ];
        let least = group.bar().least;
        let contradicts = move |(question, strength): (Question, Option<f64>)| {
            let strength = strength?;
            // A file at the bar is accused; where the line crosses it is an estimate, which may meet it.
            let contradicted = strength > least || (question != Question::TooOften && strength >= least);
            contradicted.then_some(Contradiction { group, question, strength })
        };
        strengths.into_iter().filter_map(contradicts)
    };
    Group::all().flat_map(of_group).collect()
}

/// What music showed below its bars, and [`bitrater_evidence::bars::Genuine`] denies: the group, the half and the strength.
#[must_use]
pub fn denied(measured: &Measured) -> Vec<(Group, Half, f64)> {
    let mut denied = Vec::new();
    for group in Group::all().filter(|group| group.sounds == Sounds::Music) {
        let bar = group.bar();
        for half in [Half::A, Half::B] {
            // What reaches the bar is a contradiction of the bar.
            let strongest = measured.row(&group, half).into_iter().flat_map(|row| &row.strongest);
            let below = strongest.map(|&(strength, _)| strength).filter(|&strength| strength < bar.least);
            denied.extend(below.filter(|&strength| strength >= bar.genuine.below).map(|most| (group, half, most)));
        }
    }
    denied
}
