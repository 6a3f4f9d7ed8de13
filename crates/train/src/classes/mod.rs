//! The weights that read the class of an MP3 generation from its integers (`crates/verdict/src/mp3/class/weights.rs`), fitted again.
//!
//! Half of the recordings of a labelled folder fit them, the other half reports how often the committed weights and the fitted ones are right.
//! Committed are those in `data/classes.json`, of which [`Weights::source`] makes that file of the verdict; a test of this crate compares
//! them. [`settle`] takes a fitted score only where it is right more often on the half that it has not seen.
//!
//! Which of the constant rates fits best is no such score: its tolerances were set by hand and are not fitted here.

mod fit;
mod measures;
mod settle;
mod weights;

pub use fit::softmax;
pub use measures::{AnswersError, Reading, Under, read};
pub use settle::{Outcome, Settled, settle};
pub use weights::{Score, Weights};
