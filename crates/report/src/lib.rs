//! One writer per output format: `Outcome → report`, the end of the arrow.
//!
//! Outcomes arrive one by one in input order. `jsonl`, `json` and `csv` write each as it comes; `text` sorts, so
//! it keeps a small row of each until the end. Nothing here knows where outcomes come from or where the
//! bytes go.
//!
//! [`Explanation`] is not a report of many outcomes but all there is to tell of one.
//!
//! # Names that are not text
//! A path may hold any bytes. In every format bytes that are not UTF-8 are written as `U+FFFD`. `text` also escapes
//! what could steer a terminal (see [`sanitize`]); `json` and `jsonl` escape as JSON does; `csv` only quotes
//! (RFC 4180), so a name with a line break spans lines there, inside its quotes.

mod csv;
mod explain;
mod format;
mod group;
mod json;
mod jsonl;
mod line;
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
pub use crate::format::{Format, Sink, Style};
pub use crate::group::Group;
pub use crate::plot::{Plot, PlotFormat, UnknownSuffix};
pub use crate::sanitize::sanitize;
pub use crate::summary::Summary;

/// A report in the making.
pub trait Report {
    /// Takes the next outcome.
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()>;

    /// Ends the report; `summary` counts every outcome of the run, also those that were not shown.
    fn finish(&mut self, summary: &Summary) -> io::Result<()>;
}
