//! `bitrater transcode`: a labelled corpus from a folder of lossless files.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::Context;
use bitrater_engine::Budget;
use bitrater_train::chain::sets::{self, CLASSES, SETS, STANDARD};
use bitrater_train::{Chain, CorpusOptions, Event, Plan};
use clap::{ArgAction, Args};

use crate::args::threads;
use crate::file_bar::file_bar;
use crate::interrupt::cancel_on_ctrl_c;
use crate::{ExitStatus, message};

/// What stands below the options in the help.
pub(crate) const HELP: &str = "\
Chains are steps joined by slashes: mp3:V2/lossless is an MP3 decoded to FLAC, mp3:128/mp3:320@shifted one encoded \
again on another frame grid. Sets of chains: genuine, decoded, rates, twice, others, and standard for all of them. \
docs/training.md tells the rest.

Exit status: 0 every file was made; 2 not; 130 interrupted (run it again, and it goes on).";

#[derive(Debug, Args)]
pub(crate) struct TranscodeArgs {
    /// Folder of lossless files
    #[arg(long, value_name = "DIR")]
    source_dir: PathBuf,

    /// Folder to fill; what it holds already is kept and not made again
    #[arg(long, value_name = "DIR")]
    output_dir: PathBuf,

    /// MP3 classes, separated by commas, such as 128,V2,160,abr192; the lossless files come with them
    /// [default, without --chains: 128,V2,192,V0,256,320]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    classes: Vec<String>,

    /// Chains and sets of chains, separated by commas, such as decoded,mp3:192/mp3:320
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    chains: Vec<String>,

    /// Random variations of every chain, besides the plain one: low-passes, gains, crops, dither, switches of LAME
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1000))]
    augment: u32,

    /// Make only so many of all these files for every source, drawn at random
    #[arg(long, value_name = "N")]
    per_source: Option<NonZeroUsize>,

    /// Seed of the variations and of what is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Take only so many seconds from the middle of every file
    #[arg(long, value_name = "S", value_parser = seconds)]
    seconds: Option<f64>,

    /// Leave out chains that need a program which is not installed
    #[arg(long)]
    skip_missing: bool,

    /// Encoders that run at the same time [default: the CPUs that the process may use]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    threads: Option<NonZeroUsize>,

    /// No progress bar, no notes
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,

    /// Name every file that is made
    #[arg(short, long, action = ArgAction::Count)]
    verbose: u8,
}

/// Makes the corpus that `args` describe.
pub(crate) fn transcode(args: TranscodeArgs) -> anyhow::Result<ExitStatus> {
    let chains = chains(&args.classes, &args.chains)?;
    let cancel = cancel_on_ctrl_c().context("Ctrl-C cannot be handled")?;
    let plan = Plan::new(&CorpusOptions {
        source_dir: args.source_dir,
        output_dir: args.output_dir,
        chains,
        augment: args.augment,
        per_source: args.per_source.map(NonZeroUsize::get),
        seed: args.seed,
        seconds: args.seconds,
        skip_missing: args.skip_missing,
        jobs: Budget::new(args.threads).jobs(),
    })?;
    for warning in plan.warnings() {
        message::warning(warning);
    }
    if !args.quiet {
        let (sources, files, kept, size) = (plan.sources(), plan.files(), plan.kept(), plan.size());
        message::note(&format!("{sources} recordings: {files} files to make, about {size}; {kept} are there already"));
    }
    let bar = file_bar(args.quiet, plan.files() as u64);
    let verbose = args.verbose > 0;
    let done = plan.run(&cancel, |event| {
        bar.suspend(|| match event {
            Event::Made(row) if verbose => message::note(&format!("made {}", row.path)),
            Event::Made(_) => {}
            Event::Failed { row, error } => message::error(&format!("{} was not made: {error}", row.path)),
        });
        bar.inc(1);
    });
    bar.finish_and_clear();
    let summary = done?;
    if !args.quiet {
        message::note(&format!("{} files made, {} kept, {} failed", summary.made, summary.kept, summary.failed));
    }
    if cancel.is_cancelled() {
        if !args.quiet {
            message::note("interrupted; run it again, and it goes on where it stopped");
        }
        return Ok(ExitStatus::Interrupted);
    }
    Ok(if summary.failed == 0 { ExitStatus::Clean } else { ExitStatus::Failed })
}

/// The chains of both lists.
fn chains(classes: &[String], chains: &[String]) -> anyhow::Result<Vec<Chain>> {
    let mut all = Vec::new();
    let default = CLASSES.map(str::to_owned);
    let classes = if classes.is_empty() && chains.is_empty() { &default[..] } else { classes };
    for class in classes.iter().map(|class| class.trim()) {
        if class.eq_ignore_ascii_case("lossless") {
            continue;
        }
        let chain = format!("mp3:{}", class.to_lowercase()).parse::<Chain>();
        all.push(chain.with_context(|| format!("--classes takes classes such as 128, V2 or abr160, not `{class}`"))?);
    }
    if !classes.is_empty() {
        all.push("lossless".parse()?);
    }
    for entry in chains {
        let names: Vec<&str> = SETS.iter().map(|(name, _)| *name).chain([STANDARD]).collect();
        let chains = sets::expand(entry.trim()).with_context(|| {
            format!("--chains takes chains such as mp3:128/lossless, and the sets {}", names.join(", "))
        })?;
        all.extend(chains);
    }
    Ok(all)
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.5..=86_400.0).contains(number));
    number.ok_or_else(|| "a number of seconds from 0.5 to 86400 is needed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(classes: &[&str], list: &[&str]) -> Vec<String> {
        let owned = |list: &[&str]| list.iter().map(|&entry| entry.to_owned()).collect::<Vec<_>>();
        chains(&owned(classes), &owned(list)).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lists_become_chains() {
        assert_eq!(names(&[], &[]), ["mp3:128", "mp3:V2", "mp3:192", "mp3:V0", "mp3:256", "mp3:320", "lossless"]);
        assert_eq!(names(&["v2", "abr160", "lossless"], &[]), ["mp3:V2", "mp3:abr160", "lossless"]);
        assert_eq!(names(&[], &["aac:128/mp3:320"]), ["aac:128/mp3:320"]);
        assert_eq!(names(&["128"], &["decoded"]).len(), 8);
    }

    #[test]
    fn what_is_no_class_or_chain_is_told() {
        let error = |classes: &[String], list: &[String]| format!("{:#}", chains(classes, list).unwrap_err());
        assert!(error(&["loud".to_owned()], &[]).contains("--classes takes"));
        assert!(error(&[], &["mp3".to_owned()]).contains("the sets genuine, decoded, rates, twice, others, standard"));
    }
}
