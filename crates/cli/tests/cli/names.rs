//! Hostile names.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::support::Library;

fn hostile() -> Library {
    let library = Library::new();
    for name in ["a\nb.mp3", "c\x1b[2J\x07.mp3", "d\u{202e}3pm.mp3", "e\",\"f.mp3", "=g.mp3"] {
        library.file(name, b"");
    }
    std::fs::write(library.dir().join(OsStr::from_bytes(b"h\xff\xfe.mp3")), "").unwrap();
    library
}

#[test]
fn text_shows_what_would_steer_a_terminal() {
    let answer = hostile().run(&["analyze", "."]);
    assert_eq!(answer.status, Some(2));
    for shown in
        [r"./a\nb.mp3", r"./c\u{1b}[2J\u{7}.mp3", r"./d\u{202e}3pm.mp3", "./e\",\"f.mp3", "./h\u{fffd}\u{fffd}.mp3"]
    {
        assert!(answer.out.contains(shown), "{shown} in {}", answer.out);
    }
    assert!(answer.out.chars().all(|char| char == '\n' || !char.is_control()));
}

#[test]
fn json_keeps_them_inside_their_strings() {
    let library = hostile();
    let paths = library.run(&["analyze", ".", "-f", "jsonl"]).each("/path");
    let names = [
        "./=g.mp3",
        "./a\nb.mp3",
        "./c\x1b[2J\x07.mp3",
        "./d\u{202e}3pm.mp3",
        "./e\",\"f.mp3",
        "./h\u{fffd}\u{fffd}.mp3",
    ];
    assert_eq!(paths, names);
    let json = library.run(&["analyze", ".", "-f", "json"]).json();
    assert_eq!(json["results"].as_array().unwrap().len(), 6);
}

#[test]
fn csv_quotes_them() {
    let answer = hostile().run(&["analyze", ".", "-f", "csv"]);
    assert!(answer.out.contains("\"./a\nb.mp3\",error,") && answer.out.contains("\"./e\"\",\"\"f.mp3\",error,"));
}

#[test]
fn a_name_that_is_no_text_can_be_named() {
    let library = hostile();
    let listed = library.run_with(&["analyze", "-", "-f", "jsonl"], b"h\xff\xfe.mp3\0");
    assert_eq!(listed.each("/path"), ["h\u{fffd}\u{fffd}.mp3"]);
    assert_ne!(listed.each("/error/kind"), ["not_found"]);
    let mut program = library.program(&["analyze", "-f", "jsonl"]);
    let argument = program.arg(OsStr::from_bytes(b"h\xff\xfe.mp3")).output().unwrap();
    assert_eq!(argument.stdout, listed.out.as_bytes());
}
