//! One file: its assessment, or what it states of itself. Both come as JSON, in the words of the command line.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use bitrater_engine::{AssessError, Judge, Policy};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Serialize;

use crate::error;
use crate::model::Model;

/// The assessment of a file as a JSON object, with the fields of a result of the command line from `container` on.
///
/// `threads` is the most compute threads that it may use. One file takes one, whatever is allowed.
#[pyfunction]
#[pyo3(signature = (path, *, min_confidence = 0.0, threads = 1, model = None))]
pub(crate) fn analyze(
    py: Python<'_>,
    path: PathBuf,
    min_confidence: f64,
    threads: usize,
    model: Option<&Bound<'_, Model>>,
) -> PyResult<Vec<u8>> {
    if threads == 0 {
        return Err(PyValueError::new_err("threads must be 1 or more"));
    }
    if !(0.0..=1.0).contains(&min_confidence) {
        return Err(PyValueError::new_err(format!(
            "min_confidence is a probability from 0 to 1, not {min_confidence}"
        )));
    }
    let policy = Policy { min_confidence, judge: model.map_or(Judge::Bundled, |model| model.get().judge) };
    detached(py, path, |path| bitrater_engine::assess(path, &policy))
}

/// What a file states of itself, as a JSON object; the file is decoded to its end.
#[pyfunction]
pub(crate) fn probe(py: Python<'_>, path: PathBuf) -> PyResult<Vec<u8>> {
    detached(py, path, bitrater_engine::probe)
}

/// Runs `call` without the interpreter's lock and gives its value as JSON.
fn detached<T: Serialize + Send>(
    py: Python<'_>,
    path: PathBuf,
    call: impl FnOnce(&Path) -> Result<T, AssessError> + Send,
) -> PyResult<Vec<u8>> {
    let (path, done) = py.detach(move || {
        // What panicked is dropped with the closure, so unwinding leaves nothing half-done behind.
        let done = catch_unwind(AssertUnwindSafe(|| call(&path)));
        (path, done)
    });
    let value =
        done.map_err(|panic| error::crash(py, &path, panic.as_ref()))?.map_err(|e| error::exception(py, &path, &e))?;
    serde_json::to_vec(&value).map_err(|e| error::BitraterError::new_err(e.to_string()))
}
