//! Carries a plan out.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use bitrater_engine::Cancel;
use tempfile::TempDir;

use super::plan::{Job, Plan};
use super::steps::Workshop;
use super::{CorpusError, excerpt, wav};
use crate::chain::{Action, Chain, Encode, Encoder, Step};
use crate::manifest::{self, Row};
use crate::rng::Rng;

/// Rows of a run that has not come to its end; the manifest takes them over.
pub(super) const LOG: &str = "manifest.jsonl.part";

/// Locked while a run is at work in a folder.
pub(super) const LOCK: &str = ".bitrater.lock";

/// Beginning of the names of folders for files in work.
const WORK: &str = ".bitrater-work-";

/// Something that happened, for whoever shows progress. Several workers report.
#[derive(Debug)]
pub enum Event<'a> {
    /// A file is there.
    Made(&'a Row),
    /// A file could not be made; the run goes on.
    Failed {
        /// What would have been made.
        row: &'a Row,
        /// Why not.
        error: &'a CorpusError,
    },
}

/// How a run ended.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Files made.
    pub made: usize,
    /// Files that were there already.
    pub kept: usize,
    /// Files that could not be made.
    pub failed: usize,
}

/// What the workers share.
struct Shared {
    jobs: VecDeque<Job>,
    log: File,
    rows: Vec<Row>,
    failed: usize,
    /// What ends the run for all.
    fatal: Option<CorpusError>,
}

impl Plan {
    /// Makes the files, and writes the manifest of all that are there: also when the run is cancelled or fails.
    pub fn run(self, cancel: &Cancel, report: impl Fn(Event) + Sync) -> Result<Summary, CorpusError> {
        remove_leftovers(&self.output)?;
        let Self { output, programs, jobs, kept, workers, seconds, .. } = &self;
        let log = output.join(LOG);
        let file = File::options().create(true).append(true).open(&log).map_err(CorpusError::io(&log))?;
        let shared = Mutex::new(Shared { jobs: VecDeque::new(), log: file, rows: Vec::new(), failed: 0, fatal: None });
        lock(&shared).jobs.extend(jobs.iter().map(|job| Job { source: job.source.clone(), rows: job.rows.clone() }));
        thread::scope(|scope| {
            for _ in 0..(*workers).min(jobs.len()) {
                scope.spawn(|| {
                    let worker =
                        Worker { output, workshop: Workshop { programs }, seconds: *seconds, cancel, shared: &shared };
                    worker.work(&report);
                });
            }
        });
        let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        let summary = Summary { made: shared.rows.len(), kept: kept.len(), failed: shared.failed };
        let mut rows = kept.clone();
        rows.extend(shared.rows);
        manifest::write(&output.join(manifest::NAME), &mut rows)?;
        fs::remove_file(&log).map_err(CorpusError::io(&log))?;
        // The lock itself ends with the plan.
        let _ = fs::remove_file(output.join(LOCK));
        shared.fatal.map_or(Ok(summary), Err)
    }
}

/// No code here panics while it holds the lock, so a poisoned state is still a sound one.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What killed runs left behind. The lock of the plan says that nobody is at work there.
fn remove_leftovers(output: &Path) -> Result<(), CorpusError> {
    for entry in fs::read_dir(output).map_err(CorpusError::io(output))? {
        let entry = entry.map_err(CorpusError::io(output))?;
        if entry.file_name().to_string_lossy().starts_with(WORK) {
            fs::remove_dir_all(entry.path()).map_err(CorpusError::io(entry.path()))?;
        }
    }
    Ok(())
}

/// Makes the files of one recording after the other.
struct Worker<'a> {
    output: &'a Path,
    workshop: Workshop<'a>,
    seconds: Option<f64>,
    cancel: &'a Cancel,
    shared: &'a Mutex<Shared>,
}

/// The stages of the chain that was made last, so that the next one need only make what differs.
struct Stages {
    dir: TempDir,
    stack: Vec<Stage>,
    /// Number of the next file, so that every name is new.
    number: usize,
}

/// What one step made.
struct Stage {
    /// The step, and the depth at which the decode before it was made.
    key: Option<(Step, u16)>,
    /// The file.
    file: PathBuf,
    /// Its encoder, if it is an encode, and what was encoded.
    encoded: Option<(Encoder, Shape)>,
}

/// Rate and length of what went into an encode.
#[derive(Clone, Copy)]
struct Shape {
    sample_rate: u32,
    seconds: f64,
}

impl Worker<'_> {
    fn work(&self, report: &(impl Fn(Event) + Sync)) {
        while !self.cancel.is_cancelled() {
            let job = {
                let mut shared = lock(self.shared);
                if shared.fatal.is_some() { None } else { shared.jobs.pop_front() }
            };
            let Some(job) = job else { return };
            self.recording(&job, report);
        }
    }

    fn recording(&self, job: &Job, report: &(impl Fn(Event) + Sync)) {
        let start = tempfile::Builder::new().prefix(WORK).tempdir_in(self.output).map_err(CorpusError::io(self.output));
        let stages = start.and_then(|dir| {
            let file = dir.path().join("source.wav");
            excerpt::cut(&job.source, &file, self.seconds, self.cancel)?;
            Ok(Stages { dir, stack: vec![Stage { key: None, file, encoded: None }], number: 0 })
        });
        let mut stages = match stages {
            Ok(stages) => stages,
            Err(error) => {
                for (_, row) in &job.rows {
                    self.fail(row, &error, report);
                }
                return;
            }
        };
        for (chain, row) in &job.rows {
            if self.cancel.is_cancelled() {
                return;
            }
            match self.make(&mut stages, chain, row) {
                Ok(row) => {
                    let mut shared = lock(self.shared);
                    if let Err(error) = manifest::write_row(&mut shared.log, &row) {
                        shared.fatal = Some(CorpusError::io(self.output.join(LOG))(error));
                        return;
                    }
                    shared.rows.push(row.clone());
                    drop(shared);
                    report(Event::Made(&row));
                }
                Err(error) => self.fail(row, &error, report),
            }
        }
    }

    fn fail(&self, row: &Row, error: &CorpusError, report: &(impl Fn(Event) + Sync)) {
        // A failure that comes with a cancellation may well be its effect: programs get the same Ctrl-C.
        if self.cancel.is_cancelled() {
            return;
        }
        lock(self.shared).failed += 1;
        report(Event::Failed { row, error });
    }

    /// Makes one file under its name, and its row with the bitrate as measured.
    fn make(&self, stages: &mut Stages, chain: &Chain, row: &Row) -> Result<Row, CorpusError> {
        let deep = matches!(chain.steps().last().map(|step| step.action), Some(Action::Lossless { deep: true }));
        let last_encode = chain.steps().iter().rposition(|step| matches!(step.action, Action::Encode(_)));
        // The decode after the last encode decides the depth of what is delivered.
        let bits_after = |place: usize| if deep && Some(place) == last_encode { 24 } else { 16 };
        let keys: Vec<(Step, u16)> = chain
            .steps()
            .iter()
            .enumerate()
            .map(|(place, step)| (*step, place.checked_sub(1).map_or(16, bits_after)))
            .collect();
        let common = stages.stack[1..].iter().zip(&keys).take_while(|(stage, key)| stage.key == Some(**key)).count();
        stages.cut_back(1 + common);
        let seed = Rng::new(0, &[&row.recording, &row.chain]).next();
        for key in &keys[common..] {
            self.stage(stages, *key, seed)?;
        }
        let mut row = row.clone();
        if let Some((place, weakest)) = chain.weakest().and_then(|place| Some((place, chain.encodes().nth(place)?))) {
            row.label.bitrate = Some(stages.bitrate(place, weakest)?);
        }
        let target = self.output.join(&row.path);
        let folder = target.parent().unwrap_or(self.output);
        fs::create_dir_all(folder).map_err(CorpusError::io(folder))?;
        let made = &stages.stack.last().map(|stage| stage.file.clone()).unwrap_or_default();
        // Linked, since another chain may go on from here.
        let copy = stages.name("whole");
        fs::hard_link(made, &copy).or_else(|_| fs::copy(made, &copy).map(drop)).map_err(CorpusError::io(made))?;
        fs::rename(&copy, &target).map_err(CorpusError::io(&target))?;
        Ok(row)
    }

    /// Adds the file of one more step, with the decode before it where there is one.
    fn stage(&self, stages: &mut Stages, (step, bits): (Step, u16), seed: u64) -> Result<(), CorpusError> {
        if self.cancel.is_cancelled() {
            return Err(CorpusError::Cancelled);
        }
        let Some(before) = stages.stack.last() else { return Ok(()) };
        let (before_file, encoded) = (before.file.clone(), before.encoded);
        let decoded = match encoded {
            Some((encoder, shape)) => {
                let file = stages.name("wav");
                self.workshop.decode(encoder, step.shifted, bits, shape.sample_rate, &before_file, &file)?;
                Some(file)
            }
            None => None,
        };
        let input = decoded.as_ref().unwrap_or(&before_file);
        let (file, encoded) = match step.action {
            Action::Encode(encode) => {
                let file = stages.name(encode.encoder.suffix());
                self.workshop.encode(encode, input, &file)?;
                let (spec, seconds) = wav::shape(input)?;
                (file, Some((encode.encoder, Shape { sample_rate: spec.sample_rate, seconds })))
            }
            Action::Treat(treatment) => {
                let file = stages.name("wav");
                self.workshop.treat(treatment, input, &file, seed)?;
                (file, None)
            }
            Action::Lossless { .. } => {
                let file = stages.name("flac");
                self.workshop.flac(input, &file)?;
                (file, None)
            }
        };
        if let Some(decoded) = decoded {
            fs::remove_file(&decoded).map_err(CorpusError::io(decoded))?;
        }
        stages.stack.push(Stage { key: Some((step, bits)), file, encoded });
        Ok(())
    }
}

impl Stages {
    fn name(&mut self, suffix: &str) -> PathBuf {
        self.number += 1;
        self.dir.path().join(format!("{}.{suffix}", self.number))
    }

    /// Removes all stages but the first `keep`.
    fn cut_back(&mut self, keep: usize) {
        for stage in self.stack.drain(keep..) {
            // Whatever stays goes with the folder.
            let _ = fs::remove_file(stage.file);
        }
    }

    /// Bitrate in kbps of the encode at `place` among the encodes: nominal if constant, else of its file.
    fn bitrate(&self, place: usize, encode: Encode) -> Result<u32, CorpusError> {
        let encodes = self.stack.iter().filter_map(|stage| Some((&stage.file, stage.encoded?.1)));
        let Some((file, shape)) = encodes.into_iter().nth(place) else { return Ok(encode.nominal()) };
        if encode.mode() == bitrater_media::Mode::Cbr {
            return Ok(encode.nominal());
        }
        let bytes = fs::metadata(file).map_err(CorpusError::io(file))?.len();
        Ok((bytes as f64 / 125.0 / shape.seconds.max(0.1)).round() as u32)
    }
}
