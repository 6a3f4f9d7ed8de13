//! The pool with workers that are shell scripts: they speak the protocol, and die in every way there is.

use std::fs;
use std::path::Path;

use bitrater_verdict::FailureKind;
use tempfile::TempDir;

use super::*;
use crate::DiscoveryOptions;
use crate::worker::sandbox::{Applied, Landlock};

/// A folder to play in, and a worker that does as the names of the files say.
struct Playground {
    folder: TempDir,
    limits: Limits,
    cancel: Cancel,
}

impl Playground {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), limits: Limits::default(), cancel: Cancel::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A worker that answers everything with `unsupported`, but for what `cases` of a shell's `case` say. `$$` is the
    /// worker, `here` the folder.
    fn program(&self, cases: &str) -> Program {
        let applied = Applied { ends_with_parent: true, no_new_privileges: true, landlock: Landlock::None };
        let hello = Hello { protocol: protocol::VERSION, engine: "0.1.0".to_owned(), applied };
        let failure = Failure { kind: FailureKind::Unsupported, message: String::new() };
        let reply = Reply::Done { answer: Box::new(Err(failure)), hash: None };
        let script = format!(
            "read setup; echo '{}'; here='{}'\nwhile read -r request; do\ncase $request in {cases}\nesac\necho '{}'\ndone",
            line(&hello),
            self.folder.path().display(),
            line(&reply)
        );
        Program { path: "/bin/sh".into(), args: vec!["-c".into(), script.into()] }
    }

    fn pool(&self, jobs: usize, window: usize, program: Program, names: impl IntoIterator<Item = String>) -> Pool {
        let paths: Vec<PathBuf> = names.into_iter().map(|name| self.path(&name)).collect();
        let plan = Plan {
            program,
            jobs,
            window,
            policy: Policy::default(),
            limits: self.limits,
            cancel: self.cancel.clone(),
            store: None,
        };
        Pool::new(Discovery::new(paths, DiscoveryOptions::default()), plan).unwrap()
    }

    /// Names with the kind of failure that each got, in order.
    fn run(&self, jobs: usize, cases: &str, names: &[&str]) -> Vec<(String, &'static str)> {
        let mut pool = self.pool(jobs, 20, self.program(cases), names.iter().map(|&name| name.to_owned()));
        std::iter::from_fn(|| next(&mut pool)).map(|outcome| (name(&outcome), kind(&outcome))).collect()
    }
}

/// A message as the script prints it.
fn line(message: &impl serde::Serialize) -> String {
    serde_json::to_string(message).unwrap()
}

fn next(pool: &mut Pool) -> Option<Outcome> {
    loop {
        match pool.next_within(Duration::from_hours(1)) {
            Step::Ready(outcome) => return Some(*outcome),
            Step::Waiting => {}
            Step::Done => return None,
        }
    }
}

fn name(outcome: &Outcome) -> String {
    outcome.path.file_name().unwrap().to_str().unwrap().to_owned()
}

fn kind(outcome: &Outcome) -> &'static str {
    outcome.result.as_ref().unwrap_err().kind.name()
}

fn message(outcome: &Outcome) -> &str {
    &outcome.result.as_ref().unwrap_err().message
}

fn wait_for(what: impl Fn() -> bool) {
    while !what() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn order_is_that_of_the_input_whatever_the_workers() {
    let playground = Playground::new();
    let names: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    for jobs in [1, 3, 8] {
        let program = playground.program("*7*) sleep 0.02;;");
        let mut pool = playground.pool(jobs, 10, program, names.clone());
        let found: Vec<String> = std::iter::from_fn(|| next(&mut pool)).map(|outcome| name(&outcome)).collect();
        assert_eq!(found, names, "{jobs} jobs");
    }
}

#[test]
fn whatever_kills_a_worker_costs_its_file_and_no_other() {
    let playground = Playground::new();
    let cases = "*segv*) kill -SEGV $$;; *abrt*) kill -ABRT $$;; *kill*) kill -KILL $$;; *exit*) exit 3;;
        *panic*) echo '{\"panicked\":\"on purpose\"}'; exit 1;;
        *memory*) echo 'memory allocation of 123456 bytes failed' >&2; kill -ABRT $$;;
        *babble*) echo 'what is this?';; *close*) exec >&-; sleep 100;;
        *endless*) while :; do echo -n 'a hundred bytes of nothing, over and over again, and never an end to the line of it'; done;;";
    let names = ["1", "segv", "2", "abrt", "kill", "3", "exit", "panic", "memory", "babble", "close", "endless", "4"];
    for jobs in [1, 4] {
        let found = playground.run(jobs, cases, &names);
        for ((found, kind), name) in found.iter().zip(names) {
            let expected = match name {
                "1" | "2" | "3" | "4" => "unsupported",
                "memory" => "memory",
                _ => "crash",
            };
            assert_eq!((found.as_str(), *kind), (name, expected));
        }
        assert_eq!(found.len(), names.len());
    }
}

#[test]
fn a_file_is_tried_twice_and_no_more() {
    let playground = Playground::new();
    let cases = "*once*) [ -e $here/mark ] || { touch $here/mark; kill -KILL $$; };;
        *always*) echo x >>$here/tries; kill -KILL $$;;";
    let found = playground.run(2, cases, &["once", "always", "2"]);
    let kinds: Vec<&str> = found.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, ["unsupported", "crash", "unsupported"]);
    assert_eq!(fs::read_to_string(playground.path("tries")).unwrap(), "x\nx\n");
}

#[test]
fn a_file_that_is_tried_again_has_the_machine_for_itself() {
    let playground = Playground::new();
    // Each leaves a mark while it is at work. The one that fails at first notes which marks it sees later.
    let cases = "*bad*) if [ -e $here/again ]; then ls $here | grep at_work >$here/seen; else touch $here/again; kill -KILL $$; fi;;
        *) touch $here/at_work.$$; sleep 0.05; rm $here/at_work.$$;;";
    let names: Vec<String> = (0..40).map(|n| if n == 9 { "bad".to_owned() } else { n.to_string() }).collect();
    let mut pool = playground.pool(4, 40, playground.program(cases), names);
    assert_eq!(std::iter::from_fn(|| next(&mut pool)).count(), 40);
    assert_eq!(fs::read_to_string(playground.path("seen")).unwrap(), "");
}

#[test]
fn what_hangs_is_ended_with_all_that_it_started() {
    let mut playground = Playground::new();
    playground.limits.time = Some(Duration::from_millis(300));
    let cases = "*hang*) sleep 1000 & echo $! >>$here/sleepers; wait;;";
    let mut pool = playground.pool(2, 20, playground.program(cases), ["1", "hang", "2"].map(str::to_owned));
    let outcomes: Vec<Outcome> = std::iter::from_fn(|| next(&mut pool)).collect();
    let kinds: Vec<&str> = outcomes.iter().map(kind).collect();
    assert_eq!(kinds, ["unsupported", "timeout", "unsupported"]);
    assert!(message(&outcomes[1]).contains("0.3 s"), "{}", message(&outcomes[1]));
    let sleepers = fs::read_to_string(playground.path("sleepers")).unwrap();
    assert_eq!(sleepers.lines().count(), 2, "it was tried twice");
    for sleeper in sleepers.lines() {
        // Dead, or a zombie that nobody has reaped yet.
        let is_gone = || !fs::read_to_string(format!("/proc/{sleeper}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
        if Path::new("/proc/self").exists() {
            wait_for(is_gone);
        }
    }
}

#[test]
fn an_idle_worker_may_die_unnoticed() {
    let playground = Playground::new();
    let cases = "*) echo $$ >$here/worker;;";
    let (sender, list) = std::sync::mpsc::channel();
    let plan = Plan {
        program: playground.program(cases),
        jobs: 1,
        window: 10,
        policy: Policy::default(),
        limits: Limits::default(),
        cancel: Cancel::default(),
        store: None,
    };
    let mut pool = Pool::new(Discovery::new(list, DiscoveryOptions::default()), plan).unwrap();
    for round in 0..3 {
        sender.send(playground.path("a")).unwrap();
        assert_eq!(kind(&next(&mut pool).unwrap()), "unsupported", "round {round}");
        let worker = fs::read_to_string(playground.path("worker")).unwrap();
        std::process::Command::new("kill").args(["-KILL", worker.trim()]).status().unwrap();
    }
    drop(sender);
    assert!(next(&mut pool).is_none());
    assert!(
        pool.notes.iter().all(|note| !matches!(note, Note::Info(text) if text.contains("again"))),
        "{:?}",
        pool.notes
    );
}

#[test]
fn a_worker_that_cannot_be_started_is_said_of_every_file() {
    let playground = Playground::new();
    let program = Program { path: playground.path("nowhere"), args: Vec::new() };
    let mut pool = playground.pool(2, 20, program, ["1", "2", "3"].map(str::to_owned));
    let outcomes: Vec<Outcome> = std::iter::from_fn(|| next(&mut pool)).collect();
    assert_eq!(outcomes.iter().map(kind).collect::<Vec<_>>(), ["crash"; 3]);
    assert!(message(&outcomes[0]).contains("no process could be started"), "{}", message(&outcomes[0]));
}

#[test]
fn a_cancelled_run_gives_what_is_finished_and_ends_its_workers() {
    let playground = Playground::new();
    let cases = "*hang*) echo $$ >$here/hanging; exec sleep 1000;; *last*) touch $here/last_begun;;";
    let names = ["0", "hang", "2", "3", "last"].map(str::to_owned);
    let mut pool = playground.pool(2, 20, playground.program(cases), names);
    assert_eq!(next(&mut pool).map(|outcome| name(&outcome)).as_deref(), Some("0"));
    // The others come in while the caller waits for the one that hangs.
    while pool.busy() > 1 || !playground.path("last_begun").exists() || !playground.path("hanging").exists() {
        assert!(matches!(pool.next_within(Duration::from_millis(1)), Step::Waiting));
    }
    playground.cancel.cancel();
    let rest: Vec<String> = std::iter::from_fn(|| next(&mut pool)).map(|outcome| name(&outcome)).collect();
    assert_eq!(rest, ["2", "3", "last"], "what was in work is not reported");
    let hanging = fs::read_to_string(playground.path("hanging")).unwrap();
    assert!(!Path::new(&format!("/proc/{}", hanging.trim())).exists(), "it was killed and reaped");
}

#[test]
fn no_more_is_taken_than_the_window_holds() {
    let playground = Playground::new();
    let names = (0..200).map(|number| number.to_string());
    let mut pool = playground.pool(3, 10, playground.program("*) echo >>$here/begun;;"), names);
    for taken in 0..200 {
        assert!(next(&mut pool).is_some());
        let begun = fs::read_to_string(playground.path("begun")).unwrap().lines().count();
        assert!(begun <= taken + 1 + 10, "{begun} begun when {taken} were out");
    }
}
