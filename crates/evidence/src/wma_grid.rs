//! The grid of Windows Media Audio, versions 1 and 2: blocks of 4096 samples under a sine window, and holes where lines
//! were quantised to zero.
//!
//! At the right phase the lines that were zero are empty down to the rounding noise; one sample off they are not. Other
//! things that begin at one phase, such as the notes of a player that mixes in blocks, fade in over several samples. So
//! a phase is compared with the deepest of its neighbours.

use std::f64::consts::PI;

use bitrater_media::Codec;
use bitrater_signal::aac::{Bank, Shape};
use bitrater_signal::logarithm::quick_log2;
use bitrater_signal::mdct::Mdct;
use bitrater_signal::mp3::{LANES, Lane};
use bitrater_signal::simd::{Kernel, dispatch};

use crate::bars;
use crate::excerpts::Span;
use crate::innovation::{Frames, HoleOptions, Layout, mdct_lines, of_trials};
use crate::places::{self, Place, loudest, scan_few_or_all};
use crate::search::{Family, Rates, Search, Signals, Streams};
use crate::tally::{GridPeak, PhaseScan, Tally, median};
use crate::trace::Trace;

/// Period of the grid in samples, at 32 to 48 kHz.
pub const PERIOD: usize = 2048;

/// Samples under a window.
const BLOCK: usize = 2 * PERIOD;

/// Samples that one place needs.
const NEED: usize = PERIOD + BLOCK;

/// Distance of the positions that are computed side by side.
const LANE_STEP: usize = PERIOD / LANES;

/// Places that are searched: the loudest of as many parts of the file.
const MOST_PLACES: usize = 24;

/// Places of these that are looked at first.
const FIRST_PLACES: usize = 8;

/// If the first places give this strength, all others are looked at as well, …
const PROMISING: f64 = 6.5;

/// … unless they give this one, which needs no more places.
const ENOUGH: f64 = 16.0;

/// First line that is examined, 3.8 kHz at 44.1 kHz. Below, few lines are zero.
const FIRST_LINE: usize = 352;

/// Number of lines that are examined, up to 5.5 kHz. Above, a quiet recording is nothing but rounding noise.
const EXAMINED: usize = 160;

/// Variance of a line for noise of variance 1 per sample, the transform being unscaled.
const NOISE_GAIN: f64 = PERIOD as f64 / 2.0;

/// A frame whose contrasts deviate less than this over the phases is digital silence in most of them.
const SILENT: f32 = 0.01;

/// The search.
static HOLES: Search = Search {
    name: "wma_holes",
    codecs: &[Codec::Wma],
    looked_for: "lines that Windows Media Audio, version 1 or 2, left empty, at one phase of its blocks and neither \
                 at its neighbours nor elsewhere",
    period: PERIOD,
    clock: None,
    frames: "blocks",
    signals: Signals::Pairs,
    streams: Streams::Lossless,
    bar: bars::WMA,
    in_lossy: None,
    uncut: None,
    strength: Some("how far the holes at the best phase of Windows Media Audio stand out from all other phases"),
    parts: true,
    evidence: &[],
};

/// The search for Windows Media Audio 1 and 2.
pub static FAMILY: Family = Family {
    name: "WMA",
    rates: Rates { has: |rate| (32_000..=48_000).contains(&rate), words: "32 to 48 kHz" },
    searches: &[&HOLES],
    run: Some(|input| Some(vec![Trace::of(search(input.spans, input.noise)?)])),
    probe: None,
    evidence: &[],
};

/// Searches all 2048 phases over `spans`. `noise` is the variance that rounding left per sample (full scale 1). Fewer
/// than eight places give no search.
fn search(spans: &[Span], noise: f64) -> Option<PhaseScan> {
    let places = loudest(spans, PERIOD, NEED, MOST_PLACES);
    if places.len() < FIRST_PLACES {
        return None;
    }
    let floor = (4.0 * NOISE_GAIN * noise).max(1e-9) as f32;
    let mut holes = scan_few_or_all(&places, FIRST_PLACES, &(PROMISING..ENOUGH), |places| scan(spans, places, floor));
    holes.discount_predicted(HOLES.nearly(), |peak| Some(unpredicted(spans, peak, floor)));
    Some(holes)
}

/// The share of the holes at a peak that earlier blocks do not predict.
fn unpredicted(spans: &[Span], peak: &GridPeak, floor: f32) -> f64 {
    let slope: Vec<f64> = (0..PERIOD).map(|n| (PI * (n as f64 + 0.5) / BLOCK as f64).sin()).collect();
    // Scaled as the bank's lines are.
    let mdct = Mdct::new(PERIOD, &slope, NOISE_GAIN.sqrt());
    let lines = mdct_lines(mdct, PERIOD, FIRST_LINE..FIRST_LINE + EXAMINED);
    let options = HoleOptions { depth: peak.depth, ..HoleOptions::default() };
    let mut frames = Frames::new(spans, &[peak.signal], Layout::new(PERIOD, BLOCK, 8), lines);
    of_trials(frames.unpredicted_holes(peak.phase as usize, &(0..EXAMINED), |_| floor, options))
}

/// Contrasts at all phases over some places.
fn scan(spans: &[Span], places: &[Place], floor: f32) -> PhaseScan {
    let mut tally = Tally::new(PERIOD, places::signals(spans), places.len(), SILENT);
    let mut bank = Bank::of_block(BLOCK, FIRST_LINE, EXAMINED);
    let mut lines = vec![[0.0; LANES]; bank.count()];
    for (n, &place) in places.iter().enumerate() {
        let rows: Vec<Vec<f32>> = place
            .signals(spans, NEED, n)
            .iter()
            .map(|samples| {
                bank.anchor(samples, std::array::from_fn(|l| l * LANE_STEP));
                let depths = dispatch(Depths { bank: &mut bank, lines: &mut lines, samples, floor });
                contrasts(&depths)
            })
            .collect();
        tally.add(&rows);
    }
    tally.scan(0)
}

/// By how much each phase is deeper than the deepest of the two on either side, centred on zero; only zeros for
/// silence.
fn contrasts(depths: &[f32]) -> Vec<f32> {
    let count = depths.len();
    let contrast = |phase: usize| {
        let around = [1, 2, count - 1, count - 2].map(|d| depths[(phase + d) % count]);
        depths[phase] - around.into_iter().fold(f32::NEG_INFINITY, f32::max)
    };
    let mut row: Vec<f32> = (0..count).map(contrast).collect();
    let middle = median(row.iter().copied());
    for value in &mut row {
        *value -= middle;
    }
    if median(row.iter().map(|value| value.abs())) < SILENT {
        row.fill(0.0);
    }
    row
}

/// The mean of −log2(X² + floor) of the lines of one place at every phase.
struct Depths<'a> {
    bank: &'a mut Bank,
    lines: &'a mut [Lane],
    samples: &'a [f32],
    floor: f32,
}

impl Kernel for Depths<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn run(self) -> Vec<f32> {
        let mut depths = vec![0.0; PERIOD];
        for step in 0..LANE_STEP {
            self.bank.lines(Shape::Sine, self.lines);
            let mut sums = [0.0_f32; LANES];
            for line in self.lines.iter() {
                for l in 0..LANES {
                    sums[l] += quick_log2(line[l] * line[l] + self.floor);
                }
            }
            for l in 0..LANES {
                depths[l * LANE_STEP + step] = -sums[l] / self.lines.len() as f32;
            }
            if step + 1 < LANE_STEP {
                self.bank.advance(self.samples);
            }
        }
        depths
    }
}

#[cfg(test)]
mod tests {
    use bitrater_testkit::{Lab, Signal, music, wav};

    use super::*;
    use crate::test_signals::{ROUNDING, excerpt, rounded, uncoded};

    fn searched(signal: &Signal, cut: usize) -> PhaseScan {
        search(&excerpt(signal, cut), ROUNDING).unwrap()
    }

    #[test]
    fn it_is_found_wherever_it_was_cut() {
        for rate in [48_000, 44_100] {
            let signal = wav::read(&Lab::new().make(&music(rate, 5.0, 80), "wma_128_wav"));
            let phase = searched(&signal, 0).peaks[0].phase;
            for cut in [0, 777] {
                let peak = searched(&signal, cut).peaks[0];
                assert!(peak.strength > 15.0 && peak.parts >= 3, "{rate} {cut}: {peak:?}");
                assert_eq!((peak.phase as usize + cut) % PERIOD, phase as usize, "{rate}");
            }
        }
    }

    #[test]
    fn what_was_never_coded_has_no_grid() {
        // Another piece begins every 2048 samples.
        let mut spliced = music(44_100, 5.0, 81);
        let other = music(44_100, 5.0, 82);
        for (plane, other) in spliced.planes.iter_mut().zip(&other.planes) {
            for (block, other) in plane.chunks_exact_mut(PERIOD).zip(other.chunks_exact(PERIOD)).step_by(2) {
                block.copy_from_slice(other);
            }
        }
        let spliced = [("music in blocks", rounded(spliced))];
        for (name, signal) in uncoded(81, 48_000.0 / 4096.0 * 400.5).chain(spliced) {
            let peak = searched(&signal, 0).peaks[0];
            assert!(peak.strength < 9.0, "{name}: {peak:?}");
        }
    }

    #[test]
    fn rates_that_it_does_not_have_and_too_little_audio_give_no_search() {
        assert!(!(FAMILY.rates.has)(96_000));
        assert!(search(&[Span::from(vec![vec![0.1; 10_000]])], ROUNDING).is_none());
    }
}
