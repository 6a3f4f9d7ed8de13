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

/// The bytes of a path that is no text, in base64: `./h\xff\xfe.mp3`.
const BYTES: &str = "Li9o//4ubXAz";

#[test]
fn bytes_that_are_no_text_survive_in_every_format_for_programs() {
    let library = hostile();
    let lines = library.run(&["analyze", ".", "-f", "jsonl"]).lines();
    let bytes: Vec<_> = lines.iter().map(|line| line.get("path_bytes").cloned()).collect();
    assert_eq!(bytes[5], Some(BYTES.into()));
    assert!(bytes[..5].iter().all(Option::is_none), "only where they are needed: {bytes:?}");
    let json = library.run(&["analyze", ".", "-f", "json", "--by", "folder"]).json();
    assert_eq!(json["results"][5]["path_bytes"], BYTES);
    let csv = library.run(&["analyze", ".", "-f", "csv"]).out;
    assert!(
        csv.lines()
            .any(|line| line.starts_with("./h\u{fffd}\u{fffd}.mp3,error,") && line.ends_with(&format!(",,{BYTES}")))
    );
    assert!(csv.lines().any(|line| line.starts_with("./=g.mp3,error,") && line.ends_with(",,")), "{csv}");
}

#[test]
fn paths_are_for_xargs() {
    let library = hostile();
    let output = library.program(&["analyze", ".", "-f", "paths", "-0"]).output().unwrap();
    let paths: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
    assert_eq!((paths[1], paths[5], paths[6]), (&b"./a\nb.mp3"[..], &b"./h\xff\xfe.mp3"[..], &b""[..]));
    // The list that comes out goes in again.
    let mut child = library.start(&["analyze", "-", "-f", "paths", "--null", "--only", "error"]);
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &output.stdout).unwrap();
    assert_eq!(child.wait_with_output().unwrap().stdout, output.stdout);
    let lines = library.run(&["analyze", "=g.mp3", "e\",\"f.mp3", "-f", "paths"]);
    assert_eq!((lines.out.as_str(), lines.status), ("=g.mp3\ne\",\"f.mp3\n", Some(2)));
    assert_eq!(library.run(&["analyze", ".", "-f", "paths", "--only", "original"]).out, "");
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
