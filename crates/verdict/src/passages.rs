//! Which seconds of a file are lossy, as a sentence.

use bitrater_evidence::{Codec, EvidenceSet, Passage};

use crate::Generation;

/// Passages that a sentence names one by one.
const NAMED: usize = 3;

/// Longest file whose times are told in tenths of a second, in seconds.
const SHORT: f64 = 120.0;

/// What there is to say of a generation that fills only a part of the file.
pub fn sentence(evidence: &EvidenceSet, generation: &Generation) -> Option<String> {
    let passages = evidence.passages.as_ref()?;
    if passages.codec != generation.codec || Some(passages.phase) != generation.phase {
        return None;
    }
    let duration = evidence.stream.duration;
    let tenths = duration <= SHORT;
    let span = |passage: &Passage| format!("from {} to {}", clock(passage.start, tenths), clock(passage.end, tenths));
    let mut named: Vec<String> = passages.lossy.iter().take(NAMED).map(span).collect();
    match passages.lossy.len().saturating_sub(NAMED) {
        0 => {}
        more => named.push(format!("in {more} more")),
    }
    let codec = codec_name(generation.codec);
    Some(format!(
        "lossy in part: {codec} {} of {}, {:.0} % of the file (passage_start, passage_end; the edges within {:.1} s); what else of it can tell shows no {codec} grid",
        listed(&named),
        clock(duration, tenths),
        100.0 * passages.share,
        passages.within
    ))
}

/// The codec as people write it.
fn codec_name(codec: Codec) -> &'static str {
    match codec {
        Codec::Mp3 => "MP3",
        Codec::Aac => "AAC",
        Codec::Vorbis => "Vorbis",
        Codec::Opus => "Opus",
        other => other.name(),
    }
}

/// Words with commas and an "and".
fn listed(words: &[String]) -> String {
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Minutes and seconds, in tenths or whole.
fn clock(seconds: f64, tenths: bool) -> String {
    let tens = if tenths { (10.0 * seconds).round() } else { 10.0 * seconds.round() }.max(0.0) as u64;
    let (minutes, rest) = (tens / 600, tens % 600);
    if tenths { format!("{minutes}:{:02}.{}", rest / 10, rest % 10) } else { format!("{minutes}:{:02}", rest / 10) }
}

#[cfg(test)]
mod tests {
    use bitrater_evidence::{Class, Mode, Passages, Stated, StreamFacts};

    use super::*;

    fn told(duration: f64, lossy: &[(f64, f64)], phase: u32) -> Option<String> {
        let mut set = EvidenceSet::unmeasured(StreamFacts {
            container: "flac".to_owned(),
            codec: Codec::Flac,
            sample_rate: 44_100,
            channels: 2,
            bit_depth: Some(16),
            duration,
            stated: Stated {
                codec: Codec::Flac,
                class: Class::Lossless,
                bitrate: None,
                mode: Some(Mode::Lossless),
                encoder: None,
            },
            mp3: None,
            warnings: Vec::new(),
        });
        let lossy = lossy.iter().map(|&(start, end)| Passage { start, end }).collect();
        set.passages = Some(Passages { codec: Codec::Mp3, phase: 17, lossy, share: 0.303, within: 0.04 });
        sentence(&set, &crate::proof::of_class(crate::ladder::mp3(128), phase))
    }

    #[test]
    fn passages_are_named_with_their_times() {
        assert_eq!(
            told(33.0, &[(10.04, 19.96)], 17).unwrap(),
            "lossy in part: MP3 from 0:10.0 to 0:20.0 of 0:33.0, 30 % of the file (passage_start, passage_end; the edges within 0.0 s); what \
             else of it can tell shows no MP3 grid"
        );
        let many = told(3600.0, &[(59.6, 100.0), (200.0, 300.0), (400.0, 500.0), (600.0, 700.0)], 17).unwrap();
        assert!(
            many.contains("from 1:00 to 1:40, from 3:20 to 5:00, from 6:40 to 8:20 and in 1 more of 60:00"),
            "{many}"
        );
    }

    #[test]
    fn another_grid_has_other_passages() {
        assert_eq!(told(33.0, &[(10.0, 20.0)], 18), None);
    }
}
