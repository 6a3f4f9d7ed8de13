//! `bitrater._core`: the engine and the command line for Python. Beside the arrow's end: arguments are converted, the
//! engine is called without the interpreter's lock, errors become exceptions. What users see is `python/bitrater`.
//!
//! Nothing here is kept between calls (no threads, no locks, no caches), so a process may fork at any time and threads may call at once.

mod error;
mod files;
mod model;
mod program;
mod training;

use pyo3::prelude::*;

/// The native half of the package `bitrater`.
#[pymodule(gil_used = false)]
mod _core {
    #[pymodule_export]
    use crate::error::{BitraterError, DecodeError, ModelError, UnsupportedFormat};
    #[pymodule_export]
    use crate::files::{analyze, probe};
    #[pymodule_export]
    use crate::model::Model;
    #[pymodule_export]
    use crate::program::{catalogue, cpus, run};
    #[pymodule_export]
    use crate::training::Dataset;
}
