//! Makes a labelled corpus: every chain over every recording, in parallel, so that it can be interrupted at any time.
//!
//! A [`Plan`] is everything that can be known before the first encoder runs: the sources, the chains that the
//! programs on this machine can make, what is there already, and the space that the rest needs. Running it gives each
//! recording to one worker. A file is made under another name and renamed when it is whole; its row goes to a log at
//! once, and the log becomes the manifest at the end, so a killed run loses the files in work and nothing else.

mod error;
mod excerpt;
mod plan;
mod programs;
mod run;
mod space;
mod steps;
mod treat;
mod wav;

pub use error::CorpusError;
pub use plan::{CorpusOptions, Plan};
pub use run::{Event, Summary};
