//! The second look: sixteen phases, in many frames spread over the file, with both window shapes.

use bitrater_signal::aac::lattice::fitter;
use bitrater_signal::aac::{Bank, Shape};
use bitrater_signal::lattice::Fitter;
use bitrater_signal::mp3::{LANES, Lane};
use bitrater_signal::simd::{Kernel, dispatch};

use super::frames::{MARGIN, Place};
use super::{CHANCE, PART_BAR, mix};
use crate::excerpts::Span;
use crate::signals::Signal;
use crate::tally::median;

/// Scalefactor bands that are fitted: 0.7 to 9.7 kHz at 44.1 kHz.
pub const BANDS: std::ops::Range<usize> = 8..32;

/// Largest integer looked for.
pub const LARGEST: f32 = 100.0;

/// A frame counts at most this many deviations.
const CLIP: f32 = 6.0;

/// A frame shows a phase by itself from so many deviations on. A coded frame has dozens, one of a steady tone about
/// five.
const FULL: f32 = 12.0;

/// Deviation of a frame's summed scores between phases off any lattice. It is about 1.5, and less in files whose bands
/// are mostly empty, but never so small that chance fits count for much.
pub const LEAST_SPREAD: f32 = 0.7;

/// Parts of the file that are examined one by one.
const PARTS: usize = 4;

/// Window shapes that are tried.
pub const SHAPES: [Shape; 2] = [Shape::Kbd, Shape::Sine];

/// The result of one phase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Index of the phase in the list that was given.
    pub index: usize,
    /// Window shape in which it was strongest.
    pub shape: Shape,
    /// Signal in which it was strongest.
    pub signal: Signal,
    /// Standard errors above the other phases.
    pub strength: f32,
    /// Mean rise of the summed band scores in that signal.
    pub depth: f32,
    /// The same in the last window shape, of all signals together.
    pub rise: f32,
    /// Strength within each part of the file.
    pub parts: [f32; PARTS],
    /// Frames of that signal that show the phase by themselves.
    pub full: usize,
}

impl Standing {
    /// Parts of the file that show the phase on their own.
    pub fn agreeing(&self) -> usize {
        self.parts.iter().filter(|&&part| part > PART_BAR).count()
    }
}

/// One frame's scores: for each shape and row of signals, each lane.
type Frame = [[Lane; 2]; 2];

/// Compares sixteen phases (−[`MARGIN`] to 1023 + [`MARGIN`]); the strongest first.
pub fn compare(
    spans: &[Span],
    places: &[Place],
    bands: &[usize],
    sigma: f32,
    phases: [isize; LANES],
    shapes: &[Shape],
) -> Vec<Standing> {
    let bands = &bands[BANDS.start..=BANDS.end];
    let mut bank = Bank::new(bands[0], bands[bands.len() - 1] - bands[0]);
    let mut fitter = fitter(LARGEST);
    let mut lines = vec![[0.0; LANES]; bank.count()];
    let positions = phases.map(|phase| (MARGIN as isize + phase) as usize);
    let mut rows = 1;
    let frames: Vec<Frame> = places
        .iter()
        .enumerate()
        .map(|(n, &place)| {
            let mut frame = [[[0.0; LANES]; 2]; 2];
            let signals = mix(spans, place, n);
            rows = signals.len();
            for (row, samples) in signals.iter().enumerate() {
                bank.anchor(samples, positions);
                for (s, &shape) in shapes.iter().enumerate() {
                    frame[s][row] =
                        dispatch(Scores { bank: &bank, fitter: &mut fitter, lines: &mut lines, bands, sigma, shape });
                }
            }
            frame
        })
        .collect();
    let mut standings: Vec<Standing> = (0..LANES).map(Standing::none).collect();
    for (s, &shape) in shapes.iter().enumerate() {
        for standing in &mut standings {
            standing.rise = 0.0;
        }
        for row in 0..rows {
            let scores: Vec<Lane> = frames.iter().map(|frame| frame[s][row]).collect();
            rank(&scores, shape, if row == 0 { Signal::Left } else { Signal::Mid }, &mut standings);
        }
    }
    standings.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    standings
}

impl Standing {
    fn none(index: usize) -> Self {
        Self {
            index,
            shape: Shape::Kbd,
            signal: Signal::Left,
            strength: f32::NEG_INFINITY,
            depth: 0.0,
            rise: 0.0,
            parts: [0.0; PARTS],
            full: 0,
        }
    }
}

/// Improves the standings by the scores of one shape and row.
fn rank(scores: &[Lane], shape: Shape, signal: Signal, standings: &mut [Standing]) {
    let contrasts: Vec<Lane> = scores
        .iter()
        // A silent frame, or the side of a mono one, shows nothing.
        .filter(|lane| lane.iter().any(|&score| score > 0.0))
        .map(|lane| {
            let middle = median(lane.iter().copied());
            lane.map(|value| value - middle)
        })
        .collect();
    // One scale for the whole file: sixteen values are too few for a scale of their own.
    let spread = median(contrasts.iter().flatten().map(|value| value.abs()));
    let unit = 1.0 / (1.4826 * spread).max(LEAST_SPREAD);
    let count = contrasts.len().max(1);
    for (l, standing) in standings.iter_mut().enumerate() {
        let mut sums = [0.0_f32; PARTS];
        let mut numbers = [0.0_f32; PARTS];
        for (n, contrast) in contrasts.iter().enumerate() {
            let part = n * PARTS / count;
            sums[part] += (contrast[l] * unit).clamp(-CLIP, CLIP);
            numbers[part] += 1.0;
        }
        let depth = contrasts.iter().map(|contrast| contrast[l]).sum::<f32>() / count as f32;
        standing.rise += depth;
        let strength = sums.iter().sum::<f32>() / (count as f32).sqrt();
        if strength > standing.strength {
            standing.strength = strength;
            standing.shape = shape;
            standing.signal = signal;
            standing.depth = depth;
            standing.parts = std::array::from_fn(|p| sums[p] / numbers[p].max(1.0).sqrt());
            standing.full = contrasts.iter().filter(|contrast| contrast[l] * unit >= FULL).count();
        }
    }
}

/// The summed band scores at the bank's positions.
struct Scores<'a> {
    bank: &'a Bank,
    fitter: &'a mut Fitter,
    lines: &'a mut [Lane],
    bands: &'a [usize],
    sigma: f32,
    shape: Shape,
}

impl Kernel for Scores<'_> {
    type Output = Lane;

    #[inline(always)]
    fn run(self) -> Lane {
        let mut total = [0.0; LANES];
        self.bank.lines(self.shape, self.lines);
        for band in self.bands.windows(2) {
            let fit = self.fitter.fit(&self.lines[band[0] - self.bands[0]..band[1] - self.bands[0]], self.sigma);
            for l in 0..LANES {
                total[l] += (fit.score[l] - CHANCE).max(0.0);
            }
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rise_is_of_all_signals_and_the_depth_of_the_strongest() {
        let score = |n: usize, rise: f32| -> Lane {
            std::array::from_fn(|l| if l == 3 { 10.0 + rise } else { 10.0 + ((n * 7 + l * 5) % 3) as f32 })
        };
        let steady: Vec<Lane> = (0..32).map(|n| score(n, 30.0)).collect();
        let deep: Vec<Lane> = (0..32).map(|n| score(n, if n % 2 == 0 { 90.0 } else { 0.0 })).collect();
        let mut standings: Vec<Standing> = (0..LANES).map(Standing::none).collect();
        rank(&steady, Shape::Kbd, Signal::Left, &mut standings);
        rank(&deep, Shape::Kbd, Signal::Mid, &mut standings);
        let standing = standings[3];
        assert_eq!(standing.signal, Signal::Left);
        assert!((standing.depth - 29.0).abs() < 1.5 && (standing.rise - 73.0).abs() < 3.0, "{standing:?}");
    }
}
