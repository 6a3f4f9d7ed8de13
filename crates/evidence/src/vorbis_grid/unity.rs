//! How likely it is that the lines of all blocks stand on the floor's own levels, which is where a decode leaves them as
//! long as nobody makes it louder or quieter.
//!
//! With the level known, a block's sums have a known direction. Let ρ be the coherence of lines on a floor: the real part of
//! a sum of variance W is then normal with mean ρW and variance W/2, off any floor with mean 0, so that the logarithm of the
//! likelihood ratio is 2ρ · Re − ρ²W. That adds up over blocks, channels and harmonics, loud blocks count for what they are
//! worth, and many quiet ones add to what none of them shows alone.

use bitrater_signal::vorbis::Phasor;

use super::{PERIOD, RESIDUES};
use crate::signals::Signal;
use crate::tally::{GridPeak, PARTS, PhaseScan, median};

/// Coherence that lines on a floor are taken to have; measured ones are 0.3 for small steps among the rounding noise of 16
/// bits to 0.95.
const COHERENCE: f32 = 0.5;

/// MAD over the residues of the best of eight normal variables, in their deviation.
const EXPECTED: f32 = 0.4;

/// The sum over a file deviates at least this many nats over the residues, so that twelve of these are proof enough.
const LEAST_SPREAD: f32 = 2.0;

/// A part shows a phase on its own from this many MADs on.
const PART_BAR: f32 = 3.0;

/// Residues nearer than this to a peak belong to it.
const SHADOW: usize = 8;

/// Peaks that are reported.
const MOST_PEAKS: usize = 4;

/// Log likelihoods of one block at every phase.
pub struct Block {
    phases: Vec<f32>,
    /// Their variance off any floor.
    variance: f32,
}

impl Block {
    /// A block of which no channel was heard.
    pub fn new() -> Self {
        Self { phases: vec![0.0; PERIOD], variance: 0.0 }
    }

    /// Adds the sums of one channel at each of the phases.
    pub fn hear(&mut self, channel: &[Phasor]) {
        let mut weights = 0.0;
        for (likelihood, phasor) in self.phases.iter_mut().zip(channel) {
            let weight = phasor.weight[0] + phasor.weight[1];
            *likelihood += 2.0 * COHERENCE * (phasor.whole[0] + phasor.half[0]) - COHERENCE * COHERENCE * weight;
            weights += weight;
        }
        self.variance += 2.0 * COHERENCE * COHERENCE * weights / channel.len().max(1) as f32;
    }

    /// Per residue the log likelihood that the block lies at one of its eight phases, centred on zero.
    ///
    /// Lines of steady tones move together, so that a block of these deviates more than independent lines would; it counts
    /// the less.
    fn residues(&self) -> Vec<f32> {
        let mut row: Vec<f32> = (0..RESIDUES)
            .map(|residue| {
                let eight = || self.phases.iter().skip(residue).step_by(RESIDUES);
                let most = eight().copied().fold(f32::NEG_INFINITY, f32::max);
                most + eight().map(|x| (x - most).exp()).sum::<f32>().ln()
            })
            .collect();
        let middle = median(row.iter().copied());
        let spread = median(row.iter().map(|x| (x - middle).abs()));
        let expected = EXPECTED * self.variance.sqrt();
        let share = if spread > expected { (expected / spread).powi(2) } else { 1.0 };
        for x in &mut row {
            *x = share * (*x - middle);
        }
        row
    }
}

/// Sums over blocks.
pub struct Unity {
    expected: usize,
    blocks: usize,
    parts: [[f32; RESIDUES]; PARTS],
    /// The most that a single block gave each residue.
    largest: [f32; RESIDUES],
}

impl Unity {
    /// Sums that will be given `expected` blocks.
    pub fn new(expected: usize) -> Self {
        Self { expected: expected.max(1), blocks: 0, parts: [[0.0; RESIDUES]; PARTS], largest: [0.0; RESIDUES] }
    }

    /// Adds the next block.
    pub fn add(&mut self, block: &Block) {
        let part = (self.blocks * PARTS / self.expected).min(PARTS - 1);
        self.blocks += 1;
        for (residue, likelihood) in block.residues().into_iter().enumerate() {
            self.parts[part][residue] += likelihood;
            self.largest[residue] = self.largest[residue].max(likelihood);
        }
    }

    /// The residues that stand out most; the best block of each is left out, so that none decides alone.
    pub fn scan(&self, signal: Signal) -> PhaseScan {
        let sum = |residue: usize| self.parts.iter().map(|part| part[residue]).sum::<f32>();
        let sums: Vec<f32> = (0..RESIDUES).map(|residue| sum(residue) - self.largest[residue]).collect();
        let curve = standard(&sums);
        let parts = self.parts.map(|part| standard(&part));
        let mut taken: Vec<usize> = Vec::new();
        let apart = |a: usize, b: usize| a.abs_diff(b).min(RESIDUES - a.abs_diff(b));
        for _ in 0..MOST_PEAKS {
            let free = (0..RESIDUES).filter(|&residue| taken.iter().all(|&peak| apart(peak, residue) > SHADOW));
            taken.extend(free.max_by(|&a, &b| curve[a].total_cmp(&curve[b])));
        }
        let peaks = taken.into_iter().map(|residue| GridPeak {
            phase: residue as u32,
            signal,
            strength: f64::from(curve[residue]),
            depth: f64::from(sums[residue]) / self.blocks.max(1) as f64,
            parts: parts.iter().filter(|part| part[residue] > PART_BAR).count() as u32,
            by_part: std::array::from_fn(|part| f64::from(parts[part][residue])),
        });
        PhaseScan { granules: self.blocks, peaks: peaks.collect(), curve }
    }
}

/// A row in MADs above its median.
fn standard(row: &[f32]) -> Vec<f32> {
    let middle = median(row.iter().copied());
    let spread = median(row.iter().map(|x| (x - middle).abs())).max(LEAST_SPREAD);
    row.iter().map(|x| (x - middle) / spread).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reproducible value in −1..1.
    fn scatter(k: usize) -> f32 {
        ((k * 7919 + 13) % 10_007) as f32 / 5003.5 - 1.0
    }

    /// A block of `weight` off any floor but at the phases given, where it has its full coherence.
    fn block(n: usize, weight: f32, on: &[usize]) -> Block {
        let channel: Vec<Phasor> = (0..PERIOD)
            .map(|phase| {
                let sum = |turn: usize| {
                    let noise = scatter(phase + 1031 * n + 523 * turn) * (1.5 * weight).sqrt();
                    noise + if on.contains(&phase) { COHERENCE * weight } else { 0.0 }
                };
                Phasor { whole: [sum(0), 0.0], half: [sum(1), 0.0], weight: [weight; 2] }
            })
            .collect();
        let mut block = Block::new();
        block.hear(&channel);
        block
    }

    fn strengths(blocks: impl IntoIterator<Item = Block>) -> PhaseScan {
        let mut unity = Unity::new(40);
        for block in blocks {
            unity.add(&block);
        }
        unity.scan(Signal::Left)
    }

    #[test]
    fn many_weak_blocks_add_up() {
        let scan = strengths((0..40).map(|n| block(n, 12.0, &[17 + RESIDUES * (n % 8)])));
        assert_eq!(scan.peaks[0].phase, 17);
        assert!(scan.peaks[0].strength > 15.0 && scan.peaks[0].parts == 4, "{:?}", scan.peaks[0]);
        assert!(scan.peaks[1].strength < 6.0, "{:?}", scan.peaks[1]);
    }

    #[test]
    fn one_block_alone_decides_nothing() {
        let scan =
            strengths((0..40).map(|n| block(n, if n == 7 { 4000.0 } else { 12.0 }, if n == 7 { &[17] } else { &[] })));
        assert!(scan.peaks[0].strength < 6.0, "{:?}", scan.peaks[0]);
    }

    #[test]
    fn blocks_without_lines_show_nothing() {
        let scan = strengths((0..40).map(|n| block(n, 0.0, &[])));
        assert!(scan.peaks[0].strength < 1.0, "{:?}", scan.peaks[0]);
    }
}
