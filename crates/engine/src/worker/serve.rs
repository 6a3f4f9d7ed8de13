//! The life of a worker: set up, say hello, answer until the input ends.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use bitrater_verdict::{LoadError, Policy};

use super::protocol::{Hello, Reply, Request, Setup, VERSION, receive, send};
use super::sandbox;
use crate::assess::{Attempt, Switch, attempt};

/// Why a worker ended before its input did.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// Whoever started it is no run of this program.
    #[error(
        "a worker is started by `bitrater analyze` and takes its orders from there (protocol {VERSION} of engine \
         {engine})", engine = env!("CARGO_PKG_VERSION")
    )]
    NotARun,
    /// The memory limit was refused by the system.
    #[error("the memory limit cannot be set ({0}); leave out --max-memory")]
    MemoryLimit(#[source] io::Error),
    /// The model was there when the run began.
    #[error(transparent)]
    Model(#[from] LoadError),
    /// The other side is gone.
    #[error("the run is gone ({0})")]
    Io(#[from] io::Error),
    /// The analysis of a file panicked; the run was told.
    #[error("the analysis of a file crashed")]
    Panicked,
}

/// Answers a run over `input` and `output`, in this process and on this thread, until the input ends. Gives up the
/// rights of the process for good.
pub fn serve(mut input: impl BufRead, mut output: impl Write) -> Result<(), WorkerError> {
    let engine = env!("CARGO_PKG_VERSION").to_owned();
    let setup: Option<Setup> = receive(&mut input).map_err(|_| WorkerError::NotARun)?;
    let setup = setup.filter(|setup| setup.protocol == VERSION && setup.engine == engine);
    let setup = setup.ok_or(WorkerError::NotARun)?;
    if let Some(bytes) = setup.max_memory {
        sandbox::limit_memory(bytes).map_err(WorkerError::MemoryLimit)?;
    }
    // Before the sandbox, which has no place for it.
    let judge = setup.judge.load()?;
    let readable: Vec<PathBuf> = setup.readable.into_iter().map(PathBuf::from).collect();
    let applied = sandbox::apply(&readable);
    send(&mut output, &Hello { protocol: VERSION, engine, applied })?;

    let policy = Policy { min_confidence: setup.min_confidence, judge };
    while let Some(request) = receive(&mut input)? {
        let Request::Assess { path, hash, known } = request;
        match attempt(&Switch::default(), &PathBuf::from(path), policy, hash, &known) {
            Attempt::Done { answer, hash } => send(&mut output, &Reply::Done { answer, hash })?,
            Attempt::Known(hash) => send(&mut output, &Reply::Known(hash))?,
            Attempt::Panicked(text) => {
                send(&mut output, &Reply::Panicked(text))?;
                return Err(WorkerError::Panicked);
            }
        }
    }
    Ok(())
}
