//! `bitrater transcode` and `validate` from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what cannot be set up has to stop the test there and then; helpers are not seen as test code"
)]

#[path = "cli/support.rs"]
#[allow(dead_code, reason = "shared with the tests of analyze, which use more of it")]
mod support;

use support::Library;

const ARGS: [&str; 5] = ["transcode", "--source-dir", "in", "--output-dir", "out"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ARGS.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn the_six_classes_are_made_and_analysed_as_honest() {
    let library = Library::new();
    library.noise("in/a.wav");
    let answer = library.run(&with(&["-t", "2"]));
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), ""));
    assert!(answer.err.contains("note: 1 recordings: 7 files to make"), "{}", answer.err);
    for file in ["lossless/a.flac", "encoded/lossy/128/a.mp3", "encoded/lossy/v2/a.mp3", "manifest.jsonl"] {
        assert!(library.lab.path("out").join(file).is_file(), "{file}");
    }
    let analysis = library.run(&["analyze", "-f", "jsonl", "out/encoded"]);
    assert_eq!(analysis.each("/stated/class"), ["128", "192", "256", "320", "V0", "V2"]);
    let again = library.run(&with(&["-q"]));
    assert_eq!((again.status, again.err.as_str()), (Some(0), ""));
}

#[test]
fn a_missing_program_is_named_or_skipped() {
    let library = Library::new();
    library.noise("in/a.wav");
    // Only what the folder holds is on the path: nothing.
    let run = |more: &[&str]| {
        let output = library.program(&with(more)).env("PATH", library.dir()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, said) = run(&["--chains", "opus:96,mp3:128"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("`lame` is not installed (Debian package lame)") && said.contains("opus-tools"), "{said}");
    assert!(said.contains("--skip-missing"), "{said}");
    let (status, said) = run(&["--chains", "opus:96", "--skip-missing"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("can make none of the chains"), "{said}");
    // With some of the programs there, the rest is left out with a warning.
    #[cfg(unix)]
    {
        let which = std::process::Command::new("sh").args(["-c", "command -v lame"]).output().unwrap().stdout;
        let lame = String::from_utf8(which).unwrap();
        std::os::unix::fs::symlink(lame.trim(), library.lab.path("lame")).unwrap();
        let (status, said) = run(&["--chains", "opus:96,mp3:128", "--skip-missing"]);
        assert_eq!(status, Some(0), "{said}");
        assert!(said.contains("warning: `opusenc` is not installed"), "{said}");
        assert!(library.lab.path("out/encoded/lossy/128/a.mp3").is_file());
    }
}

#[test]
fn wrong_words_are_told() {
    let library = Library::new();
    library.noise("in/a.wav");
    for (args, complaint) in [
        (["--chains", "mp3:128/loss"], "`loss` is no step"),
        (["--classes", "129"], "--classes takes classes such as 128"),
        (["--seconds", "0"], "a number of seconds"),
        (["--output-dir", "in/out"], ""),
    ] {
        let answer = library.run(&with(&args));
        assert_eq!(answer.status, Some(2), "{args:?}");
        assert!(answer.err.contains(complaint), "{}", answer.err);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_no_half_file_and_a_manifest() {
    let library = Library::new();
    for number in 0..20 {
        library.noise(&format!("in/{number}.wav"));
    }
    let child = library.start(&with(&["--chains", "standard", "--augment", "5"]));
    while !library.lab.path("out/chains").exists() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("run it again, and it goes on") && !said.contains("error"), "{said}");
    let rows = std::fs::read_to_string(library.lab.path("out/manifest.jsonl")).unwrap();
    let made = rows.lines().count();
    assert!(made > 0);
    let files = walk(&library.lab.path("out"));
    assert_eq!(files, made + 1, "every file has its row");
}

#[cfg(unix)]
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

#[test]
fn a_corpus_is_validated_against_its_labels() {
    let library = Library::new();
    library.noise("in/a.wav");
    library.noise("in/b.wav");
    assert_eq!(library.run(&with(&["--chains", "lossless,mp3:128,mp3:128/mp3:320@shifted", "-q"])).status, Some(0));
    std::fs::write(library.lab.path("out/chains/mp3-128_mp3-320@shifted/b.mp3"), b"nothing").unwrap();
    let answer = library.run(&["validate", "--source-dir", "out", "-f", "json", "-t", "2"]);
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(answer.err.contains("warning: `out/chains/mp3-128_mp3-320@shifted/b.mp3` is left out"), "{}", answer.err);
    let figures = answer.json();
    assert_eq!((&figures["files"], &figures["recordings"], &figures["failed"]), (&5.into(), &2.into(), &1.into()));
    assert_eq!(figures["false_accusations"]["of"], 4);
    assert_eq!(figures["chains"].as_array().unwrap().len(), 3);
    assert!(figures["bitrater"]["model"].is_string());
    let one = library.run(&["validate", "--source-dir", "out", "-f", "json", "-t", "1"]);
    assert_eq!(one.out, answer.out, "figures do not depend on threads");
    let text = library.run(&["validate", "--source-dir", "out", "-q"]);
    assert!(text.out.contains("the tool as it is: 5 files of 2 recordings, 1 failed"), "{}", text.out);
    let wrong = library.run(&["validate", "--source-dir", "in"]);
    assert_eq!(wrong.status, Some(2));
    assert!(wrong.err.contains("holds no labelled files"), "{}", wrong.err);
}

/// Twelve short pieces as they are and through one encoder: enough to learn from, and quick to measure.
fn corpus(library: &Library) {
    for number in 0..12 {
        library.noise(&format!("in/{number}.wav"));
    }
    let made = library.run(&with(&["--chains", "lossless,mp3:64/lossless,mp3:64/lossless@shifted", "-q"]));
    assert_eq!(made.status, Some(0), "{}", made.err);
}

#[test]
fn a_model_is_trained_saved_and_used() {
    let library = Library::new();
    corpus(&library);
    let train = |file: &str, more: &[&str]| {
        let args = ["train", "--source-dir", "out", "--save-model", file];
        let answer = library.run(&args.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
        assert_eq!(answer.status, Some(0), "{}", answer.err);
        (std::fs::read(library.lab.path(file)).unwrap(), answer.err)
    };
    let (model, said) = train("a.model", &["-t", "1"]);
    assert!(said.contains("lossless streams: 36 files of 12 recordings, 2 classes"), "{said}");
    assert_eq!(train("b.model", &["-t", "2"]).0, model, "the same bytes on two threads");
    assert_ne!(train("c.model", &["--seed", "2"]).0, model);
    train("d.model", &["--name", "my-model", "-q"]);

    let analyze = ["analyze", "-f", "json", "--no-cache", "--model", "d.model", "out/chains/mp3-64_lossless/0.flac"];
    let answer = library.run(&analyze);
    let json = answer.json();
    assert_eq!(json["bitrater"]["model"], "rules-3+my-model");
    let first = &json["results"][0];
    assert_eq!(first["versions"]["model"], "rules-3+my-model");
    let names = first["evidence"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap());
    assert!(names.into_iter().any(|name| name == "model_transcode"));
    let thread = [&analyze[..], &["--isolation", "thread"]].concat();
    assert_eq!(library.run(&thread).json()["results"], json["results"], "the same in processes and threads");

    for file in ["in/0.wav", "nowhere.model"] {
        let refused = library.run(&["analyze", "--model", file, "out"]);
        assert_eq!(refused.status, Some(2));
        assert!(refused.err.contains("--model needs a model that this version can use"), "{}", refused.err);
    }
    let figures = library.run(&["validate", "--source-dir", "out", "--model", "d.model", "-f", "json"]).json();
    assert_eq!((&figures["protocol"], &figures["bitrater"]["model"]), (&"d.model".into(), &"rules-3+my-model".into()));
}

#[test]
fn folds_and_hold_outs_are_by_recording() {
    let library = Library::new();
    corpus(&library);
    let validate = |more: &[&str]| {
        let args = ["validate", "--source-dir", "out", "-f", "json"];
        let answer = library.run(&args.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
        assert_eq!(answer.status, Some(0), "{}", answer.err);
        answer.json()
    };
    let folds = validate(&["--folds", "2"]);
    assert_eq!((&folds["protocol"], &folds["files"]), (&"2 folds by recording".into(), &36.into()));
    let held_out = validate(&["--test-size", "0.25"]);
    assert_eq!(held_out["protocol"], "25 % of the recordings held out");
    assert_eq!(held_out["files"], 9, "3 of 12 recordings");
    assert_eq!(library.run(&["validate", "--source-dir", "out", "--folds", "2", "--test-size", "0.5"]).status, Some(2));
}
