//! What a caller may demand of the decision.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use bitrater_evidence::SCHEMA_VERSION;

use crate::model::artefact::LARGEST;
use crate::numbers::written;
use crate::{Assessment, Model, ModelError, Reason, Verdict, Versions};

/// What the user may demand of the decision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Policy {
    /// Lowest confidence at which a file is called a transcode, 0 to 1; never below the bars of proof.
    pub min_confidence: f64,
    /// Who decides besides the rules.
    pub judge: Judge,
}

/// Who decides besides the rules.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Judge {
    /// The model of this build, if there is one.
    #[default]
    Bundled,
    /// Nobody.
    Rules,
    /// A model of the user's.
    Loaded(&'static Loaded),
}

/// A model that was read from a file. It is needed until the program ends, so its memory is not freed.
#[derive(Debug, PartialEq)]
pub struct Loaded {
    /// Where it was read from.
    pub path: PathBuf,
    /// The model.
    pub model: Model,
}

/// Why a model's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system refuses to read it.
    #[error("`{}` cannot be read ({source})", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not a model.
    #[error("`{}` {source}", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ModelError,
    },
}

impl Judge {
    /// Reads and checks a model.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let failed = |source| LoadError::Io { path: path.to_path_buf(), source };
        let mut bytes = Vec::new();
        // One byte more than the largest shows that the file is too long.
        File::open(path).map_err(failed)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        let model =
            Model::from_bytes(&bytes).map_err(|source| LoadError::Model { path: path.to_path_buf(), source })?;
        Ok(Self::Loaded(Box::leak(Box::new(Loaded { path: path.to_path_buf(), model }))))
    }

    /// The model, if there is one.
    #[must_use]
    pub fn model(self) -> Option<&'static Model> {
        match self {
            Self::Bundled => Model::bundled(),
            Self::Rules => None,
            Self::Loaded(loaded) => Some(&loaded.model),
        }
    }
}

impl Policy {
    /// The assessment, with a verdict below the demanded confidence withdrawn.
    pub(crate) fn demand(&self, mut assessment: Assessment) -> Assessment {
        if assessment.verdict == Verdict::Transcode && assessment.confidence < self.min_confidence {
            assessment.verdict = Verdict::Inconclusive;
            assessment.reasons.push(Reason::BelowConfidence {
                confidence: written(assessment.confidence, 3),
                least: written(self.min_confidence, 3),
            });
            assessment.settle();
        }
        assessment
    }
}

/// Name of the rules that decide, raised whenever one of them changes an answer.
const RULES: &str = "rules-3";

impl Versions {
    /// The versions of this build.
    #[must_use]
    pub fn current() -> Self {
        Self::of(Judge::default())
    }

    /// The versions of this build with this judge: the rules, and the model if it takes part.
    #[must_use]
    pub fn of(judge: Judge) -> Self {
        let model = judge.model().map_or(RULES.to_owned(), |model| format!("{RULES}+{}", model.name));
        Self { engine: env!("CARGO_PKG_VERSION").into(), evidence: SCHEMA_VERSION, model }
    }
}
