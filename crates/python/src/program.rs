//! What is no file: the command line, the versions of this build, and the size of the machine.

use std::ffi::OsString;

use bitrater_engine::Budget;
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

/// Every name that evidence can have, in a fixed order.
#[pyfunction]
pub(crate) fn catalogue() -> Vec<&'static str> {
    bitrater_engine::catalogue()
}
