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

/// A good file, and a file of which the second half is missing.
fn cut_off() -> Library {
    let library = Library::new();
    library.noise("b/good.wav");
    let whole = wav::bytes(&white_noise(44_100, 2.0, 5), 16);
    library.file("a/half.wav", &whole[..whole.len() / 2]);
    library.file("a/none.mp3", b"nothing of the kind");
    library
}

#[test]
fn warnings_are_marked_said_counted_and_can_be_asked_for() {
    let library = cut_off();
    let text = library.run(&["analyze", "."]).out;
    let lines: Vec<&str> = text.lines().collect();
    let marked = lines.iter().position(|line| line.ends_with("./a/half.wav")).unwrap();
    let (verdict, note) = (lines[marked], lines[marked + 1..].iter().find(|line| line.trim_start().starts_with("! ")));
    assert!(verdict.split("  ").next().unwrap().ends_with(" !"), "{text}");
    assert!(note.is_some_and(|note| note.contains("the header states 2.00 s")), "{text}");
    assert_eq!(text.matches('!').count(), 3, "a mark and two warnings, and the good file has no mark: {text}");
    assert!(lines.last().unwrap().ends_with("; 1 with a warning"), "{text}");
    let only = library.run(&["analyze", ".", "--only", "warning", "-f", "json"]).json();
    assert_eq!((only["results"].as_array().unwrap().len(), &only["summary"]["warning"]), (1, &1.into()));
    assert_eq!(only["results"][0]["path"], "./a/half.wav");
    let both = library.run(&["analyze", ".", "--only", "warning", "--only", "error", "-f", "paths"]);
    assert_eq!(both.out, "./a/half.wav\n./a/none.mp3\n");
    let csv = library.run(&["analyze", ".", "--only", "warning", "-f", "csv"]).out;
    assert!(csv.lines().nth(1).unwrap().contains("only 1.00 s are there; the file breaks"), "{csv}");
}

#[test]
fn folders_have_totals() {
    let library = cut_off();
    let text = library.run(&["analyze", ".", "--by", "folder"]);
    let rows: Vec<Vec<&str>> = text.out.lines().take(3).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["files", "transcode", "inconclusive", "error", "original", "warning", "folder"]);
    assert_eq!((rows[1][0], rows[1][3], rows[1][5], rows[1][6]), ("2", "1", "1", "./a"), "{}", text.out);
    assert_eq!((rows[2][0], rows[2][6]), ("1", "./b"), "{}", text.out);
    assert!(text.out.lines().last().unwrap().starts_with("3 files in "), "{}", text.out);
    let only = library.run(&["analyze", ".", "--by", "folder", "--only", "error", "-f", "json"]).json();
    let folders = only["summary"]["folders"].as_array().unwrap();
    assert_eq!((folders.len(), &folders[0]["path"], &folders[0]["files"]), (1, &"./a".into(), &2.into()));
    assert_eq!(only["results"].as_array().unwrap().len(), 1);
    assert_eq!(library.run(&["analyze", ".", "-f", "json"]).json()["summary"].get("folders"), None);
}

#[test]
fn columns_are_heeded() {
    let library = Library::new();
    library.noise("a folder with a name that is long/another folder with a long name/a file.wav");
    library.file("no audio of this name.mp3", b"nothing of the kind");
    for columns in [40, 60, 100, 160] {
        let mut program = library.program(&["analyze", ".", "-v"]);
        let output = program.env("COLUMNS", columns.to_string()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= columns, "{widest} of {columns} columns in {text}");
    }
    let piped = library.run(&["analyze", "."]).out;
    assert!(piped.contains("./a folder with a name that is long/another folder with a long name/a file.wav"));
}

#[test]
fn what_sure_means_is_said() {
    let text = mixed().run(&["analyze", "b/2.wav"]).out;
    assert!(text.contains("\nsure: the probability that the verdict is right"), "{text}");
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
