//! The program from outside: real files, real pipes, real signals.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what cannot be set up has to stop the test there and then; helpers are not seen as test code"
)]

mod broken;
mod cache;
#[cfg(unix)]
mod endings;
mod explain;
mod formats;
mod inputs;
#[cfg(target_os = "linux")]
mod isolation;
#[cfg(unix)]
mod names;
mod support;
mod verdicts;
