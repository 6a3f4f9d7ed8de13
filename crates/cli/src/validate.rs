//! `bitrater validate`: the answers for a labelled folder against its truth.

use std::ffi::OsString;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::Context;
use std::time::Duration;

#[cfg(not(unix))]
use bitrater_engine::Isolation;
use bitrater_engine::{Budget, Cancel, Limits, Options, Policy};
use bitrater_train::{Evaluation, Item, Judgement, dataset, fit, judge};
use bitrater_verdict::{Judge, Versions};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::threads;
use crate::interrupt::cancel_on_ctrl_c;
use crate::train::fit_options;
use crate::{ExitStatus, message, terminal};

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Labelled folder: with a manifest.jsonl, or with folders named by class (`bitrater transcode` makes one). May be given
    /// more than once; a recording stays one over all of them
    #[arg(long, value_name = "DIR", required = true)]
    source_dir: Vec<PathBuf>,

    /// Measure this model instead of the bundled one
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folds", "test_size"])]
    model: Option<PathBuf>,

    /// Cross-validate: divide the recordings into K folds, and judge each by a model trained on the others
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(2..=50), conflicts_with = "test_size")]
    folds: Option<u8>,

    /// Judge this share of the recordings by a model trained on the rest, 0.05 to 0.95
    #[arg(long, value_name = "F", value_parser = test_size)]
    test_size: Option<f64>,

    /// Seed of folds and training
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    #[command(flatten)]
    measuring: MeasuringArgs,

    /// What the report looks like
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    format: ReportFormat,
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// Tables for people
    Text,
    /// One JSON document
    Json,
}

/// Validates as `args` say.
pub(crate) fn validate(args: &ValidateArgs, again: &[OsString]) -> anyhow::Result<ExitStatus> {
    let cancel = cancel_on_ctrl_c().context("Ctrl-C cannot be handled")?;
    let items = dataset::read_all(&args.source_dir)?;
    let bar = file_bar(args.measuring.quiet, items.len() as u64);
    let trains = args.folds.is_some() || args.test_size.is_some();
    let judging = if trains { Judge::Rules } else { crate::analyze::judge(args.model.as_deref())? };
    let options = options(&args.measuring, judging, &cancel, again)?;
    let fitting = fit_options(args.seed, options.budget.jobs());
    let judgement = judge(items, options, |done| {
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
    let evaluation = if trains {
        let items: Vec<Item> = judgement.judged.iter().map(|judged| judged.item.clone()).collect();
        let (folds, tested, protocol) = split(args, &items);
        let bar = file_bar(args.measuring.quiet, tested.len() as u64);
        let judged = fit::cross_validate(&judgement.judged, &folds, &tested, &fitting, |_| bar.inc(1));
        bar.finish_and_clear();
        Evaluation::new(protocol, &Judgement { judged: judged?, failed: judgement.failed.clone() })
    } else {
        let name = args.model.as_deref().map_or("the tool as it is".to_owned(), |path| path.display().to_string());
        Evaluation::new(name, &judgement)
    };
    print(&evaluation, args.format, &Versions::of(judging))?;
    Ok(if judgement.judged.is_empty() { ExitStatus::Failed } else { ExitStatus::Clean })
}

/// The fold of every item, the sets of folds that are tested by one model each, and what that is called.
fn split(args: &ValidateArgs, items: &[Item]) -> (Vec<usize>, Vec<Vec<usize>>, String) {
    if let Some(folds) = args.folds.map(usize::from) {
        let of = dataset::folds(items, folds, args.seed);
        return (of, (0..folds).map(|fold| vec![fold]).collect(), format!("{folds} folds by recording"));
    }
    let share = args.test_size.unwrap_or_default();
    let of = dataset::hold_out(items, share, args.seed);
    (of, vec![vec![0]], format!("{:.0} % of the recordings held out", 100.0 * share))
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
    let isolation = crate::analyze::processes(again)?;
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

fn print(evaluation: &Evaluation, format: ReportFormat, versions: &Versions) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        ReportFormat::Text => write!(out, "{evaluation}")?,
        ReportFormat::Json => writeln!(out, "{}", evaluation.to_json(versions)?)?,
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

fn test_size(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.05..=0.95).contains(number));
    number.ok_or_else(|| "a share from 0.05 to 0.95 is needed".to_owned())
}
