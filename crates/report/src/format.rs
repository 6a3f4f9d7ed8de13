//! The formats by name, and how one is opened.

use std::io::{self, Write};

use anstyle::Style as Ansi;
use bitrater_verdict::Versions;

use crate::Report;
use crate::csv::Csv;
use crate::json::Json;
use crate::jsonl::JsonLines;
use crate::paths::Paths;
use crate::text::Text;

/// Where a report goes.
pub type Sink = Box<dyn Write>;

/// A format of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table for people.
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line, as results arrive.
    JsonLines,
    /// Comma-separated values, for spreadsheets.
    Csv,
    /// The paths alone, for other programs.
    Paths {
        /// Whether a NUL ends each; else a line break does.
        nul: bool,
    },
}

/// What a report for people looks like; the other formats have one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether to colour.
    pub colour: bool,
    /// Columns of the terminal; none shortens nothing, and wraps sentences at 100.
    pub width: Option<usize>,
    /// Whether to show all reasons, in full; else, where there is something to explain, the first in plain words.
    pub verbose: bool,
}

impl Style {
    /// `text` in colours, if there are any.
    pub(crate) fn paint(self, ansi: Ansi, text: &str) -> String {
        if self.colour { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    }
}

impl Format {
    /// Opens a report of this format and writes its head.
    pub fn open(self, out: Sink, style: Style, versions: &Versions) -> io::Result<Box<dyn Report>> {
        Ok(match self {
            Self::Text => Box::new(Text::new(out, style)),
            Self::Json => Box::new(Json::new(out, versions)?),
            Self::JsonLines => Box::new(JsonLines::new(out)),
            Self::Csv => Box::new(Csv::new(out)?),
            Self::Paths { nul } => Box::new(Paths::new(out, nul)),
        })
    }
}
