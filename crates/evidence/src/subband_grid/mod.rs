//! The grid of codecs that quantise subband samples: MPEG Layer I and II, and Musepack.
//!
//! All of them run the polyphase bank of ISO/IEC 11172-3 and write twelve samples of a subband with one scalefactor on
//! even levels. The same bank returns those samples at one of 384 phases, so that each block of twelve lies on its own
//! lattice. At every other phase they are smeared. The ladder of the scalefactors shows which of these codecs it was.

mod ladder;
#[cfg(test)]
mod tests;

use bitrater_media::Codec;
use bitrater_signal::mp3::subband::{self, BLOCK};
use bitrater_signal::mp3::{GranuleBank, LANES, Lane, Polyphase, SLOT, SUBBANDS, Subbands, WINDOW_LEN};
use bitrater_signal::simd::{Kernel, dispatch};

use crate::EvidenceSet;
use crate::bars;
use crate::excerpts::Span;
use crate::innovation::{BandOptions, Frames, Layout, of_trials};
use crate::places::{self, Place, loudest, scan_few_or_all};
use crate::search::{Entry, Family, Rates, Search, Signals, Streams};
use crate::tally::{GridPeak, PhaseScan, Tally, median};
use crate::trace::{Details, Ladder, Trace};

/// Period of the grid in samples: twelve slots of the polyphase bank.
pub const PERIOD: usize = BLOCK * SLOT;

/// Column of the first slot of a block when an encoder's and a decoder's delay were trimmed away exactly: −480, the
/// newest sample of that slot's window being the 32nd of the block.
const TRIMMED_COLUMN: usize = 288;

/// Samples that one place needs.
const NEED: usize = 2 * PERIOD - SLOT + WINDOW_LEN + LANES;

/// Places that are searched: the loudest of as many parts of the file.
const MOST_PLACES: usize = 48;

/// Places of these that are looked at first.
const FIRST_PLACES: usize = 12;

/// If the first places give this strength, all others are looked at as well, …
const PROMISING: f64 = 4.0;

/// … unless they give this one, which needs no more places.
const ENOUGH: f64 = 20.0;

/// Fewest places that are searched.
const FEWEST: usize = 8;

/// Subbands that are fitted: 2.1 to 13.8 kHz at 44.1 kHz. Below, the steps are mostly too fine to show; above, little
/// is coded.
const BANDS: std::ops::Range<usize> = 3..20;

/// Largest integer that is looked for, that of a quantiser of 15 levels: finer ones show at a few phases by chance.
const LARGEST: usize = 7;

/// A block's score counts only above this: the best of many steps reaches as much on samples without a lattice.
const CHANCE: f32 = 2.0;

/// A place's summed scores deviate at least this much over phases without a grid, if it is informative.
const LEAST_SPREAD: f32 = 0.3;

/// Variance of a subband sample for white noise of variance 1 per sample.
const NOISE_GAIN: f64 = 1.0 / 32.0;

/// The search.
static LATTICE: Search = Search {
    name: "subband_lattice",
    codecs: &[Codec::Mp2, Codec::Musepack],
    looked_for: "twelve samples of a subband at a time that stand on the steps of one quantiser, as MPEG Layer II \
                 and Musepack write them, at one phase of the polyphase bank and at no other",
    period: PERIOD,
    clock: None,
    frames: "blocks",
    signals: Signals::Pairs,
    streams: Streams::Lossless,
    bar: bars::SUBBAND,
    in_lossy: None,
    uncut: None,
    strength: Some(
        "how far the phase at which blocks of subband samples fit a quantiser of MPEG Layer II or Musepack best \
         stands out",
    ),
    parts: true,
    evidence: &[
        Entry::feature(
            "subband_ladder_layer2",
            "share",
            2,
            "how well the scalefactors there fit the ladder of MPEG Layer I and II, 0 to 1",
            |set| Some(ladder_of(set)?.layer),
        ),
        Entry::feature(
            "subband_ladder_musepack",
            "share",
            2,
            "how well they fit the ladder of Musepack, 0 to 1",
            |set| Some(ladder_of(set)?.musepack),
        ),
        Entry::report(
            "subband_rate",
            "kbps",
            0,
            "rate of that generation, estimated from the levels of the quantisers that could be read",
            |set| set.trace(LATTICE.name)?.kbps,
        ),
    ],
};

fn ladder_of(set: &EvidenceSet) -> Option<Ladder> {
    match set.trace(LATTICE.name)?.details {
        Details::Subband(ladder) => ladder,
        _ => None,
    }
}

/// The search for MPEG Layer I and II, and Musepack.
pub static FAMILY: Family = Family {
    name: "MP2 and Musepack",
    rates: Rates::ANY,
    searches: &[&LATTICE],
    run: Some(|input| {
        let SubbandSearch { lattice, ladder } = search(input.spans, input.rate(), input.noise)?;
        let kbps = ladder.map(|ladder| ladder.kbps);
        Some(vec![Trace { scan: lattice, kbps, details: Details::Subband(ladder) }])
    }),
    probe: None,
    evidence: &[],
};

/// What the search found.
#[derive(Debug, Clone, PartialEq)]
struct SubbandSearch {
    /// Phases at which blocks of subband samples sit on lattices.
    lattice: PhaseScan,
    /// The codec by the steps at the strongest phase, if that is strong.
    ladder: Option<Ladder>,
}

/// Searches all 384 phases over `spans`. `noise` is the variance that rounding left per sample (full scale 1). Fewer
/// than eight places give no search.
fn search(spans: &[Span], sample_rate: u32, noise: f64) -> Option<SubbandSearch> {
    let places = loudest(spans, PERIOD, NEED, MOST_PLACES);
    if places.len() < FEWEST {
        return None;
    }
    let sigma = (NOISE_GAIN * noise).sqrt() as f32;
    let mut lattice = scan_few_or_all(&places, FIRST_PLACES, &(PROMISING..ENOUGH), |places| scan(spans, places, sigma));
    lattice.discount_predicted_apart_from(LATTICE.nearly(), SLOT, |peak| Some(unpredicted(spans, peak, sigma)));
    let peak = lattice.peaks.first().filter(|peak| peak.strength >= LATTICE.least());
    let ladder = peak.and_then(|peak| {
        let column = (peak.phase as usize + TRIMMED_COLUMN) % PERIOD;
        ladder::read(spans, &places, column, sample_rate, sigma)
    });
    Some(SubbandSearch { lattice, ladder })
}

/// The share of the score of the blocks at a peak that earlier blocks do not predict.
fn unpredicted(spans: &[Span], peak: &GridPeak, sigma: f32) -> f64 {
    let need = (BLOCK - 1) * SLOT + WINDOW_LEN;
    let bank = GranuleBank::new();
    let mut slots = Vec::new();
    let lines = |samples: &[f32]| {
        bank.slots(samples, &mut slots);
        BANDS.flat_map(|k| slots.iter().map(move |slot| slot[k])).collect()
    };
    let bands: Vec<_> = (0..BANDS.len()).map(|k| k * BLOCK..(k + 1) * BLOCK).collect();
    let score = |lines: &[f32], band: usize| {
        let block = &lines[bands[band].clone()];
        let samples = std::array::from_fn(|n| [block[n]; LANES]);
        (subband::fit(&samples, sigma, LARGEST).score[0] - CHANCE).max(0.0)
    };
    let column = (peak.phase as usize + TRIMMED_COLUMN) % PERIOD;
    let options = BandOptions { depth: Some(peak.depth), ..BandOptions::default() };
    let mut frames = Frames::new(spans, &[peak.signal], Layout::new(PERIOD, need, 4), lines);
    of_trials(frames.unpredicted_bands(column, &bands, score, |_| sigma * sigma, options))
}

/// Scores of all phases over some places.
fn scan(spans: &[Span], places: &[Place], sigma: f32) -> PhaseScan {
    let mut tally = Tally::new(PERIOD, places::signals(spans), places.len(), LEAST_SPREAD);
    let polyphase = Polyphase::new();
    let mut subbands = Subbands::default();
    let mut sums = vec![0.0; PERIOD];
    for (n, &place) in places.iter().enumerate() {
        let rows: Vec<Vec<f32>> = place
            .signals(spans, NEED, n)
            .iter()
            .map(|samples| {
                polyphase.analyse(samples, SUBBANDS, &mut subbands);
                let mut row = vec![0.0; PERIOD];
                dispatch(Rows { subbands: &subbands, sigma, row: &mut row });
                let middle = median(row.iter().copied());
                row.iter().map(|score| score - middle).collect()
            })
            .collect();
        for row in &rows {
            sums.iter_mut().zip(row).for_each(|(sum, score)| *sum += score);
        }
        tally.add(&rows);
    }
    let mut scan = tally.scan(TRIMMED_COLUMN);
    if let Some(peak) = scan.peaks.first_mut() {
        // Blocks that begin some slots off hold samples of two scalefactors, which still fit well. The sum over all
        // places decides the slot.
        let slots = (0..BLOCK).map(|slot| (peak.phase as usize + slot * SLOT) % PERIOD);
        let sum = |phase: usize| sums[(phase + TRIMMED_COLUMN) % PERIOD];
        let best = slots.max_by(|&a, &b| sum(a).total_cmp(&sum(b)));
        peak.phase = best.map_or(peak.phase, |phase| phase as u32);
    }
    scan
}

/// The twelve samples of a block of subband `k` at [`LANES`] columns from `column` on.
#[inline(always)]
fn block(subbands: &Subbands, k: usize, column: usize) -> [Lane; BLOCK] {
    let row = subbands.row(k);
    let mut samples = [[0.0; LANES]; BLOCK];
    for (n, sample) in samples.iter_mut().enumerate() {
        sample.copy_from_slice(&row[column + n * SLOT..column + n * SLOT + LANES]);
    }
    samples
}

/// The summed scores of one place at every phase.
struct Rows<'a> {
    subbands: &'a Subbands,
    sigma: f32,
    row: &'a mut [f32],
}

impl Kernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (n, scores) in self.row.chunks_exact_mut(LANES).enumerate() {
            for k in BANDS {
                let fit = subband::fit(&block(self.subbands, k, n * LANES), self.sigma, LARGEST);
                for l in 0..LANES {
                    scores[l] += (fit.score[l] - CHANCE).max(0.0);
                }
            }
        }
    }
}
