//! Results of earlier runs: what has not changed is not analysed again.
//!
//! A result is that of a file as long as the file's size and times are the same, and of a content as long as its hash is: so
//! a file that was moved or touched is read once, but not decoded. Either way the same engine, evidence, model and
//! settings must have made it (`Key`). The store serves the run and never stops it: what is wrong with it is said
//! once, and the run goes on with a fresh one or with none.

mod database;
mod key;
mod stamp;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bitrater_verdict::{Assessment, Failure, FailureKind};
use etcetera::BaseStrategy;

pub use self::database::Stats;
use self::database::{Database, StoreError};
pub(crate) use self::key::Key;
use self::stamp::Stamp;
pub(crate) use self::stamp::hash;
use crate::Note;

/// Name of the file in the user's cache directory; a change of the tables changes the number.
const FILE: &str = "results-1.sqlite";

/// What an analysis said.
type Answer = Result<Assessment, Failure>;

/// Where results are stored if the user names no other place: below the cache directory of the user. None where the
/// system has no home for the user.
#[must_use]
pub fn default_path() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.cache_dir().join("bitrater").join(FILE))
}

/// What a store holds; none where there is no store yet.
pub fn stats(path: &Path) -> Result<Option<Stats>, StoreError> {
    existing(path)?.map(|database| database.stats(path)).transpose()
}

/// Takes everything out of a store. Runs that use it at the same time go on.
pub fn clear(path: &Path) -> Result<(), StoreError> {
    existing(path)?.map_or(Ok(()), |database| database.clear())
}

fn existing(path: &Path) -> Result<Option<Database>, StoreError> {
    if path.exists() { Database::open(path).map(Some) } else { Ok(None) }
}

/// What is known of a file before it is analysed, to be shown again when its result is to be kept.
#[derive(Debug, Default)]
pub(crate) struct Ticket {
    stamp: Option<Stamp>,
    /// Results of files that may have the same content, by its hash.
    known: Vec<(String, Answer)>,
    /// Whether one of these was it.
    found: bool,
}

impl Ticket {
    /// Whether the result may be kept, so that the content has to be hashed.
    pub(crate) fn is_wanted(&self) -> bool {
        self.stamp.is_some()
    }

    /// The hashes whose results are known.
    pub(crate) fn known(&self) -> Vec<String> {
        self.known.iter().map(|(hash, _)| hash.clone()).collect()
    }

    /// The result of a content, if its hash is known.
    pub(crate) fn take(&mut self, hash: &str) -> Option<Answer> {
        let place = self.known.iter().position(|(known, _)| known == hash)?;
        self.found = true;
        Some(self.known.swap_remove(place).1)
    }
}

/// What the store says of a file.
pub(crate) enum Recall {
    /// The result.
    Known(Box<Answer>),
    /// Nothing.
    Unknown(Ticket),
}

/// An open store, shared by all workers of a run.
pub(crate) struct Store {
    key: Key,
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// None when the run has to go on without.
    database: Option<Database>,
    /// Set when something could not be written.
    read_only: bool,
    recalled: u64,
    notes: Vec<Note>,
}

impl Store {
    /// Opens the store at `path`, or goes on without.
    pub(crate) fn open(path: &Path, key: Key) -> Self {
        let store = Self { key, path: path.to_path_buf(), state: Mutex::default() };
        store.reopen(&mut store.lock());
        store
    }

    /// What there is to say since the last time.
    pub(crate) fn take_notes(&self) -> Vec<Note> {
        std::mem::take(&mut self.lock().notes)
    }

    /// To be called at the end: says how many results came from here.
    pub(crate) fn sum_up(&self) {
        let mut state = self.lock();
        let recalled = std::mem::take(&mut state.recalled);
        if recalled > 0 {
            state
                .notes
                .push(Note::Info(format!("{recalled} results are from earlier runs (--no-cache analyses anew)")));
        }
    }

    /// What is known of a file.
    pub(crate) fn recall(&self, path: &Path) -> Recall {
        let mut state = self.lock();
        let (Some(database), Some(stamp)) = (&state.database, Stamp::of(path)) else {
            return Recall::Unknown(Ticket::default());
        };
        match database.find(&absolute(path), &stamp, &self.key) {
            Ok(Some(answer)) => {
                state.recalled += 1;
                return Recall::Known(Box::new(answer));
            }
            Ok(None) => {}
            Err(error) => self.complain(&mut state, &error),
        }
        let Some(database) = &state.database else { return Recall::Unknown(Ticket::default()) };
        // A warning may speak of the name, so only a file that is called alike can have the same result.
        let known = database.find_by_size(stamp.size, extension(path).as_deref(), &self.key);
        let known = known.unwrap_or_else(|error| {
            self.complain(&mut state, &error);
            Vec::new()
        });
        Recall::Unknown(Ticket { stamp: Some(stamp), known, found: false })
    }

    /// Keeps a result, unless the file has changed since it was recalled.
    pub(crate) fn keep(&self, path: &Path, ticket: &Ticket, hash: Option<&str>, answer: &Answer) {
        let (Some(stamp), Some(hash)) = (&ticket.stamp, hash) else { return };
        if !is_lasting(answer) || Stamp::of(path).as_ref() != Some(stamp) {
            return;
        }
        let mut state = self.lock();
        state.recalled += u64::from(ticket.found);
        let Some(database) = state.database.as_ref().filter(|_| !state.read_only) else { return };
        let kept = database.keep(&absolute(path), stamp, hash, extension(path).as_deref(), &self.key, answer);
        if let Err(error) = kept {
            self.complain(&mut state, &error);
        }
    }

    /// No code here panics while it holds the lock, so a poisoned state is still a sound one.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what is wrong, and sees to it that it goes wrong only once.
    fn complain(&self, state: &mut State, error: &StoreError) {
        if error.is_damage() {
            return self.replace(state, error);
        }
        let place = self.path.display();
        if error.is_want_of_space() {
            state.read_only = true;
            state.notes.push(Note::Warning(format!("results are not stored any more in `{place}`: {error}")));
        } else {
            state.database = None;
            state.notes.push(Note::Warning(format!(
                "going on without the store of results `{place}`: {error}; name another with --cache, or use --no-cache"
            )));
        }
    }

    /// Sets a store aside that is damaged or not one of ours, and begins another.
    fn replace(&self, state: &mut State, error: &StoreError) {
        state.database = None;
        let place = self.path.display();
        match set_aside(&self.path) {
            Ok(aside) => {
                let aside = aside.display();
                state.notes.push(Note::Warning(format!(
                    "the store of results `{place}` was set aside as `{aside}` and begun anew: {error}"
                )));
                match Database::open(&self.path) {
                    Ok(database) => state.database = Some(database),
                    Err(error) => {
                        state.notes.push(Note::Warning(format!("going on without a store of results: {error}")));
                    }
                }
            }
            Err(failed) => state.notes.push(Note::Warning(format!(
                "going on without the store of results `{place}`: {error}, and it cannot be set aside ({failed})"
            ))),
        }
    }

    fn reopen(&self, state: &mut State) {
        match Database::open(&self.path) {
            Ok(database) => state.database = Some(database),
            Err(error) => self.complain(state, &error),
        }
    }
}

/// Whether an answer is one on the content alone. What the machine or the run had a part in may be another tomorrow.
fn is_lasting(answer: &Answer) -> bool {
    use FailureKind::{Decode, Limit, TooShort, Unsupported};
    answer.as_ref().err().is_none_or(|failure| matches!(failure.kind, Decode | Limit | TooShort | Unsupported))
}

/// The path as it is stored: from the root, but with its links as they are.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_lowercase())
}

/// Renames a store and the files that belong to it, and gives the new name.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let with = |path: &Path, suffix: &str| -> PathBuf {
        let mut name = OsString::from(path);
        name.push(suffix);
        name.into()
    };
    let free = (1..1000).map(|number| with(path, &format!(".set-aside-{number}"))).find(|aside| !aside.exists());
    let aside = free.ok_or_else(|| io::Error::other("there are too many set aside already"))?;
    fs::rename(path, &aside)?;
    for suffix in ["-wal", "-shm"] {
        // They are there only if the last run was killed.
        let _ = fs::rename(with(path, suffix), with(&aside, suffix));
    }
    Ok(aside)
}
