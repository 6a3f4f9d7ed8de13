//! `bitrater explain`: all the evidence of one file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use bitrater_engine::{Policy, explain as engine_explain};
use bitrater_report::{Explanation, Plot, PlotFormat, Style};
use bitrater_verdict::{Outcome, Versions, findings};
use clap::{Args, ValueEnum};

use crate::output::Output;
use crate::{ExitStatus, message, terminal};

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// What the explanation looks like
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    format: ExplainFormat,

    /// Draw the strength of every phase of every search, and the spectrum, as a picture in this file
    #[arg(long, value_name = "OUT.svg|OUT.png")]
    plot: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// Explains as `args` say.
pub(crate) fn explain(args: ExplainArgs) -> anyhow::Result<ExitStatus> {
    let mut picture = args.plot.as_deref().map(Picture::open).transpose()?;
    let (result, evidence) = match engine_explain(&args.file, &Policy::default()) {
        Ok((assessment, evidence)) => (Ok(assessment), Some(evidence)),
        Err(failure) => (Err(failure), None),
    };
    let outcome = Outcome { path: args.file, result };
    let findings = evidence.as_ref().map(findings).unwrap_or_default();
    let explanation = Explanation { outcome: &outcome, findings: &findings };
    print(&explanation, args.format)?;
    if let Err(failure) = &outcome.result {
        message::error(&format!("`{}` cannot be explained: {}", outcome.path.display(), failure.message));
        return Ok(ExitStatus::Failed);
    }
    if let Some(picture) = picture.take() {
        let spectrum = evidence.as_ref().and_then(|evidence| evidence.spectrum.as_deref());
        picture.write(&Plot { outcome: &outcome, findings: &findings, spectrum })?;
    }
    Ok(ExitStatus::Clean)
}

/// A picture to be: its file is opened, and its name found to be that of a picture, before the work begins.
struct Picture {
    format: PlotFormat,
    output: Output,
}

impl Picture {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let format = PlotFormat::of(path).with_context(|| format!("--plot cannot write `{}`", path.display()))?;
        Ok(Self { format, output: Output::open_as(path, "--plot")? })
    }

    fn write(mut self, plot: &Plot) -> anyhow::Result<()> {
        let bytes = plot.draw(self.format).context("there is too little memory for the picture; try one in .svg")?;
        let mut sink = self.output.sink();
        sink.write_all(&bytes)?;
        sink.flush()?;
        drop(sink);
        self.output.commit()
    }
}

fn print(explanation: &Explanation, format: ExplainFormat) -> io::Result<()> {
    let stdout = io::stdout();
    let style = Style { colour: terminal::colour(&stdout), width: terminal::width(), verbose: true };
    let mut out = io::BufWriter::new(stdout.lock());
    match format {
        ExplainFormat::Text if explanation.outcome.result.is_err() => {}
        ExplainFormat::Text => explanation.write_text(&mut out, style)?,
        ExplainFormat::Json => explanation.write_json(&mut out, &Versions::current())?,
    }
    out.flush()
}
