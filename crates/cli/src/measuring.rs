//! How labelled files are measured, for `train` and `validate`.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::time::Duration;

#[cfg(not(unix))]
use bitrater_engine::Isolation;
use bitrater_engine::{Budget, Cancel, Limits, Options, Policy};
use bitrater_train::{Judgement, fit};
use bitrater_verdict::Judge;
use clap::Args;

use crate::args::threads;
use crate::message;
#[cfg(unix)]
use crate::workers::processes;

/// How labelled files are measured.
#[derive(Debug, Args)]
pub(crate) struct MeasuringArgs {
    /// Files to analyse at the same time [default: the CPUs that the process may use]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Analyse every file anew and store no results
    #[arg(long)]
    pub(crate) no_cache: bool,

    /// No progress bar, no notes
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Longest that one file may take: long enough for an album in one file.
const PATIENCE: Duration = Duration::from_mins(10);

/// How labelled files are judged: as `analyze` does it.
pub(crate) fn options(
    measuring: &MeasuringArgs,
    judge: Judge,
    cancel: &Cancel,
    again: &[OsString],
) -> anyhow::Result<Options> {
    #[cfg(unix)]
    let isolation = processes(again)?;
    #[cfg(not(unix))]
    let isolation = Isolation::Thread;
    Ok(Options {
        budget: Budget::new(measuring.threads),
        policy: Policy { min_confidence: 0.0, judge },
        isolation,
        limits: Limits { time: Some(PATIENCE), memory: None },
        store: if measuring.no_cache { None } else { bitrater_engine::store::default_path() },
        cancel: cancel.clone(),
        ..Options::default()
    })
}

/// A failed file is reported and left out.
pub(crate) fn report_failures(judgement: &Judgement) {
    for (item, failure) in &judgement.failed {
        message::warning(&format!("`{}` is left out: {}", item.path.display(), failure.message));
    }
}

/// How models are fitted, on as many threads as files are judged.
pub(crate) fn fit_options(seed: u64, threads: usize) -> fit::Options {
    fit::Options::new(seed, NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN))
}
