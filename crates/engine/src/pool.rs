//! Worker processes, and one thread that waits for all of them: the isolation of a library run.
//!
//! The pool has no thread of its own. Whoever asks for the next outcome waits for whatever comes first (a reply, the end
//! of a worker, a file that was found, a limit) and deals with it. Beside that thread there is the one that looks for
//! files. A worker has one file at a time, so its death is the fault of that file or of nobody's: it is replaced, and
//! the file is tried once more, in a fresh worker and with no other at work, so that a machine short of memory gets
//! its best chance. (A file that ran into the time limit is tried again beside the others, which may be many
//! and need not wait.) What fails twice is a failure of that file.

mod death;
mod feed;
mod process;
mod roots;
mod window;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bitrater_verdict::{Assessment, Failure, Outcome, Policy};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

pub use self::process::Program;

use self::death::Death;
use self::feed::{Feed, Found, Next};
use self::process::{Process, Said};
use self::roots::Roots;
use self::window::Window;
use crate::store::{Recall, Store, Ticket};
use crate::worker::protocol::{self, Hello, Reply, Setup};
use crate::{Cancel, Discovery, Limits, Note, Step};

/// How soon a set [`Cancel`] is noticed while nothing else happens. A signal is noticed at once.
const CANCEL_POLL: Duration = Duration::from_millis(50);

/// How often a file is tried.
const TRIES: u8 = 2;

/// A file in work.
#[derive(Debug)]
struct Job {
    index: usize,
    path: PathBuf,
    root: Option<Arc<std::path::Path>>,
    ticket: Ticket,
    tries: u8,
}

/// How a pool works.
pub(crate) struct Plan {
    pub(crate) program: Program,
    pub(crate) jobs: usize,
    pub(crate) window: usize,
    pub(crate) policy: Policy,
    pub(crate) limits: Limits,
    pub(crate) cancel: Cancel,
    pub(crate) store: Option<Arc<Store>>,
}

pub(crate) struct Pool {
    plan: Plan,
    feed: Feed,
    /// Whether the feed has nothing more.
    fed: bool,
    window: Window,
    workers: Vec<Process>,
    /// To be tried again, each while nothing else is in work.
    alone: VecDeque<Job>,
    /// To be tried again beside others.
    beside: VecDeque<Job>,
    /// Whether the one file in work is to stay the only one.
    is_alone: bool,
    roots: Roots,
    notes: Vec<Note>,
    /// Whether a worker has said what confines it.
    confined: bool,
}

impl Pool {
    pub(crate) fn new<I>(discovery: Discovery<I>, plan: Plan) -> io::Result<Self>
    where
        I: Iterator<Item = PathBuf> + Send + 'static,
    {
        Ok(Self {
            feed: Feed::start(discovery)?,
            fed: false,
            window: Window::new(plan.window.max(plan.jobs)),
            workers: Vec::new(),
            alone: VecDeque::new(),
            beside: VecDeque::new(),
            is_alone: false,
            roots: Roots::default(),
            notes: Vec::new(),
            confined: false,
            plan,
        })
    }

    pub(crate) fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }

    /// See [`crate::Outcomes::next_within`].
    pub(crate) fn next_within(&mut self, patience: Duration) -> Step {
        let deadline = Instant::now() + patience;
        loop {
            if self.plan.cancel.is_cancelled() {
                self.stop();
            }
            self.hand_out();
            let over = self.is_over();
            if let Some(outcome) = self.window.pop(over) {
                return Step::Ready(Box::new(outcome));
            }
            if over {
                return Step::Done;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            self.wait(left);
            if left.is_zero() {
                return Step::Waiting;
            }
        }
    }

    fn busy(&self) -> usize {
        self.workers.iter().filter(|worker| worker.work.is_some()).count()
    }

    fn is_over(&self) -> bool {
        self.fed && self.alone.is_empty() && self.beside.is_empty() && self.busy() == 0
    }

    /// Gives up what is in work and takes nothing more.
    fn stop(&mut self) {
        self.fed = true;
        self.alone.clear();
        self.beside.clear();
        self.workers.clear();
    }

    /// Gives work to whoever has none.
    fn hand_out(&mut self) {
        loop {
            let busy = self.busy();
            if busy == 0 {
                self.is_alone = false;
            }
            if self.is_alone || busy >= self.plan.jobs {
                return;
            }
            if !self.alone.is_empty() {
                if busy > 0 {
                    return;
                }
                if let Some(job) = self.alone.pop_front() {
                    self.is_alone = true;
                    self.assign(job);
                }
            } else if let Some(job) = self.beside.pop_front() {
                self.assign(job);
            } else if self.fed || !self.window.has_room() {
                return;
            } else {
                match self.feed.next() {
                    Next::Found(found) => self.take(*found),
                    Next::Later => return,
                    Next::Over => self.fed = true,
                }
            }
        }
    }

    /// Takes a file that was found into work.
    fn take(&mut self, Found { file, root }: Found) {
        let index = self.window.take();
        match file {
            Ok(path) => match self.plan.store.as_ref().map(|store| store.recall(&path)) {
                Some(Recall::Known(answer)) => self.window.put(index, Outcome { path, result: *answer }),
                Some(Recall::Unknown(ticket)) => self.assign(Job { index, path, root, ticket, tries: 0 }),
                None => self.assign(Job { index, path, root, ticket: Ticket::default(), tries: 0 }),
            },
            Err(outcome) => self.window.put(index, outcome),
        }
    }

    /// Gives a file to a worker that has nothing to do, or to a new one. A file that is tried again gets a new one.
    fn assign(&mut self, mut job: Job) {
        self.roots.admit(&job.path, job.root.as_deref());
        job.tries += 1;
        let version = self.roots.version();
        // Those that are busy stay as they are. Of the idle, one that may read the file; the others are in the way
        // of a new one only when there are as many as there may be.
        let idle = |worker: &Process| worker.work.is_none();
        let fitting = |worker: &Process| idle(worker) && worker.roots == version && job.tries == 1;
        while let Some(place) = self.workers.iter().position(fitting) {
            if self.workers[place].ask(&job) {
                return self.start_clock(place, job);
            }
            self.workers.swap_remove(place);
        }
        if self.workers.len() >= self.plan.jobs
            && let Some(place) = self.workers.iter().position(idle)
        {
            self.workers.swap_remove(place);
        }
        match Process::start(&self.plan.program, &self.setup(), version) {
            Ok(mut worker) => {
                // If it cannot be told, it is dying, which is noticed as any other death.
                worker.ask(&job);
                self.workers.push(worker);
                self.start_clock(self.workers.len() - 1, job);
            }
            // Too many processes or open files for this system: those that are there have to do.
            Err(error) if self.busy() > 0 => {
                self.plan.jobs = self.busy();
                let jobs = self.plan.jobs;
                self.notes
                    .push(Note::Warning(format!("going on with {jobs} workers, the next cannot be started ({error})")));
                job.tries -= 1;
                self.beside.push_front(job);
            }
            Err(error) => self.give_up(job, &Death::NotStarted(error)),
        }
    }

    fn start_clock(&mut self, place: usize, job: Job) {
        let deadline = self.plan.limits.time.map(|time| Instant::now() + time);
        self.workers[place].work = Some((job, deadline));
    }

    fn setup(&self) -> Setup {
        Setup {
            protocol: protocol::VERSION,
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            min_confidence: self.plan.policy.min_confidence,
            judge: self.plan.policy.judge.into(),
            max_memory: self.plan.limits.memory,
            readable: self.roots.to_wire(),
        }
    }

    /// Waits until something happens, but not longer than `patience`, and deals with it.
    fn wait(&mut self, patience: Duration) {
        let (outputs, errors) = self.poll(patience);
        // From the last to the first, since those that end leave a gap that the last one fills.
        for place in (0..self.workers.len()).rev() {
            if errors.contains(&place) {
                self.workers[place].hear_errors();
            }
            if outputs.contains(&place) {
                self.hear(place);
            }
        }
        let now = Instant::now();
        for place in (0..self.workers.len()).rev() {
            let late = |(_, deadline): &(Job, Option<Instant>)| deadline.is_some_and(|deadline| deadline <= now);
            if self.workers[place].work.as_ref().is_some_and(late) {
                let death = self.plan.limits.time.map(Death::Timeout);
                self.bury(place, death);
            }
        }
    }

    /// The places of the workers that have something to say, and of those that have something to complain about.
    fn poll(&self, patience: Duration) -> (Vec<usize>, Vec<usize>) {
        let deadlines = self.workers.iter().filter_map(|worker| worker.work.as_ref()?.1);
        let first = deadlines.min().map_or(CANCEL_POLL, |first| first.saturating_duration_since(Instant::now()));
        let patience = patience.min(first).min(CANCEL_POLL);
        let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(patience.subsec_nanos()) };

        let outputs = self.workers.iter().map(|worker| PollFd::new(&worker.output, PollFlags::IN));
        let with_errors = || self.workers.iter().enumerate().filter_map(|(place, w)| Some((place, w.errors.as_ref()?)));
        let errors = with_errors().map(|(_, errors)| PollFd::new(errors, PollFlags::IN));
        let hungry = !self.fed && self.window.has_room() && self.alone.is_empty() && !self.is_alone;
        let feed = (hungry && self.busy() < self.plan.jobs).then(|| PollFd::new(self.feed.ticks(), PollFlags::IN));
        let mut all: Vec<PollFd<'_>> = outputs.chain(errors).chain(feed).collect();
        // A signal, or too little memory for the moment: the loop comes round again.
        if poll(&mut all, Some(&timeout)).is_err() {
            return (Vec::new(), Vec::new());
        }
        let (outputs, errors) = all.split_at(self.workers.len());
        let said = |polled: &PollFd<'_>| !polled.revents().is_empty();
        let speaking = (0..).zip(outputs).filter(|(_, polled)| said(polled)).map(|(place, _)| place);
        let complaining = with_errors().zip(errors).filter(|(_, polled)| said(polled)).map(|((place, _), _)| place);
        (speaking.collect(), complaining.collect())
    }

    /// Takes in what a worker says.
    fn hear(&mut self, place: usize) {
        let Said::Lines(lines) = self.workers[place].hear() else { return self.bury(place, None) };
        for line in lines {
            if !self.workers[place].ready {
                let Ok(hello) = serde_json::from_slice::<Hello>(&line) else { return self.bury(place, None) };
                self.workers[place].ready = true;
                if !std::mem::replace(&mut self.confined, true) {
                    self.notes.push(Note::Info(hello.applied.to_string()));
                }
                continue;
            }
            match serde_json::from_slice(&line) {
                Ok(Reply::Done { answer, hash }) => {
                    if let Some((job, _)) = self.workers[place].work.take() {
                        self.finish(job, *answer, hash.as_deref());
                    }
                }
                Ok(Reply::Known(hash)) => {
                    let Some((mut job, _)) = self.workers[place].work.take() else { continue };
                    // A hash that it was not told of it has from nowhere good.
                    let Some(answer) = job.ticket.take(&hash) else {
                        self.workers[place].work = Some((job, None));
                        return self.bury(place, None);
                    };
                    self.finish(job, answer, Some(&hash));
                }
                Ok(Reply::Panicked(text)) => return self.bury(place, Some(Death::Panic(text))),
                // No worker talks like this, unless a file has made it.
                Err(_) => return self.bury(place, None),
            }
        }
    }

    fn finish(&mut self, job: Job, result: Result<Assessment, Failure>, hash: Option<&str>) {
        if let Some(store) = &self.plan.store {
            store.keep(&job.path, &job.ticket, hash, &result);
        }
        self.window.put(job.index, Outcome { path: job.path, result });
    }

    /// Ends a worker, or finds it ended, and decides about its file.
    fn bury(&mut self, place: usize, death: Option<Death>) {
        let mut worker = self.workers.swap_remove(place);
        let work = worker.work.take();
        let (words, status) = worker.end();
        let Some((job, _)) = work else { return };
        let death = death.unwrap_or(Death::Ended(words, status));
        if job.tries >= TRIES {
            return self.give_up(job, &death);
        }
        let failure = death.failure(&self.plan.limits);
        self.notes.push(Note::Info(format!("{}: {}; trying once more", job.path.display(), failure.kind.name())));
        match death {
            Death::Timeout(_) => self.beside.push_back(job),
            _ => self.alone.push_back(job),
        }
    }

    fn give_up(&mut self, job: Job, death: &Death) {
        self.window.put(job.index, Outcome { path: job.path, result: Err(death.failure(&self.plan.limits)) });
    }
}
