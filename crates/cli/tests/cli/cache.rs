//! The store of results from outside.

use std::fs;
use std::io::{BufRead, BufReader, Write};

use crate::support::{Answer, Library};

/// Options of a run that uses a store.
const STORED: [&str; 5] = ["-f", "jsonl", "-v", "--cache", "store"];
/// No analysis comes to its end in this time, so that an answer can only come from the store.
const NO_TIME: [&str; 2] = ["--timeout", "0.000001"];

fn run(library: &Library, args: &[&str]) -> Answer {
    library.run(&[&["analyze"][..], args, &STORED].concat())
}

/// How many results a run had from the store, as it says.
fn recalled(answer: &Answer) -> usize {
    let line = answer.err.lines().find(|line| line.contains("are from earlier runs"));
    line.map_or(0, |line| line.split(' ').nth(1).unwrap().parse().unwrap())
}

fn library() -> Library {
    let library = Library::new();
    for name in ["1.wav", "2.wav", "3.wav"] {
        library.noise(name);
    }
    library.file("4.mp3", b"nothing of the kind");
    library
}

#[test]
fn an_unchanged_library_is_not_analysed_again() {
    let library = library();
    let first = run(&library, &["."]);
    assert_eq!((first.lines().len(), recalled(&first)), (4, 0));
    assert_eq!(first.out, library.run(&["analyze", ".", "-f", "jsonl"]).out, "and the store changes nothing");
    for isolation in ["thread", "process"] {
        let again = run(&library, &[&[".", "--isolation", isolation][..], &NO_TIME].concat());
        assert_eq!((again.out.as_str(), again.status, recalled(&again)), (first.out.as_str(), first.status, 4));
    }
    let anew = library.run(&[&["analyze", ".", "-f", "jsonl", "--no-cache"][..], &NO_TIME].concat());
    assert_eq!(anew.each("/error/kind")[0], "timeout", "or else nothing was shown above");
}

#[test]
fn what_has_changed_is_analysed_and_what_has_moved_is_not() {
    let library = library();
    let first = run(&library, &["."]);
    let moved = library.lab.path("moved");
    fs::create_dir(&moved).unwrap();
    fs::rename(library.lab.path("1.wav"), moved.join("5.wav")).unwrap();
    fs::write(library.lab.path("2.wav"), b"nothing of the kind").unwrap();
    let again = run(&library, &["."]);
    assert_eq!(again.each("/path"), ["./2.wav", "./3.wav", "./4.mp3", "./moved/5.wav"]);
    assert_eq!(again.each("/status"), ["error", "ok", "error", "ok"]);
    assert_eq!(recalled(&again), 3, "{}", again.err);
    let rest =
        |answer: &Answer, line: usize| answer.out.lines().nth(line).unwrap().split_once(".wav").unwrap().1.to_owned();
    assert_eq!(rest(&again, 3), rest(&first, 0), "the whole answer is that of the content");
    // By another way to the same place, and under another bar.
    let absolute = library.lab.path("3.wav");
    assert_eq!(recalled(&run(&library, &[absolute.to_str().unwrap()])), 1);
    assert_eq!(recalled(&run(&library, &["3.wav", "--min-confidence", "0.9"])), 0);
}

#[test]
fn a_run_that_is_killed_loses_what_was_in_work() {
    let library = library();
    let args = [&["analyze", "-", "-t", "1"][..], &STORED].concat();
    let mut child = library.start(&args);
    let (mut list, mut out) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    list.write_all(b"1.wav\n2.wav\n").unwrap();
    for _ in 0..2 {
        out.read_line(&mut String::new()).unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let again = run(&library, &["1.wav", "2.wav", "3.wav"]);
    assert_eq!((recalled(&again), again.status), (2, Some(0)), "{}", again.err);
}

#[test]
fn two_runs_share_a_store() {
    let library = library();
    let args = [&["analyze", "."][..], &STORED].concat();
    let runs: Vec<_> = (0..2).map(|_| library.program(&args).spawn().unwrap()).collect();
    let answers: Vec<Answer> = runs.into_iter().map(|run| run.wait_with_output().unwrap().into()).collect();
    assert_eq!(answers[0].out, answers[1].out);
    assert!(answers.iter().all(|answer| !answer.err.contains("warning")), "{}{}", answers[0].err, answers[1].err);
    assert_eq!(recalled(&run(&library, &["."])), 4);
}

#[test]
fn a_store_that_is_none_is_set_aside() {
    let library = library();
    library.file("store", &b"a letter, not a store".repeat(500));
    let first = run(&library, &["1.wav"]);
    assert_eq!(first.status, Some(0));
    assert!(first.err.contains("warning: ") && first.err.contains("store.set-aside-1"), "{}", first.err);
    assert_eq!(recalled(&run(&library, &["1.wav"])), 1);
    assert!(fs::read(library.lab.path("store.set-aside-1")).unwrap().starts_with(b"a letter"));
}

#[test]
fn without_a_place_for_the_store_the_run_goes_on() {
    let library = library();
    let answer = library.run(&["analyze", "1.wav", "-f", "jsonl", "--cache", "2.wav/below/store"]);
    assert_eq!(answer.each("/status"), ["ok"]);
    assert_eq!((answer.err.lines().count(), answer.status), (1, Some(0)), "{}", answer.err);
    assert!(answer.err.starts_with("warning: ") && answer.err.contains("--cache"), "{}", answer.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_once() {
    use std::process::Command;

    let library = Library::new();
    for number in 10..60 {
        library.file(&format!("{number}.wav"), format!("nothing of the kind {number}").as_bytes());
    }
    let disk = library.lab.path("disk");
    fs::create_dir(&disk).unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=96k", "tmpfs"]).arg(&disk).output();
    if !mount.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: only the superuser can make a small disk");
        return;
    }
    let answer = library.run(&["analyze", ".", "-f", "jsonl", "--cache", "disk/store"]);
    let read = library.run(&["analyze", ".", "-f", "jsonl", "-v", "--cache", "disk/store"]);
    assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    assert_eq!(answer.lines().len(), 50);
    assert_eq!(answer.err.lines().filter(|line| line.starts_with("warning: ")).count(), 1, "{}", answer.err);
    assert_eq!(read.out, answer.out, "what was stored is of use");
}

#[test]
fn the_store_can_be_found_counted_and_cleared() {
    let library = library();
    let path = library.run(&["cache", "path"]);
    let expected = library.lab.path(".cache/bitrater/results-1.sqlite");
    assert_eq!((path.out.trim_end(), path.status), (expected.to_str().unwrap(), Some(0)));
    assert!(library.run(&["cache", "stats"]).out.contains("results       0\n"));
    assert_eq!(library.run(&["cache", "clear"]).status, Some(0));
    assert!(!expected.exists(), "looking makes nothing");
    // Without an option it is the user's own.
    let mut program = library.program(&[]);
    assert_eq!(program.args(["analyze", ".", "-q"]).output().unwrap().status.code(), Some(2));
    let stats = library.run(&["cache", "stats"]);
    for line in ["results       4", "original      3", "error         1", "current       4"] {
        assert!(stats.out.lines().any(|found| found == line), "{line} in {}", stats.out);
    }
    assert_eq!(library.run(&["cache", "clear"]).status, Some(0));
    assert!(library.run(&["cache", "stats"]).out.contains("results       0\n"));
    let foreign = library.run(&["cache", "stats", "--cache", "1.wav"]);
    assert_eq!((foreign.status, foreign.out.as_str()), (Some(2), ""));
    assert!(foreign.err.contains("1.wav") && library.lab.path("1.wav").exists(), "{}", foreign.err);
}
