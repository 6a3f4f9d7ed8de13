//! The command line: arguments in, reports and an exit status out. Both ends of the arrow, and no step of it.
//!
//! Results go to standard output, or to `--output`; whatever else there is to say goes to standard error.

mod analyze;
mod args;
mod cache;
mod command;
mod exit;
mod explain;
mod file_bar;
mod interrupt;
mod measuring;
mod message;
mod output;
mod paths;
mod progress;
mod terminal;
mod train;
mod transcode;
mod validate;
mod workers;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{CommandFactory, Parser};
use clap_complete::Shell;

use crate::command::{Cli, Command};
pub use crate::exit::ExitStatus;

/// Runs the program with `args`, the first of which is its own name.
pub fn run<I, T>(args: I) -> ExitStatus
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    run_hosted(args, &[])
}

/// The same inside another program: `again` is the command line (a program and its first arguments) that leads here once
/// more, for workers to be started with. Empty, it is the running program itself.
pub fn run_hosted<I, T>(args: I, again: &[OsString]) -> ExitStatus
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let command = match Cli::try_parse_from(args) {
        Ok(cli) => cli.command,
        Err(usage) => {
            // Nothing is left to do when even this cannot be written.
            let _ = usage.print();
            return if usage.use_stderr() { ExitStatus::Failed } else { ExitStatus::Clean };
        }
    };
    let done = match command {
        Command::Analyze(args) => analyze::analyze(&args, again),
        Command::Explain(args) => explain::explain(args),
        Command::Transcode(args) => transcode::transcode(args),
        Command::Train(args) => train::train(&args, again),
        Command::Validate(args) => validate::validate(&args, again),
        Command::Cache(args) => cache::cache(&args),
        Command::Worker => worker(),
        Command::Completions { shell } => completions(shell),
    };
    done.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return ExitStatus::Clean;
        }
        message::error(&format!("{error:#}"));
        ExitStatus::Failed
    })
}

/// Is a worker of another process that runs this program.
#[cfg(unix)]
fn worker() -> anyhow::Result<ExitStatus> {
    bitrater_engine::serve(io::stdin().lock(), io::stdout().lock())?;
    Ok(ExitStatus::Clean)
}

#[cfg(not(unix))]
fn worker() -> anyhow::Result<ExitStatus> {
    anyhow::bail!("there are no worker processes on this system yet")
}

/// Writes the completion script of a shell.
fn completions(shell: Shell) -> anyhow::Result<ExitStatus> {
    // By way of a buffer: the generator panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bitrater", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitStatus::Clean)
}

/// Whether all that went wrong is that the reader of our output has seen enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(broken))
}
