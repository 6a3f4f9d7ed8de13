//! The share of the evidence at a phase that earlier blocks do not predict.

use bitrater_signal::aac::{self, Shape};
use bitrater_signal::vorbis::LONG;

use super::scan::{FIRST_LINE, line_noise};
use super::{PERIOD, RESIDUES};
use crate::excerpts::Span;
use crate::innovation::{BandOptions, Frames, HoleOptions, Layout, mdct_lines};
use crate::signals::Signal;
use crate::tally::{GridPeak, median};

/// Lines that are measured, up to 13.9 kHz at 44.1 kHz.
const EXAMINED: std::ops::Range<usize> = FIRST_LINE..FIRST_LINE + 640;

/// Lines that are predicted together.
const BAND: usize = 16;

/// A line this many times stronger than the noise, in power, shows the floor's levels.
const CLEAR: f32 = 10_000.0;

/// Distances of blocks that may repeat each other, in residues: tones and loops of up to two blocks.
const SHORT_AND_LONG: [usize; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 24, 32];

/// Distances to phases that a hole does not reach, near and far.
const NARROW: isize = 4;
const WIDE: isize = 16;

/// Least depth of a hole against the near phases, as a share of that against the far ones.
const AS_DEEP: f64 = 0.5;

/// Samples from a phase to one that it is compared with.
const ELSEWHERE: usize = 37;

/// Clicks at a phase have this many times the usual energy.
const LOUD: f64 = 2.0;

/// Clicks with this many times the usual energy affect the holes at other phases, too.
const LOUDEST: f64 = 4.0;

/// Places on either side of a phase that are searched for clicks.
const NEAR: usize = 2;

/// Gain of a decoder's lines over the sums of the transform.
const SCALE: f32 = 4.0 / LONG as f32;

fn frames(spans: &[Span], signal: Signal, groups: usize) -> Frames<'_, impl FnMut(&[f32]) -> Vec<f32>> {
    let layout = Layout { period: RESIDUES, need: LONG, groups, lags: &SHORT_AND_LONG };
    let mut unscaled = mdct_lines(aac::mdct(Shape::Vorbis), PERIOD, 0..PERIOD);
    let lines = move |samples: &[f32]| unscaled(samples).iter().map(|line| SCALE * line).collect();
    let stereo = spans.iter().all(|span| span.channels() > 1);
    let signals: &[Signal] = match signal {
        Signal::Mid if stereo => &[Signal::Left, Signal::Right],
        Signal::Right if stereo => &[Signal::Right],
        _ => &[Signal::Left],
    };
    Frames::new(spans, signals, layout, lines)
}

/// The share of the clear lines at a phase.
pub fn of_ladder(spans: &[Span], peak: &GridPeak, noise: f64) -> f64 {
    let bands: Vec<_> = EXAMINED.step_by(BAND).map(|first| first..first + BAND).collect();
    let least = CLEAR * line_noise(noise);
    let clear = |lines: &[f32], n: usize| lines[bands[n].clone()].iter().filter(|&x| x * x > least).count() as f32;
    // The distance leaves the groups of frames where they were when the bar was measured.
    let options = BandOptions { beside: 24, exact: true, ..BandOptions::default() };
    let of_line = |_| line_noise(noise);
    frames(spans, peak.signal, 4).unpredicted_bands(peak.phase as usize, &bands, clear, of_line, options)
}

/// The share of the holes at a phase that earlier blocks do not predict. Holes must be as narrow as the phase of a
/// block. A level that falls and rises again over some dozens of samples, as between two clicks, is none.
pub fn of_holes(spans: &[Span], peak: &GridPeak, noise: f64) -> f64 {
    if has_clicks(spans, peak.phase as usize) {
        return 0.0;
    }
    let options = |beside| HoleOptions { rivals: PERIOD / RESIDUES, beside, depth: 0.0 };
    let (floor, phase) = (line_noise(noise), peak.phase as usize);
    // The emptiest of eight rivals is a little empty by chance, and so it is at another phase.
    let depth = |beside| {
        let mut frames = frames(spans, peak.signal, 3);
        let mut emptiness = |phase| frames.emptiness(phase, &EXAMINED, |_| floor, options(beside));
        emptiness(phase) - emptiness((phase + ELSEWHERE) % RESIDUES)
    };
    let (near, far) = (depth(NARROW), depth(WIDE));
    let narrow = if far > 0.0 { (near / (AS_DEEP * far)).clamp(0.0, 1.0) } else { 0.0 };
    let mut frames = frames(spans, peak.signal, 3);
    narrow.min(frames.unpredicted_holes(phase, &EXAMINED, |_| floor, options(NARROW)))
}

/// Whether clicks fall on the places, modulo 128, that mirror a phase. A quarter and three quarters into a block a
/// sample is folded onto itself and vanishes from all lines, so that a click there looks like a hole.
fn has_clicks(spans: &[Span], phase: usize) -> bool {
    let mut energies = [0.0_f64; RESIDUES];
    for span in spans {
        for plane in span.planes.iter().take(span.channels()) {
            for (n, x) in plane.windows(3).enumerate() {
                // The second difference: a click stands out from music in it.
                let bend = f64::from(x[0] - 2.0 * x[1] + x[2]);
                energies[(span.start as usize + n + 1) % RESIDUES] += bend * bend;
            }
        }
    }
    let usual = f64::from(median(energies.iter().map(|&energy| energy as f32)));
    let around = (phase + RESIDUES - NEAR)..=(phase + RESIDUES + NEAR);
    let loudest = energies.iter().copied().fold(0.0, f64::max);
    loudest > LOUDEST * usual || around.map(|place| energies[place % RESIDUES]).fold(0.0, f64::max) > LOUD * usual
}
