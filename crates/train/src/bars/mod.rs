//! What the searches show in honest files, by which the bars of [`bitrater_evidence::bars`] are set.
//!
//! [`measure`] makes a small extract of answers, which is committed in `data/bars.json`; [`table`] writes it as the table of
//! decision 0007. Half of the recordings sets the bars, the other half reports how they hold. A test of this crate compares the extract with the
//! bars, and fails where a bar is contradicted and not [known](contradictions) to be.
//!
//! `cargo run -p bitrater-train --example bars` is the command.

mod answers;
pub mod contradictions;
mod distribution;
mod measured;
mod table;

pub use answers::{Answered, AnswersError, Half, Named, Sounds, read};
pub use distribution::{Distribution, POWERS};
pub use measured::{Group, Measured, Phases, Row, Stream, measure};
pub use table::{TableError, in_document, table};
