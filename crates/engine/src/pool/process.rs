//! One worker process, seen from the run.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};

use super::Job;
use crate::worker::protocol::{self, LONGEST, Request, Setup};

/// How a worker is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// What to run. It has to call [`crate::serve`] on its standard streams.
    pub path: PathBuf,
    /// With which arguments.
    pub args: Vec<OsString>,
}

/// The very file that runs, on Linux.
const RUNNING: &str = "/proc/self/exe";

impl Program {
    /// The running program again, with these arguments.
    pub fn this(args: impl IntoIterator<Item = impl Into<OsString>>) -> io::Result<Self> {
        // By way of /proc it is the very file that runs, also when an update has replaced it meanwhile.
        let linux = cfg!(target_os = "linux").then(|| PathBuf::from(RUNNING)).filter(|path| path.exists());
        let path = linux.map_or_else(std::env::current_exe, Ok)?;
        Ok(Self { path, args: args.into_iter().map(Into::into).collect() })
    }
}

/// How long a killed worker is waited for.
const REAPING: Duration = Duration::from_secs(1);

/// Bytes kept of what a worker says on its standard error.
const COMPLAINT: usize = 4096;

/// A running worker. Dropping it ends it, with every program that it runs.
pub(super) struct Process {
    child: Child,
    group: Option<Pid>,
    input: ChildStdin,
    pub(super) output: ChildStdout,
    /// None once it is closed.
    pub(super) errors: Option<ChildStderr>,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    complaint: Vec<u8>,
    /// Whether it has said hello.
    pub(super) ready: bool,
    /// What it works on, and until when it may.
    pub(super) work: Option<(Job, Option<Instant>)>,
    /// Which version of the readable roots it was started with.
    pub(super) roots: usize,
    reaped: bool,
}

/// What came out of a worker.
pub(super) enum Said {
    /// Complete lines, perhaps none yet.
    Lines(Vec<Vec<u8>>),
    /// It has closed its output, or says more than any worker does.
    Over,
}

impl Process {
    pub(super) fn start(program: &Program, setup: &Setup, roots: usize) -> io::Result<Self> {
        let mut command = Command::new(&program.path);
        if program.path == Path::new(RUNNING) {
            // That is a name for the system, not for who reads a list of processes.
            command.arg0("bitrater");
        }
        let mut child = command
            .args(&program.args)
            // A group of its own: Ctrl-C is for the run to handle, and what the worker started can be ended with it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), errors) = streams else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let mut process = Self {
            child,
            group,
            input,
            output,
            errors,
            line: Vec::new(),
            complaint: Vec::new(),
            ready: false,
            work: None,
            roots,
            reaped: false,
        };
        // One that dies over this is noticed as any other death.
        let _ = protocol::send(&mut process.input, setup);
        Ok(process)
    }

    /// Hands it a file; whether it could be told.
    pub(super) fn ask(&mut self, job: &Job) -> bool {
        let (path, hash, known) = (job.path.as_path().into(), job.ticket.is_wanted(), job.ticket.known());
        protocol::send(&mut self.input, &Request::Assess { path, hash, known }).is_ok()
    }

    /// Reads what it has said. To be called when there is something, else it waits.
    pub(super) fn hear(&mut self) -> Said {
        let mut buffer = [0; 1 << 14];
        let mut new = match self.output.read(&mut buffer) {
            Ok(0) => return Said::Over,
            Ok(n) => &buffer[..n],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => &[],
            Err(_) => return Said::Over,
        };
        let mut lines = Vec::new();
        while let Some(end) = new.iter().position(|&byte| byte == b'\n') {
            self.line.extend_from_slice(&new[..end]);
            lines.push(std::mem::take(&mut self.line));
            new = &new[end + 1..];
        }
        self.line.extend_from_slice(new);
        if self.line.len() > LONGEST { Said::Over } else { Said::Lines(lines) }
    }

    /// Reads what it complains about. To be called when there is something, else it waits.
    pub(super) fn hear_errors(&mut self) {
        let mut buffer = [0; COMPLAINT];
        match self.errors.as_mut().map(|errors| errors.read(&mut buffer)) {
            Some(Ok(n @ 1..)) => {
                self.complaint.extend_from_slice(&buffer[..n]);
                let beyond = self.complaint.len().saturating_sub(COMPLAINT);
                self.complaint.drain(..beyond);
            }
            Some(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => self.errors = None,
        }
    }

    /// Ends it and all that it started, and gives its last words and how it ended.
    pub(super) fn end(mut self) -> (String, Option<ExitStatus>) {
        let status = self.kill();
        // What could write here is dead, or as good as dead: nothing is waited for.
        while self.errors.as_ref().is_some_and(is_readable) {
            self.hear_errors();
        }
        (String::from_utf8_lossy(&self.complaint).into_owned(), status)
    }

    fn kill(&mut self) -> Option<ExitStatus> {
        if self.reaped {
            return None;
        }
        self.reaped = true;
        // Before it is reaped, while the number of the group is still its own. A worker that has ended by itself
        // keeps the status it ended with.
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        // A process that hangs in the system itself, over a disk or a share that does not answer, is not ended even by
        // that until the system lets it go. It must not hold up the run as well.
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(None) if start.elapsed() < REAPING => std::thread::sleep(Duration::from_millis(1)),
                ended => return ended.ok().flatten(),
            }
        }
    }
}

fn is_readable(errors: &ChildStderr) -> bool {
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut [PollFd::new(errors, PollFlags::IN)], Some(&at_once)).is_ok_and(|ready| ready > 0)
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
