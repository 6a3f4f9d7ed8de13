//! Every kind of reason: how it is serialised, and its sentence in both registers.

use bitrater_evidence::{Class, Codec, Mode};

use super::*;
use crate::ladder::mp3;
use crate::model::tests::assessment;
use crate::{Assessment, Generation, Verdict};

fn grid(phase: u32, period: u32) -> Grid {
    Grid { phase, period, older: false, raised: None }
}

fn scan(phase: u32, period: u32, strength: f64, parts: u32) -> Scan {
    Scan { grid: grid(phase, period), strength, parts }
}

fn found(search: &'static str, scan: Scan, codec: Codec) -> Reason {
    Reason::Found(Found { kind: search.into(), scan, codec })
}

/// One of each kind.
pub(crate) fn samples() -> Vec<Reason> {
    let integers = Some(Integers { read: 0.81, kbps: 117 });
    let mp3_scan = |strength, parts| Mp3Scan { scan: scan(7, 576, strength, parts), granules: 100, integers };
    let older = Grid { phase: 482, period: 576, older: true, raised: None };
    let raised = Grid { raised: Some(Raised { from: 44_100, to: 48_000 }), ..grid(64, 128) };
    vec![
        Reason::Mp3Holes(mp3_scan(59.5, 4)),
        Reason::Mp3Lattice(Mp3Scan { integers: None, ..mp3_scan(10.7, 2) }),
        Reason::Mp3Likely(Mp3Likely {
            grid: older,
            strength: 331.4,
            granules: 42,
            uncut: true,
            agreed: true,
            integers,
        }),
        Reason::Mp3Aligned(Mp3Aligned {
            grid: Grid { phase: 529, ..older },
            showing: 12,
            granule_channels: 400,
            evidence: 40.0,
            integers: None,
        }),
        found("aac_lattice", scan(576, 1024, 8.1, 3), Codec::Aac),
        found("vorbis_ladder", Scan { grid: raised, strength: 12.0, parts: 2 }, Codec::Vorbis),
        found("vorbis_holes", scan(64, 128, 14.2, 4), Codec::Vorbis),
        found("opus_holes", scan(648, 960, 5.5, 1), Codec::Opus),
        found("subband_lattice", scan(3, 384, 9.0, 1), Codec::Musepack),
        found("ac3_mantissas", scan(5, 256, 10.0, 2), Codec::Ac3),
        found("wma_holes", scan(9, 2048, 9.5, 2), Codec::Wma),
        Reason::RateUnread { codec: Codec::Wma },
        Reason::OlderRateUnread { codec: Codec::Aac },
        Reason::Passages(Parts {
            codec: Codec::Mp3,
            count: 5,
            first: vec![Span { start: 60.0, end: 100.0 }, Span { start: 200.0, end: 300.0 }],
            duration: 3600.25,
            share: 0.3,
            within: 0.1,
        }),
        Reason::Cutoff { khz: 16.0, as_class: Some(mp3(128)) },
        Reason::Cutoff { khz: 19.1, as_class: None },
        Reason::CutoffAlone { khz: 16.0 },
        Reason::NoGrid { searched: vec![Codec::Mp3, Codec::Ac3, Codec::Wma], nearest: 0.93 },
        Reason::NoOlderGrid { nearest: 1.2 },
        Reason::TooFewFrames,
        Reason::ModelAgrees { probability: 0.987 },
        Reason::ModelDisagrees { probability: 0.1 },
        Reason::ModelNamesClass { class: Class::V(2), facts: 90 },
        Reason::ModelSuspects { class: mp3(320), probability: 0.7 },
        Reason::ModelSuspectsOlder { probability: 0.5 },
        Reason::BelowConfidence { confidence: 0.95, least: 0.99 },
    ]
}

const FULL: [&str; 26] = [
    "an MP3 frame grid at phase 7 of 576: its holes stand 59.5 MADs beyond all other phases (mp3_holes) over 100 \
     granules, in 4 of 4 parts of the file; its integers, read back in 81 % of the granules, need 117 kbps \
     (mp3_rate)",
    "an MP3 frame grid at phase 7 of 576: its quantiser lattice stands 10.7 MADs beyond all other phases \
     (mp3_lattice) over 100 granules, in 2 of 4 parts of the file",
    "an older generation: an MP3 quantiser lattice at phase 482 of 576, where an uncut decode has it: 331.4 \
     deviations beyond phases near it over 42 granules (mp3_likely), and a search over all phases has its best there, \
     too; its integers, read back in 81 % of the granules, need 117 kbps (mp3_rate)",
    "an older generation: an MP3 generation on the stream's own frame grid: 12 of 400 granule channels hold only \
     integers that a coarser quantiser leaves (mp3_aligned, e^40 to 1 on average)",
    "an AAC frame grid at phase 576 of 1024: its quantiser lattice stands 8.1 standard errors beyond the other phases \
     (aac_lattice)",
    "a Vorbis block grid at phase 64 of 128: its lines fit the levels of the floor 12.0 MADs beyond the other phases \
     (vorbis_ladder); all this at 44100 Hz, from which the file was brought up to 48000 Hz (source_rate)",
    "a Vorbis block grid at phase 64 of 128: the holes of its blocks stand 14.2 MADs beyond the other phases \
     (vorbis_holes)",
    "an Opus frame grid at phase 648 of 960 at 48 kHz: its holes stand 5.5 deviations beyond what audio without a grid \
     shows (opus_holes)",
    "a grid of subband blocks at phase 3 of 384: their quantiser lattice stands 9.0 MADs beyond the other phases \
     (subband_lattice); its scalefactors are those of Musepack",
    "an AC-3 block grid at phase 5 of 256: its lines, folded into one octave, fall on few points and stand 10.0 MADs \
     beyond the other phases (ac3_mantissas)",
    "a Windows Media Audio block grid at phase 9 of 2048: its holes stand 9.5 MADs beyond the other phases (wma_holes)",
    "the rate of the Windows Media Audio generation could not be read",
    "the rate of the older AAC generation could not be read, so nothing shows whether it was lower than the one stated",
    "lossy in part: MP3 from 1:00 to 1:40, from 3:20 to 5:00 and in 3 more of 60:00, 30 % of the file (passage_start, \
     passage_end; the edges within 0.1 s); other informative parts show no MP3 grid",
    "the spectrum ends near 16.0 kHz, as an MP3 of class 128 does (cutoff)",
    "the spectrum ends near 19.1 kHz (cutoff)",
    "the spectrum ends near 16.0 kHz, which proves nothing by itself (cutoff)",
    "no frame grid of MP3, AC-3 or Windows Media Audio at any phase: the strongest trace reaches 93 % of its bar",
    "no frame grid besides the stream's own: the strongest trace reaches 120 % of its bar",
    "too few frames to search for a codec's frame grid",
    "the model agrees: it would call this a transcode with probability 0.987 (model_transcode)",
    "the model alone would not have found it: it gives a transcode the probability 0.100 (model_transcode); the proof \
     stands",
    "the model names the class V2 from 90 measured facts together",
    "the model suspects a generation of class 320 with probability 0.700 (model_transcode), but no search proves one: \
     the model alone proves nothing",
    "the model suspects an older and weaker generation with probability 0.500 (model_transcode), which does \
     not change the verdict on an MP3",
    "the confidence of 0.950 is below the 0.990 that was asked for (--min-confidence)",
];

#[test]
fn the_full_sentence_has_all_the_numbers() {
    let full: Vec<String> = samples().iter().map(Reason::full).collect();
    assert_eq!(full, FULL);
}

#[test]
fn each_is_read_back_as_it_was_written() {
    for reason in samples() {
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason, "{json}");
        assert!(json.starts_with("{\"kind\":\""), "{json}");
    }
    assert_eq!(
        serde_json::to_value(&samples()[0]).unwrap(),
        serde_json::json!({
            "kind": "mp3_holes", "phase": 7, "period": 576, "older": false, "raised": null, "strength": 59.5, "parts": 4,
            "granules": 100, "integers": {"read": 0.81, "kbps": 117}
        })
    );
    assert_eq!(serde_json::to_string(&Reason::TooFewFrames).unwrap(), r#"{"kind":"too_few_frames"}"#);
}

#[test]
fn proofs_have_a_grid_and_nothing_else_has() {
    let proofs = samples().iter().filter(|reason| reason.is_proof()).count();
    assert_eq!(proofs, 11);
    assert!(samples()[..proofs].iter().all(Reason::is_proof));
}

/// A transcode with this generation under it.
fn of(codec: Codec, class: Class, bitrate: Option<u32>, verdict: Verdict) -> Assessment {
    let mut assessment = assessment(None, Verdict::Transcode);
    assessment.history = vec![Generation { codec, class, bitrate, mode: Some(Mode::Cbr), phase: None }];
    assessment.verdict = verdict;
    assessment
}

#[test]
fn the_plain_sentence_names_what_it_was_made_from_and_where_that_shows() {
    let samples = samples();
    let plain = |n: usize, codec, class, bitrate, verdict| samples[n].plain(&of(codec, class, bitrate, verdict));
    let rate = |codec, kbps| Class::Rate { codec, kbps };
    for (made, sentence) in [
        (
            plain(0, Codec::Mp3, mp3(128), Some(128), Verdict::Transcode),
            "made from a 128 kbps MP3: its traces are in every part of the file",
        ),
        (
            plain(1, Codec::Mp3, Class::V(2), Some(190), Verdict::Transcode),
            "made from an MP3 of quality V2: its traces are in several parts of the file",
        ),
        (
            plain(2, Codec::Mp3, mp3(320), Some(320), Verdict::Original),
            "encoded twice, first as a 320 kbps MP3: its traces are clear",
        ),
        (
            plain(5, Codec::Vorbis, rate(Codec::Vorbis, 160), Some(150), Verdict::Transcode),
            "made from a Vorbis file of about 150 kbps: its traces are clear; its sample rate was raised afterwards, \
             from 44100 to 48000 Hz",
        ),
        (
            plain(8, Codec::Musepack, Class::Codec(Codec::Musepack), None, Verdict::Transcode),
            "made from a Musepack file of unknown bitrate: its traces are clear in a part of the file",
        ),
        (
            plain(13, Codec::Mp3, mp3(128), None, Verdict::Transcode),
            "only a part of the file is lossy: from 1:00 to 1:40, from 3:20 to 5:00 and in 3 more of 60:00",
        ),
    ] {
        assert_eq!(made, sentence);
    }
}

#[test]
fn plain_sentences_are_short() {
    let assessment = of(Codec::Wma, Class::Rate { codec: Codec::Wma, kbps: 128 }, Some(128), Verdict::Transcode);
    for reason in samples().iter().filter(|reason| reason.grid().is_none_or(|grid| grid.raised.is_none())) {
        let plain = reason.plain(&assessment);
        assert!(plain.len() <= 120 && !plain.contains("MAD") && !plain.contains('_'), "{plain}");
    }
}
