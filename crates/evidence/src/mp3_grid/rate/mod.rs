//! The bitrate of a proven MP3 generation, from the integers that its encoder wrote.
//!
//! At the proven phase the hybrid bank gives back the lines that the encoder quantised; from them its window, stereo mode,
//! steps and integers can be read ([`granule`], [`quantiser`]), and from those the fewest bits that Layer III can
//! write them in ([`bits`]). LAME writes within 0.1 % of that. Padding cannot be seen, so the rate is a lower bound,
//! and where rounding has drowned the steps of most lines, a rough one.

mod bits;
mod granule;
mod noise;
mod quantiser;
#[cfg(test)]
mod tests;

use bitrater_signal::mp3::{Block, GRANULE_NEED, SLOTS, Slot};

use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;
use crate::tally::median;
use granule::{CodedPair, GranuleReader};
use noise::LineNoise;

/// Consecutive granules that are read together: six frames, over which the bit reservoir evens out.
const RUN: usize = 12;

/// Runs that are read, evenly spread.
const MOST_RUNS: usize = 20;

/// Slots of the polyphase bank per granule.
const SLOTS_PER_GRANULE: usize = SLOTS / 2;

/// A granule is read well where at most this share of its non-zero lines is in bands whose step drowns.
const DROWNED: f64 = 0.1;

/// What the integers of a generation say of its rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GenerationRate {
    /// Phase of the generation's granules.
    pub phase: u32,
    /// Granules that were asked.
    pub granules: usize,
    /// Share of them that were read well, 0 to 1.
    pub read: f64,
    /// Kilobits per second, header and side information included, padding not: the mean of the granules that were
    /// read well, or of all where those are too few.
    pub kbps: f64,
    /// The same at the median of the runs.
    pub median: f64,
    /// Relative standard deviation of the rate of whole runs (12 granules).
    pub spread: f64,
    /// Highest rate of a run over the mean.
    pub peak: f64,
    /// Share of granules in mid/side stereo, 0 to 1.
    pub mid_side: f64,
    /// Share of granules in short blocks, 0 to 1.
    pub short: f64,
    /// Share of bands with non-zero lines that were amplified, 0 to 1.
    pub amplified: f64,
}

/// Reads the generation whose granules begin at `phase`.
///
/// `rounding` is the variance per sample that rounding left; none under an MP3 stream, which knows its own noise.
pub(crate) fn read(spans: &[Span], sample_rate: u32, phase: u32, rounding: Option<f64>) -> Option<GenerationRate> {
    let runs = runs(spans, phase);
    let mut reader = GranuleReader::new(sample_rate);
    let mut sums = Sums::default();
    for (span, offset) in runs {
        let span = &spans[span];
        let samples = |plane: &'_ Vec<f32>| plane[offset..offset + NEED].to_vec();
        let slots: Vec<Vec<Slot>> = span.planes.iter().take(2).map(|plane| reader.slots(&samples(plane))).collect();
        let mut before = None;
        let mut run = Vec::with_capacity(RUN);
        for g in 0..RUN {
            let noise = match rounding {
                Some(variance) => LineNoise::rounding(variance),
                None => match LineNoise::of_stream(span, offset + g * PERIOD) {
                    Some(noise) => noise,
                    None => continue,
                },
            };
            let first = g * SLOTS_PER_GRANULE;
            let channels: Vec<&[Slot; SLOTS]> =
                slots.iter().filter_map(|slots| slots[first..first + SLOTS].try_into().ok()).collect();
            let pair = reader.read(&channels, before, &noise);
            before = pair.channels.first().map(|channel| channel.block);
            run.push(sums.add(&pair, &reader));
        }
        sums.end_run(&run);
    }
    sums.rate(spans, sample_rate, phase)
}

/// Samples of a run.
const NEED: usize = GRANULE_NEED + (RUN - 1) * PERIOD;

/// Span and offset of the runs.
fn runs(spans: &[Span], phase: u32) -> Vec<(usize, usize)> {
    let column = (phase as usize + TRIMMED_COLUMN) % PERIOD;
    let mut all = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let start = (span.start % PERIOD as u64) as usize;
        let mut offset = (column + PERIOD - start) % PERIOD;
        while offset + NEED <= span.len() {
            all.push((index, offset));
            offset += RUN * PERIOD;
        }
    }
    let count = all.len().min(MOST_RUNS);
    (0..count).map(|n| all[n * all.len() / count]).collect()
}

/// Bits of a granule, and whether it was read well.
type Granule = (f64, bool);

#[derive(Default)]
struct Sums {
    granules: Vec<Granule>,
    runs: Vec<f64>,
    mid_side: usize,
    short: usize,
    amplified: usize,
    bands: usize,
}

impl Sums {
    fn add(&mut self, pair: &CodedPair, reader: &GranuleReader) -> Granule {
        let bits: u32 = pair.channels.iter().map(|channel| bits::fewest(channel, reader.bands())).sum();
        let read: usize = pair.channels.iter().map(|channel| channel.read).sum();
        let unread: usize = pair.channels.iter().map(|channel| channel.unread).sum();
        let well = unread as f64 <= DROWNED * (read + unread) as f64;
        self.mid_side += usize::from(pair.mid_side);
        self.short += usize::from(pair.channels.first().is_some_and(|channel| channel.block == Block::Short));
        for k in pair.channels.iter().flat_map(|channel| &channel.amplified).flatten() {
            self.bands += 1;
            self.amplified += usize::from(*k > 0);
        }
        self.granules.push((f64::from(bits), well));
        (f64::from(bits), well)
    }

    /// Counts a run of which most granules were read well.
    fn end_run(&mut self, run: &[Granule]) {
        if 2 * run.iter().filter(|(_, well)| *well).count() >= RUN {
            self.runs.push(run.iter().map(|(bits, _)| bits).sum::<f64>() / run.len() as f64);
        }
    }

    fn rate(&self, spans: &[Span], sample_rate: u32, phase: u32) -> Option<GenerationRate> {
        let granules = self.granules.len();
        let well: Vec<f64> = self.granules.iter().filter(|(_, well)| *well).map(|(bits, _)| *bits).collect();
        let all: Vec<f64> = self.granules.iter().map(|(bits, _)| *bits).collect();
        let mean = |bits: &[f64]| bits.iter().sum::<f64>() / bits.len().max(1) as f64;
        let counted = if 5 * well.len() >= granules { &well } else { &all };
        if counted.is_empty() {
            return None;
        }
        let side = side_info_bits(spans.first()?.planes.len(), sample_rate);
        let kbps = |bits: f64| (bits + side) * f64::from(sample_rate) / PERIOD as f64 / 1000.0;
        let rate = mean(counted) + side;
        let rates: Vec<f64> = self.runs.iter().map(|bits| bits + side).collect();
        let middle = mean(&rates);
        let variance = mean(&rates.iter().map(|rate| (rate - middle) * (rate - middle)).collect::<Vec<_>>());
        Some(GenerationRate {
            phase,
            granules,
            read: well.len() as f64 / granules as f64,
            kbps: kbps(rate - side),
            median: kbps(f64::from(median(counted.iter().map(|&bits| bits as f32)))),
            spread: if middle > 0.0 { variance.sqrt() / middle } else { 0.0 },
            peak: rates.iter().copied().fold(0.0, f64::max) / rate,
            mid_side: self.mid_side as f64 / granules as f64,
            short: self.short as f64 / granules as f64,
            amplified: self.amplified as f64 / self.bands.max(1) as f64,
        })
    }
}

/// Bits of header and side information per granule (ISO/IEC 11172-3, 2.4.1.7; 13818-3, 2.4.1.7).
fn side_info_bits(channels: usize, sample_rate: u32) -> f64 {
    match (sample_rate < 32_000, channels) {
        (false, 1) => 84.0,
        (false, _) => 144.0,
        (true, 1) => 104.0,
        (true, _) => 168.0,
    }
}
