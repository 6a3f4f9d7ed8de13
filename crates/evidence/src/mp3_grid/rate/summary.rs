//! What the granules of a generation show together.

use bitrater_media::layer3::BandTable;
use bitrater_signal::mp3::Block;

use super::bits;
use super::granule::CodedPair;
use super::quantiser::Quantised;
use crate::mp3_grid::PERIOD;

/// A granule is read well if at most this share of its non-zero lines is in bands whose step is below the noise.
const MASKED: f64 = 0.1;

/// From this share on, only the granules that were read well count.
const ENOUGH: f64 = 0.2;

/// Bits that an encoder can save for later in the reservoir: 511 bytes (ISO/IEC 11172-3, 2.4.2.7, `main_data_begin`).
const RESERVOIR: f64 = 511.0 * 8.0;

/// What the integers of a generation show of its rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GenerationRate {
    /// Phase of the generation's granules.
    pub phase: u32,
    /// Granules that were read.
    pub granules: usize,
    /// Share of them that were read well, 0 to 1.
    pub read: f64,
    /// Kilobits per second, header and side information included, padding not: the mean of the granules that were
    /// read well, or of all where those are too few.
    pub kbps: f64,
    /// The rate that a quarter of the runs (up to 38 granules) reach: a constant rate shows here where pauses left
    /// padding in other places.
    pub upper: f64,
    /// Standard deviation of the bits of whole runs, in bit reservoirs: about half a reservoir at a constant rate, more
    /// where the rate follows the music.
    pub swing: f64,
    /// Share of bands with non-zero lines that were amplified, 0 to 1: encoders that shape noise to a mask in each band
    /// on its own amplify most.
    pub amplified: f64,
    /// Mean over bands with non-zero lines of log2 of the root mean square of their integers: how finely the quantiser
    /// resolved what it kept.
    pub fineness: f64,
    /// Share of granules in mid/side stereo, 0 to 1.
    pub mid_side: f64,
    /// Share of granules in short blocks, 0 to 1.
    pub short: f64,
}

/// What is kept of a granule.
#[derive(Debug, Clone, Copy, Default)]
struct Granule {
    bits: f64,
    well: bool,
    mid_side: bool,
    short: bool,
    /// Bands with non-zero lines, and how many of them were amplified.
    bands: f64,
    amplified: f64,
    /// Sum of log2 of the root mean squares of the bands; long blocks only.
    fineness: f64,
}

/// Gathers granules, run by run.
#[derive(Debug, Default)]
pub struct Summary {
    runs: Vec<Vec<Granule>>,
}

impl Summary {
    /// Granules so far.
    pub fn granules(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }

    /// Of these, granules that were read well.
    pub fn well(&self) -> usize {
        self.runs.iter().flatten().filter(|granule| granule.well).count()
    }

    /// Starts a new run.
    pub fn begin_run(&mut self) {
        self.runs.push(Vec::new());
    }

    /// Adds the next granule of the run.
    pub fn add(&mut self, pair: &CodedPair, bands: &BandTable) {
        let sum = |count: &dyn Fn(&Quantised) -> usize| pair.channels.iter().map(count).sum::<usize>() as f64;
        let (read, unread) = (sum(&|channel| channel.read), sum(&|channel| channel.unread));
        let amplified = |least: u8| sum(&|channel| channel.amplified.iter().flatten().filter(|&&k| k >= least).count());
        let granule = Granule {
            bits: sum(&|channel| bits::fewest(channel, bands) as usize),
            well: unread <= MASKED * (read + unread),
            mid_side: pair.mid_side,
            short: pair.channels.first().is_some_and(|channel| channel.block == Block::Short),
            bands: amplified(0),
            amplified: amplified(1),
            fineness: pair.channels.iter().map(|channel| fineness(channel, bands)).sum(),
        };
        if let Some(run) = self.runs.last_mut() {
            run.push(granule);
        }
    }

    /// The statistics; none of no granules.
    pub fn rate(&self, channels: usize, sample_rate: u32, phase: u32) -> Option<GenerationRate> {
        let all: Vec<Granule> = self.runs.iter().flatten().copied().collect();
        if all.is_empty() {
            return None;
        }
        let well: Vec<Granule> = all.iter().copied().filter(|granule| granule.well).collect();
        let read = well.len() as f64 / all.len() as f64;
        let counted = if read >= ENOUGH { &well } else { &all };
        let mean = |value: &dyn Fn(&Granule) -> f64| counted.iter().map(value).sum::<f64>() / counted.len() as f64;
        let long: Vec<&Granule> = counted.iter().filter(|granule| !granule.short).collect();
        let long_bands: f64 = long.iter().map(|granule| granule.bands).sum();
        let kbps = |bits: f64| {
            (bits + side_info_bits(channels, sample_rate)) * f64::from(sample_rate) / PERIOD as f64 / 1000.0
        };
        let (mut rates, swing) = self.runs();
        rates.sort_by(f64::total_cmp);
        Some(GenerationRate {
            phase,
            granules: all.len(),
            read,
            kbps: kbps(mean(&|granule| granule.bits)),
            upper: kbps(rates.get(rates.len() * 3 / 4).copied().unwrap_or(0.0)),
            swing,
            amplified: mean(&|granule| granule.amplified) / mean(&|granule| granule.bands).max(1e-9),
            fineness: long.iter().map(|granule| granule.fineness).sum::<f64>() / long_bands.max(1.0),
            mid_side: mean(&|granule| f64::from(u8::from(granule.mid_side))),
            short: mean(&|granule| f64::from(u8::from(granule.short))),
        })
    }

    /// Mean bits per granule of every run, and the deviation of whole runs in reservoirs. Runs of which less than half
    /// was read well do not count while there are enough others.
    fn runs(&self) -> (Vec<f64>, f64) {
        let is_well = |run: &&Vec<Granule>| 2 * run.iter().filter(|granule| granule.well).count() >= run.len();
        let well: Vec<&Vec<Granule>> = self.runs.iter().filter(|run| !run.is_empty()).filter(is_well).collect();
        let counted: Vec<&Vec<Granule>> =
            if well.len() >= 4 { well } else { self.runs.iter().filter(|run| !run.is_empty()).collect() };
        let totals: Vec<f64> = counted.iter().map(|run| run.iter().map(|granule| granule.bits).sum()).collect();
        let count = totals.len().max(1) as f64;
        let mean = totals.iter().sum::<f64>() / count;
        let variance = totals.iter().map(|total| (total - mean) * (total - mean)).sum::<f64>() / count;
        let rates = totals.iter().zip(&counted).map(|(total, run)| total / run.len() as f64).collect();
        (rates, variance.sqrt() / RESERVOIR)
    }
}

/// Sum of log2 of the root mean squares of the integers of non-zero long bands.
fn fineness(channel: &Quantised, bands: &BandTable) -> f64 {
    if channel.block == Block::Short {
        return 0.0;
    }
    let edges = bands.long.windows(2);
    edges
        .map(|edge| {
            let lines = &channel.integers[usize::from(edge[0])..usize::from(edge[1])];
            let energy: f64 = lines.iter().map(|&n| f64::from(n) * f64::from(n)).sum();
            if energy > 0.0 { 0.5 * (energy / lines.len() as f64).log2() } else { 0.0 }
        })
        .sum()
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
