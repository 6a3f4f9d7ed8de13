//! Who has a say besides the rules, as an object that Python can keep.

use std::path::PathBuf;

use bitrater_engine::{Judge, LoadError, Loaded, Versions};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

use crate::error::{BitraterError, ModelError};

/// A model in memory. It stays there until the process ends, so it is read once and kept.
#[pyclass(frozen, module = "bitrater._core")]
pub(crate) struct Model {
    pub(crate) judge: Judge,
}

#[pymethods]
impl Model {
    /// What comes with this build: its model, or the rules alone.
    #[staticmethod]
    fn bundled() -> Self {
        Self { judge: Judge::Bundled }
    }

    /// The rules alone.
    #[staticmethod]
    fn rules() -> Self {
        Self { judge: Judge::Rules }
    }

    /// Reads and checks a model.
    #[allow(clippy::needless_pass_by_value, reason = "an argument of Python is converted to a value")]
    #[staticmethod]
    fn load(path: PathBuf) -> PyResult<Self> {
        let judge = Judge::load(&path).map_err(|error| match error {
            LoadError::Io { path, source } => match source.raw_os_error() {
                Some(number) => PyOSError::new_err((number, source.to_string(), path.into_os_string())),
                None => PyOSError::new_err(format!("{}: {source}", path.display())),
            },
            LoadError::Model { .. } => ModelError::new_err(error.to_string()),
        })?;
        Ok(Self { judge })
    }

    /// Checks a model that was just made.
    #[staticmethod]
    fn from_bytes(bytes: &[u8]) -> PyResult<Self> {
        let model =
            bitrater_engine::Model::from_bytes(bytes).map_err(|error| ModelError::new_err(error.to_string()))?;
        Ok(Self { judge: Judge::Loaded(Box::leak(Box::new(Loaded { path: PathBuf::new(), model }))) })
    }

    /// What reports call the model; None where the rules alone decide.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.judge.model().map(|model| model.name.as_str())
    }

    /// Versions of what decides with it, as a JSON object.
    fn versions(&self) -> PyResult<Vec<u8>> {
        serde_json::to_vec(&Versions::of(self.judge)).map_err(|e| BitraterError::new_err(e.to_string()))
    }
}
