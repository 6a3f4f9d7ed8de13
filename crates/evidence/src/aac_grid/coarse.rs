//! The first look: the lattice at all 1024 phases of a few frames, to choose the candidate phases.

use bitrater_signal::aac::lattice::fitter;
use bitrater_signal::aac::{Bank, LANE_STEP, LINES, Shape};
use bitrater_signal::lattice::Fitter;
use bitrater_signal::mp3::{LANES, Lane};
use bitrater_signal::simd::{Kernel, dispatch};

use super::frames::{MARGIN, Place, steadiest};
use super::{CHANCE, mix};
use crate::excerpts::Span;
use crate::tally::median;

/// Frames that are searched at all phases.
const MOST_FRAMES: usize = 7;

/// Scalefactor bands that are fitted, 40 to 240 of the lines: 0.9 to 5.7 kHz at 44.1 kHz, where most encodes
/// still have several non-zero lines a band and the integers are not yet large.
const BANDS: std::ops::Range<usize> = 10..23;

/// Largest integer looked for.
const LARGEST: f32 = 40.0;

/// A frame's contrast counts at most this many of its own deviations.
const CLIP: f32 = 6.0;

/// Neighbouring phases that a phase is compared with, on either side.
const AROUND: std::ops::Range<usize> = 3..11;

/// The best candidate phases, best first, at most `most`.
pub fn candidates(spans: &[Span], places: &[Place], bands: &[usize], sigma: f32, most: usize) -> Vec<usize> {
    let bands = &bands[BANDS.start..=BANDS.end];
    let chosen = steadiest(places, MOST_FRAMES);
    let mut bank = Bank::new(bands[0], bands[bands.len() - 1] - bands[0]);
    let mut fitter = fitter(LARGEST);
    let mut lines = vec![[0.0; LANES]; bank.count()];
    let mut sums = [[0.0_f32; LINES]; 2];
    for (n, place) in chosen.into_iter().enumerate() {
        for (samples, sums) in mix(spans, place, n).iter().zip(&mut sums) {
            let samples = &samples[MARGIN..];
            bank.anchor(samples, std::array::from_fn(|l| l * LANE_STEP));
            let scores =
                dispatch(Scores { bank: &mut bank, fitter: &mut fitter, lines: &mut lines, samples, bands, sigma });
            add(&scores, sums);
        }
    }
    let best: Vec<f32> = sums[0].iter().zip(&sums[1]).map(|(&a, &b)| a.max(b)).collect();
    let mut phases: Vec<usize> = (0..LINES).collect();
    phases.sort_by(|&a, &b| best[b].total_cmp(&best[a]).then(a.cmp(&b)));
    phases.truncate(most);
    phases
}

/// Adds a frame's contrasts against the neighbouring phases, in deviations, clipped.
fn add(scores: &[f32; LINES], sums: &mut [f32; LINES]) {
    let contrast: Vec<f32> = (0..LINES)
        .map(|phase| {
            let around: f32 = AROUND.map(|d| scores[(phase + d) % LINES] + scores[(phase + LINES - d) % LINES]).sum();
            scores[phase] - around / (2 * AROUND.len()) as f32
        })
        .collect();
    let unit = 1.0 / (1.4826 * median(contrast.iter().map(|value| value.abs()))).max(1e-3);
    for (sum, value) in sums.iter_mut().zip(contrast) {
        *sum += (value * unit).clamp(-CLIP, CLIP);
    }
}

/// The summed band scores of one frame at every phase.
struct Scores<'a> {
    bank: &'a mut Bank,
    fitter: &'a mut Fitter,
    lines: &'a mut [Lane],
    samples: &'a [f32],
    bands: &'a [usize],
    sigma: f32,
}

impl Kernel for Scores<'_> {
    type Output = [f32; LINES];

    #[inline(always)]
    fn run(self) -> [f32; LINES] {
        let mut scores = [0.0; LINES];
        for step in 0..LANE_STEP {
            // Nearly all encoders use the KBD window for long blocks. A sine window still shows in it.
            self.bank.lines(Shape::Kbd, self.lines);
            for band in self.bands.windows(2) {
                let fit = self.fitter.fit(&self.lines[band[0] - self.bands[0]..band[1] - self.bands[0]], self.sigma);
                for l in 0..LANES {
                    scores[l * LANE_STEP + step] += (fit.score[l] - CHANCE).max(0.0);
                }
            }
            self.bank.advance(self.samples);
        }
        scores
    }
}
