//! Models made by hand: what is read back, what is refused, and what they do to an assessment.

use bitrater_evidence::{Class, Codec, Evidence, Mode, Resolution, Stated};

use super::*;
use crate::reason::{Grid, Mp3Likely};
use crate::{Assessment, Generation, Original, Reason, Verdict, Versions};

/// A head with one feature: below 5 honest, above an MP3 of 128; missing is honest.
fn head() -> Head {
    let split = |low: f32, high: f32| {
        Tree(vec![
            Node::Split { feature: 0, threshold: 5.0, missing_left: true, left: 1, right: 2 },
            Node::Leaf(low),
            Node::Leaf(high),
        ])
    };
    Head {
        classes: vec![ClassName::Honest, ClassName::Mp3(128), ClassName::Mp3V(0), ClassName::Other(Codec::Opus)],
        features: vec!["mp3_holes_strength".to_owned()],
        base: vec![0.0; 4],
        trees: vec![vec![split(4.0, 0.0)], vec![split(0.0, 4.0)], vec![], vec![split(-4.0, -4.0)]],
        rate: (128_f32.ln(), vec![]),
        temperature: 1.0,
        honesty: 0.0,
    }
}

fn model() -> Model {
    Model { name: "by-hand".to_owned(), heads: [Some(head()), Some(head())] }
}

fn proof() -> Reason {
    Reason::Mp3Likely(Mp3Likely {
        grid: Grid { phase: 7, period: 576, older: false, raised: None },
        strength: 20.0,
        granules: 300,
        uncut: false,
        agreed: false,
        integers: None,
    })
}

/// The rules' assessment of a lossless file with this strength of evidence.
pub(crate) fn assessment(strength: Option<f64>, verdict: Verdict) -> Assessment {
    let proven = verdict == Verdict::Transcode;
    let generation =
        Generation { codec: Codec::Mp3, class: Class::V(0), bitrate: Some(245), mode: Some(Mode::Vbr), phase: Some(7) };
    let (codec, class, bitrate) =
        if proven { (Codec::Mp3, Class::V(0), Some(245)) } else { (Codec::Lossless, Class::Lossless, None) };
    Assessment {
        container: "flac".to_owned(),
        codec: Codec::Flac,
        sample_rate: 44_100,
        channels: 2,
        bit_depth: Some(16),
        duration: 11.0,
        stated: Stated {
            codec: Codec::Flac,
            class: Class::Lossless,
            bitrate: None,
            mode: Some(Mode::Lossless),
            encoder: None,
        },
        original: Original { codec, class, bitrate, mode: None },
        verdict,
        confidence: 0.96,
        transcoded_from: proven.then_some(class),
        quality_gap: if proven { 3 } else { 0 },
        history: if proven { vec![generation] } else { vec![] },
        cutoff_hz: None,
        resolution: Resolution::default(),
        reasons: vec![if proven { proof() } else { Reason::NoOlderGrid { nearest: 0.5 } }],
        evidence: strength
            .map(|value| Evidence { name: "mp3_holes_strength".into(), value, unit: "mad".into() })
            .into_iter()
            .collect(),
        warnings: vec![],
        versions: Versions::of(crate::Judge::Rules),
    }
}

/// The same for an MP3 of 320 kbps.
fn mp3(strength: f64, older: bool) -> Assessment {
    let own = Generation {
        codec: Codec::Mp3,
        class: Class::Rate { codec: Codec::Mp3, kbps: 320 },
        bitrate: Some(320),
        mode: Some(Mode::Cbr),
        phase: Some(529),
    };
    let mut assessment = assessment(Some(strength), Verdict::Original);
    assessment.codec = Codec::Mp3;
    assessment.stated =
        Stated { codec: Codec::Mp3, class: own.class, bitrate: Some(320), mode: own.mode, encoder: None };
    assessment.original = Original { codec: Codec::Mp3, class: own.class, bitrate: Some(320), mode: own.mode };
    assessment.history = vec![own.clone()];
    if older {
        assessment.history.insert(0, Generation { phase: Some(7), ..own });
        assessment.warnings.push("encoded twice: …".to_owned());
    }
    assessment
}

/// At run time it would be refused silently, so this test finds it earlier.
#[test]
fn the_bundled_model_is_one_of_this_schema() {
    if let Some(bytes) = BUNDLED {
        assert_eq!(Model::from_bytes(bytes).err(), None, "train it again with scripts/train_model.sh");
    }
}

#[test]
fn what_is_written_is_read() {
    let bytes = model().to_bytes();
    assert_eq!(Model::from_bytes(&bytes), Ok(model()));
    assert_eq!(model().to_bytes(), bytes);
    let half = Model { heads: [None, Some(head())], ..model() };
    assert_eq!(Model::from_bytes(&half.to_bytes()), Ok(half));
}

#[test]
fn what_is_no_model_is_refused_by_its_kind() {
    let good = model().to_bytes();
    let changed = |place: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[place] = byte;
        Model::from_bytes(&bytes)
    };
    assert_eq!(Model::from_bytes(b""), Err(ModelError::Foreign));
    assert_eq!(
        Model::from_bytes(b"RIFF....WAVE and whatever else a file may hold, for a while"),
        Err(ModelError::Foreign)
    );
    assert_eq!(changed(8, 9), Err(ModelError::Format(9)));
    assert_eq!(changed(12, 77), Err(ModelError::Schema(77)));
    assert_eq!(changed(40, good[40] ^ 1), Err(ModelError::Checksum));
    assert_eq!(changed(good.len() - 1, 0xff), Err(ModelError::Checksum));
    for length in 0..good.len() {
        assert!(Model::from_bytes(&good[..length]).is_err(), "cut off at {length}");
    }
    assert_eq!(Model::from_bytes(&[&good[..], b"x"].concat()), Err(ModelError::Length));
    assert_eq!(Model::from_bytes(&vec![0; artefact::LARGEST + 1]), Err(ModelError::TooLarge));
}

/// An attacker can compute a checksum, so anything may follow it.
#[test]
fn no_body_that_checks_out_can_do_harm() {
    let good = model().to_bytes();
    let (header, body) = good.split_at(56);
    let sealed = |body: &[u8]| {
        let mut bytes = header.to_vec();
        bytes[16..24].copy_from_slice(&(body.len() as u64).to_le_bytes());
        bytes[24..56].copy_from_slice(blake3::hash(body).as_bytes());
        bytes.extend(body);
        Model::from_bytes(&bytes)
    };
    assert!(sealed(body).is_ok());
    let mut accepted = 0;
    for place in 0..body.len() {
        for byte in [0, 1, 0x7f, 0xff] {
            let mut body = body.to_vec();
            body[place] = byte;
            // Every model that is accepted terminates and gives valid probabilities.
            if let Ok(model) = sealed(&body) {
                accepted += 1;
                let answer = model.combine(assessment(Some(9.0), Verdict::Original));
                assert!((0.0..=1.0).contains(&answer.confidence), "{place} {byte}");
            }
        }
        assert!(sealed(&body[..place]).is_err(), "cut off at {place}");
    }
    assert!(accepted > 0);
    let tree = |nodes: Vec<Node>| {
        let mut head = head();
        head.trees[0] = vec![Tree(nodes)];
        Model::from_bytes(&Model { name: "x".to_owned(), heads: [Some(head), None] }.to_bytes())
    };
    let split = |feature, left, right| Node::Split { feature, threshold: 0.0, missing_left: false, left, right };
    for nodes in
        [vec![], vec![split(0, 0, 0)], vec![split(0, 1, 2), Node::Leaf(0.0)], vec![split(1, 1, 1), Node::Leaf(0.0)]]
    {
        assert!(matches!(tree(nodes), Err(ModelError::Unsound(_))));
    }
    assert!(tree(vec![split(0, 1, 1), Node::Leaf(0.0)]).is_ok());
}

#[test]
fn a_missing_number_goes_where_training_sent_it() {
    let head = head();
    let transcode = |value: f32| head.predict_row(&[value]).transcode;
    assert!(transcode(9.0) > 0.9 && transcode(1.0) < 0.1);
    assert!((transcode(f32::NAN) - transcode(1.0)).abs() < 1e-12);
    let sum: f64 = head.predict_row(&[9.0]).classes.iter().sum();
    assert!((sum - 1.0).abs() < 1e-12);
}

#[test]
fn a_proof_stands_and_the_model_names_its_class() {
    let mut proven = assessment(Some(9.0), Verdict::Transcode);
    let suggested = Reason::Cutoff { khz: 19.1, as_class: Some(Class::V(0)) };
    proven.reasons.push(suggested.clone());
    let answer = model().combine(proven.clone());
    assert_eq!((answer.verdict, answer.original.class.to_string().as_str()), (Verdict::Transcode, "128"));
    assert_eq!((answer.history[0].phase, answer.history[0].bitrate), (Some(7), Some(128)));
    assert_eq!(
        (answer.transcoded_from.map(|class| class.to_string()), answer.quality_gap),
        (Some("128".to_owned()), 6)
    );
    assert_eq!(answer.versions.model, "rules-3+by-hand");
    let names = Reason::ModelNamesClass { class: Class::Rate { codec: Codec::Mp3, kbps: 128 }, facts: 1 };
    assert_eq!(answer.reasons[..2], [proof(), names], "what the cutoff suggested is gone");
    assert!(matches!(answer.reasons[2], Reason::ModelAgrees { probability } if probability > 0.9));
    assert!(answer.evidence.iter().any(|item| item.name == "model_transcode" && item.value > 0.9));

    let mut opus = assessment(Some(9.0), Verdict::Transcode);
    opus.original.codec = Codec::Opus;
    opus.original.class = Class::Rate { codec: Codec::Opus, kbps: 96 };
    let answer = model().combine(opus);
    assert_eq!(answer.original.class.to_string(), "opus96", "rates of other codecs are for the rules");

    let disputed = model().combine(assessment(Some(1.0), Verdict::Transcode));
    assert_eq!((disputed.verdict, disputed.confidence), (Verdict::Transcode, 0.96));
    assert!(matches!(disputed.reasons.last(), Some(Reason::ModelDisagrees { .. })), "{:?}", disputed.reasons);
    let same = Reason::Cutoff { khz: 19.1, as_class: None };
    proven.reasons[1] = same.clone();
    assert_eq!(model().combine(proven).reasons[1], same, "where the spectrum ends stays, if it suggested nothing");
}

#[test]
fn without_a_proof_the_model_calls_nothing_a_transcode_however_sure_it_is() {
    let mut sure = model();
    sure.heads[0].as_mut().unwrap().temperature = 0.05;
    for model in [model(), sure] {
        let suspected = model.combine(assessment(Some(9.0), Verdict::Original));
        assert_eq!((suspected.verdict, suspected.transcoded_from), (Verdict::Inconclusive, None));
        assert!(matches!(suspected.reasons[0], Reason::ModelSuspects { .. }) && suspected.confidence > 0.9);
        assert_eq!((suspected.original.class.to_string().as_str(), suspected.history.len()), ("128", 0));
    }

    let mut opus = model();
    let head = opus.heads[0].as_mut().unwrap();
    head.trees[3] = head.trees[1].clone();
    head.trees[1] = vec![];
    let suspected = opus.combine(assessment(Some(9.0), Verdict::Original));
    assert_eq!((suspected.original.class, suspected.original.bitrate), (Class::Codec(Codec::Opus), None));

    for strength in [Some(1.0), None] {
        let honest = model().combine(assessment(strength, Verdict::Original));
        assert_eq!((honest.verdict, honest.original.class), (Verdict::Original, Class::Lossless));
        assert!(honest.confidence > 0.9 && honest.confidence < 1.0);
    }
}

#[test]
fn the_model_calls_no_mp3_a_transcode_and_names_the_class_of_what_is_proven() {
    for older in [false, true] {
        let answer = model().combine(mp3(9.0, older));
        assert_eq!((answer.verdict, answer.confidence), (Verdict::Original, 0.5), "the model rather thinks otherwise");
        assert!(matches!(answer.reasons.last(), Some(Reason::ModelSuspectsOlder { .. })), "{:?}", answer.reasons);
        assert_eq!(answer.warnings.len(), usize::from(older), "encoded twice, but not from less");
        let agreed = model().combine(mp3(1.0, older));
        assert!(agreed.confidence > 0.9 && agreed.reasons.len() == 1, "{:?}", agreed.reasons);
    }
    let mut proven = mp3(9.0, true);
    proven.verdict = Verdict::Transcode;
    proven.original.class = Class::V(0);
    let answer = model().combine(proven.clone());
    assert_eq!((answer.original.class.to_string().as_str(), answer.quality_gap), ("128", 5));
    assert_eq!((answer.history.len(), answer.history[0].phase), (2, Some(7)));

    // If the model is uncertain between two classes, the rules' own reading stands.
    let mut wavering = model();
    let head = wavering.heads[1].as_mut().unwrap();
    head.trees[2] = head.trees[1].clone();
    assert_eq!(wavering.combine(proven).original.class, Class::V(0));
}

#[test]
fn features_are_evidence_without_places_and_lengths() {
    let mut one = assessment(Some(9.0), Verdict::Original);
    for name in
        ["mp3_holes_phase", "mp3_holes_granules", "model_transcode", "opus_rate_least", "passage_share", "cutoff"]
    {
        one.evidence.push(Evidence { name: name.into(), value: 3.0, unit: "x".into() });
    }
    let names = features::names([&one].into_iter());
    assert_eq!(
        names,
        ["cutoff", "mp3_holes_strength", "mp3_phases_agree", "mp3_second_peak", "stated_kbps", "stated_vbr"]
    );
    let row = features::row(&one, &names);
    assert_eq!(row[..2], [3.0, 9.0]);
    assert!(row[4].is_nan());
}
