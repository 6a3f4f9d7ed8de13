//! What can be named, and what is said when it is not there.

use crate::support::Library;

#[test]
fn lists_come_by_lines_or_by_nuls_and_among_other_paths() {
    let library = Library::new();
    for name in ["a.wav", "b c.wav", "d/e.wav"] {
        library.file(name, b"");
    }
    library.file("line\nbreak.wav", b"");
    let lines = library.run_with(&["analyze", "-f", "jsonl", "-"], b"b c.wav\n\na.wav\nd");
    assert_eq!(lines.each("/path"), ["b c.wav", "a.wav", "d/e.wav"]);
    let nuls = library.run_with(&["analyze", "-f", "jsonl", "-"], b"line\nbreak.wav\0a.wav\0");
    assert_eq!(nuls.each("/path"), ["line\nbreak.wav", "a.wav"]);
    let among = library.run_with(&["analyze", "-f", "jsonl", "d", "-", "a.wav"], b"b c.wav\n");
    assert_eq!(among.each("/path"), ["d/e.wav", "b c.wav", "a.wav"]);
}

#[test]
fn results_arrive_while_the_list_is_still_being_written() {
    use std::io::{BufRead, BufReader, Write};

    let library = Library::new();
    let mut child = library.start(&["analyze", "-f", "jsonl", "-"]);
    let (mut list, mut results) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()).lines());
    for name in ["one", "two", "three"] {
        writeln!(list, "{name}").unwrap();
        let line = results.next().unwrap().unwrap();
        assert!(line.starts_with(&format!("{{\"path\":\"{name}\"")), "{line}");
    }
    drop(list);
    assert!(results.next().is_none());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn what_is_not_there_is_a_result() {
    let library = Library::new();
    library.noise("a.wav");
    let answer = library.run(&["analyze", "-f", "jsonl", "none.mp3", "a.wav"]);
    assert_eq!(answer.status, Some(2));
    assert_eq!(answer.each("/path"), ["none.mp3", "a.wav"]);
    assert_eq!(answer.each("/status"), ["error", "ok"]);
    assert_eq!(answer.lines()[0]["error"]["kind"], "not_found");
    assert_eq!(answer.err, "");
}

#[test]
fn a_file_that_comes_up_again_is_answered_once() {
    let library = Library::new();
    for name in ["a.wav", "d/b.wav", "d/e/c.wav"] {
        library.file(name, b"");
    }
    let absolute = library.lab.path("a.wav");
    let named = ["analyze", "-f", "json", "a.wav", "./a.wav", absolute.to_str().unwrap(), "none", "none"];
    let named = library.run(&named).json();
    assert_eq!((&named["results"][0]["path"], named["results"].as_array().unwrap().len()), (&"a.wav".into(), 2));
    assert_eq!((&named["summary"]["files"], &named["summary"]["passed_over"]["repeated"]), (&2.into(), &3.into()));
    let listed = library.run_with(&["analyze", "-f", "jsonl", "-"], b"d/b.wav\na.wav\nd\nd/../a.wav\nd/b.wav\n");
    assert_eq!(listed.each("/path"), ["d/b.wav", "a.wav", "d/e/c.wav"]);
    let folders = library.run(&["analyze", "-f", "jsonl", "d/e", ".", "d"]);
    assert_eq!(folders.each("/path"), ["d/e/c.wav", "./a.wav", "./d/b.wav"]);
}

#[test]
fn lists_of_other_systems_are_read() {
    let library = Library::new();
    library.file("a.wav", b"");
    library.file("b c.wav", b"");
    let answer = library.run_with(&["analyze", "-f", "jsonl", "-"], b"a.wav\r\n\r\nb c.wav\r\n");
    assert_eq!(answer.each("/path"), ["a.wav", "b c.wav"]);
    assert_ne!(answer.each("/error/kind"), ["not_found", "not_found"]);
}

#[test]
fn what_a_walk_passes_over_is_counted() {
    let library = Library::new();
    library.noise("d/a.wav");
    for name in ["d/cover.jpg", "d/e/.DS_Store", "d/e/notes", "d/skip/b.wav"] {
        library.file(name, b"");
    }
    let args = ["analyze", "d", "--exclude", "skip"];
    let summary = library.run(&[&args[..], &["-f", "json"]].concat()).json()["summary"].clone();
    let expected = serde_json::json!(
        {"not_audio": 3, "excluded": 1, "linked_folders": 0, "unreadable": 0, "repeated": 0}
    );
    assert_eq!((&summary["files"], &summary["passed_over"]), (&1.into(), &expected));
    let text = library.run(&args);
    assert_eq!(text.status, Some(0));
    let said = "passed over: 3 files that are no audio, 1 name that was excluded";
    assert!(text.out.lines().any(|line| line == said), "{}", text.out);
    assert!(!library.run(&["analyze", "d/a.wav"]).out.contains("passed over"));
}

#[test]
fn a_named_file_is_taken_whatever_its_name_and_a_walk_only_audio() {
    let library = Library::new();
    library.noise("d/a.wav");
    library.noise("d/music.dat");
    assert_eq!(library.run(&["analyze", "-f", "jsonl", "d"]).each("/path"), ["d/a.wav"]);
    assert_eq!(library.run(&["analyze", "-f", "jsonl", "d/music.dat"]).each("/status"), ["ok"]);
    let excluded = library.run(&["analyze", "-f", "jsonl", "d", "--exclude", "*.wav"]);
    assert_eq!((excluded.status, excluded.out.as_str()), (Some(2), ""));
}

#[test]
fn nothing_found_is_no_success() {
    let library = Library::new();
    std::fs::create_dir(library.lab.path("empty")).unwrap();
    for args in [&["analyze", "empty", "-f", "json"][..], &["analyze", "-", "-f", "json", "-q"]] {
        let answer = library.run(args);
        assert_eq!(answer.status, Some(2));
        assert!(answer.err.starts_with("error: no audio files found"), "{}", answer.err);
        assert_eq!(answer.json()["summary"]["files"], 0);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_a_result() {
    use std::os::unix::fs::PermissionsExt;

    let library = Library::new();
    library.file("d/a.wav", b"");
    library.file("locked/b.wav", b"");
    let locked = library.lab.path("locked");
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o000)).unwrap();
    let readable = std::fs::read_dir(&locked).is_ok();
    let answer = library.run(&["analyze", "-f", "jsonl", "."]);
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o755)).unwrap();
    // The superuser reads everything.
    let expected = if readable { "./locked/b.wav" } else { "./locked" };
    assert_eq!(answer.each("/path"), ["./d/a.wav", expected]);
    assert_eq!(answer.status, Some(2));
}

#[test]
fn usage_errors_name_the_option_and_print_nothing_else() {
    let library = Library::new();
    for (args, named) in [
        (&["analyze"][..], "PATH"),
        (&["analyze", "a", "--threads", "0"], "--threads"),
        (&["analyze", "a", "--min-confidence", "95"], "--min-confidence"),
        (&["analyze", "a", "--format", "xml"], "--format"),
        (&["analyze", "a", "-0"], "-0"),
        (&["analyze", "a", "--by", "folder", "-f", "csv"], "--by"),
        (&["analyze", "a", "--exclude", "[a"], "--exclude"),
        (&["analyze", "a", "--model", "m"], "--model"),
        (&["listen"], "listen"),
    ] {
        let answer = library.run(args);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(answer.err.starts_with("error: ") && answer.err.contains(named), "{}", answer.err);
    }
}

#[test]
fn help_version_and_completions_are_data() {
    let library = Library::new();
    for (args, text) in [
        (&["--version"][..], "bitrater "),
        (&["analyze", "--help"], "--min-confidence"),
        (&["completions", "bash"], "_bitrater"),
        (&["completions", "fish"], "complete -c bitrater"),
    ] {
        let answer = library.run(args);
        assert_eq!((answer.status, answer.err.as_str()), (Some(0), ""));
        assert!(answer.out.contains(text));
    }
}

#[test]
fn flags_without_a_part_yet_do_no_harm() {
    let library = Library::new();
    library.noise("a.wav");
    let answer = library.run(&["analyze", "a.wav", "-f", "jsonl", "--no-cache", "-v"]);
    assert_eq!(answer.each("/status"), ["ok"]);
    assert!(answer.err.lines().all(|line| line.starts_with("note: ")), "{}", answer.err);
}
