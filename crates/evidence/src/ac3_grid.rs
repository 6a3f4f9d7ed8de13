//! The grid of AC-3 (ATSC A/52): mantissas on few levels under exponents that are powers of two.
//!
//! A decoded line is m · 2^−e. Its mantissa has 3, 5, 7, 11 or 15 even levels, or few bits. Folded into one octave,
//! such lines fall on few points, whatever their exponents are. So do their sum and difference, which a decoder halves.
//! At every other phase the same lines fall anywhere. The unevenness is counted as collisions in cells, which a change
//! of gain only rotates.

use bitrater_media::Codec;
use bitrater_signal::ac3::{self, BLOCK, LINES};

use crate::bars;
use crate::excerpts::Span;
use crate::innovation::{BandOptions, Frames, Layout, mdct_lines, of_trials};
use crate::places::{self, Place, loudest, scan_few_or_all};
use crate::search::{Family, Rates, Search, Signals, Streams};
use crate::smooth::Rough;
use crate::tally::{GridPeak, PhaseScan, Tally, median};
use crate::trace::Trace;

/// Period of the grid in samples.
pub const PERIOD: usize = LINES;

/// Samples that one place needs.
const NEED: usize = PERIOD + BLOCK;

/// Places that are searched: the loudest of as many parts of the file.
const MOST_PLACES: usize = 36;

/// Places of these that are looked at first.
const FIRST_PLACES: usize = 12;

/// If the first places give this strength, all others are looked at as well, …
const PROMISING: f64 = 5.5;

/// … unless they give this one, which needs no more places.
const ENOUGH: f64 = 20.0;

/// Fewest places that are searched.
const FEWEST: usize = 8;

/// Lines that are examined: 1.4 to 15.2 kHz at 44.1 kHz. Below, mantissas are mostly too fine to show.
const EXAMINED: std::ops::Range<usize> = 16..176;

/// Lines that are predicted together.
const BAND: usize = 16;

/// Cells of an octave. They are equally wide in the mantissa, not in its logarithm.
const CELLS: usize = 32;

/// Bits of a float below those that number the cell.
const BELOW: u32 = 23 - CELLS.trailing_zeros();

/// A line counts from this many deviations of the rounding noise on. The noise is then about as wide as a cell.
const LOUD: f64 = 32.0;

/// Fewest loud lines of a block that counts.
const FEW_LINES: f32 = 10.0;

/// A place's collisions deviate at least this much over phases without a grid, in deviations of lines that fall at
/// random.
const LEAST_SPREAD: f32 = 1.0;

/// The search.
static MANTISSAS: Search = Search {
    name: "ac3_mantissas",
    codecs: &[Codec::Ac3],
    looked_for: "lines that, folded into one octave, fall on the few points of AC-3's mantissas, at one phase of \
                 its blocks and at no other",
    period: PERIOD,
    clock: None,
    frames: "blocks",
    signals: Signals::Pairs,
    streams: Streams::Lossless,
    bar: bars::AC3,
    in_lossy: None,
    uncut: None,
    strength: Some(
        "how far the AC-3 phase at which the lines fall on fewest points of an octave stands out from all others",
    ),
    parts: true,
    evidence: &[],
};

/// The search for AC-3 and E-AC-3.
pub static FAMILY: Family = Family {
    name: "AC-3",
    rates: Rates { has: |rate| matches!(rate, 32_000 | 44_100 | 48_000), words: "32, 44.1 and 48 kHz" },
    searches: &[&MANTISSAS],
    run: Some(|input| Some(vec![Trace::of(search(input.spans, input.noise)?)])),
    probe: None,
    evidence: &[],
};

/// Searches all 256 phases over `spans`. `noise` is the variance that rounding left per sample (full scale 1). Fewer
/// than eight places give no search.
fn search(spans: &[Span], noise: f64) -> Option<PhaseScan> {
    let places = loudest(spans, PERIOD, NEED, MOST_PLACES);
    if places.len() < FEWEST {
        return None;
    }
    let least = (LOUD * noise.sqrt()).max(1e-7) as f32;
    let mut mantissas =
        scan_few_or_all(&places, FIRST_PLACES, &(PROMISING..ENOUGH), |places| scan(spans, places, least));
    mantissas.discount_predicted(MANTISSAS.nearly(), |peak| Some(unpredicted(spans, peak, least)));
    Some(mantissas)
}

/// The share of a peak's strength that remains without the loud lines that earlier blocks predict, and without those of
/// smooth bands: a click in the middle of a block gives all lines nearly one magnitude, even under music.
fn unpredicted(spans: &[Span], peak: &GridPeak, least: f32) -> f64 {
    let bands: Vec<_> = (0..EXAMINED.len()).step_by(BAND).map(|first| first..first + BAND).collect();
    let mut rough = Rough::default();
    let loud = |lines: &[f32], n: usize| {
        let count = lines[bands[n].clone()].iter().filter(|line| line.abs() > least).count() as f32;
        rough.add(lines, &bands[n], count)
    };
    let noise = (least / LOUD as f32).powi(2);
    let lines = mdct_lines(ac3::mdct(), LINES, EXAMINED);
    let mut frames = Frames::new(spans, &[peak.signal], Layout::new(PERIOD, BLOCK, 6), lines);
    let share = frames.unpredicted_bands(peak.phase as usize, &bands, loud, |_| noise, BandOptions::default());
    rough.share() * of_trials(share)
}

/// Collisions at all phases over some places.
fn scan(spans: &[Span], places: &[Place], least: f32) -> PhaseScan {
    let mut tally = Tally::new(PERIOD, places::signals(spans), places.len(), LEAST_SPREAD);
    let mut mdct = ac3::mdct();
    let mut lines = [0.0; LINES];
    for (n, &place) in places.iter().enumerate() {
        let rows: Vec<Vec<f32>> = place
            .signals(spans, NEED, n)
            .iter()
            .map(|samples| {
                let row: Vec<f32> = samples
                    .windows(BLOCK)
                    .take(PERIOD)
                    .map(|block| {
                        mdct.lines(block, &mut lines);
                        collisions(&lines[EXAMINED], least)
                    })
                    .collect();
                let middle = median(row.iter().copied());
                row.iter().map(|value| value - middle).collect()
            })
            .collect();
        tally.add(&rows);
    }
    tally.scan(0)
}

/// How many more pairs of loud lines share a cell of the octave than chance expects, in deviations.
fn collisions(lines: &[f32], least: f32) -> f32 {
    let mut cells = [0_u32; CELLS];
    for line in lines.iter().filter(|line| line.abs() > least) {
        cells[(line.to_bits() >> BELOW) as usize % CELLS] += 1;
    }
    let count = cells.iter().sum::<u32>() as f32;
    if count < FEW_LINES {
        return 0.0;
    }
    let pairs = cells.iter().map(|&n| n * n.saturating_sub(1)).sum::<u32>() as f32;
    (CELLS as f32 * pairs / (count - 1.0) - count) / (2.0 * CELLS as f32).sqrt()
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
    fn it_is_found_at_every_rate_wherever_it_was_cut_at_any_gain() {
        for rate in [48_000, 44_100, 32_000] {
            let signal = wav::read(&Lab::new().make(&music(rate, 5.0, 70), "ac3_192_wav"));
            let phase = searched(&signal, 0).peaks[0].phase;
            for (cut, gain) in [(0, 0.0), (77, 0.0), (0, -1.7)] {
                let peak = searched(&rounded(signal.clone().gain_db(gain)), cut).peaks[0];
                assert!(peak.strength > 15.0 && peak.parts >= 3, "{rate} {cut} {gain}: {peak:?}");
                assert_eq!((peak.phase as usize + cut) % PERIOD, phase as usize, "{rate}");
            }
        }
    }

    #[test]
    fn what_was_never_coded_has_no_grid() {
        for (name, signal) in uncoded(71, 48_000.0 / 512.0 * 30.5) {
            let peak = searched(&signal, 0).peaks[0];
            assert!(peak.strength < 8.0, "{name}: {peak:?}");
        }
    }

    #[test]
    fn lines_that_share_cells_collide_whatever_their_octave() {
        let levels: Vec<f32> = (0..100).map(|n| 2_f32.powi(-(n % 7)) * [0.667, 0.4, 0.286][n as usize % 3]).collect();
        let spread: Vec<f32> = (0..100).map(|n| 2_f32.powf(-(n as f32) * 0.618)).collect();
        assert!(collisions(&levels, 1e-4) > 50.0, "{}", collisions(&levels, 1e-4));
        assert!(collisions(&spread, 1e-30).abs() < 15.0, "{}", collisions(&spread, 1e-30));
        assert_eq!(collisions(&levels, 1.0).to_bits(), 0, "none is loud");
    }

    #[test]
    fn rates_that_it_does_not_have_and_too_little_audio_give_no_search() {
        assert!(!(FAMILY.rates.has)(96_000));
        assert!(search(&[Span::from(vec![vec![0.1; 2000]])], ROUNDING).is_none());
    }
}
