//! The commands of the program, each with its arguments.

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::args::{AnalyzeArgs, CacheArgs};

/// Tells what an audio file has been through: the codec and bitrate of the weakest encode in its past.
#[derive(Debug, Parser)]
#[command(name = "bitrater", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Analyse files and folders and report what they have been through
    #[command(
        after_help = "Exit status: 0 every file analysed, no transcode; 1 at least one transcode; 2 usage error, \
        nothing to analyse, or at least one file that could not be analysed; 130 interrupted."
    )]
    Analyze(AnalyzeArgs),
    /// Show all the evidence of one file: what was looked for, what was found, where, and how strong
    Explain(crate::explain::ExplainArgs),
    /// Make a labelled corpus: files of known history, from a folder of lossless ones
    #[command(after_help = crate::transcode::HELP)]
    Transcode(crate::transcode::TranscodeArgs),
    /// Fit a model to a labelled folder
    Train(crate::train::TrainArgs),
    /// Measure the answers for a labelled folder against its truth
    Validate(crate::validate::ValidateArgs),
    /// Show or clear the store of results
    Cache(CacheArgs),
    /// Answer a run over standard input and output; started by `analyze`
    #[command(hide = true)]
    Worker,
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }
}
