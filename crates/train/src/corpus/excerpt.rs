//! From a source to the WAV file that its chains begin with: the same samples, or the middle of them.

use std::path::Path;

use bitrater_engine::Cancel;
use bitrater_media::Pcm;

use super::{CorpusError, wav};

/// Decodes `source` to `target`, at its own rate and channels, at 16 bits if that holds it and 24 otherwise; only the
/// `seconds` in its middle if given.
pub fn cut(source: &Path, target: &Path, seconds: Option<f64>, cancel: &Cancel) -> Result<(), CorpusError> {
    let mut media = bitrater_media::open(source)?;
    let facts = media.facts();
    let rate = f64::from(facts.sample_rate);
    let bits = if facts.bit_depth.is_some_and(|depth| depth <= 16) { 16 } else { 24 };
    let wanted = seconds.map_or(u64::MAX, |seconds| (seconds * rate) as u64);
    let mut skip = seconds.map_or(0, |seconds| (0.5 * (facts.duration - seconds).max(0.0) * rate) as u64);
    let mut left = wanted;
    let mut writer = wav::create(target, wav::spec(facts.channels, facts.sample_rate, bits))?;
    while left > 0 {
        let Some(block) = media.next_block()? else { break };
        if cancel.is_cancelled() {
            return Err(CorpusError::Cancelled);
        }
        let frames = block.frames() as u64;
        let first = skip.min(frames);
        let last = first + (frames - first).min(left);
        skip -= first;
        left -= last - first;
        for frame in first as usize..last as usize {
            for channel in 0..block.channels() {
                writer.write_sample(sample(block, channel, frame, bits.into()))?;
            }
        }
    }
    Ok(writer.finalize()?)
}

/// One sample at `bits` bits.
fn sample(block: &Pcm, channel: usize, frame: usize, bits: u32) -> i32 {
    match block {
        Pcm::Int { bits: own, planes } if *own <= bits => planes[channel][frame] << (bits - own),
        Pcm::Int { bits: own, planes } => planes[channel][frame] >> (own - bits),
        Pcm::Float { planes } => {
            let full = f64::from(1_i32 << (bits - 1));
            (f64::from(planes[channel][frame]) * full).round().clamp(-full, full - 1.0) as i32
        }
    }
}

#[cfg(test)]
mod tests {
    use bitrater_testkit::{Lab, music};

    use super::*;

    #[test]
    fn the_middle_of_a_source_is_cut_out_to_the_sample() {
        let lab = Lab::new();
        let piece = music(44_100, 2.0, 3);
        for bits in [16, 24] {
            let source = lab.wav("piece", &piece, bits);
            let target = lab.path("cut.wav");
            cut(&source, &target, Some(0.5), &Cancel::default()).unwrap();
            let samples: Vec<i32> = wav::open(&target).unwrap().samples().map(Result::unwrap).collect();
            let planes = piece.to_int(bits);
            let from = (0.75 * 44_100.0) as usize;
            let expected: Vec<i32> = (from..from + 22_050).flat_map(|i| [planes[0][i], planes[1][i]]).collect();
            assert_eq!(samples, expected);
            cut(&source, &target, None, &Cancel::default()).unwrap();
            assert_eq!(wav::shape(&target).unwrap(), (wav::spec(2, 44_100, bits as u16), 2.0));
        }
    }
}
