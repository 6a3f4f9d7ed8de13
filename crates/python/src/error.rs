//! Exceptions: each kind of failure is one, so that callers can tell them apart without reading messages.

use std::any::Any;
use std::path::Path;

use bitrater_engine::{AssessError, FailureKind};
use pyo3::exceptions::{PyException, PyFileNotFoundError, PyOSError};
use pyo3::prelude::*;

pyo3::create_exception!(
    bitrater,
    BitraterError,
    PyException,
    "A file that cannot be analysed, or a run that cannot be made. What is the matter with a file is in `reason`, too."
);
pyo3::create_exception!(bitrater, DecodeError, BitraterError, "Damaged, too short, or beyond a limit of the decoder.");
pyo3::create_exception!(bitrater, UnsupportedFormat, BitraterError, "Not an audio file that can be decoded here.");
pyo3::create_exception!(bitrater, ModelError, BitraterError, "A model that cannot be read, trained or used.");

/// What the operating system calls a missing file (`ENOENT`; the number is the same everywhere).
const NO_SUCH_FILE: i32 = 2;

/// The exception for a file that has no assessment.
pub(crate) fn exception(py: Python<'_>, path: &Path, error: &AssessError) -> PyErr {
    if let Some(io) = error.io() {
        // With a number, Python itself picks the right subclass, such as PermissionError.
        return match io.raw_os_error() {
            Some(number) => PyOSError::new_err((number, error.to_string(), path.as_os_str().to_owned())),
            None => PyOSError::new_err(format!("{}: {error}", path.display())),
        };
    }
    let reason = error.to_string();
    match error.kind() {
        FailureKind::NotFound => PyFileNotFoundError::new_err((NO_SUCH_FILE, reason, path.as_os_str().to_owned())),
        FailureKind::Unsupported => explained(py, path, reason, UnsupportedFormat::new_err),
        FailureKind::Decode | FailureKind::TooShort | FailureKind::Limit => {
            explained(py, path, reason, DecodeError::new_err)
        }
        FailureKind::Io | FailureKind::Timeout | FailureKind::Memory | FailureKind::Crash => {
            explained(py, path, reason, BitraterError::new_err)
        }
    }
}

/// The exception for an analysis that panicked.
pub(crate) fn crash(py: Python<'_>, path: &Path, panic: &(dyn Any + Send)) -> PyErr {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let reason =
        format!("the analysis of this file crashed ({}); please report it", text.unwrap_or("for no known reason"));
    explained(py, path, reason, BitraterError::new_err)
}

/// An exception that says which file it is about, and keeps the reason apart.
fn explained(py: Python<'_>, path: &Path, reason: String, new: impl FnOnce(String) -> PyErr) -> PyErr {
    let error = new(format!("{}: {reason}", path.display()));
    match error.value(py).setattr("reason", reason) {
        Ok(()) => error,
        Err(other) => other,
    }
}
