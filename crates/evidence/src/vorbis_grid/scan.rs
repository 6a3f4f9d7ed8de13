//! How well the lines of a block lie on the floor's levels, at every phase.

use bitrater_signal::simd::{Kernel, dispatch};
use bitrater_signal::vorbis::{LONG, LongBlocks, Phasor, Sums};

use super::frames::{Place, loudest};
use super::holes::{Drops, Holes};
use super::sums::BlockSums;
use super::unity::{self, Block};
use super::{PERIOD, RESIDUES};
use crate::excerpts::Span;
use crate::places::spread;
use crate::signals::Signal;
use crate::tally::{PhaseScan, Tally, median};

/// Places that are always searched: the loudest of as many parts of the file.
const LOUD_PLACES: usize = 24;

/// Places among which more are chosen, because loud ones may all hold short blocks.
const MORE_PLACES: usize = 192;

/// Chunks of sixteen lines that are computed in all, per channel: 24 places of forty and a few more, or
/// ten times as many places of a quiet file, whose high lines lie below the noise.
const MOST_CHUNKS: usize = 1100;

/// The cost of advancing by one block, in chunks.
const OVERHEAD: usize = 3;

/// First line that is used. Below it, a step of one sample hardly turns a line.
pub const FIRST_LINE: usize = 8;

/// Most chunks of a block, up to 13.9 kHz at 44.1 kHz.
const CHUNKS: usize = 40;

/// Groups of places that are pooled as one gain.
const GROUPS: usize = 8;

/// A line this many times stronger than the noise has a weight of a hundredth.
const USABLE: f32 = 1000.0;

/// Summed weights below this count as none.
const LEAST_WEIGHT: f32 = 3.0;

/// A block counts at most this much in its pool, so that none decides alone.
const MOST_WEIGHT: f32 = 16.0;

/// Gain of the noise from a sample to a line in the decoder's scale: half the window's energy times (4 / LONG)².
const NOISE_GAIN: f64 = 4.0 / LONG as f64;

/// A block's powers deviate at least this much over the phases.
const LEAST_SPREAD: f32 = 1e-4;

/// Variance per sample that single precision leaves, for streams that were never rounded.
const LEAST_NOISE: f64 = 1e-14;

/// Signals in the order of the rows.
const STEREO: [Signal; 3] = [Signal::Left, Signal::Right, Signal::Mid];

/// Searches all phases: block by block, pooled, at the floor's own levels, and for holes.
pub fn scan(spans: &[Span], places: &[Place], noise: f64) -> [PhaseScan; 4] {
    let mut scanner = Scanner::new(noise);
    let chosen = scanner.choose(spans, places);
    let channels = spans[chosen[0].span].channels();
    let signals: &'static [Signal] = if channels > 1 { &STEREO } else { &STEREO[..1] };
    let mut blocks = Tally::new(RESIDUES, signals, chosen.len(), LEAST_SPREAD);
    let mut pooled = Tally::new(RESIDUES, signals, GROUPS.min(chosen.len()), LEAST_SPREAD);
    let mut unity = BlockSums::new(chosen.len(), 1);
    let mut empty = Holes::new(chosen.len());
    let groups = GROUPS.min(chosen.len());
    for group in 0..groups {
        let mut pools = vec![vec![Phasor::default(); PERIOD]; channels];
        for &place in &chosen[group * chosen.len() / groups..(group + 1) * chosen.len() / groups] {
            let mut powers = Vec::new();
            let mut block = Block::new();
            let mut drops = Drops::new();
            for (channel, pool) in pools.iter_mut().enumerate() {
                let phases = scanner.block(place.samples(spans, channel));
                block.add(phases);
                drops.add(phases);
                powers.push(phases.iter().map(power).collect::<Vec<f32>>());
                for (sum, phasor) in pool.iter_mut().zip(phases) {
                    join(sum, phasor);
                }
            }
            // A block has one phase of the eight.
            blocks.add(&rows(&powers, |eight| eight.fold(0.0, f32::max)));
            unity.add(&block.residues());
            empty.add(&drops);
        }
        let powers: Vec<Vec<f32>> = pools.iter().map(|pool| pool.iter().map(power).collect()).collect();
        pooled.add(&rows(&powers, |eight| eight.sum()));
    }
    let measured = if channels > 1 { Signal::Mid } else { Signal::Left };
    let unity = unity.scan(measured, |_| unity::LEAST_SPREAD);
    [blocks.scan(0), pooled.scan(0), unity, empty.scan(measured)]
}

/// Variance of the noise on a line in the decoder's scale, from that on a sample.
pub fn line_noise(noise: f64) -> f32 {
    (NOISE_GAIN * noise.max(LEAST_NOISE)) as f32
}

/// Power of the sums in variances; 2 off any floor.
pub fn power(phasor: &Phasor) -> f32 {
    let one = |sum: [f32; 2], weight: f32| (sum[0] * sum[0] + sum[1] * sum[1]) / weight.max(LEAST_WEIGHT);
    one(phasor.whole, phasor.weight[0]) + one(phasor.half, phasor.weight[1])
}

/// Adds a block to a pool.
fn join(pool: &mut Phasor, block: &Phasor) {
    for (harmonic, weight) in block.weight.iter().enumerate() {
        let share = (MOST_WEIGHT / weight.max(MOST_WEIGHT)).sqrt();
        let (sum, add) = match harmonic {
            0 => (&mut pool.whole, block.whole),
            _ => (&mut pool.half, block.half),
        };
        sum[0] += share * add[0];
        sum[1] += share * add[1];
        pool.weight[harmonic] += share * share * weight;
    }
}

/// Per signal and residue the powers of the eight phases, combined by `fold` and centred on zero.
fn rows(powers: &[Vec<f32>], fold: impl Fn(&mut dyn Iterator<Item = f32>) -> f32) -> Vec<Vec<f32>> {
    let both: Vec<f32>;
    let mut signals: Vec<&[f32]> = powers.iter().map(Vec::as_slice).collect();
    if let [left, right] = powers {
        both = left.iter().zip(right).map(|(l, r)| l + r).collect();
        signals.push(&both);
    }
    signals
        .into_iter()
        .map(|powers| {
            let mut row: Vec<f32> = (0..RESIDUES)
                .map(|residue| fold(&mut powers.iter().skip(residue).step_by(RESIDUES).copied()))
                .collect();
            let middle = median(row.iter().copied());
            for value in &mut row {
                *value -= middle;
            }
            row
        })
        .collect()
}

/// Computes the sums of one block of one channel at every phase.
struct Scanner {
    blocks: LongBlocks,
    phases: Vec<Phasor>,
    noise: f32,
}

impl Scanner {
    fn new(noise: f64) -> Self {
        Self {
            blocks: LongBlocks::new(FIRST_LINE, CHUNKS),
            phases: vec![Phasor::default(); PERIOD],
            noise: line_noise(noise),
        }
    }

    /// The places to be searched, in file order.
    fn choose(&mut self, spans: &[Span], places: &[Place]) -> Vec<Place> {
        let mut chosen = loudest(spans, places, LOUD_PLACES);
        let mut cost = |place: Place| {
            let channels = spans[place.span].channels();
            let usable: usize = (0..channels)
                .map(|channel| {
                    self.blocks.anchor(place.samples(spans, channel));
                    self.usable()
                })
                .sum();
            usable.div_ceil(channels.max(1))
        };
        let spent: usize = chosen.iter().map(|&place| cost(place) + OVERHEAD).sum();
        let more: Vec<(Place, usize)> = spread(places, MORE_PLACES)
            .into_iter()
            .filter(|place| !chosen.contains(place))
            .map(|place| (place, cost(place)))
            .filter(|&(_, cost)| cost > 0)
            .collect();
        let left = MOST_CHUNKS.saturating_sub(spent);
        let every = (1..=more.len())
            .find(|&every| more.iter().step_by(every).map(|(_, cost)| cost + OVERHEAD).sum::<usize>() <= left);
        if let Some(every) = every {
            chosen.extend(more.into_iter().step_by(every).map(|(place, _)| place));
        }
        chosen.sort_by_key(|place| (place.span, place.offset));
        chosen
    }

    /// Chunks of the current block up to the last that stands above the noise.
    fn usable(&self) -> usize {
        let enough = USABLE * self.noise;
        (0..CHUNKS).rev().find(|&chunk| self.blocks.lines(chunk).iter().any(|x| x * x > enough)).map_or(0, |n| n + 1)
    }

    /// The sums of the block that begins at each of the phases 0..1024 of `samples`.
    fn block(&mut self, samples: &[f32]) -> &[Phasor] {
        self.blocks.anchor(samples);
        let chunks = self.usable();
        dispatch(Phases { scanner: self, samples, chunks });
        &self.phases
    }
}

/// One block at every phase, as a unit that is compiled for the machine's own vector width.
struct Phases<'a> {
    scanner: &'a mut Scanner,
    samples: &'a [f32],
    chunks: usize,
}

impl Kernel for Phases<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Scanner { blocks, phases, noise } = self.scanner;
        let (leaving, entering) = (&self.samples[..PERIOD], &self.samples[LONG..]);
        for ((phasor, old), new) in phases.iter_mut().zip(leaving).zip(entering) {
            let mut sums = Sums::default();
            for chunk in 0..self.chunks {
                sums.add(&blocks.lines(chunk), *noise);
            }
            *phasor = sums.total();
            blocks.step(old + new);
        }
    }
}
