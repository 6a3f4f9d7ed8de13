//! How this program starts itself again as a worker.
#![cfg(unix)]

use std::ffi::OsString;

use anyhow::Context;
use bitrater_engine::Isolation;

/// Worker processes of this program.
#[cfg(unix)]
pub(crate) fn processes(again: &[OsString]) -> anyhow::Result<Isolation> {
    let program = match again.split_first() {
        Some((path, first)) => Ok(bitrater_engine::Program {
            path: path.into(),
            args: first.iter().cloned().chain(["worker".into()]).collect(),
        }),
        None => bitrater_engine::Program::this(["worker"]),
    };
    Ok(Isolation::Process(program.context("this program does not find itself; try --isolation thread")?))
}
