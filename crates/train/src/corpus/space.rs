//! What a corpus will take of the disk.

use std::path::Path;

use bitrater_media::StreamFacts;

use super::CorpusError;
use crate::chain::{Action, Chain};

/// Share of the samples' own size that FLAC needs; loud music stays below it.
const FLAC_SHARE: f64 = 0.8;

/// Bytes of a recording as WAV, of `seconds` at most.
pub fn wav_bytes(facts: &StreamFacts, seconds: Option<f64>) -> f64 {
    let length = seconds.map_or(facts.duration, |seconds| seconds.min(facts.duration));
    let depth = if facts.bit_depth.is_some_and(|depth| depth <= 16) { 2.0 } else { 3.0 };
    length * f64::from(facts.sample_rate) * f64::from(facts.channels) * depth
}

/// Bytes of the delivered file of a chain, from a recording of these facts.
pub fn delivered_bytes(chain: &Chain, facts: &StreamFacts, seconds: Option<f64>) -> f64 {
    let wav = wav_bytes(facts, seconds);
    match chain.steps().last().map(|step| step.action) {
        Some(Action::Encode(encode)) => {
            let length = seconds.map_or(facts.duration, |seconds| seconds.min(facts.duration));
            f64::from(encode.nominal()) * 125.0 * length
        }
        // Two thirds as deep again, if 24 bits are kept of what began with 16.
        Some(Action::Lossless { deep: true }) => 1.5 * wav,
        _ => FLAC_SHARE * wav,
    }
}

/// Fails when the disk of `folder` has less than `needed` bytes left.
pub fn check(folder: &Path, needed: f64) -> Result<(), CorpusError> {
    let available = fs4::available_space(folder).map_err(CorpusError::io(folder))? as f64;
    if needed <= available {
        return Ok(());
    }
    Err(CorpusError::Space { needed: people(needed), available: people(available), path: folder.to_path_buf() })
}

/// A number of bytes as people say it.
pub fn people(bytes: f64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let (unit, size) = units.into_iter().find(|&(_, size)| bytes >= size).unwrap_or(("kB", 1e3));
    format!("{:.1} {unit}", bytes / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_too_small_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(folder.path(), 1000.0).is_ok());
        let error = check(folder.path(), 1e18).unwrap_err().to_string();
        assert!(error.contains("needs about 1000000000.0 GB") && error.contains("--seconds"), "{error}");
    }

    #[test]
    fn bytes_are_said_in_their_unit() {
        assert_eq!(people(3.456e9), "3.5 GB");
        assert_eq!(people(12e6), "12.0 MB");
        assert_eq!(people(500.0), "0.5 kB");
    }
}
