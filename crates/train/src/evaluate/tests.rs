//! The figures for answers made by hand.

use std::path::PathBuf;

use bitrater_verdict::{Class, Codec, Generation, Original, Resolution, Stated, Versions};

use super::*;

/// A FLAC of this truth with this answer.
fn judged(
    recording: &str,
    (truth, bitrate): (Class, Option<u32>),
    verdict: Verdict,
    confidence: f64,
    answer: Class,
) -> Judged {
    let codec = |class: Class| if class == Class::Lossless { Codec::Lossless } else { Codec::Mp3 };
    let item = Item {
        path: PathBuf::from("x"),
        recording: recording.to_owned(),
        codec: codec(truth),
        class: truth.to_string(),
        bitrate,
        fake: None,
        group: truth.to_string(),
    };
    let kbps = match answer {
        Class::Rate { kbps, .. } => Some(kbps),
        _ => None,
    };
    let assessment = Assessment {
        container: "flac".to_owned(),
        codec: Codec::Flac,
        sample_rate: 44_100,
        channels: 2,
        bit_depth: Some(16),
        duration: 11.0,
        stated: Stated::lossless(Codec::Flac, None),
        original: Original { codec: codec(answer), class: answer, bitrate: kbps, mode: None },
        verdict,
        confidence,
        transcoded_from: None,
        quality_gap: 0,
        history: Vec::<Generation>::new(),
        cutoff_hz: None,
        resolution: Resolution::default(),
        reasons: Vec::new(),
        evidence: Vec::new(),
        warnings: Vec::new(),
        versions: Versions::current(),
    };
    Judged { item, assessment }
}

const fn mp3(kbps: u32) -> Class {
    Class::Rate { codec: Codec::Mp3, kbps }
}

fn example() -> Evaluation {
    let genuine = (Class::Lossless, None);
    let judged = vec![
        judged("a", genuine, Verdict::Original, 0.9, Class::Lossless),
        judged("a", genuine, Verdict::Transcode, 0.96, mp3(320)),
        judged("b", genuine, Verdict::Inconclusive, 0.3, Class::Lossless),
        judged("b", (mp3(128), Some(128)), Verdict::Transcode, 0.98, mp3(128)),
        judged("b", (mp3(128), Some(128)), Verdict::Transcode, 0.98, mp3(112)),
        judged("c", (mp3(320), Some(320)), Verdict::Original, 0.9, Class::Lossless),
        judged("c", (mp3(320), Some(320)), Verdict::Inconclusive, 0.6, mp3(320)),
    ];
    Evaluation::new("by hand", &Judgement { judged, failed: Vec::new() })
}

#[test]
fn verdicts_are_counted_against_the_truth() {
    let figures = example();
    assert_eq!((figures.files, figures.recordings, figures.failed), (7, 3, 0));
    let counts = |share: Share| (share.count, share.of);
    assert_eq!(counts(figures.right), (3, 7));
    assert_eq!(counts(figures.wrong), (2, 7));
    assert_eq!(counts(figures.inconclusive), (2, 7));
    assert_eq!(counts(figures.found), (2, 4));
    assert_eq!(counts(figures.false_accusations), (1, 3));
    assert_eq!(counts(figures.false_accusations_lossless), (1, 3));
    assert_eq!(counts(figures.false_accusations_lossy), (0, 0));
    assert_eq!(counts(figures.falsely_accused_recordings), (1, 2));
}

#[test]
fn classes_have_precision_and_recall() {
    let figures = example();
    assert_eq!(figures.confusion.classes, ["128", "320", "LOSSLESS", "112"]);
    assert_eq!(figures.confusion.counts, [[1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 2, 0], [0, 0, 0, 0]]);
    let lossless = figures.classes.iter().find(|score| score.class == "LOSSLESS").unwrap();
    assert_eq!((lossless.support, lossless.precision, lossless.recall), (3, 2.0 / 3.0, 2.0 / 3.0));
    let low = &figures.classes[0];
    assert_eq!((low.precision, low.recall), (1.0, 0.5));
    assert!((low.f1 - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(figures.classes.len(), 3, "112 is an answer only");
}

#[test]
fn bitrates_near_the_truth_are_right() {
    let group = &example().chains[0];
    assert_eq!((group.chain.as_str(), group.class, group.codec), ("128", 1, 2));
    assert_eq!((group.bitrate.count, group.bitrate.of), (1, 2), "112 is 12.5 % below 128");
}

#[test]
fn a_perfect_confidence_has_no_error() {
    let right = |confidence: f64, of: usize| {
        (0..of).map(move |number| (confidence, (number as f64) < (confidence * of as f64).round()))
    };
    let perfect = Calibration::new(right(0.95, 100).chain(right(0.25, 100)));
    assert!(perfect.ece < 1e-12, "{perfect:?}");
    let boastful = Calibration::new((0..100).map(|number| (1.0, number < 80)));
    assert!((boastful.ece - 0.2).abs() < 1e-12 && (boastful.brier - 0.2).abs() < 1e-12);
    assert_eq!(boastful.bins.len(), 1);
    assert!(Calibration::new(std::iter::empty()).bins.is_empty());
}

#[test]
fn the_tables_hold_the_figures() {
    let text = example().to_string();
    for line in [
        "by hand: 7 files of 3 recordings, 0 failed",
        "false accusations      1 of 3 = 33.33 % (95 %: 6.15 to 79.23)",
        "128           2  100.0%    34.2-100.0      0      0      0   50.0%  100.0%   50.0%",
        "LOSSLESS           .        1        2        .",
    ] {
        assert!(text.lines().any(|l| l == line), "no line `{line}` in\n{text}");
    }
}
