//! What is no file: the command line, the versions of this build, and the size of the machine.

use std::ffi::OsString;

use bitrater_engine::{Budget, CATALOGUE, Versions};
use pyo3::prelude::*;

/// Runs the command line with these arguments, the first of which is the program's name, and gives its exit status.
///
/// `again` is the command line that leads here once more: the program starts its workers with it.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, args: Vec<OsString>, again: Vec<OsString>) -> u8 {
    py.detach(move || bitrater::run_hosted(args, &again).code())
}

/// CPUs that this process may use, as affinity and cgroups allow.
#[pyfunction]
pub(crate) fn cpus() -> usize {
    Budget::new(None).cpus()
}

/// Versions of engine, evidence catalogue and model, as a JSON object.
#[pyfunction]
pub(crate) fn versions() -> PyResult<Vec<u8>> {
    serde_json::to_vec(&Versions::current()).map_err(|e| crate::error::BitraterError::new_err(e.to_string()))
}

/// Every name that evidence can have, in a fixed order.
#[pyfunction]
pub(crate) fn catalogue() -> Vec<&'static str> {
    CATALOGUE.to_vec()
}
