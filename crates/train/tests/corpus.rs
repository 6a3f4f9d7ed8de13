//! Corpora with the real encoders, from short synthesised sources.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what cannot be set up has to stop the test there and then; helpers are not seen as test code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use bitrater_engine::Cancel;
use bitrater_testkit::{Lab, music, wav};
use bitrater_train::{Chain, CorpusError, CorpusOptions, Event, Plan, Row, Summary, manifest};

/// A folder of two recordings, one of them in a folder of its own, and something that is no source.
fn sources(lab: &Lab) -> PathBuf {
    let dir = lab.path("sources");
    fs::create_dir_all(dir.join("album")).unwrap();
    wav::write(&dir.join("album/One & only.wav"), &music(44_100, 1.0, 1), 16);
    wav::write(&dir.join("two.wav"), &music(44_100, 1.0, 2), 16);
    fs::rename(lab.make(&music(44_100, 0.5, 3), "mp3_128"), dir.join("lossy.mp3")).unwrap();
    fs::write(dir.join("broken.flac"), b"fLaC and then nothing").unwrap();
    dir
}

fn options(lab: &Lab, chains: &[&str]) -> CorpusOptions {
    CorpusOptions {
        source_dir: lab.path("sources"),
        output_dir: lab.path("corpus"),
        chains: chains.iter().map(|chain| chain.parse::<Chain>().unwrap()).collect(),
        jobs: 2,
        ..CorpusOptions::default()
    }
}

fn run(options: &CorpusOptions) -> Summary {
    Plan::new(options)
        .unwrap()
        .run(&Cancel::default(), |event| {
            if let Event::Failed { row, error } = event {
                panic!("{}: {error}", row.path);
            }
        })
        .unwrap()
}

fn rows(lab: &Lab) -> Vec<Row> {
    manifest::read(&lab.path("corpus/manifest.jsonl")).unwrap().unwrap()
}

/// Names of everything in a folder, below it too, with the contents.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

#[test]
fn every_kind_of_chain_is_made_and_labelled() {
    let lab = Lab::new();
    sources(&lab);
    let chains = [
        "lossless",
        "mp3:128",
        "mp3:V2+q7+ms",
        "mp3:128/lossless",
        "mp3:abr160+lp16000/lossless+24",
        "mp3:128/mp3:320",
        "mp3:128/mp3:320@shifted",
        "shine:192/crop:100/gain:-2.0+dither/lossless",
        "lowpass:16000/via:48000/mono/lossless",
        "aac:128/mp3:320",
        "vorbis:q3/lossless",
        "opus:96/lossless",
        "mp2:192",
        "wma:128",
        "ac3:192",
    ];
    let plan = Plan::new(&options(&lab, &chains)).unwrap();
    let warnings = plan.warnings().join("\n");
    assert!(warnings.contains("lossy.mp3` is mp3, no lossless file") && warnings.contains("broken.flac"), "{warnings}");
    assert_eq!((plan.sources(), plan.files(), plan.kept()), (2, 2 * chains.len(), 0));
    drop(plan);
    assert_eq!(run(&options(&lab, &chains)), Summary { made: 2 * chains.len(), kept: 0, failed: 0 });

    let rows = rows(&lab);
    assert_eq!(rows.len(), 2 * chains.len());
    for row in &rows {
        let media = bitrater_media::open(&lab.path("corpus").join(&row.path)).unwrap();
        let facts = media.facts();
        let chain: Chain = row.chain.parse().unwrap();
        assert_eq!(facts.codec.is_lossless(), chain.suffix() == "flac", "{}", row.path);
        assert_eq!(
            facts.bit_depth,
            chain.suffix().eq("flac").then_some(if row.chain.ends_with("+24") { 24 } else { 16 })
        );
        assert_eq!(facts.channels, if row.chain.contains("mono") { 1 } else { 2 });
        assert_eq!(facts.sample_rate, 44_100, "{}", row.path);
        assert!(["album_One___only", "two"].contains(&row.recording.as_str()));
    }
    let find = |path: &str| rows.iter().find(|row| row.path == path).unwrap_or_else(|| panic!("no {path}"));
    assert_eq!(find("encoded/lossy/128/two.mp3").label.class, "128");
    assert!(!find("lossless/two.flac").label.fake);
    let twice = find("chains/mp3-128_mp3-320@shifted/two.mp3");
    assert_eq!((twice.label.class.as_str(), twice.label.bitrate, twice.label.fake), ("128", Some(128), true));
    let measured = find("chains/mp3-abr160+lp16000_lossless+24/two.flac").label.bitrate.unwrap();
    assert!((100..230).contains(&measured), "the average of a VBR encode is measured: {measured}");
    let left: Vec<_> = fs::read_dir(lab.path("corpus")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "lossless, encoded, chains, manifest.jsonl and nothing else: {left:?}");
}

/// What decodes to the same samples as the history that the test kit makes was made by the same steps.
#[test]
fn aligned_and_shifted_are_what_they_are_called() {
    let lab = Lab::new();
    sources(&lab);
    run(&options(&lab, &["mp3:128/mp3:320", "mp3:128/mp3:320@shifted", "opus:96/lossless"]));
    let two = lab.path("sources/two.wav");
    for (ours, theirs) in [
        ("chains/mp3-128_mp3-320/two.mp3", "mp3_128_to_320_al"),
        ("chains/mp3-128_mp3-320@shifted/two.mp3", "mp3_128_to_320_sh"),
    ] {
        let ours = lab.decode(&lab.path("corpus").join(ours)).to_int(16);
        let theirs = lab.decode(&lab.convert(&two, theirs)).to_int(16);
        assert_eq!(ours, theirs);
    }
}

#[test]
fn a_second_run_makes_nothing_and_a_changed_one_what_changed() {
    let lab = Lab::new();
    sources(&lab);
    let mut options = options(&lab, &["lossless", "mp3:128", "mp3:128/lossless"]);
    assert_eq!(run(&options).made, 6);
    let first = contents(&options.output_dir);
    assert_eq!(run(&options), Summary { made: 0, kept: 6, failed: 0 });
    assert_eq!(contents(&options.output_dir), first);
    // A file that was removed is made again, and is the same.
    fs::remove_file(lab.path("corpus/encoded/lossy/128/two.mp3")).unwrap();
    assert_eq!(run(&options), Summary { made: 1, kept: 5, failed: 0 });
    assert_eq!(contents(&options.output_dir), first);
    // Another excerpt is another file; other chains leave what is there.
    options.seconds = Some(0.5);
    options.chains.pop();
    assert_eq!(run(&options), Summary { made: 4, kept: 2, failed: 0 });
    assert_eq!(rows(&lab).len(), 6);
}

#[test]
fn threads_and_order_change_nothing() {
    let lab = Lab::new();
    sources(&lab);
    let mut options = CorpusOptions { augment: 2, seed: 5, ..options(&lab, &["mp3:V0/lossless", "lossless"]) };
    options.jobs = 1;
    run(&options);
    let one = contents(&options.output_dir);
    fs::remove_dir_all(&options.output_dir).unwrap();
    (options.jobs, options.chains) = (3, options.chains.iter().rev().cloned().collect());
    run(&options);
    assert_eq!(contents(&options.output_dir), one);
    assert_eq!(rows(&lab).len(), 12);
    let varied = rows(&lab).into_iter().filter(|row| row.path.contains('~')).map(|row| row.chain);
    assert_eq!(varied.collect::<BTreeSet<_>>().len(), 8, "no two variations are alike");
}

#[test]
fn one_channel_of_24_bits_is_encoded_by_every_program() {
    let lab = Lab::new();
    let dir = lab.path("sources");
    fs::create_dir_all(&dir).unwrap();
    wav::write(&dir.join("mono.wav"), &music(44_100, 1.0, 4).to_mono(), 24);
    let options =
        options(&lab, &["aac:128/lossless", "mp3:128", "opus:96/lossless", "vorbis:q3/lossless", "wma:128/lossless"]);
    assert_eq!(run(&options).made, 5);
}

#[test]
fn some_files_of_every_source_are_drawn_at_random() {
    let lab = Lab::new();
    sources(&lab);
    let options = CorpusOptions {
        augment: 9,
        per_source: Some(4),
        ..options(&lab, &["lossless", "gain:-1.3/lossless", "mono/lossless"])
    };
    run(&options);
    let rows = rows(&lab);
    let mut drawn = BTreeMap::<String, BTreeSet<String>>::new();
    for row in &rows {
        let (folder, name) = row.path.rsplit_once('/').unwrap();
        let number = name.split_once('~').map_or("", |(_, number)| number.trim_end_matches(".flac"));
        drawn.entry(row.recording.clone()).or_default().insert(format!("{folder} {number}"));
    }
    assert!(drawn.values().all(|files| files.len() == 4), "{drawn:?}");
    let sets: BTreeSet<_> = drawn.values().collect();
    assert!(sets.len() > 1, "each source draws its own: {drawn:?}");
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let lab = Lab::new();
    sources(&lab);
    let options = options(&lab, &["lossless", "mp3:128", "mp3:V2", "mp3:320", "mp3:128/lossless"]);
    let (cancel, made) = (Cancel::default(), AtomicUsize::new(0));
    let summary = Plan::new(&options).unwrap().run(&cancel, |_| {
        if made.fetch_add(1, Ordering::SeqCst) == 2 {
            cancel.cancel();
        }
    });
    let before = summary.unwrap().made;
    assert!((3..10).contains(&before), "{before}");
    assert_eq!(rows(&lab).len(), before, "the manifest tells what is there");
    // What a killed run leaves: a log with half a line instead of a manifest, and files in work.
    let manifest = fs::read(lab.path("corpus/manifest.jsonl")).unwrap();
    fs::write(lab.path("corpus/manifest.jsonl.part"), &manifest[..manifest.len() - 10]).unwrap();
    fs::remove_file(lab.path("corpus/manifest.jsonl")).unwrap();
    fs::create_dir(lab.path("corpus/.bitrater-work-dead")).unwrap();
    fs::write(lab.path("corpus/.bitrater-work-dead/3.wav"), b"half").unwrap();
    assert_eq!(run(&options), Summary { made: 10 - before + 1, kept: before - 1, failed: 0 });
    assert_eq!(rows(&lab).len(), 10);
    assert!(!lab.path("corpus/.bitrater-work-dead").exists() && !lab.path("corpus/manifest.jsonl.part").exists());
}

#[test]
fn recordings_of_a_manifest_among_the_sources_are_kept() {
    let lab = Lab::new();
    sources(&lab);
    let row =
        r#"{"path":"album/One & only.wav","recording":"tape 7","codec":"lossless","class":"LOSSLESS","fake":false}"#;
    fs::write(lab.path("sources/manifest.jsonl"), row).unwrap();
    run(&options(&lab, &["lossless"]));
    let recordings: Vec<String> = rows(&lab).into_iter().map(|row| row.recording).collect();
    assert_eq!(recordings, ["tape 7", "two"]);
}

#[test]
fn two_runs_do_not_share_a_folder() {
    let lab = Lab::new();
    sources(&lab);
    let options = options(&lab, &["lossless"]);
    let first = Plan::new(&options).unwrap();
    assert!(matches!(Plan::new(&options), Err(CorpusError::Busy(_))));
    drop(first);
    assert!(Plan::new(&options).is_ok());
}

#[test]
fn folders_that_cannot_do_are_refused() {
    let lab = Lab::new();
    fs::create_dir(lab.path("sources")).unwrap();
    let mut options = options(&lab, &["lossless"]);
    assert!(matches!(Plan::new(&options), Err(CorpusError::NoSources(_))));
    options.output_dir = lab.path("sources/deep/corpus");
    assert!(matches!(Plan::new(&options), Err(CorpusError::OutputInSource(_))));
    options.source_dir = lab.path("nowhere");
    assert!(matches!(Plan::new(&options), Err(CorpusError::Io { .. })));
}
