//! Changes of samples without a codec, from one WAV file to another of the same depth, in one pass.

use std::f64::consts::PI;
use std::path::Path;

use super::{CorpusError, wav};
use crate::chain::Treatment;
use crate::rng::Rng;

/// Taps of the low-pass: at 44.1 kHz its transition is 430 Hz wide, as that of a good converter.
const TAPS: usize = 511;

/// Applies `treatment`; `seed` drives the dither. Resampling is not done here.
pub fn apply(treatment: Treatment, input: &Path, output: &Path, seed: u64) -> Result<(), CorpusError> {
    let mut reader = wav::open(input)?;
    let mut spec = reader.spec();
    let channels = usize::from(spec.channels).max(1);
    let full = f64::from(1_i32 << (spec.bits_per_sample - 1));
    let skip = if let Treatment::Crop(samples) = treatment { samples as usize } else { 0 };
    if treatment == Treatment::Mono {
        spec.channels = 1;
    }
    let mut writer = wav::create(output, spec)?;
    let mut rng = Rng::new(seed, &["dither"]);
    let mut round = |value: f64, dither: bool| {
        let noise = if dither { rng.unit() - rng.unit() } else { 0.0 };
        (value + noise).round().clamp(-full, full - 1.0) as i32
    };
    let mut filters: Vec<Fir> = match treatment {
        Treatment::Lowpass { hz, .. } => vec![Fir::lowpass(f64::from(hz) / f64::from(spec.sample_rate)); channels],
        _ => Vec::new(),
    };
    let mut frame = Vec::with_capacity(channels);
    let mut index = 0;
    let mut put = |frame: &[i32], index: usize, filters: &mut [Fir]| -> Result<(), CorpusError> {
        match treatment {
            Treatment::Gain { tenths, dither } => {
                let factor = 10_f64.powf(f64::from(tenths) / 200.0);
                for &sample in frame {
                    writer.write_sample(round(f64::from(sample) * factor, dither))?;
                }
            }
            Treatment::Lowpass { dither, .. } => {
                for (&sample, filter) in frame.iter().zip(filters) {
                    let value = filter.push(f64::from(sample) as f32);
                    // The first answers belong to samples before the first.
                    if index >= TAPS / 2 {
                        writer.write_sample(round(f64::from(value), dither))?;
                    }
                }
            }
            Treatment::Mono => {
                let mean = frame.iter().map(|&sample| f64::from(sample)).sum::<f64>() / channels as f64;
                writer.write_sample(round(mean, false))?;
            }
            _ => {
                for &sample in frame.iter().filter(|_| index >= skip) {
                    writer.write_sample(sample)?;
                }
            }
        }
        Ok(())
    };
    for sample in reader.samples::<i32>() {
        frame.push(sample?);
        if frame.len() == channels {
            put(&frame, index, &mut filters)?;
            index += 1;
            frame.clear();
        }
    }
    if !filters.is_empty() {
        for after in 0..TAPS / 2 {
            put(&vec![0; channels], index + after, &mut filters)?;
        }
    }
    Ok(writer.finalize()?)
}

/// A filter with finite impulse response, fed sample by sample.
#[derive(Clone)]
struct Fir {
    taps: Vec<f32>,
    /// The last samples twice in a row, so that a window of them is always one slice.
    past: Vec<f32>,
    place: usize,
}

impl Fir {
    /// Windowed-sinc low-pass (Blackman), `corner` as a share of the sample rate; unity gain at 0 Hz.
    fn lowpass(corner: f64) -> Self {
        let corner = corner.min(0.5);
        let taps: Vec<f64> = (0..TAPS)
            .map(|n| {
                let t = n as f64 - (TAPS / 2) as f64;
                let sinc = if t == 0.0 { 2.0 * corner } else { (2.0 * PI * corner * t).sin() / (PI * t) };
                let phase = 2.0 * PI * (n + 1) as f64 / (TAPS + 1) as f64;
                sinc * (0.42 - 0.5 * phase.cos() + 0.08 * (2.0 * phase).cos())
            })
            .collect();
        let sum: f64 = taps.iter().sum();
        Self { taps: taps.iter().map(|tap| (tap / sum) as f32).collect(), past: vec![0.0; 2 * TAPS], place: 0 }
    }

    fn push(&mut self, sample: f32) -> f32 {
        self.past[self.place] = sample;
        self.past[self.place + TAPS] = sample;
        self.place = (self.place + 1) % TAPS;
        let window = &self.past[self.place..self.place + TAPS];
        // Eight sums side by side, which a compiler can keep in one register.
        let mut sums = [0.0_f32; 8];
        for (taps, samples) in self.taps.chunks(8).zip(window.chunks(8)) {
            for ((sum, tap), sample) in sums.iter_mut().zip(taps).zip(samples) {
                *sum += tap * sample;
            }
        }
        sums.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use bitrater_testkit::{Lab, sine, white_noise};

    use super::*;

    /// Samples of one channel after a treatment of a signal at 16 bits.
    fn treated(signal: &bitrater_testkit::Signal, treatment: Treatment) -> Vec<Vec<i32>> {
        let lab = Lab::new();
        let (input, output) = (lab.wav("in", signal, 16), lab.path("out.wav"));
        apply(treatment, &input, &output, 1).unwrap();
        let mut reader = wav::open(&output).unwrap();
        let channels = usize::from(reader.spec().channels);
        let samples: Vec<i32> = reader.samples().map(Result::unwrap).collect();
        (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
    }

    fn rms(samples: &[i32]) -> f64 {
        (samples.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
    }

    #[test]
    fn a_low_pass_keeps_what_is_below_in_place_and_takes_what_is_above() {
        for (hz, share) in [(1000.0, 1.0), (15_500.0, 1.0), (16_500.0, 0.0)] {
            let tone = sine(44_100, 0.5, hz, 0.5);
            let before = &tone.to_int(16)[0];
            let after = &treated(&tone, Treatment::Lowpass { hz: 16_000, dither: false })[0];
            assert_eq!(after.len(), before.len());
            let middle = 2000..20_000;
            let expected: Vec<i32> = before[middle.clone()].iter().map(|&s| (f64::from(s) * share) as i32).collect();
            let difference: Vec<i32> = after[middle].iter().zip(&expected).map(|(a, b)| a - b).collect();
            assert!(rms(&difference) < 0.002 * rms(before), "{hz}: {}", rms(&difference));
        }
    }

    #[test]
    fn gain_crop_and_mono_do_what_they_say() {
        let noise = white_noise(44_100, 0.5, 5);
        let before = noise.to_int(16);
        let half = treated(&noise, Treatment::Gain { tenths: -60, dither: false });
        assert!((rms(&half[0]) / rms(&before[0]) - 10_f64.powf(-0.3)).abs() < 1e-3);
        let dithered = treated(&noise, Treatment::Gain { tenths: -60, dither: true });
        let apart: Vec<i32> = dithered[0].iter().zip(&half[0]).map(|(a, b)| a - b).collect();
        assert!((0.3..0.9).contains(&rms(&apart)), "triangular dither of one step: {}", rms(&apart));
        assert_eq!(treated(&noise, Treatment::Crop(100))[0], before[0][100..]);
        let mono = treated(&noise, Treatment::Mono);
        assert_eq!((mono.len(), mono[0].len()), (1, before[0].len()));
    }
}
