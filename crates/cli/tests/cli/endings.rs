//! How a run ends before its time: Ctrl-C once and twice, SIGTERM, and a reader that has seen enough. And how many threads
//! it has until then.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Library, threads_of, workers};

/// Sends what Ctrl-C sends.
fn interrupt(child: &Child) {
    send("-INT", child);
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// A list of files that are not there, long enough for results to fill any pipe.
fn long_list() -> Vec<u8> {
    (0..2000).flat_map(|number| format!("missing-{number}.mp3\n").into_bytes()).collect()
}

#[test]
fn ctrl_c_keeps_what_is_finished() {
    let library = Library::new();
    library.noise("a.wav");
    let mut child = library.start(&["analyze", "-f", "json", "-"]);
    // The list stays open, so the run would go on for ever.
    let mut list = child.stdin.take().unwrap();
    list.write_all(b"a.wav\nmissing.mp3\n").unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    // The head and the first result; its line ends when the second follows.
    for _ in 0..2 {
        out.read_line(&mut text).unwrap();
    }
    interrupt(&child);
    out.read_to_string(&mut text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "note: interrupted; the report holds what was finished\n");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["summary"]["files"], 2);
    assert_eq!(json["summary"]["interrupted"], true);
    assert_eq!(json["summary"]["left"], serde_json::Value::Null, "nobody knows how long the list would be");
    assert_eq!(json["results"][0]["status"], "ok");
    drop(list);
}

/// A run over a folder of a file that is done at once and three that take a while, ended by a signal after the first.
/// What the program wrote, and what it said.
fn ended_by(signal: &str, format: &str) -> (String, String) {
    let library = Library::new();
    library.file("1.mp3", b"");
    for name in ["2.wav", "3.wav", "4.wav"] {
        library.long_noise(name);
    }
    // A pipe that is full of nothing yet: the first result comes out of `json` and `jsonl` at once, of `text` never.
    let mut child = library.start(&["analyze", "-f", format, "-t", "1", "."]);
    if format == "text" {
        sleep(Duration::from_millis(400));
    }
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    if format == "json" {
        out.read_line(&mut text).unwrap();
    }
    send(signal, &child);
    out.read_to_string(&mut text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{text}");
    (text, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_run_that_was_cut_off_says_how_much_is_left() {
    for signal in ["-INT", "-TERM"] {
        let (text, said) = ended_by(signal, "json");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let (files, left) = (json["summary"]["files"].as_u64().unwrap(), json["summary"]["left"].as_u64().unwrap());
        assert_eq!((json["summary"]["interrupted"].as_bool(), files + left), (Some(true), 4));
        assert!(left >= 1, "{text}");
        assert!(said.contains(&format!("interrupted with {left} files left")), "{said}");
    }
    let (text, _) = ended_by("-TERM", "text");
    assert!(text.lines().any(|line| line.starts_with("interrupted: ") && line.ends_with(" not analysed")), "{text}");
}

#[test]
fn a_run_that_was_not_cut_off_says_that_too() {
    let library = Library::new();
    library.noise("a.wav");
    let summary = library.run(&["analyze", "-f", "json", "."]).json()["summary"].clone();
    assert_eq!((summary["interrupted"].as_bool(), summary["left"].as_u64()), (Some(false), Some(0)));
}

#[test]
fn ctrl_c_writes_the_file_that_was_asked_for() {
    let library = Library::new();
    let mut child = library.start(&["analyze", "-f", "csv", "-o", "report.csv", "-", "-q"]);
    let mut list = child.stdin.take().unwrap();
    list.write_all(b"missing.mp3\n").unwrap();
    sleep(Duration::from_millis(500));
    assert!(!library.lab.path("report.csv").exists(), "nothing half-done under its name");
    interrupt(&child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert!(std::fs::read_to_string(library.lab.path("report.csv")).unwrap().contains("missing.mp3,error,"));
    drop(list);
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let library = Library::new();
    let mut child = library.start(&["analyze", "-f", "jsonl", "-"]);
    let mut list = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || list.write_all(&long_list()));
    // Nobody reads the results, so the program hangs in its pipe and cannot end in good order.
    sleep(Duration::from_millis(500));
    interrupt(&child);
    sleep(Duration::from_millis(500));
    assert!(child.try_wait().unwrap().is_none());
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    // The list was cut off, or was read in full before: both are fine.
    let _ = feeder.join().unwrap();
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let library = Library::new();
    for format in ["jsonl", "json", "csv"] {
        let mut child = library.start(&["analyze", "-f", format, "-"]);
        let mut list = child.stdin.take().unwrap();
        let feeder = std::thread::spawn(move || list.write_all(&long_list()));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{format}");
        let _ = feeder.join().unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn there_are_as_many_workers_as_asked_for_and_one_thread_that_waits() {
    let library = Library::new();
    library.noise("a.wav");
    for (threads, isolation) in ["1", "3", "8"].into_iter().flat_map(|n| [(n, "process"), (n, "thread")]) {
        let mut child = library.start(&["analyze", "-", "-f", "jsonl", "--threads", threads, "--isolation", isolation]);
        let (mut list, mut out) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        list.write_all(b"missing\na.wav\nmissing, too\n").unwrap();
        let (mut most, mut line) = (0, String::new());
        for _ in 0..3 {
            out.read_line(&mut line).unwrap();
            most = most.max(threads_of(child.id()) + workers(&child).into_iter().map(threads_of).sum::<usize>());
        }
        // Of a process, one that waits for the workers and one that looks for files.
        let budget = threads.parse::<usize>().unwrap() + if isolation == "process" { 2 } else { 1 };
        assert!(most <= budget, "{most} threads of {budget}");
        drop(list);
        child.wait().unwrap();
    }
}
