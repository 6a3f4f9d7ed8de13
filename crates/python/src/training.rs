//! Labelled folders. Python has their files judged, wherever that is, and brings the answers back here.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use bitrater_engine::{Assessment, Failure, FailureKind, Versions};
use bitrater_train::fit;
use bitrater_train::{Evaluation, Item, Judged, Judgement, dataset};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::error::{BitraterError, ModelError};
use crate::model::Model;

/// The files of a labelled folder with their truth. What is called an answer is the JSON that `analyze` gives, or None.
#[pyclass(frozen, module = "bitrater._core")]
pub(crate) struct Dataset {
    items: Vec<Item>,
}

#[pymethods]
impl Dataset {
    #[allow(clippy::needless_pass_by_value, reason = "an argument of Python is converted to a value")]
    #[new]
    fn new(folder: PathBuf) -> PyResult<Self> {
        let items = dataset::read(&folder).map_err(|error| BitraterError::new_err(error.to_string()))?;
        Ok(Self { items })
    }

    /// The files, in the order in which the answers have to come.
    fn paths(&self) -> Vec<OsString> {
        self.items.iter().map(|item| item.path.clone().into_os_string()).collect()
    }

    /// A model that is fitted to the answers of the rules, as bytes.
    fn fit(
        &self,
        py: Python<'_>,
        answers: Vec<Option<Vec<u8>>>,
        seed: u64,
        threads: NonZeroUsize,
    ) -> PyResult<Vec<u8>> {
        let judgement = self.judgement(answers)?;
        let files: Vec<&Judged> = judgement.judged.iter().collect();
        let fitted = py.detach(|| fit::fit_unnamed(&files, &fit::Options::new(seed, threads)));
        Ok(fitted.map_err(|error| ModelError::new_err(error.to_string()))?.0.to_bytes())
    }

    /// How right the answers of the rules are when this model has its say, as a JSON document and as text.
    fn evaluate(&self, answers: Vec<Option<Vec<u8>>>, model: &Model) -> PyResult<(String, String)> {
        let mut judgement = self.judgement(answers)?;
        if let Some(model) = model.judge.model() {
            for judged in &mut judgement.judged {
                judged.assessment = model.combine(judged.assessment.clone());
            }
        }
        let name = model.judge.model().map_or("the rules", |model| &model.name);
        figures(&Evaluation::new(name, &judgement), &Versions::of(model.judge))
    }

    /// How right models are on recordings that they were not fitted to: `folds` of them, or one that `test_size` of
    /// the recordings were kept from.
    #[pyo3(signature = (answers, folds, test_size, seed, threads))]
    fn cross_validate(
        &self,
        py: Python<'_>,
        answers: Vec<Option<Vec<u8>>>,
        folds: Option<usize>,
        test_size: Option<f64>,
        seed: u64,
        threads: NonZeroUsize,
    ) -> PyResult<(String, String)> {
        let judgement = self.judgement(answers)?;
        let items: Vec<Item> = judgement.judged.iter().map(|judged| judged.item.clone()).collect();
        // In the words of `bitrater validate`.
        let (fold_of, tested, protocol): (Vec<usize>, Vec<Vec<usize>>, _) = match (folds, test_size) {
            (Some(folds), None) if (2..=50).contains(&folds) => {
                let each = (0..folds).map(|fold| vec![fold]).collect();
                (dataset::folds(&items, folds, seed), each, format!("{folds} folds by recording"))
            }
            (None, Some(share)) if (0.05..=0.95).contains(&share) => {
                let name = format!("{:.0} % of the recordings held out", 100.0 * share);
                (dataset::hold_out(&items, share, seed), vec![vec![0]], name)
            }
            _ => {
                return Err(PyValueError::new_err("either 2 to 50 folds are needed, or a test_size from 0.05 to 0.95"));
            }
        };
        let options = fit::Options::new(seed, threads);
        let judged = py.detach(|| fit::cross_validate(&judgement.judged, &fold_of, &tested, &options, |_| ()));
        let judged = judged.map_err(|error| ModelError::new_err(error.to_string()))?;
        let judgement = Judgement { judged, failed: judgement.failed };
        figures(&Evaluation::new(protocol, &judgement), &Versions::of(bitrater_engine::Judge::Rules))
    }
}

impl Dataset {
    fn judgement(&self, answers: Vec<Option<Vec<u8>>>) -> PyResult<Judgement> {
        if answers.len() != self.items.len() {
            let (got, wanted) = (answers.len(), self.items.len());
            return Err(PyValueError::new_err(format!("{wanted} answers are needed, one a file, and {got} came")));
        }
        let mut judgement = Judgement::default();
        for (item, answer) in self.items.iter().cloned().zip(answers) {
            let Some(json) = answer else {
                // Why is with the caller, who has logged it; here it is only counted.
                let failure = Failure { kind: FailureKind::Io, message: "there is no answer".to_owned() };
                judgement.failed.push((item, failure));
                continue;
            };
            let assessment: Assessment =
                serde_json::from_slice(&json).map_err(|error| PyValueError::new_err(error.to_string()))?;
            judgement.judged.push(Judged { item, assessment });
        }
        Ok(judgement)
    }
}

fn figures(evaluation: &Evaluation, versions: &Versions) -> PyResult<(String, String)> {
    let json = evaluation.to_json(versions).map_err(|error| BitraterError::new_err(error.to_string()))?;
    Ok((json, evaluation.to_string()))
}
