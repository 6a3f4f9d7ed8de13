//! The likelihood that the lines of all blocks lie on the floor's own levels. A decode leaves them there as long as
//! nobody makes it louder or quieter.
//!
//! If the level is known, a block's sums have a known direction. Let ρ be the coherence of lines on a floor. The real
//! part of a sum of variance W is normal, with mean ρW and variance W/2 on a floor, and mean 0 off any floor. The
//! logarithm of the likelihood ratio is then 2ρ · Re − ρ²W. It adds up over blocks, channels and harmonics. Loud blocks
//! count in proportion, and many quiet ones add up to what none of them shows alone.

use bitrater_signal::vorbis::Phasor;

use super::{PERIOD, RESIDUES};
use crate::tally::median;

/// Coherence that lines on a floor are assumed to have. Measured values are 0.3 for small steps in the rounding noise
/// of 16 bits to 0.95.
const COHERENCE: f32 = 0.5;

/// MAD over the residues of the best of eight normal variables, in their deviation.
const EXPECTED: f32 = 0.4;

/// The sum over a file deviates at least this many nats over the residues, so that twelve of these are proof enough.
pub const LEAST_SPREAD: f32 = 2.0;

/// Log likelihoods of one block at every phase.
pub struct Block {
    phases: Vec<f32>,
    /// Their variance off any floor.
    variance: f32,
}

impl Block {
    /// A block of which no channel was measured.
    pub fn new() -> Self {
        Self { phases: vec![0.0; PERIOD], variance: 0.0 }
    }

    /// Adds the sums of one channel at each of the phases.
    pub fn add(&mut self, channel: &[Phasor]) {
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
    /// Lines of steady tones move together, so that a block of these deviates more than independent lines would. It
    /// counts less accordingly.
    pub fn residues(&self) -> Vec<f32> {
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

#[cfg(test)]
mod tests {
    use super::super::sums::BlockSums;
    use super::*;
    use crate::signals::Signal;
    use crate::tally::PhaseScan;

    /// A reproducible value in −1..1.
    fn scatter(k: usize) -> f32 {
        ((k * 7919 + 13) % 10_007) as f32 / 5003.5 - 1.0
    }

    /// A block of `weight` that is off any floor except at the phases given, where it has its full coherence.
    fn block(n: usize, weight: f32, on: &[usize]) -> Block {
        let channel: Vec<Phasor> = (0..PERIOD)
            .map(|phase| {
                let sum = |turn: usize| {
                    let noise = scatter(phase + 1031 * n + 523 * turn) * (1.5 * weight).sqrt();
                    noise + if on.contains(&phase) { COHERENCE * weight } else { 0.0 }
                };
                Phasor { whole: [sum(0), 0.0], half: [sum(1), 0.0], weight: [weight; 2], level: 0.0 }
            })
            .collect();
        let mut block = Block::new();
        block.add(&channel);
        block
    }

    fn strengths(blocks: impl IntoIterator<Item = Block>) -> PhaseScan {
        let mut sums = BlockSums::new(40, 1);
        for block in blocks {
            sums.add(&block.residues());
        }
        sums.scan(Signal::Left, |_| LEAST_SPREAD)
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
