//! Takes the decoded blocks of one file and turns them into its evidence.

use bitrater_media::layer3::PackedFrame;
use bitrater_media::{Pcm, StreamFacts};
use bitrater_signal::energy::peak;

use crate::bits::BitUsage;
use crate::excerpts::Excerpts;
use crate::search::Input;
use crate::{
    Evidence, EvidenceSet, Resolution, Traces, catalogue, cutoff, mp3_aligned, mp3_grid, mp3_rate, others, passages,
    source_rate, upsampling,
};

/// Why a file yields no evidence.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvidenceError {
    /// Fewer samples than the shortest extractor needs.
    #[error("only {seconds:.2} s of audio; at least {needed:.2} s are needed to tell anything")]
    TooShort {
        /// Seconds decoded.
        seconds: f64,
        /// Seconds needed.
        needed: f64,
    },
}

/// Shortest audio that is analysed, in seconds.
const SHORTEST: f64 = 0.5;

/// Channels that are searched: the front pair of any layout.
const MOST_CHANNELS: usize = 2;

/// Collects evidence block by block; memory does not grow with the length of the file.
#[derive(Debug)]
pub struct Collector {
    frames: u64,
    peak: f32,
    bits: BitUsage,
    excerpts: Excerpts,
    scaled: Vec<Vec<f32>>,
}

impl Collector {
    /// A collector for a stream of these facts.
    #[must_use]
    pub fn new(facts: &StreamFacts) -> Self {
        let channels = usize::from(facts.channels).clamp(1, MOST_CHANNELS);
        Self {
            frames: 0,
            peak: 0.0,
            bits: BitUsage::default(),
            excerpts: Excerpts::new(channels),
            scaled: vec![Vec::new(); channels],
        }
    }

    /// Takes the next block of samples, and the Layer III frame it was decoded from where there is one.
    pub fn push(&mut self, pcm: &Pcm, frame: Option<&PackedFrame<'_>>) {
        self.frames += pcm.frames() as u64;
        self.bits.add(pcm);
        match pcm {
            Pcm::Int { bits, planes } => {
                let scale = 0.5_f32.powi(*bits as i32 - 1);
                for (scaled, plane) in self.scaled.iter_mut().zip(planes) {
                    scaled.clear();
                    scaled.extend(plane.iter().map(|&sample| sample as f32 * scale));
                }
            }
            Pcm::Float { planes } => {
                for (scaled, plane) in self.scaled.iter_mut().zip(planes) {
                    scaled.clear();
                    // A float file may hold NaN or infinity; no statistic survives those.
                    scaled.extend(plane.iter().map(|&sample| if sample.is_finite() { sample } else { 0.0 }));
                }
            }
        }
        for plane in &self.scaled {
            self.peak = self.peak.max(peak(plane));
        }
        let planes: Vec<&[f32]> = self.scaled.iter().map(Vec::as_slice).collect();
        self.excerpts.push(&planes, frame);
    }

    /// Runs the extractors; `stream` holds the facts as counted at the end of the file.
    pub fn finish(self, stream: StreamFacts) -> Result<EvidenceSet, EvidenceError> {
        self.finish_in_stages(stream, &mut |_| {})
    }

    /// The same, calling `done` with the name of each stage as it ends, to measure its time.
    #[doc(hidden)]
    pub fn finish_in_stages(
        self,
        stream: StreamFacts,
        done: &mut dyn FnMut(&'static str),
    ) -> Result<EvidenceSet, EvidenceError> {
        let seconds = self.frames as f64 / f64::from(stream.sample_rate.max(1));
        if seconds < SHORTEST {
            return Err(EvidenceError::TooShort { seconds, needed: SHORTEST });
        }
        let effective_bits = self.bits.effective();
        let noise = rounding_noise(effective_bits);
        let spans = self.excerpts.into_spans();
        done("excerpts");
        let spectrum = cutoff::spectrum(&spans);
        let edge = spectrum.as_deref().and_then(|db| cutoff::find(db, stream.sample_rate));
        let upsampled_from = upsampling::source_rate(stream.sample_rate, edge.as_ref());
        done("spectrum");
        let grid = mp3_grid::search(&spans, stream.sample_rate, stream.codec, noise);
        done("MP3 grids");
        let sure = grid.as_ref().is_some_and(mp3_grid::GridSearch::beyond_doubt) && stream.codec.is_lossless();
        let traces = if sure { Traces::new() } else { others::search(&spans, &stream, noise, done) };
        let mp3_aligned = mp3_aligned::search(&spans);
        done("MP3 aligned");
        let mp3_rate = mp3_rate::search(&spans, grid.as_ref(), mp3_aligned.as_ref(), &stream, noise);
        done("MP3 rate");
        let restored = (stream.codec.is_lossless() && !source_rate::is_strong(grid.as_ref(), &traces, stream.codec))
            .then(|| source_rate::search(&spans, &stream, edge.as_ref(), noise))
            .flatten();
        let source_rate = restored.as_ref().map(|restored| restored.rate);
        let (grid, mp3_rate, traces) =
            restored.map_or((grid, mp3_rate, traces), |restored| (restored.grid, restored.mp3_rate, restored.traces));
        done("lower sample rates");
        let passages = (stream.codec.is_lossless() && source_rate.is_none())
            .then(|| {
                let input = Input { spans: &spans, stream: &stream, noise };
                passages::search(&input, grid.as_ref(), mp3_rate.as_ref(), &traces)
            })
            .flatten();
        done("passages");
        let mut set = EvidenceSet {
            stream,
            cutoff_hz: edge.map(|edge| edge.frequency.round() as u32),
            cutoff: edge,
            spectrum,
            resolution: Resolution { effective_bits, upsampled_from: source_rate.or(upsampled_from) },
            source_rate,
            peak: self.peak,
            mp3_grid: grid,
            mp3_rate,
            mp3_aligned,
            traces,
            passages,
            items: Vec::new(),
        };
        set.items = list(&set);
        Ok(set)
    }
}

/// Variance per sample that rounding to `bits` leaves (full scale 1): Δ²/12; zero for float streams.
fn rounding_noise(bits: Option<u16>) -> f64 {
    bits.map_or(0.0, |bits| 0.25_f64.powi(i32::from(bits) - 1) / 12.0)
}

/// The flat list of what was measured, in catalogue order.
fn list(set: &EvidenceSet) -> Vec<Evidence> {
    let measured = catalogue::CATALOGUE.iter().filter_map(|item| {
        let (entry, value) = (&item.entry, item.measured(set)?);
        let precision = 10_f64.powi(entry.digits);
        let value = (value * precision).round() / precision;
        Some(Evidence { name: entry.name.into(), value, unit: entry.unit.into() })
    });
    measured.collect()
}
