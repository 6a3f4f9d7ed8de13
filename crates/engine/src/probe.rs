//! The first half of the arrow alone: what a file states of itself.

use std::path::Path;

use bitrater_media::StreamFacts;

use crate::AssessError;

/// What the container and its bitstream claim. The file is decoded to its end, because only then the duration and the
/// bitrates really used are known.
pub fn probe(path: &Path) -> Result<StreamFacts, AssessError> {
    let mut media = bitrater_media::open(path)?;
    while media.next_block()?.is_some() {}
    Ok(media.finish())
}
