//! Worker processes from outside: killed, stopped, starved, orphaned and confined.

use std::fs;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Answer, Library, workers};

fn signal(name: &str, pid: u32) {
    // One that has just ended is no failure.
    let _ = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).output().unwrap();
}

/// Waits for something that other processes do.
fn wait_for<T>(what: impl Fn() -> Option<T>) -> T {
    loop {
        if let Some(found) = what() {
            return found;
        }
        sleep(Duration::from_millis(2));
    }
}

/// Whether a process has a file open, so that it is in the middle of it.
fn has_open(pid: u32, name: &str) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    open.flatten().any(|entry| fs::read_link(entry.path()).is_ok_and(|target| target.ends_with(name)))
}

/// The worker that has a file open, once there is one.
fn worker_on(run: &Child, name: &str) -> u32 {
    wait_for(|| workers(run).into_iter().find(|&pid| has_open(pid, name)))
}

/// Waits until a process is no more than an entry that its parent has not read yet.
fn wait_until_gone(pid: u32) {
    wait_for(|| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        (stat.is_empty() || stat.contains(") Z ")).then_some(())
    });
}

/// Three files of which the second takes a while.
fn library() -> Library {
    let library = Library::new();
    library.noise("1.wav");
    library.long_noise("2.wav");
    library.noise("3.wav");
    library
}

fn start(library: &Library, more: &[&str]) -> Child {
    library.program(&[&["analyze", ".", "-f", "jsonl"], more].concat()).spawn().unwrap()
}

#[test]
fn processes_and_threads_say_the_same() {
    let library = Library::new();
    for name in ["1.wav", "2.wav", "3.wav"] {
        library.noise(name);
    }
    library.file("4.mp3", b"nothing of the kind");
    let threads = library.run(&["analyze", ".", "missing.mp3", "-f", "jsonl", "--isolation", "thread"]);
    assert_eq!(threads.lines().len(), 5);
    for jobs in ["1", "2", "8"] {
        let processes = library.run(&["analyze", ".", "missing.mp3", "-f", "jsonl", "-t", jobs]);
        assert_eq!((processes.out, processes.status), (threads.out.clone(), threads.status), "{jobs} workers");
    }
}

#[test]
fn a_killed_worker_is_replaced_and_its_file_tried_again() {
    let library = library();
    let undisturbed = library.run(&["analyze", ".", "-f", "jsonl"]);
    let run = start(&library, &["-t", "2"]);
    signal("KILL", worker_on(&run, "2.wav"));
    let answer = Answer::from(run.wait_with_output().unwrap());
    assert_eq!((answer.out, answer.err.as_str(), answer.status), (undisturbed.out, "", Some(0)));
}

#[test]
fn a_file_whose_workers_are_killed_twice_is_an_error() {
    let library = library();
    let run = start(&library, &["-t", "2", "-v"]);
    let first = worker_on(&run, "2.wav");
    signal("KILL", first);
    let second = wait_for(|| Some(worker_on(&run, "2.wav")).filter(|&worker| worker != first));
    assert_eq!(workers(&run).into_iter().filter(|&worker| worker != second).count(), 1, "the other has nothing to do");
    signal("KILL", second);
    let answer = Answer::from(run.wait_with_output().unwrap());
    assert_eq!(answer.each("/status"), ["ok", "error", "ok"]);
    assert_eq!(answer.each("/error/kind")[1], "crash");
    assert_eq!(answer.status, Some(2));
    assert!(answer.err.contains("./2.wav: crash; trying once more"), "{}", answer.err);
}

#[test]
fn a_worker_that_hangs_is_ended() {
    let library = library();
    // Time enough for what is analysed to its end, on a slow machine, too; the other one is stopped for good.
    let run = start(&library, &["-t", "1", "--timeout", "20"]);
    let first = worker_on(&run, "2.wav");
    signal("STOP", first);
    let second = wait_for(|| Some(worker_on(&run, "2.wav")).filter(|&worker| worker != first));
    signal("STOP", second);
    let answer = Answer::from(run.wait_with_output().unwrap());
    assert_eq!(answer.each("/error/kind"), ["null", "timeout", "null"]);
    wait_until_gone(second);
}

#[test]
fn a_worker_that_wants_too_much_memory_costs_its_file() {
    let library = library();
    let answer = library.run(&["analyze", ".", "-f", "jsonl", "--max-memory", "16"]);
    let kinds = answer.each("/error/kind");
    assert_eq!(kinds[1], "memory", "{}", answer.out);
    assert!(kinds.iter().all(|kind| kind == "memory" || kind == "null"), "the short ones may well fit: {kinds:?}");
    assert!(answer.out.contains("16 MiB") && answer.out.contains("--max-memory"), "{}", answer.out);
    let enough = library.run(&["analyze", ".", "-f", "jsonl", "--max-memory", "4096"]);
    assert_eq!((enough.status, enough.out), (Some(0), library.run(&["analyze", ".", "-f", "jsonl"]).out));
    let threads = library.run(&["analyze", ".", "--max-memory", "4096", "--isolation", "thread"]);
    assert_eq!((threads.status, threads.out.as_str()), (Some(2), ""));
    assert!(threads.err.contains("--max-memory"), "{}", threads.err);
}

#[test]
fn workers_end_with_the_run() {
    let library = library();
    for name in ["KILL", "INT"] {
        let run = start(&library, &["-t", "2"]);
        worker_on(&run, "2.wav");
        let all = workers(&run);
        signal(name, run.id());
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), (name == "INT").then_some(130));
        all.into_iter().for_each(wait_until_gone);
    }
}

#[test]
fn a_worker_on_its_own_says_what_it_is_for() {
    let library = Library::new();
    for input in [&b""[..], b"hello\n", b"{\"protocol\":99,\"engine\":\"9\",\"min_confidence\":0,\"readable\":[]}\n"] {
        let answer = library.run_with(&["worker"], input);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""));
        assert!(answer.err.contains("`bitrater analyze`"), "{}", answer.err);
    }
}

#[test]
fn links_lead_out_of_the_folder_and_ffmpeg_decodes_inside_it() {
    let library = Library::new();
    library.noise("elsewhere/a.wav");
    fs::create_dir(library.lab.path("music")).unwrap();
    std::os::unix::fs::symlink("../elsewhere/a.wav", library.lab.path("music/a.wav")).unwrap();
    // WavPack is for ffmpeg to decode.
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i", "elsewhere/a.wav", "music/b.wv"]).current_dir(library.dir());
    assert!(ffmpeg.status().unwrap().success());
    let answer = library.run(&["analyze", "music", "-f", "jsonl", "-v"]);
    assert_eq!(answer.each("/status"), ["ok", "ok"], "{}", answer.out);
    assert_eq!(answer.each("/container"), ["wav", "wv"]);
    assert!(answer.err.contains("workers are confined: "), "{}", answer.err);
    // It does not fit into what this program needs, and the file is not to blame.
    let starved = library.run(&["analyze", "music/b.wv", "-f", "jsonl", "--max-memory", "64"]);
    assert_eq!(starved.each("/error/kind"), ["memory"], "{}", starved.out);
}

#[test]
fn a_file_may_go_or_be_another_before_its_turn() {
    let library = Library::new();
    library.long_noise("1.wav");
    library.noise("2.wav");
    library.noise("3.wav");
    let run = start(&library, &["-t", "1"]);
    let worker = worker_on(&run, "1.wav");
    signal("STOP", worker);
    fs::write(library.lab.path("new"), b"nothing of the kind").unwrap();
    fs::rename(library.lab.path("new"), library.lab.path("2.wav")).unwrap();
    fs::remove_file(library.lab.path("3.wav")).unwrap();
    signal("CONT", worker);
    let answer = Answer::from(run.wait_with_output().unwrap());
    assert_eq!(answer.each("/path"), ["./1.wav", "./2.wav", "./3.wav"]);
    assert_eq!(answer.each("/error/kind"), ["null", "unsupported", "not_found"]);
}

#[test]
fn where_few_processes_can_be_started_a_few_do_the_work() {
    let library = Library::new();
    for number in 10..30 {
        library.file(&format!("{number}.mp3"), b"nothing of the kind");
    }
    let program = library.program(&["analyze", ".", "-f", "jsonl", "-t", "8"]);
    let mut shell = Command::new("sh");
    // Each worker takes three open files of the run.
    shell.args(["-c", "ulimit -n 20; exec \"$@\"", "sh"]).arg(program.get_program()).args(program.get_args());
    let answer = Answer::from(shell.current_dir(library.dir()).output().unwrap());
    assert_eq!(answer.each("/error/kind"), ["unsupported"; 20]);
    assert!(answer.err.starts_with("warning: going on with "), "{}", answer.err);
}

#[test]
fn a_pipe_that_nobody_writes_to_is_not_waited_for() {
    let library = Library::new();
    library.file("1.mp3", b"nothing of the kind");
    assert!(Command::new("mkfifo").arg(library.lab.path("2.mp3")).status().unwrap().success());
    let answer = library.run(&["analyze", "2.mp3", ".", "-f", "jsonl"]);
    assert_eq!(answer.each("/path"), ["2.mp3", "./1.mp3"], "a walk leaves it out");
    assert_eq!(answer.each("/error/kind"), ["unsupported"; 2]);
}
