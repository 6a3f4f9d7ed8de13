//! The WAV files between the steps.

use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use super::CorpusError;

/// Shape of a WAV file that holds `bits` (16 or 24) a sample.
pub fn spec(channels: u16, sample_rate: u32, bits: u16) -> WavSpec {
    WavSpec { channels, sample_rate, bits_per_sample: bits, sample_format: SampleFormat::Int }
}

/// A writer that makes the file.
pub fn create(path: &Path, spec: WavSpec) -> Result<WavWriter<std::io::BufWriter<std::fs::File>>, CorpusError> {
    Ok(WavWriter::create(path, spec)?)
}

/// A reader of integer samples.
pub fn open(path: &Path) -> Result<WavReader<std::io::BufReader<std::fs::File>>, CorpusError> {
    Ok(WavReader::open(path)?)
}

/// Shape and length in seconds of a WAV file.
pub fn shape(path: &Path) -> Result<(WavSpec, f64), CorpusError> {
    let reader = open(path)?;
    let spec = reader.spec();
    Ok((spec, f64::from(reader.duration()) / f64::from(spec.sample_rate.max(1))))
}
