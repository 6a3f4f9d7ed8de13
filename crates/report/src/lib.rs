//! One writer per output format: `Outcome → report`, the end of the arrow.
//!
//! Outcomes arrive one by one in input order. `jsonl`, `json`, `csv` and `paths` write each as it comes; `text` sorts, so
//! it keeps a small row of each until the end. Nothing here knows where outcomes come from or where the
//! bytes go.
//!
//! [`Explanation`] is not a report of many outcomes but all there is to tell of one.
//!
//! # Names that are not text
//! A path may hold any bytes. Where a format holds text only, bytes that are not UTF-8 are written as `U+FFFD`, and in
//! the formats for programs `path_bytes` has the whole path in base64 beside it; `paths` writes the bytes themselves.
//! `text` also escapes what could steer a terminal (see [`sanitize`]); `json` and `jsonl` escape as JSON does; `csv`
//! only quotes (RFC 4180), so a name with a line break spans lines there, inside its quotes.

mod base64;
mod csv;
mod explain;
mod folder_table;
mod folders;
mod format;
mod group;
mod json;
mod jsonl;
mod line;
mod look;
mod name;
mod paths;
mod plot;
mod sanitize;
mod summary;
mod table;
mod text;

#[cfg(test)]
mod samples;

use std::io;

use bitrater_verdict::Outcome;

pub use crate::explain::Explanation;
pub use crate::folders::Folders;
pub use crate::format::{Format, Sink, Style};
pub use crate::group::Group;
pub use crate::plot::{Plot, PlotFormat, UnknownSuffix};
pub use crate::sanitize::sanitize;
pub use crate::summary::{Counts, PassedOver, Summary};

/// A report in the making.
pub trait Report {
    /// Takes the next outcome.
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()>;

    /// Ends the report; `summary` counts every outcome of the run, also those that were not shown.
    fn finish(&mut self, summary: &Summary) -> io::Result<()>;
}

/// What was odd about a file; of one that could not be analysed, nothing: its error says all.
#[must_use]
pub fn warnings(outcome: &Outcome) -> &[String] {
    outcome.result.as_ref().map_or(&[], |assessment| &assessment.warnings)
}
