//! Makes labelled corpora of files with known histories, measures answers against them, and fits the model. It stands beside the arrow: it prepares what a judgement of
//! the arrow needs, and no analysis depends on it.
//!
//! ```text
//! lossless files → Plan (chains, programs, space) → encoders → files + manifest.jsonl
//! labelled folder → Items → engine → Judged → Evaluation
//!                                         Judged → fit → Model
//! answers of honest files → bars: what searches show where there is nothing to find
//! answers of a labelled folder → classes: the weights that read the class of an MP3 generation
//! ```
//! The encoders are the programs that people use (`lame`, `ffmpeg`, `oggenc`, `opusenc`), never parts of this program.

pub mod bars;
pub mod chain;
pub mod classes;
pub mod corpus;
pub mod dataset;
pub mod evaluate;
pub mod fit;
mod judge;
pub mod manifest;
mod rng;

pub use chain::{Chain, ChainError};
pub use corpus::{CorpusError, CorpusOptions, Event, Plan, Summary};
pub use dataset::{DatasetError, Item};
pub use evaluate::Evaluation;
pub use judge::{Judged, Judgement, judge};
pub use manifest::{Label, ManifestError, Row};
