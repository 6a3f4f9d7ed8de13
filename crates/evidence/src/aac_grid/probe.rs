//! Frame by frame: does it show the grid of a phase that is known, and would it if it had been coded there?
//!
//! As with MP3 (`mp3_grid::probe`), a frame is informative if its lines would have needed more bits than it had in
//! steps too fine to be detected.

use bitrater_signal::aac::lattice::fitter;
use bitrater_signal::aac::{BLOCK, Bank, LINES, Shape, long_bands};
use bitrater_signal::lattice::Fitter;
use bitrater_signal::mp3::{LANES, Lane};
use bitrater_signal::simd::{Kernel, dispatch};

use super::frames::{MARGIN, Place, places};
use super::verify::{BANDS, LARGEST, LEAST_SPREAD};
use super::{CHANCE, NEIGHBOURS, NOISE_GAIN};
use crate::excerpts::Span;
use crate::probe::informative::{ABOVE_RATE, bits, is_steady, is_unclipped, mid_side};
use crate::probe::{Probe, Reading};
use crate::search::Input;
use crate::tally::median;
use crate::trace::{Details, Trace};

/// A frame shows the grid from here on, in deviations of the phases next to it.
const BAR: f32 = 8.0;

/// A rate in kbps that is assumed if none was read.
const UNKNOWN: f64 = 320.0;

/// Reads frames, reusing its buffers.
pub struct GridProbe<'a> {
    spans: &'a [Span],
    places: Vec<Place>,
    bands: &'static [usize],
    shape: Shape,
    bank: Bank,
    fitter: Fitter,
    /// Lines of left, right, mid and side.
    lines: [Vec<Lane>; 4],
    sigma: f32,
    /// Bits that no frame of the generation needed.
    budget: f32,
}

impl<'a> GridProbe<'a> {
    /// A probe for what the search found.
    pub fn new(input: &Input<'a>, trace: &Trace) -> Option<Self> {
        let Details::Aac(shape) = trace.details else { return None };
        let (spans, sample_rate) = (input.spans, input.rate());
        let bands = &long_bands(sample_rate)?[BANDS.start..=BANDS.end];
        let bank = Bank::new(bands[0], bands[bands.len() - 1] - bands[0]);
        let kbps = trace.kbps.map_or(UNKNOWN, |kbps| ABOVE_RATE * kbps);
        let seconds = LINES as f64 / f64::from(sample_rate.max(1));
        Some(Self {
            places: places(spans),
            spans,
            bands,
            shape,
            lines: std::array::from_fn(|_| vec![[0.0; LANES]; bank.count()]),
            bank,
            fitter: fitter(LARGEST),
            sigma: (NOISE_GAIN * input.noise).sqrt() as f32,
            budget: (1000.0 * kbps * seconds) as f32,
        })
    }
}

impl Probe for GridProbe<'_> {
    fn count(&self) -> usize {
        self.places.len()
    }

    fn extent(&self, n: usize) -> (u64, u64) {
        // The mean over the phases.
        let first = self.places[n].position(self.spans) + LINES as u64 / 2;
        (first, first + BLOCK as u64)
    }

    fn loudness(&self, n: usize) -> f32 {
        self.places[n].steadiness()
    }

    fn read(&mut self, n: usize, phase: u32) -> Reading {
        let place = self.places[n];
        let channels = place.channels(self.spans).min(2);
        let positions = NEIGHBOURS.map(|d| (MARGIN as isize + phase as isize + d) as usize);
        let mut is_informative = true;
        for (channel, lines) in self.lines.iter_mut().enumerate().take(channels) {
            let samples = place.samples(self.spans, channel);
            is_informative &= is_unclipped(samples) && is_steady(samples);
            self.bank.anchor(samples, positions);
            self.bank.lines(self.shape, lines);
        }
        let (shows, bits) = dispatch(Look { probe: self, stereo: channels > 1 });
        Reading::new(shows, bits >= self.budget && is_informative)
    }
}

/// Whether the lines show the grid, and the bits that they would need, all channels together, in steps just too fine to
/// be detected.
struct Look<'a, 'b> {
    probe: &'a mut GridProbe<'b>,
    stereo: bool,
}

impl Kernel for Look<'_, '_> {
    type Output = (bool, f32);

    #[inline(always)]
    fn run(self) -> (bool, f32) {
        let GridProbe { fitter, lines, bands, sigma, .. } = self.probe;
        let signals = if self.stereo { 4 } else { 1 };
        let [left, right, mid, side] = lines;
        if self.stereo {
            mid_side([left, right], mid, side);
        }
        let bits = bits([left, right, mid, side], 0, *sigma, self.stereo);
        // No closures here: code that is not inlined would be compiled without the machine's vector instructions.
        let mut shows = false;
        for lines in lines.iter().take(signals) {
            let mut scores = [0.0; LANES];
            for band in bands.windows(2) {
                let fit = fitter.fit(&lines[band[0] - bands[0]..band[1] - bands[0]], *sigma);
                for l in 0..LANES {
                    scores[l] += (fit.score[l] - CHANCE).max(0.0);
                }
            }
            shows = stand_out(&scores) >= BAR;
            if shows {
                break;
            }
        }
        (shows, bits)
    }
}

/// The first lane, which is the phase itself, against the others, in deviations of the others.
fn stand_out(scores: &Lane) -> f32 {
    let others = || scores[1..].iter().copied();
    let middle = median(others());
    let spread = 1.4826 * median(others().map(|score| (score - middle).abs()));
    (scores[0] - middle) / spread.max(LEAST_SPREAD)
}
