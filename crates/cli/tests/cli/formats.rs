//! Formats, where they go, and that they do not depend on the number of threads.

use bitrater_testkit::{wav, white_noise};

use crate::support::Library;

/// Good files, files too short to tell anything, and files that are no audio.
fn mixed() -> Library {
    let library = Library::new();
    for name in ["b/2.wav", "z.wav"] {
        library.noise(name);
    }
    for name in ["b/1.wav", "a.wav", "d/e/f.wav", "c.wav"] {
        library.file(name, &wav::bytes(&white_noise(44_100, 0.1, 1), 16));
    }
    for name in ["b/0.mp3", "d/x.flac", "y.mp3", "zz.wav"] {
        library.file(name, b"nothing of the kind");
    }
    library
}

const ORDER: [&str; 10] = [
    "./a.wav",
    "./b/0.mp3",
    "./b/1.wav",
    "./b/2.wav",
    "./c.wav",
    "./d/e/f.wav",
    "./d/x.flac",
    "./y.mp3",
    "./z.wav",
    "./zz.wav",
];

#[test]
fn threads_change_nothing_in_a_report() {
    let library = mixed();
    let one = library.run(&["analyze", ".", "-f", "jsonl", "--threads", "1"]);
    assert_eq!(one.status, Some(2));
    assert_eq!(one.each("/path"), ORDER);
    for threads in ["2", "8"] {
        assert_eq!(library.run(&["analyze", ".", "-f", "jsonl", "-t", threads]).out, one.out, "{threads} threads");
    }
    let csv = |threads| library.run(&["analyze", ".", "-f", "csv", "-t", threads]).out;
    assert_eq!(csv("1"), csv("8"));
}

#[test]
fn json_is_one_document_whose_parts_agree() {
    let library = mixed();
    let json = library.run(&["analyze", "-f", "json", "."]).json();
    let lines = library.run(&["analyze", "-f", "jsonl", "."]).lines();
    assert_eq!(json["results"].as_array().unwrap(), &lines);
    assert_eq!(json["summary"]["files"], 10);
    assert_eq!(json["summary"]["error"], 8);
    assert!(json["summary"]["seconds"].is_f64());
    for line in lines.iter().filter(|line| line["status"] == "ok") {
        assert_eq!(line["versions"], json["bitrater"], "the head names what decided");
    }
}

#[test]
fn text_ends_with_a_summary_and_has_no_colour_in_a_pipe() {
    let answer = mixed().run(&["analyze", "."]);
    assert!(answer.out.lines().last().unwrap().starts_with("10 files in "), "{}", answer.out);
    assert!(!answer.out.contains('\x1b'));
    assert_eq!(answer.err, "", "no bar in a pipe");
}

#[test]
fn csv_has_a_line_a_file() {
    let answer = mixed().run(&["analyze", "-f", "csv", "."]);
    assert!(answer.out.starts_with("path,status,verdict,confidence,stated_class,original_codec,original_class,"));
    assert_eq!(answer.out.lines().count(), 11);
}

#[test]
fn only_filters_what_is_shown_and_not_what_is_counted() {
    let library = mixed();
    let answer = library.run(&["analyze", ".", "-f", "json", "--only", "error"]);
    assert_eq!(answer.status, Some(2));
    let json = answer.json();
    assert_eq!(json["results"].as_array().unwrap().len(), 8);
    assert_eq!(json["summary"]["files"], 10);
    let rest = ["transcode", "inconclusive", "original"].map(|group| ["--only", group]);
    let rest = library.run(&[&["analyze", ".", "-f", "jsonl"][..], rest.as_flattened()].concat());
    assert_eq!((rest.status, rest.lines().len()), (Some(2), 2));
}

#[test]
fn a_file_is_replaced_as_a_whole() {
    let library = mixed();
    library.file("report.jsonl", b"the report of yesterday");
    let answer = library.run(&["analyze", ".", "-f", "jsonl", "-o", "report.jsonl"]);
    assert_eq!((answer.status, answer.out.as_str(), answer.err.as_str()), (Some(2), "", ""));
    let report = std::fs::read_to_string(library.lab.path("report.jsonl")).unwrap();
    assert_eq!(report, library.run(&["analyze", ".", "-f", "jsonl"]).out);
    let left_over = std::fs::read_dir(library.dir())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".bitrater-"));
    assert_eq!(left_over.count(), 0);
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_the_work() {
    let library = Library::new();
    for target in ["no/such/folder/report", "."] {
        let answer = library.run(&["analyze", "missing.mp3", "-o", target]);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""));
        assert!(answer.err.contains("--output"), "{}", answer.err);
    }
}
