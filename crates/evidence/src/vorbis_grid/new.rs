//! How much of what a search has found at a phase is new in each block.

use bitrater_signal::aac::{self, Shape};
use bitrater_signal::vorbis::LONG;

use super::scan::{FIRST_LINE, line_noise};
use super::{PERIOD, RESIDUES};
use crate::excerpts::Span;
use crate::innovation::{Frames, Layout, NEW, stretches};
use crate::signals::Signal;
use crate::tally::{GridPeak, median};

/// Lines that are measured, up to 13.9 kHz at 44.1 kHz.
const ASKED: std::ops::Range<usize> = FIRST_LINE..FIRST_LINE + 640;

/// Lines that are predicted together.
const BAND: usize = 16;

/// A line this many times stronger than the noise, in power, tells the floor's levels.
const CLEAR: f32 = 10_000.0;

/// Distances of blocks that may repeat each other, in residues: tones and loops of up to two blocks.
const SHORT_AND_LONG: [usize; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 24, 32];

/// Samples on either side of a phase that a hole does not reach, and such as are far from it.
const NARROW: isize = 4;
const WIDE: isize = 16;

/// Share of its depth against the far ones that a hole has against the near ones at least.
const AS_DEEP: f64 = 0.5;

/// Samples from a phase to one that it is compared with.
const ELSEWHERE: usize = 37;

/// Clicks have this many times the usual energy of the places where they fall.
const LOUD: f64 = 2.0;

/// Such as shape the holes at other phases, too, have this many times that energy.
const LOUDEST: f64 = 4.0;

/// Places on either side of a phase that are looked at for clicks.
const NEAR: usize = 2;

/// Gain of a decoder's lines over the sums of the transform.
const SCALE: f32 = 4.0 / LONG as f32;

fn frames<'a>(spans: &'a [Span], signal: Signal, layout: Layout) -> Frames<'a, impl FnMut(&[f32]) -> Vec<f32>> {
    let mut mdct = aac::mdct(Shape::Vorbis);
    let lines = move |samples: &[f32]| {
        let mut lines = [0.0; PERIOD];
        mdct.lines(samples, &mut lines);
        lines.iter().map(|line| SCALE * line).collect()
    };
    let stereo = spans.iter().all(|span| span.channels() > 1);
    let signals: &[Signal] = match signal {
        Signal::Mid if stereo => &[Signal::Left, Signal::Right],
        Signal::Right if stereo => &[Signal::Right],
        _ => &[Signal::Left],
    };
    Frames::new(stretches(spans), signals, layout, lines)
}

/// The share of the clear lines at a phase.
pub fn of_ladder(spans: &[Span], peak: &GridPeak, noise: f64) -> f64 {
    let layout = Layout {
        period: RESIDUES,
        need: LONG,
        rivals: 1,
        beside: 24,
        lags: &SHORT_AND_LONG,
        groups: 4,
        exact: true,
        new: NEW,
    };
    let bands: Vec<_> = ASKED.step_by(BAND).map(|first| first..first + BAND).collect();
    let least = CLEAR * line_noise(noise);
    let clear = |lines: &[f32], n: usize| lines[bands[n].clone()].iter().filter(|&x| x * x > least).count() as f32;
    frames(spans, peak.signal, layout).new_bands(peak.phase as usize, &bands, clear, |_| line_noise(noise), None)
}

/// The share of the holes at a phase. They have to be as narrow as the phase of a block: what falls and rises again over some dozens of
/// samples, as between two clicks, is none.
pub fn of_holes(spans: &[Span], peak: &GridPeak, noise: f64) -> f64 {
    if has_clicks(spans, peak.phase as usize) {
        return 0.0;
    }
    let layout = |beside| Layout {
        period: RESIDUES,
        need: LONG,
        rivals: PERIOD / RESIDUES,
        beside,
        lags: &SHORT_AND_LONG,
        groups: 3,
        exact: false,
        new: NEW,
    };
    let (floor, phase) = (line_noise(noise), peak.phase as usize);
    // Of eight rivals the emptiest is a little empty by chance: at another phase, too.
    let depth = |beside| {
        let mut frames = frames(spans, peak.signal, layout(beside));
        frames.emptiness(phase, &ASKED, |_| floor) - frames.emptiness((phase + ELSEWHERE) % RESIDUES, &ASKED, |_| floor)
    };
    let (near, far) = (depth(NARROW), depth(WIDE));
    let narrow = if far > 0.0 { (near / (AS_DEEP * far)).clamp(0.0, 1.0) } else { 0.0 };
    let new = frames(spans, peak.signal, layout(NARROW)).new_holes(phase, &ASKED, |_| floor, 0.0);
    narrow.min(new)
}

/// Whether clicks fall on the places, modulo 128, that a phase mirrors: a quarter and three quarters into a block a sample stands against
/// itself and vanishes from all lines, so that what clicks there looks like a hole.
fn has_clicks(spans: &[Span], phase: usize) -> bool {
    let mut energies = [0.0_f64; RESIDUES];
    for span in spans {
        for plane in span.planes.iter().take(span.channels()) {
            for (n, x) in plane.windows(3).enumerate() {
                // The second difference: a click rises above music in it.
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
