//! `bitrater validate`: the answers for a labelled folder against its truth.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;

use bitrater_train::{Evaluation, Item, Judgement, dataset, fit, judge};
use bitrater_verdict::{Judge, Versions};
use clap::{Args, ValueEnum};

use crate::file_bar::file_bar;
use crate::interrupt::cancel_on_ctrl_c;
use crate::measuring::{MeasuringArgs, fit_options, options, report_failures};
use crate::{ExitStatus, message};

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

fn print(evaluation: &Evaluation, format: ReportFormat, versions: &Versions) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        ReportFormat::Text => write!(out, "{evaluation}")?,
        ReportFormat::Json => writeln!(out, "{}", evaluation.to_json(versions)?)?,
    }
    Ok(())
}

fn test_size(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.05..=0.95).contains(number));
    number.ok_or_else(|| "a share from 0.05 to 0.95 is needed".to_owned())
}
