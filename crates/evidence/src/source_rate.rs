//! The grids that a file had before its sample rate was raised.
//!
//! A decoded file that was resampled to a higher rate shows no grid there, because a grid has no tolerance. Resampled
//! back to its original rate, it does. This is tried if the spectrum of a lossless file ends below the Nyquist
//! frequency of a common lower rate and nothing is found at the file's own.

use bitrater_media::{Codec, StreamFacts};
use bitrater_signal::resample::Resampler;

use crate::cutoff::Cutoff;
use crate::excerpts::Span;
use crate::mp3_grid::rate::GenerationRate;
use crate::mp3_grid::{self, GridSearch};
use crate::trace::Traces;
use crate::{mp3_rate, others, registry};

/// Rates in Hz that are tried.
const RATES: [u32; 2] = [44_100, 48_000];

/// No resampler passes anything above this share of the Nyquist frequency.
const NYQUIST: f64 = 1.005;

/// Error power of the filters relative to the samples: −90 dB.
const LEFT: f64 = 1e-9;

/// What was found at another rate.
pub struct Restored {
    /// That rate in Hz.
    pub rate: u32,
    /// MP3 grids there.
    pub grid: Option<GridSearch>,
    /// The rate of the clearest MP3 generation.
    pub mp3_rate: Option<GenerationRate>,
    /// What the other searches found.
    pub traces: Traces,
}

/// Resamples the excerpts to each possible lower rate until something is found. `noise` is the variance per sample that
/// the file's rounding left.
pub fn search(spans: &[Span], stream: &StreamFacts, edge: Option<&Cutoff>, noise: f64) -> Option<Restored> {
    lower_rates(stream.sample_rate, edge?.frequency).find_map(|rate| {
        let restored = restore(spans, stream.sample_rate, rate);
        // The decode may have been rounded both before and after it was resampled.
        let noise = 2.0 * noise + LEFT * power(&restored);
        let grid = mp3_grid::search(&restored, rate, stream.codec, noise);
        let stream = StreamFacts { sample_rate: rate, ..stream.clone() };
        let sure = grid.as_ref().is_some_and(GridSearch::beyond_doubt);
        let traces = if sure { Traces::new() } else { others::search(&restored, &stream, noise, &mut |_| {}) };
        is_strong(grid.as_ref(), &traces, stream.codec).then(|| {
            let mp3_rate = mp3_rate::search(&restored, grid.as_ref(), None, &stream, noise);
            Restored { rate, grid, mp3_rate, traces }
        })
    })
}

/// Whether something was found that can prove a generation.
pub fn is_strong(grid: Option<&GridSearch>, traces: &Traces, codec: Codec) -> bool {
    let mp3 = grid.is_some_and(|grid| grid.foreign(codec).any(|(_, times)| times >= 1.0));
    mp3 || registry::searches()
        .filter_map(|(_, search)| Some((search, traces.get(search.name)?)))
        .any(|(search, trace)| trace.scan.strength() >= search.least())
}

/// The rates below that of the file whose band contains a spectrum that ends at `edge` Hz.
fn lower_rates(sample_rate: u32, edge: f64) -> impl Iterator<Item = u32> {
    RATES.into_iter().filter(move |&rate| rate < sample_rate && edge <= 0.5 * NYQUIST * f64::from(rate))
}

/// The excerpts at another rate.
fn restore(spans: &[Span], from: u32, to: u32) -> Vec<Span> {
    let resampler = Resampler::new(from, to);
    spans
        .iter()
        .filter_map(|span| {
            let planes: Vec<(u64, Vec<f32>)> =
                span.planes.iter().map(|plane| resampler.resample(span.start, plane)).collect();
            let start = planes.first()?.0;
            Some(Span { start, planes: planes.into_iter().map(|(_, plane)| plane).collect(), coded: Vec::new() })
        })
        .collect()
}

/// Mean power of a sample.
fn power(spans: &[Span]) -> f64 {
    let samples = || spans.iter().flat_map(|span| &span.planes).flatten();
    samples().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>() / samples().count().max(1) as f64
}

#[cfg(test)]
mod tests {
    use bitrater_testkit::{Lab, Step, music, wav};

    use super::*;

    fn stream(sample_rate: u32) -> StreamFacts {
        StreamFacts { duration: 6.0, ..StreamFacts::fixture(Codec::Flac, sample_rate) }
    }

    /// Music at 44.1 kHz through `history` and brought up to `rate`.
    fn raised(history: &str, rate: u32) -> Vec<Span> {
        let lab = Lab::new();
        let decoded = lab.make(&music(44_100, 6.0, 70), history);
        let signal = wav::read(&lab.step(&decoded, &Step::resampled(rate), "raised"));
        let planes = signal.planes.iter().map(|plane| plane.iter().map(|&x| x as f32).collect()).collect();
        vec![Span { start: 0, planes, coded: Vec::new() }]
    }

    #[test]
    fn a_decode_that_was_brought_up_is_found_at_its_own_rate() {
        let noise = 1.0 / 32_768.0 / 32_768.0 / 12.0;
        let edge = Cutoff { frequency: 16_800.0, drop_db: 40.0, floor_db: -110.0, width: 200.0 };
        for rate in [48_000, 96_000] {
            let spans = raised("mp3_128_wav", rate);
            let own = mp3_grid::search(&spans, rate, Codec::Flac, noise);
            assert!(!is_strong(own.as_ref(), &Traces::new(), Codec::Flac), "{rate}: {own:?}");
            let found = search(&spans, &stream(rate), Some(&edge), noise).unwrap();
            let peak = found.grid.unwrap().holes.peaks[0];
            assert!(found.rate == 44_100 && peak.phase == 0 && peak.strength > 15.0, "{rate}: {peak:?}");
            let kbps = found.mp3_rate.unwrap().kbps;
            assert!((kbps - 128.0).abs() < 16.0, "{rate}: {kbps}");
        }
        let genuine = raised("lossless_gain", 48_000);
        assert!(search(&genuine, &stream(48_000), Some(&edge), noise).is_none());
        assert!(search(&genuine, &stream(48_000), None, noise).is_none(), "a spectrum without an end");
    }

    #[test]
    fn only_rates_whose_band_holds_the_spectrum_are_tried() {
        let rates = |rate, edge| lower_rates(rate, edge).collect::<Vec<_>>();
        assert_eq!(rates(48_000, 20_500.0), [44_100]);
        assert_eq!(rates(48_000, 22_800.0), Vec::<u32>::new());
        assert_eq!(rates(96_000, 16_000.0), [44_100, 48_000]);
        assert_eq!(rates(96_000, 23_500.0), [48_000]);
        assert_eq!(rates(44_100, 16_000.0), Vec::<u32>::new());
    }
}
