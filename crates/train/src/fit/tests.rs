//! Fits to made-up evidence.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use bitrater_media::{Class, Codec, Stated};
use bitrater_verdict::{Evidence, Original, Resolution, Verdict, Versions};

use super::*;
use crate::rng::Rng;

/// A lossless file of a recording, honest or made from MP3 at 128 or 320; evidence that mostly tells which.
fn judged(recording: usize, kbps: Option<u32>, rng: &mut Rng) -> Judged {
    let class = kbps.map_or(Class::Lossless, |kbps| Class::Rate { codec: Codec::Mp3, kbps });
    let codec = if kbps.is_some() { Codec::Mp3 } else { Codec::Lossless };
    let item = Item {
        path: PathBuf::new(),
        recording: recording.to_string(),
        codec,
        class: class.to_string(),
        bitrate: kbps,
        fake: Some(kbps.is_some()),
        group: class.to_string(),
    };
    let mut evidence = Vec::new();
    let mut add = |name: &'static str, value: f64| {
        evidence.push(Evidence { name: name.into(), value, unit: "x".into() });
    };
    add("peak", rng.unit());
    add("mp3_holes_strength", if kbps.is_some() { 4.0 } else { 0.0 } + 4.0 * rng.unit());
    // Measured in MP3s only.
    if let Some(kbps) = kbps {
        add("mp3_rate", f64::from(kbps) * (0.9 + 0.2 * rng.unit()));
    }
    let assessment = Assessment {
        container: "flac".to_owned(),
        codec: Codec::Flac,
        sample_rate: 44_100,
        channels: 2,
        bit_depth: Some(16),
        duration: 11.0,
        stated: Stated::lossless(Codec::Flac, None),
        original: Original { codec: Codec::Lossless, class: Class::Lossless, bitrate: None, mode: None },
        verdict: Verdict::Original,
        confidence: 0.9,
        transcoded_from: None,
        quality_gap: 0,
        history: vec![],
        cutoff_hz: None,
        resolution: Resolution::default(),
        reasons: vec![],
        evidence,
        warnings: vec![],
        versions: Versions::current(),
    };
    Judged { item, assessment }
}

fn library(recordings: usize, seed: u64) -> Vec<Judged> {
    let mut rng = Rng::new(seed, &["library"]);
    (0..recordings)
        .flat_map(|recording| [None, None, Some(128), Some(320)].map(|kbps| (recording, kbps)))
        .map(|(recording, kbps)| judged(recording, kbps, &mut rng))
        .collect()
}

fn options(threads: usize) -> Options {
    Options { rounds: 30, ..Options::new(7, NonZeroUsize::new(threads).unwrap()) }
}

#[test]
fn what_can_be_learnt_is_learnt_and_calibrated() {
    let (training, other) = (library(60, 1), library(60, 2));
    let (model, reports) = fit(&training.iter().collect::<Vec<_>>(), "x", &options(1)).unwrap();
    assert_eq!(reports.len(), 1, "there are no MP3 streams");
    assert_eq!(reports[0].sizes, [240, 60, 3, 3], "derived features that nobody has are left out");
    let head = model.heads[0].as_ref().unwrap();
    let mut right = 0;
    for judged in &other {
        let answer = model.combine(judged.assessment.clone());
        assert!(!(answer.verdict == Verdict::Transcode && judged.item.fake == Some(false)), "false accusation");
        let prediction = head.predict(&judged.assessment);
        if judged.item.fake == Some(true) {
            right += usize::from(answer.original.class.to_string() == judged.item.class);
            let kbps = f64::from(judged.item.bitrate.unwrap());
            assert!((prediction.kbps / kbps).ln().abs() < 0.3, "{} for {kbps}", prediction.kbps);
        }
    }
    assert!(right > 115, "{right} of 120 classes");
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let training = library(30, 3);
    let bytes = |options: &Options| fit(&training.iter().collect::<Vec<_>>(), "x", options).unwrap().0.to_bytes();
    let once = bytes(&options(1));
    assert_eq!(bytes(&options(1)), once);
    assert_eq!(bytes(&options(2)), once);
    assert_eq!(bytes(&options(5)), once);
    assert_ne!(bytes(&Options { seed: 8, ..options(1) }), once);
    assert!(Model::from_bytes(&once).is_ok());
}

#[test]
fn nothing_is_learnt_from_nothing() {
    let few = library(3, 4);
    assert_eq!(fit(&few.iter().collect::<Vec<_>>(), "x", &options(1)).unwrap_err(), FitError::TooFew);
    let honest: Vec<Judged> = library(30, 4).into_iter().filter(|judged| judged.item.fake == Some(false)).collect();
    assert_eq!(fit(&honest.iter().collect::<Vec<_>>(), "x", &options(1)).unwrap_err(), FitError::TooFew);
}

#[test]
fn files_are_judged_by_models_that_have_not_seen_them() {
    let mut judged = library(40, 5);
    // What one recording teaches alone must not help it: a number that names its files.
    for (place, judged) in judged.iter_mut().enumerate() {
        judged.assessment.evidence = vec![Evidence { name: "peak".into(), value: place as f64, unit: "x".into() }];
    }
    let items: Vec<Item> = judged.iter().map(|judged| judged.item.clone()).collect();
    let fold_of = folds(&items, 4, 1);
    let answers =
        cross_validate(&judged, &fold_of, &[vec![0], vec![1], vec![2], vec![3]], &options(1), |_| ()).unwrap();
    assert_eq!(answers.len(), judged.len());
    let found = answers.iter().filter(|answer| answer.assessment.verdict == Verdict::Transcode).count();
    assert_eq!(found, 0, "nothing can be known");
    let hold_out = cross_validate(&judged, &fold_of, &[vec![2]], &options(1), |_| ()).unwrap();
    assert_eq!(hold_out.len(), 40);
}
