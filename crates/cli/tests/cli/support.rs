//! A folder of files for one test, and the program run inside it.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use bitrater_testkit::{Lab, wav, white_noise};
use serde_json::Value;

/// A folder that is the working folder of the program.
pub struct Library {
    pub lab: Lab,
}

/// What the program said and how it ended.
pub struct Answer {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Library {
    pub fn new() -> Self {
        Self { lab: Lab::new() }
    }

    /// A good file of noise, as short as one may be, different for every name; folders in the name are made.
    pub fn noise(&self, name: &str) {
        let seed = name.bytes().fold(1, |seed: u64, byte| seed * 31 % 1_000_003 + u64::from(byte));
        self.make_folder(name);
        wav::write(&self.lab.path(name), &white_noise(44_100, 0.6, seed), 16);
    }

    /// A file of these bytes; folders in the name are made.
    pub fn file(&self, name: &str, bytes: &[u8]) {
        self.make_folder(name);
        std::fs::write(self.lab.path(name), bytes).unwrap();
    }

    /// A good file that takes a while: some ten times as long as `noise`.
    pub fn long_noise(&self, name: &str) {
        self.make_folder(name);
        wav::write(&self.lab.path(name), &white_noise(44_100, 20.0, 99), 16);
    }

    fn make_folder(&self, name: &str) {
        let path = self.lab.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    }

    /// The program, ready to be started here. It analyses anew, unless told where to store results, and in no case
    /// uses the store of whoever runs the tests.
    pub fn program(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("bitrater"));
        if args.first() == Some(&"analyze") && !args.contains(&"--cache") && !args.contains(&"--no-cache") {
            command.args(["analyze", "--no-cache"]).args(&args[1..]);
        } else {
            command.args(args);
        }
        command.env("XDG_CACHE_HOME", self.lab.path(".cache")).env_remove("COLUMNS");
        command.current_dir(self.lab.dir()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, args: &[&str]) -> Answer {
        self.program(args).output().unwrap().into()
    }

    /// Runs it with something on standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Answer {
        let mut child = self.start(args);
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Starts it with an open standard input.
    pub fn start(&self, args: &[&str]) -> Child {
        self.program(args).stdin(Stdio::piped()).spawn().unwrap()
    }

    pub fn dir(&self) -> &Path {
        self.lab.dir()
    }
}

/// The worker processes of a run, by their numbers.
#[cfg(target_os = "linux")]
pub fn workers(run: &Child) -> Vec<u32> {
    let parent = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // After the name in brackets: state, parent.
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok()
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|&pid| parent(pid) == Some(run.id())).collect()
}

/// How many threads a process has; none when it is gone.
#[cfg(target_os = "linux")]
pub fn threads_of(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count)
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8, whatever the names");
        Self { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Answer {
    /// The results of a `jsonl` report.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// One field of every result of a `jsonl` report.
    pub fn each(&self, pointer: &str) -> Vec<String> {
        self.lines()
            .iter()
            .map(|line| line.pointer(pointer).and_then(Value::as_str).unwrap_or("null").to_owned())
            .collect()
    }

    /// The document of a `json` report.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {}", self.out))
    }
}
