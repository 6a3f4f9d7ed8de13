//! The bitrate of an older MP3 generation, from how much coarser its quantiser was than the stream's own.
//!
//! A line costs one bit less for every doubling of its rounding interval (rate–distortion at high resolution). So
//! `R_older = R_stream − N · mean log2(σ_older / σ_stream)`, where N is the number of lines a second that the stream
//! codes as other than zero. Both deviations are of the same lines, so stereo modes and scalefactors cancel.

use bitrater_media::layer3::BandTable;
use bitrater_signal::lattice::Fitter;
use bitrater_signal::mp3::lattice::{BANK_GAIN, LARGEST_OF_BAND, fitter};
use bitrater_signal::mp3::{
    Block, GRANULE_SPAN, Hybrid, LANES, LINES, LINES_PER_SUBBAND, Lane, Polyphase, SUBBANDS, Subbands, WINDOW_LEN,
};
use bitrater_signal::simd::{Kernel, dispatch};

use super::granules::{MARGIN, Place, loudest};
use super::lattice::signals_of;
use super::noise::Noise;
use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;

/// Granules that are read.
const MOST_GRANULES: usize = 150;

/// Scalefactor bands that are fitted, 0 to 13 kHz at 44.1 kHz.
const BANDS: usize = 20;

/// A fit counts from this score on. A score is a standard normal variable before the best of many steps is chosen.
const SURE: f32 = 4.0;

/// Fewest fitted bands for an estimate.
const FEWEST: usize = 60;

/// How much coarser the older quantiser was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OlderRate {
    /// Mean of log2(σ older / σ stream) over the lines of the fitted bands: bits a line that the older encode had
    /// less than the stream has.
    pub coarser_bits: f64,
    /// Lines per granule, all channels together, that the stream codes as other than zero.
    pub active_lines: f64,
    /// Bands whose fit counted.
    pub bands: usize,
}

impl OlderRate {
    /// Bitrate in kbps of the older generation under a stream of `stream_kbps`.
    #[must_use]
    pub fn kbps(&self, stream_kbps: f64, sample_rate: u32) -> f64 {
        let granules = f64::from(sample_rate) / PERIOD as f64;
        stream_kbps - self.active_lines * granules * self.coarser_bits / 1000.0
    }
}

/// Reads the older generation at `phase` of an MP3 stream; none if too little of it fits.
pub fn read(spans: &[Span], places: &[Place], table: &'static BandTable, phase: u32) -> Option<OlderRate> {
    let mut reader = Reader {
        edges: &table.long,
        hybrid: Hybrid::new(Block::Long),
        fitter: fitter(LARGEST_OF_BAND),
        subbands: Subbands::default(),
        lines: Box::new([[0.0; LANES]; LINES]),
    };
    let polyphase = Polyphase::new();
    let column = (phase as usize + TRIMMED_COLUMN) % PERIOD + MARGIN;
    let (mut difference, mut weight, mut bands) = (0.0, 0.0, 0);
    let (mut active, mut granules) = (0.0, 0.0);
    for (n, &place) in loudest(places, MOST_GRANULES).iter().enumerate() {
        let Some(Some(coded)) = spans[place.span].coded.get(place.offset / PERIOD + 1) else { continue };
        granules += 1.0;
        active += coded.channels.iter().flat_map(|channel| channel.quantised).filter(|&n| n != 0).count() as f64;
        for (signal, samples) in signals_of(place, spans, n) {
            let Some(sigma) = Noise::Coded.sigma(spans, place, signal) else { continue };
            let samples = &samples[column..column + GRANULE_SPAN + LANES + WINDOW_LEN];
            polyphase.analyse_slots(samples, SUBBANDS, &mut reader.subbands);
            for (band, &stream) in sigma.iter().enumerate().take(BANDS) {
                if let Some(older) = dispatch(Deviation { reader: &mut reader, band, sigma: stream }) {
                    let lines = f64::from(table.long[band + 1] - table.long[band]);
                    difference += lines * f64::from((older / stream).log2());
                    weight += lines;
                    bands += 1;
                }
            }
        }
    }
    (bands >= FEWEST).then(|| OlderRate { coarser_bits: difference / weight, active_lines: active / granules, bands })
}

struct Reader {
    /// Edges of the scalefactor bands in lines.
    edges: &'static [u16],
    hybrid: Hybrid,
    fitter: Fitter,
    subbands: Subbands,
    lines: Box<[Lane; LINES]>,
}

/// Deviation of the rounding by the lattice of one band in lane 0; none if no step fits clearly.
struct Deviation<'a> {
    reader: &'a mut Reader,
    band: usize,
    sigma: f32,
}

impl Kernel for Deviation<'_> {
    type Output = Option<f32>;

    #[inline(always)]
    fn run(self) -> Option<f32> {
        let Reader { edges, hybrid, fitter, subbands, lines } = self.reader;
        let edge = |band: usize| usize::from(edges[band]);
        if self.band == 0 {
            hybrid.lines(subbands, 0, (edge(BANDS).div_ceil(LINES_PER_SUBBAND) + 1).min(SUBBANDS), lines);
        }
        let band = &lines[edge(self.band)..edge(self.band + 1)];
        let fit = fitter.fit(band, self.sigma);
        if fit.score[0] < SURE {
            return None;
        }
        let step = (0.25 * (fit.exponent[0] as f32 + BANK_GAIN)).exp2();
        let square = band.iter().map(|line| {
            let n = (line[0].abs() / step).powf(0.75).round();
            let interval = if n < 1.0 { 1.0 } else { (n + 0.5).powf(4.0 / 3.0) - (n - 0.5).powf(4.0 / 3.0) };
            interval * interval / 12.0
        });
        Some(step * (square.sum::<f32>() / band.len() as f32).sqrt())
    }
}
