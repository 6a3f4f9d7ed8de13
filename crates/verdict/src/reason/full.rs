//! Reasons in full: sentences with their numbers, which name their evidence. They are `reasons` in the JSON and what
//! `explain` shows.

use super::words::{codec_name, listed, times};
use super::{Found, Grid, Integers, Mp3Aligned, Mp3Likely, Mp3Scan, Parts, Reason, Scan};
use crate::criteria;
use bitrater_evidence::Codec;

impl Reason {
    /// The sentence with its numbers.
    #[must_use]
    pub fn full(&self) -> String {
        let sentence = self.sentence();
        let Some(grid) = self.grid() else { return sentence };
        let older = if grid.older { "an older generation: " } else { "" };
        let raised = grid.raised.map_or_else(String::new, |raised| {
            format!(
                "; all this at {} Hz, from which the file was brought up to {} Hz (source_rate)",
                raised.from, raised.to
            )
        });
        format!("{older}{sentence}{raised}")
    }

    fn sentence(&self) -> String {
        match self {
            Self::Mp3Holes(scan) => mp3(scan, "holes stand", "mp3_holes"),
            Self::Mp3Lattice(scan) => mp3(scan, "quantiser lattice stands", "mp3_lattice"),
            Self::Mp3Likely(likely) => mp3_likely(likely),
            Self::Mp3Aligned(aligned) => mp3_aligned(aligned),
            Self::Found(found) => trace(found),
            Self::RateUnread { codec } => format!("the rate of {} could not be read", the_generation("", *codec)),
            Self::OlderRateUnread { codec } => format!(
                "the rate of {} could not be read, so nothing shows whether it was lower than the one stated",
                the_generation("older ", *codec)
            ),
            Self::Passages(parts) => passages(parts),
            Self::Cutoff { khz, as_class } => {
                let as_mp3 = as_class.map_or_else(String::new, |class| format!(", as an MP3 of class {class} does"));
                format!("the spectrum ends near {khz:.1} kHz{as_mp3} (cutoff)")
            }
            Self::CutoffAlone { khz } => {
                format!("the spectrum ends near {khz:.1} kHz, which proves nothing by itself (cutoff)")
            }
            Self::NoGrid { searched, nearest } => format!(
                "no frame grid of {} at any phase: the strongest trace reaches {:.0} % of its bar",
                listed(&searched.iter().copied().map(codec_name).collect::<Vec<_>>(), "or"),
                100.0 * nearest
            ),
            Self::NoOlderGrid { nearest } => format!(
                "no frame grid besides the stream's own: the strongest trace reaches {:.0} % of its bar",
                100.0 * nearest
            ),
            Self::TooFewFrames => "too few frames to search for a codec's frame grid".to_owned(),
            Self::ModelAgrees { probability } => format!(
                "the model agrees: it would call this a transcode with probability {probability:.3} (model_transcode)"
            ),
            Self::ModelDisagrees { probability } => format!(
                "the model alone would not have found it: it gives a transcode the probability {probability:.3} \
                 (model_transcode); the proof stands"
            ),
            Self::ModelNamesClass { class, facts } => {
                format!("the model names the class {class} from {facts} measured facts together")
            }
            Self::ModelSuspects { class, probability } => format!(
                "the model suspects a generation of class {class} with probability {probability:.3} \
                 (model_transcode), but no search proves one: the model alone proves nothing"
            ),
            Self::ModelSuspectsOlder { probability } => format!(
                "the model suspects an older and weaker generation with probability {probability:.3} \
                 (model_transcode), which does not change the verdict on an MP3"
            ),
            Self::BelowConfidence { confidence, least } => format!(
                "the confidence of {confidence:.3} is below the {least:.3} that was asked for (--min-confidence)"
            ),
        }
    }
}

fn the_generation(older: &str, codec: Codec) -> String {
    match codec {
        Codec::Unknown => format!("the {older}generation"),
        codec => format!("the {older}{} generation", codec_name(codec)),
    }
}

fn place(grid: &Grid) -> String {
    format!("phase {} of {}", grid.phase, grid.period)
}

fn mp3(mp3: &Mp3Scan, stand: &str, name: &str) -> String {
    let Mp3Scan { scan: Scan { grid, strength, parts }, granules, integers } = mp3;
    format!(
        "an MP3 frame grid at {}: its {stand} {strength:.1} MADs beyond all other phases ({name}) over {granules} \
         granules, in {parts} of 4 parts of the file{}",
        place(grid),
        rate(integers.as_ref())
    )
}

fn trace(found: &Found) -> String {
    let Found { kind, scan, codec } = found;
    let Some((search, criterion)) = criteria::all().find(|(search, _)| search.name == kind) else {
        return format!("a frame grid at {} ({kind})", place(&scan.grid));
    };
    let words = criterion.words;
    let clock = search.clock.map_or_else(String::new, |hz| format!(" at {:.0} kHz", f64::from(hz) / 1000.0));
    let identified = match *codec {
        _ if words.identified_by.is_empty() => String::new(),
        Codec::Unknown => {
            let names: Vec<_> = search.codecs.iter().copied().map(codec_name).collect();
            format!("; too few of its {} could be read to tell {}", words.identified_by, listed(&names, "from"))
        }
        codec => format!("; its {} are those of {}", words.identified_by, codec_name(codec)),
    };
    format!(
        "{} at {}{clock}: {} {:.1} {} beyond {} ({kind}){identified}",
        words.grid,
        place(&scan.grid),
        words.trace,
        scan.strength,
        search.bar.unit,
        words.beyond
    )
}

fn mp3_likely(likely: &Mp3Likely) -> String {
    let Mp3Likely { grid, strength, granules, uncut, agreed, integers } = likely;
    let uncut = if *uncut { ", where an uncut decode has it" } else { "" };
    let agreed = if *agreed { ", and a search over all phases has its best there, too" } else { "" };
    format!(
        "an MP3 quantiser lattice at {}{uncut}: {strength:.1} deviations beyond phases near it over {granules} \
         granules (mp3_likely){agreed}{}",
        place(grid),
        rate(integers.as_ref())
    )
}

fn mp3_aligned(aligned: &Mp3Aligned) -> String {
    let Mp3Aligned { showing, granule_channels, evidence, integers, .. } = aligned;
    format!(
        "an MP3 generation on the stream's own frame grid: {showing} of {granule_channels} granule channels hold only \
         integers that a coarser quantiser leaves (mp3_aligned, e^{evidence:.0} to 1 on average){}",
        rate(integers.as_ref())
    )
}

/// What the integers of an MP3 generation show of its rate, as the end of a sentence.
fn rate(integers: Option<&Integers>) -> String {
    integers.map_or_else(String::new, |Integers { read, kbps }| {
        format!("; its integers, read back in {:.0} % of the granules, need {kbps} kbps (mp3_rate)", 100.0 * read)
    })
}

fn passages(parts: &Parts) -> String {
    let codec = codec_name(parts.codec);
    format!(
        "lossy in part: {codec} {}, {:.0} % of the file (passage_start, passage_end; the edges within {:.1} s); \
         other informative parts show no {codec} grid",
        times(parts),
        100.0 * parts.share,
        parts.within
    )
}
