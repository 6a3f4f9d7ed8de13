//! Arguments that several commands share, and those of `analyze` and `cache`. They are the public interface: names are added, never changed.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use bitrater_report::{Counts, Format, Group, warnings};
use bitrater_verdict::Outcome;
use clap::{ArgAction, Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct CacheArgs {
    /// What to do
    pub(crate) action: CacheAction,

    /// The store, if it is not the user's own
    #[arg(long, value_name = "FILE")]
    pub(crate) cache: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CacheAction {
    /// Print where it is, a SQLite file with one table
    Path,
    /// Count what is in it
    Stats,
    /// Take everything out
    Clear,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct AnalyzeArgs {
    /// Files, folders (walked for audio files), or `-` for a list of paths on standard input, separated by line
    /// breaks or NULs; a file that comes up again is answered once
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Files to analyse at the same time [default: the CPUs that the process may use]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,

    /// What the report looks like
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: FormatArg,

    /// With --format paths: end each path with a NUL instead of a line break, for `xargs -0`
    #[arg(short = '0', long)]
    pub(crate) null: bool,

    /// Write the report to a file instead of standard output; it appears when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Call a file a transcode only from this confidence on, 0 to 1; what falls short is inconclusive
    #[arg(long, value_name = "P", value_parser = probability)]
    pub(crate) min_confidence: Option<f64>,

    /// Let this model decide instead of the bundled one (`bitrater train` makes one)
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,

    /// Analyse every file anew and store no results
    #[arg(long)]
    pub(crate) no_cache: bool,

    /// Where results are stored, so that what has not changed is not analysed again [default: see `bitrater cache path`]
    #[arg(long, value_name = "FILE", conflicts_with = "no_cache")]
    pub(crate) cache: Option<PathBuf>,

    /// Where files are analysed: in processes of their own, so that whatever a file does costs that file only, or in
    /// threads of this one
    #[arg(long, value_name = "WHERE", default_value = DEFAULT_ISOLATION)]
    pub(crate) isolation: IsolationArg,

    /// Give a file up after this time, 0 for never
    #[arg(long, value_name = "SECONDS", default_value = "1800", value_parser = seconds)]
    pub(crate) timeout: f64,

    /// Memory that the process of a worker may use, in mebibytes of address space; Linux, with --isolation process
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(16..=1 << 40))]
    pub(crate) max_memory: Option<u64>,

    /// Leave out files and folders with such a name, or such a path below PATH if the glob has a slash
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Enter linked folders, too
    #[arg(long)]
    pub(crate) follow_symlinks: bool,

    /// Show only such results; may be given many times; exit status and counts are of all
    #[arg(long, value_name = "RESULT")]
    pub(crate) only: Vec<Only>,

    /// Show totals instead of files (text), or beside them (json)
    #[arg(long, value_name = "WHAT")]
    pub(crate) by: Option<By>,

    /// No progress bar, no notes
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// All reasons in the table, with their numbers, and more notes
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// A table for people
    Text,
    /// One JSON document
    Json,
    /// One JSON object a line, as results arrive
    Jsonl,
    /// Comma-separated values
    Csv,
    /// The paths of the files alone, a line each
    Paths,
}

impl AnalyzeArgs {
    /// The format, if the options that belong to one format only go with it.
    pub(crate) fn format(&self) -> anyhow::Result<Format> {
        if self.null && self.format != FormatArg::Paths {
            anyhow::bail!("-0 ends paths with NULs; it goes with --format paths only");
        }
        if self.by.is_some() && !matches!(self.format, FormatArg::Text | FormatArg::Json) {
            anyhow::bail!("--by goes with --format text or json only; the other formats have no totals");
        }
        Ok(match self.format {
            FormatArg::Text => Format::Text,
            FormatArg::Json => Format::Json,
            FormatArg::Jsonl => Format::JsonLines,
            FormatArg::Csv => Format::Csv,
            FormatArg::Paths => Format::Paths { nul: self.null },
        })
    }

    /// Whether a result is to be shown.
    pub(crate) fn shows(&self, outcome: &Outcome) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only.is(outcome))
    }

    /// Whether results with such counts have one among them that is to be shown.
    pub(crate) fn shows_any(&self, counts: &Counts) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only.among(counts) > 0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// One line for each folder: the files in it, without those further down
    Folder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IsolationArg {
    /// A process for each file in work
    #[cfg(unix)]
    Process,
    /// A thread for each file in work
    Thread,
}

/// Where there are no worker processes yet, threads have to do.
const DEFAULT_ISOLATION: &str = if cfg!(unix) { "process" } else { "thread" };

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Only {
    /// Files that claim more than they hold
    Transcode,
    /// Files on which the evidence does not carry a verdict
    Inconclusive,
    /// Files that hold what they claim
    Original,
    /// Files that could not be analysed
    Error,
    /// Files with something odd about them, whatever their verdict
    Warning,
}

impl Only {
    fn is(self, outcome: &Outcome) -> bool {
        match self {
            Self::Transcode => Group::of(outcome) == Group::Transcode,
            Self::Inconclusive => Group::of(outcome) == Group::Inconclusive,
            Self::Original => Group::of(outcome) == Group::Original,
            Self::Error => Group::of(outcome) == Group::Error,
            Self::Warning => !warnings(outcome).is_empty(),
        }
    }

    fn among(self, counts: &Counts) -> u64 {
        match self {
            Self::Transcode => counts.transcode,
            Self::Inconclusive => counts.inconclusive,
            Self::Original => counts.original,
            Self::Error => counts.error,
            Self::Warning => counts.warning,
        }
    }
}

/// Beyond this many workers a machine is only kept busy with switching between them.
const MOST_THREADS: usize = 1024;

pub(crate) fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MOST_THREADS);
    number.ok_or_else(|| format!("a number from 1 to {MOST_THREADS} is needed"))
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1e9).contains(number));
    number.ok_or_else(|| "a number of seconds is needed, such as 60; 0 sets no limit".to_owned())
}

fn probability(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "a probability from 0 to 1 is needed, such as 0.95".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_limits() {
        assert!(threads("1024").is_ok() && threads("0").is_err() && threads("1025").is_err() && threads("-1").is_err());
        assert!(seconds("0.5").is_ok() && seconds("0").is_ok() && seconds("-1").is_err() && seconds("inf").is_err());
        assert!(probability("0.95").is_ok() && probability("95").is_err() && probability("NaN").is_err());
    }
}
