//! `bitrater train`: a model from a labelled folder.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use bitrater_train::fit::{self, FitReport};
use bitrater_train::{Judged, dataset, judge};
use bitrater_verdict::Judge;
use clap::Args;

use crate::file_bar::file_bar;
use crate::interrupt::cancel_on_ctrl_c;
use crate::measuring::{MeasuringArgs, fit_options, options, report_failures};
use crate::output::Output;
use crate::{ExitStatus, message};

#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    /// Labelled folder: with a manifest.jsonl, or with folders named by class (`bitrater transcode` makes one). May be given
    /// more than once; a recording stays one over all of them
    #[arg(long, value_name = "DIR", required = true)]
    source_dir: Vec<PathBuf>,

    /// Where the model goes; it appears when it is complete
    #[arg(long, value_name = "FILE")]
    save_model: PathBuf,

    /// What reports call the model [default: trees- and the beginning of its checksum]
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,

    /// Seed of all that is random; the same files and seed give the same model to the byte
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    #[command(flatten)]
    measuring: MeasuringArgs,
}

/// Trains as `args` say.
pub(crate) fn train(args: &TrainArgs, again: &[OsString]) -> anyhow::Result<ExitStatus> {
    let cancel = cancel_on_ctrl_c().context("Ctrl-C cannot be handled")?;
    let mut output = Output::open_as(&args.save_model, "--save-model")?;
    let items = dataset::read_all(&args.source_dir)?;
    let bar = file_bar(args.measuring.quiet, items.len() as u64);
    let options = options(&args.measuring, Judge::Rules, &cancel, again)?;
    let fitting = fit_options(args.seed, options.budget.jobs());
    let judgement = judge(items, options, |done| {
        bar.set_position(done as u64);
        bar.tick();
    });
    bar.finish_and_clear();
    let judgement = judgement.context("the workers cannot be started; lower --threads")?;
    report_failures(&judgement);
    if cancel.is_cancelled() {
        message::note("interrupted; there is no model of a part");
        return Ok(ExitStatus::Interrupted);
    }
    let files: Vec<&Judged> = judgement.judged.iter().collect();
    let (model, reports) = match &args.name {
        Some(name) => fit::fit(&files, name, &fitting)?,
        None => fit::fit_unnamed(&files, &fitting)?,
    };
    let mut sink = output.sink();
    sink.write_all(&model.to_bytes())?;
    sink.flush()?;
    drop(sink);
    output.commit()?;
    if !args.measuring.quiet {
        for report in &reports {
            describe(report);
        }
        message::note(&format!("{} is in `{}`", model.name, args.save_model.display()));
    }
    Ok(ExitStatus::Clean)
}

/// Says what was fitted, and which honest files look most like transcodes: they may be wrongly labelled.
fn describe(report: &FitReport) {
    let [files, recordings, classes, features] = report.sizes;
    let [temperature, honesty] = report.calibration;
    message::note(&format!(
        "{}: {files} files of {recordings} recordings, {classes} classes, {features} features; out of fold the loss is {:.4}, temperature {temperature:.2}, honesty {honesty:+.2}",
        report.kind, report.loss
    ));
    for (item, probability) in &report.likeliest {
        message::note(&format!("  honest, but a transcode with probability {probability:.4}: {}", item.path.display()));
    }
    let best: Vec<String> =
        report.importance.iter().take(12).map(|(name, share)| format!("{name} {:.1} %", 100.0 * share)).collect();
    message::note(&format!("  what told most: {}", best.join(", ")));
}

fn name(text: &str) -> Result<String, String> {
    let good = (1..=60).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if good { Ok(text.to_owned()) } else { Err("a name of at most 60 letters, digits and signs is needed".to_owned()) }
}
