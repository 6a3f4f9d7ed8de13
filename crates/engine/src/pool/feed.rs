//! The files to analyse, found on a thread of their own that looks no further ahead than a few files: a list on
//! standard input may take its time, and a folder on a slow disk, too.
//!
//! For each file a byte goes through a pipe, so that whoever waits for many things at once can wait for this one.

use std::io::{self, PipeReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

use bitrater_verdict::Outcome;

use crate::Discovery;

/// Files found and not asked for yet.
const AHEAD: usize = 64;

/// A file to analyse, or a folder that could not be read.
pub(super) struct Found {
    pub(super) file: Result<PathBuf, Outcome>,
    /// The folder whose walk found it; none for a file that was named.
    pub(super) root: Option<Arc<Path>>,
}

/// Whether there is a file.
pub(super) enum Next {
    Found(Box<Found>),
    /// Not yet.
    Later,
    /// No more.
    Over,
}

pub(super) struct Feed {
    found: Receiver<Found>,
    ticks: PipeReader,
}

impl Feed {
    /// Starts to look. The thread ends when all is found, or soon after the feed is dropped; it may wait for a list in
    /// standard input until the program ends.
    pub(super) fn start<I>(mut discovery: Discovery<I>) -> io::Result<Self>
    where
        I: Iterator<Item = PathBuf> + Send + 'static,
    {
        let (sender, found) = sync_channel(AHEAD);
        let (ticks, mut tick) = io::pipe()?;
        thread::Builder::new().name("bitrater-discovery".to_owned()).spawn(move || {
            while let Some(file) = discovery.next() {
                // As far ahead as the channel lets it be the pipe has room: this never waits.
                if sender.send(Found { file, root: discovery.root() }).is_err() || tick.write_all(&[0]).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { found, ticks })
    }

    /// The next file, if it is there. Never waits.
    pub(super) fn next(&mut self) -> Next {
        match self.found.try_recv() {
            Ok(found) => {
                // The byte was written with it, or is being written.
                let _ = self.ticks.read_exact(&mut [0]);
                Next::Found(Box::new(found))
            }
            Err(TryRecvError::Empty) => Next::Later,
            Err(TryRecvError::Disconnected) => Next::Over,
        }
    }

    /// Can be read from when there is a file, or when there will be no more.
    pub(super) fn ticks(&self) -> &PipeReader {
        &self.ticks
    }
}
