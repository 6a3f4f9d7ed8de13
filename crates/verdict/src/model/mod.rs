//! The fitted model: a second opinion on an assessment that the rules made.
//!
//! ```text
//! rules → Assessment (with its evidence) → Model → Assessment
//! ```
//! Proof comes first: what the rules prove stays proven, and the model names its class. The model alone proves nothing.
//! If it finds a lossy past more likely than not in a file without a proof, the verdict is inconclusive.
//!
//! A model is an ensemble of boosted trees for each kind of stream ([`Head`]), kept in one file ([`artefact`]). This
//! module evaluates and checks; what fits models lives elsewhere, and nothing here depends on it.

pub mod artefact;
mod combine;
pub mod features;
mod head;
mod tree;

use std::fmt;
use std::sync::LazyLock;

use bitrater_evidence::Codec;

pub use artefact::ModelError;
pub use head::{ClassName, Head, Prediction, softmax};
pub use tree::{Node, Tree};

/// The file of the bundled model, as `scripts/train_model.sh` makes it in `models/`.
const BUNDLED: Option<&[u8]> = Some(include_bytes!("../../../../models/trees-2026.11/model"));

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What reports call it.
    pub name: String,
    /// Trees for lossless streams, and for MP3 streams.
    pub heads: [Option<Head>; 2],
}

/// Streams that a model applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Lossless ones: is there a lossy generation?
    Lossless,
    /// MP3: is there an older and weaker generation?
    Mp3,
}

impl Kind {
    /// Both, in the order of [`Model::heads`].
    pub const ALL: [Self; 2] = [Self::Lossless, Self::Mp3];

    /// The kind of a stream; none of codecs that no model knows.
    #[must_use]
    pub fn of(codec: Codec) -> Option<Self> {
        match codec {
            Codec::Mp3 => Some(Self::Mp3),
            codec if codec.is_lossless() => Some(Self::Lossless),
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lossless => "lossless streams",
            Self::Mp3 => "MP3 streams",
        })
    }
}

impl Model {
    /// The model of this build. Without one the rules decide alone.
    #[must_use]
    pub fn bundled() -> Option<&'static Self> {
        static MODEL: LazyLock<Option<Model>> = LazyLock::new(|| Model::from_bytes(BUNDLED?).ok());
        MODEL.as_ref()
    }

    /// The trees for a stream of this codec.
    #[must_use]
    pub fn head(&self, codec: Codec) -> Option<&Head> {
        self.heads[Kind::of(codec)? as usize].as_ref()
    }
}

#[cfg(test)]
pub(crate) mod tests;
