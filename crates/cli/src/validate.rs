//! `bitrater validate`: the answers for a labelled folder against its truth.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::Context;
use std::time::Duration;

#[cfg(unix)]
use bitrater_engine::Program;
use bitrater_engine::{Budget, Cancel, Isolation, Limits, Options};
use bitrater_train::{Evaluation, Judgement, dataset, judge};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::threads;
use crate::interrupt::cancel_on_ctrl_c;
use crate::{ExitStatus, message, terminal};

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Labelled folder: with a manifest.jsonl, or with folders named by class (`bitrater transcode` makes one)
    #[arg(long, value_name = "DIR")]
    source_dir: PathBuf,

    /// Files to analyse at the same time [default: the CPUs that the process may use]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    threads: Option<NonZeroUsize>,

    /// What the report looks like
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    format: ReportFormat,

    /// No progress bar, no notes
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// Tables for people
    Text,
    /// One JSON document
    Json,
}

/// Validates as `args` say.
pub(crate) fn validate(args: &ValidateArgs) -> anyhow::Result<ExitStatus> {
    let cancel = cancel_on_ctrl_c().context("Ctrl-C cannot be handled")?;
    let items = dataset::read(&args.source_dir)?;
    let bar = file_bar(args.quiet, items.len() as u64);
    let judgement = judge(items, options(args.threads, &cancel)?, |done| {
        bar.set_position(done as u64);
        bar.tick();
    });
    bar.finish_and_clear();
    let judgement = judgement.context("the worker threads cannot be started; lower --threads")?;
    report_failures(&judgement);
    if cancel.is_cancelled() {
        message::note("interrupted; figures of a part would mislead, so there are none");
        return Ok(ExitStatus::Interrupted);
    }
    let evaluation = Evaluation::new("the tool as it is", &judgement);
    print(&evaluation, args.format)?;
    Ok(if judgement.judged.is_empty() { ExitStatus::Failed } else { ExitStatus::Clean })
}

/// Longest that one file may take: long enough for an album in one file.
const PATIENCE: Duration = Duration::from_mins(10);

/// How labelled files are judged: as `analyze` does it.
pub(crate) fn options(threads: Option<NonZeroUsize>, cancel: &Cancel) -> anyhow::Result<Options> {
    #[cfg(unix)]
    let isolation = Isolation::Process(Program::this(["worker"]).context("this program does not find itself")?);
    #[cfg(not(unix))]
    let isolation = Isolation::Thread;
    Ok(Options {
        budget: Budget::new(threads),
        isolation,
        limits: Limits { time: Some(PATIENCE), memory: None },
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

fn print(evaluation: &Evaluation, format: ReportFormat) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        ReportFormat::Text => write!(out, "{evaluation}")?,
        ReportFormat::Json => writeln!(out, "{}", evaluation.to_json()?)?,
    }
    Ok(())
}

/// A bar over files, which is not there when standard error is no terminal.
pub(crate) fn file_bar(hidden: bool, files: u64) -> ProgressBar {
    if hidden || !terminal::colour(&io::stderr()) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(files), ProgressDrawTarget::stderr());
    // The template is a constant; were it wrong, the default bar would do.
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} files, {eta} left") {
        bar.set_style(style.progress_chars("━╸ "));
    }
    bar
}
