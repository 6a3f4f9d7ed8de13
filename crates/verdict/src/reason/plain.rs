//! Reasons in plain words, for everybody: short, and without the numbers of statistics.

use bitrater_evidence::{Class, Codec};

use super::words::{codec_name, times};
use super::{Grid, Parts, Reason};
use crate::{Generation, Verdict, criteria};

impl Reason {
    /// The short sentence in an assessment with this verdict, whose oldest generation is `oldest`.
    pub(crate) fn in_plain_words(&self, verdict: Verdict, oldest: Option<&Generation>) -> String {
        let proof = |grid: &Grid, traces: &str| proof(verdict, oldest, grid, traces);
        match self {
            Self::Mp3Holes(mp3) | Self::Mp3Lattice(mp3) => proof(&mp3.scan.grid, in_parts(mp3.scan.parts)),
            Self::Found(found) => {
                let in_parts = criteria::of(&found.kind).filter(|criterion| criterion.agreement);
                proof(&found.scan.grid, in_parts.map_or(CLEAR, |_| self::in_parts(found.scan.parts)))
            }
            Self::Mp3Likely(likely) => proof(&likely.grid, CLEAR),
            Self::Mp3Aligned(aligned) => proof(&aligned.grid, "its stored values have the gaps of a coarser encode"),
            Self::RateUnread { .. } => "the bitrate of that encode could not be read".to_owned(),
            Self::OlderRateUnread { .. } => {
                "it was encoded before, at a bitrate that could not be read: nothing shows whether that was lower"
                    .to_owned()
            }
            Self::Passages(parts) => passages(parts),
            Self::Cutoff { khz, as_class: Some(class) } => {
                format!("the sound ends near {khz:.1} kHz, as in an MP3 of class {class}")
            }
            Self::Cutoff { khz, as_class: None } => format!("the sound ends near {khz:.1} kHz"),
            Self::CutoffAlone { khz } => format!("the sound ends near {khz:.1} kHz, which alone proves nothing"),
            Self::NoGrid { .. } => "no trace of a lossy encode was found".to_owned(),
            Self::NoOlderGrid { .. } => "no trace of an older encode was found".to_owned(),
            Self::TooFewFrames => "the file is too short to look for traces".to_owned(),
            Self::ModelAgrees { .. } => "the model agrees".to_owned(),
            Self::ModelDisagrees { .. } => "the model alone would not have found it, but it is proven".to_owned(),
            Self::ModelNamesClass { class, .. } => format!("the model names the class {class}"),
            Self::ModelSuspects { class, .. } => {
                format!("it looks like a file that was made from {}, but nothing proves it", file_of(*class))
            }
            Self::ModelSuspectsOlder { .. } => {
                "it looks like a file that was encoded before, at a lower bitrate, but nothing proves it".to_owned()
            }
            Self::BelowConfidence { .. } => "it is less sure than --min-confidence demands".to_owned(),
        }
    }
}

/// The words for traces whose parts of the file are not distinguished.
const CLEAR: &str = "its traces are clear";

fn proof(verdict: Verdict, oldest: Option<&Generation>, grid: &Grid, traces: &str) -> String {
    let made = if grid.older && verdict != Verdict::Transcode { "encoded twice, first as" } else { "made from" };
    let what = oldest.map_or_else(|| "a lossy file".to_owned(), generation);
    let raised = grid.raised.map_or_else(String::new, |raised| {
        format!("; its sample rate was raised afterwards, from {} to {} Hz", raised.from, raised.to)
    });
    format!("{made} {what}: {traces}{raised}")
}

fn in_parts(parts: u32) -> &'static str {
    match parts {
        4.. => "its traces are in every part of the file",
        2..=3 => "its traces are in several parts of the file",
        _ => "its traces are clear in a part of the file",
    }
}

/// A generation with its article: `a 128 kbps MP3`, `an AAC file of about 129 kbps`.
fn generation(generation: &Generation) -> String {
    match (generation.class, generation.bitrate) {
        (Class::Codec(codec), _) => format!("{} of unknown bitrate", file(codec)),
        (Class::Rate { codec, .. }, Some(kbps)) if codec != Codec::Mp3 => {
            format!("{} of about {kbps} kbps", file(codec))
        }
        (class, _) => file_of(class),
    }
}

/// A file of a class, with its article.
fn file_of(class: Class) -> String {
    match class {
        Class::V(level) => format!("an MP3 of quality V{level}"),
        Class::Rate { codec: Codec::Mp3, kbps } => format!("{} {kbps} kbps MP3", article(kbps)),
        Class::Rate { codec, kbps } => format!("{} of about {kbps} kbps", file(codec)),
        Class::Codec(codec) => file(codec),
        Class::Lossless => "a lossless file".to_owned(),
    }
}

fn file(codec: Codec) -> String {
    let name = codec_name(codec);
    match codec {
        Codec::Unknown => "a lossy file of an unknown codec".to_owned(),
        Codec::Vorbis | Codec::Musepack | Codec::Wma => format!("a {name} file"),
        _ => format!("an {name} file"),
    }
}

/// The article of a rate that is read aloud.
fn article(kbps: u32) -> &'static str {
    if matches!(kbps, 8 | 11 | 18 | 80..=89) { "an" } else { "a" }
}

fn passages(parts: &Parts) -> String {
    format!("only a part of the file is lossy: {}", times(parts))
}
