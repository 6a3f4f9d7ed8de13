//! The other side of [`crate::Isolation::Process`]: a process of its own that assesses one file at a time.
//!
//! It is started by a run and speaks [`protocol`] over its standard streams. Before it looks at any file it gives
//! up what it does not need ([`sandbox`]); whatever a hostile file then does to it costs that file and no other.

pub(crate) mod protocol;
pub(crate) mod sandbox;
mod serve;

pub use serve::{WorkerError, serve};
