//! Granule by granule: does it show the grid of a phase that is known, and would it if it had been coded there?
//!
//! An encoder has a budget of bits. If the lines of a granule lie far above the rounding noise, coding them in steps
//! too fine to be detected would take more bits than Layer III has. A grid must then show, and such a granule is
//! *informative*. Quiet, sparse and clipped granules are not informative: without a grid they show nothing either way.

use bitrater_media::layer3::BandTable;
use bitrater_signal::lattice::Fitter;
use bitrater_signal::logarithm::quick_log2;
use bitrater_signal::mp3::lattice::{LARGEST_OF_BAND, fitter};
use bitrater_signal::mp3::{
    Block, GRANULE_SPAN, Hybrid, LANES, LINES, Lane, Polyphase, SUBBANDS, Subbands, WINDOW_LEN,
};
use bitrater_signal::simd::{Kernel, dispatch};

use super::granules::{MARGIN, Place, places};
use super::noise::GAIN;
use super::rate::GenerationRate;
use super::scorer::{CHANCE, FIRST_BAND, LEAST_SPREAD};
use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;
use crate::probe::informative::{ABOVE_RATE, bits, is_steady, is_unclipped, mid_side};
use crate::probe::{Probe, Reading};

/// Scalefactor bands that are fitted, 0 to 9.1 kHz at 44.1 kHz.
const BANDS: usize = 18;

/// Lane of the phase itself; the others are its controls.
const CENTRE: usize = LANES / 2;

/// Lines that are examined for holes, 0 to 16.5 kHz at 44.1 kHz.
const HOLE_LINES: usize = 432;

/// A granule's mean logarithms deviate at least this much over phases without a grid, in log2.
const LEAST_HOLES_SPREAD: f32 = 0.02;

/// A granule shows the grid from here on, in deviations of the phases next to it. Without a grid two in a thousand do.
const BAR: f32 = 5.0;

/// Highest rate of Layer III in kbps.
const HIGHEST: f64 = 320.0;

/// Reads granules, reusing its buffers.
pub struct GridProbe<'a> {
    spans: &'a [Span],
    places: Vec<Place>,
    /// Bits that no granule of the generation needed.
    budget: f32,
    polyphase: Polyphase,
    hybrid: Hybrid,
    fitter: Fitter,
    subbands: Subbands,
    lines: [Box<[Lane; LINES]>; 4],
    edges: &'static [u16],
    sigma: f32,
}

impl<'a> GridProbe<'a> {
    /// A probe of these spans. `rounding` is the variance per sample that rounding left, `rate` what is known of the
    /// generation's rate.
    pub fn new(spans: &'a [Span], sample_rate: u32, rounding: f64, rate: Option<&GenerationRate>) -> Self {
        let kbps = rate.filter(|rate| rate.read > 0.5).map_or(HIGHEST, |rate| ABOVE_RATE * rate.upper.max(rate.kbps));
        let seconds = PERIOD as f64 / f64::from(sample_rate.max(1));
        Self {
            spans,
            places: places(spans),
            budget: (1000.0 * kbps.min(HIGHEST) * seconds) as f32,
            polyphase: Polyphase::new(),
            hybrid: Hybrid::new(Block::Long),
            fitter: fitter(LARGEST_OF_BAND),
            subbands: Subbands::default(),
            lines: std::array::from_fn(|_| Box::new([[0.0; LANES]; LINES])),
            edges: &BandTable::at(sample_rate).long[..=BANDS],
            sigma: (GAIN * rounding).sqrt() as f32,
        }
    }
}

impl Probe for GridProbe<'_> {
    fn count(&self) -> usize {
        self.places.len()
    }

    fn extent(&self, n: usize) -> (u64, u64) {
        let place = self.places[n];
        let first = self.spans[place.span].start + place.offset as u64;
        // The mean over the phases.
        let column = (MARGIN + PERIOD / 2) as u64;
        (first + column, first + column + (GRANULE_SPAN + WINDOW_LEN) as u64)
    }

    fn loudness(&self, n: usize) -> f32 {
        self.places[n].energy
    }

    fn read(&mut self, n: usize, phase: u32) -> Reading {
        let place = self.places[n];
        let column = (phase as usize + TRIMMED_COLUMN) % PERIOD + MARGIN - CENTRE;
        let channels = self.spans[place.span].planes.len().min(2);
        let mut is_informative = true;
        for channel in 0..channels {
            let samples = &place.samples(self.spans, channel)[column..column + GRANULE_SPAN + LANES + WINDOW_LEN];
            is_informative &= is_unclipped(samples) && is_steady(place.samples(self.spans, channel));
            self.polyphase.analyse_slots(samples, SUBBANDS, &mut self.subbands);
            dispatch(Lines { hybrid: &self.hybrid, subbands: &self.subbands, out: &mut self.lines[channel] });
        }
        let (shows, bits) = dispatch(Look { probe: self, stereo: channels > 1 });
        Reading::new(shows, bits >= self.budget && is_informative)
    }
}

/// The lines of one channel at all lanes.
struct Lines<'a> {
    hybrid: &'a Hybrid,
    subbands: &'a Subbands,
    out: &'a mut [Lane; LINES],
}

impl Kernel for Lines<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.hybrid.lines(self.subbands, 0, SUBBANDS, self.out);
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
        let GridProbe { fitter, lines, edges, sigma, .. } = self.probe;
        let signals = if self.stereo { 4 } else { 1 };
        if self.stereo {
            let [left, right, mid, side] = lines;
            mid_side([&left[..], &right[..]], &mut mid[..], &mut side[..]);
        }
        for lines in lines.iter().take(signals) {
            if holes(lines, *sigma) >= BAR {
                return (true, 0.0);
            }
        }
        let bits = bits(lines.each_ref().map(|lines| &lines[..]), CENTRE, *sigma, self.stereo);
        // No closures here: code that is not inlined would be compiled without the machine's vector instructions.
        let mut shows = false;
        for lines in lines.iter().take(signals) {
            let mut scores = [0.0; LANES];
            for band in edges.windows(2).skip(FIRST_BAND) {
                let fit = fitter.fit(&lines[usize::from(band[0])..usize::from(band[1])], *sigma);
                for l in 0..LANES {
                    scores[l] += (fit.score[l] - CHANCE).max(0.0);
                }
            }
            shows = stand_out(&scores, LEAST_SPREAD) >= BAR;
            if shows {
                break;
            }
        }
        (shows, bits)
    }
}

/// How far the mean logarithm of the lines at the centre lies below that of the other lanes.
#[inline(always)]
fn holes(lines: &[Lane; LINES], sigma: f32) -> f32 {
    let floor = (sigma * sigma).max(1e-14);
    let mut sums = [0.0_f32; LANES];
    for lane in &lines[..HOLE_LINES] {
        for l in 0..LANES {
            sums[l] -= quick_log2(lane[l] * lane[l] + floor);
        }
    }
    for sum in &mut sums {
        *sum /= HOLE_LINES as f32;
    }
    stand_out(&sums, LEAST_HOLES_SPREAD)
}

/// The centre against the other lanes, without its direct neighbours, in deviations of those lanes.
#[inline(always)]
fn stand_out(values: &Lane, least: f32) -> f32 {
    let controls = || (0..LANES).filter(|lane| lane.abs_diff(CENTRE) > 1).map(|lane| values[lane]);
    let count = controls().count() as f32;
    let mean = controls().sum::<f32>() / count;
    let variance = controls().map(|value| (value - mean) * (value - mean)).sum::<f32>() / (count - 1.0);
    (values[CENTRE] - mean) / variance.sqrt().max(least)
}
