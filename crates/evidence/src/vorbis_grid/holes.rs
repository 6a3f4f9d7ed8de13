//! Lines that an encoder left empty: the level of a block falls at its own phase, and is back a few samples later.
//!
//! The ladder of floor levels shows in lines at least forty decibels above the rounding noise. Sounds of a few low
//! partials have hardly any such lines. They have many weak lines, nearly all of which Vorbis rounds to zero. Any
//! transform coder does that, and the windows of some are similar. So holes prove that a file was lossy; which codec it
//! was depends on their phase alone.

use std::collections::VecDeque;

use bitrater_signal::vorbis::Phasor;

use super::sums::BlockSums;
use super::{PERIOD, RESIDUES};
use crate::signals::Signal;
use crate::tally::{PhaseScan, median};

/// Distance in samples to the nearest of the phases on either side that a level is compared with. At smaller distances
/// low lines have hardly changed.
const NEAREST: usize = 8;

/// Distance between them.
const APART: usize = 4;

/// Phases on either side.
const AROUND: usize = 5;

/// Distance to the farthest. Phases nearer than this to the ends of a place have no level to be compared with.
const FARTHEST: usize = NEAREST + (AROUND - 1) * APART;

/// A block's level deviates at least this much over the phases: three lines that fall to an eighth, in log2 of powers.
const LEAST_SPREAD: f32 = 10.0;

/// Deviation of a normal variable in its MAD.
const NORMAL: f32 = 1.483;

/// A block counts at most this many deviations.
const CLIP: f32 = 8.0;

/// Blocks of each phase that are left out, those with the greatest values, so that a few do not decide.
const ASIDE: usize = 3;

/// Blocks that correlate more than this count once. Those of a clear grid without transients correlate as well, but
/// less.
const REPEATED: f32 = 0.95;

/// One in so many phases is compared with those of other blocks.
const COMPARED: usize = 4;

/// Earlier blocks that a block is compared with.
const REMEMBERED: usize = 48;

/// One in so many phases is used for the deviation of a block.
const SAMPLED: usize = 5;

/// How far the level of one block falls at every phase.
pub struct Drops {
    phases: Vec<f32>,
    channels: usize,
}

impl Drops {
    /// A block of which no channel was measured.
    pub fn new() -> Self {
        Self { phases: vec![0.0; PERIOD], channels: 0 }
    }

    /// Adds the levels of one channel at each of the phases; a silent channel adds nothing.
    ///
    /// A level must lie below those on both sides. Before an attack, for example, it only rises.
    pub fn add(&mut self, channel: &[Phasor]) {
        if channel.len() != PERIOD || channel.iter().all(|phasor| phasor.level == 0.0) {
            return;
        }
        let level: Vec<f32> = channel.iter().map(|phasor| phasor.level).collect();
        // The mean of one side, by the phase that is nearest to the start of the block.
        let side: Vec<f32> = (0..PERIOD - (FARTHEST - NEAREST))
            .map(|from| (0..AROUND).map(|n| level[from + n * APART]).sum::<f32>() / AROUND as f32)
            .collect();
        let drops: Vec<f32> = (FARTHEST..PERIOD - FARTHEST)
            .map(|phase| side[phase - FARTHEST].min(side[phase + NEAREST]) - level[phase])
            .collect();
        let sampled = || drops.iter().copied().step_by(SAMPLED);
        let middle = median(sampled());
        let spread = (NORMAL * median(sampled().map(|x| (x - middle).abs()))).max(LEAST_SPREAD);
        for (sum, drop) in self.phases[FARTHEST..].iter_mut().zip(&drops) {
            *sum += ((drop - middle) / spread).clamp(-CLIP, CLIP);
        }
        self.channels += 1;
    }

    /// Per residue the square of the deepest fall at one of its eight phases, centred on zero. A likelihood grows with
    /// that square, so that a few clear blocks count for more than many weak ones.
    pub fn residues(&self) -> Vec<f32> {
        let channels = self.channels.max(1) as f32;
        let mut row: Vec<f32> = (0..RESIDUES)
            .map(|residue| {
                let eight = self.phases.iter().skip(residue).step_by(RESIDUES).copied();
                (eight.fold(0.0, f32::max).powi(2) / channels).min(CLIP * CLIP)
            })
            .collect();
        let middle = median(row.iter().copied());
        for x in &mut row {
            *x -= middle;
        }
        row
    }
}

/// Least deviation of the sum of so many blocks, that of blocks without a special phase.
fn least_spread(blocks: usize) -> f32 {
    0.7 * (blocks as f32).sqrt()
}

/// Sums over blocks.
pub struct Holes {
    sums: BlockSums,
    /// The blocks before, every few phases, with unit energy.
    before: VecDeque<Vec<f32>>,
}

impl Holes {
    /// Sums that will be given `expected` blocks.
    pub fn new(expected: usize) -> Self {
        Self { sums: BlockSums::new(expected, ASIDE), before: VecDeque::new() }
    }

    /// Adds the next block. A block that repeats another at every phase adds nothing: a train of clicks, or a loop,
    /// falls silent again and again.
    pub fn add(&mut self, block: &Drops) {
        let mut row: Vec<f32> = block.phases.iter().copied().step_by(COMPARED).collect();
        let energy: f32 = row.iter().map(|x| x * x).sum();
        let unit = 1.0 / energy.max(f32::MIN_POSITIVE).sqrt();
        for x in &mut row {
            *x *= unit;
        }
        let correlation = |before: &Vec<f32>| row.iter().zip(before).map(|(a, b)| a * b).sum::<f32>();
        let repeats = self.before.iter().any(|before| correlation(before) > REPEATED);
        self.sums.add(&if repeats { vec![0.0; RESIDUES] } else { block.residues() });
        self.before.push_back(row);
        if self.before.len() > REMEMBERED {
            self.before.pop_front();
        }
    }

    /// The residues that stand out most.
    pub fn scan(&self, signal: Signal) -> PhaseScan {
        self.sums.scan(signal, least_spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reproducible value in −1..1, hashed so that blocks have nothing in common.
    fn scatter(k: usize) -> f32 {
        let mut h = (k as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
        h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((h ^ (h >> 31)) >> 40) as f32 / (1_u32 << 23) as f32 - 1.0
    }

    /// A block whose level wanders, and falls by `depth` at the phase `on` and a little beside it.
    fn block(n: usize, on: Option<usize>, depth: f32) -> Drops {
        let channel: Vec<Phasor> = (0..PERIOD)
            .map(|phase| {
                let fall = on.map_or(0.0, |on| depth * (1.0 - 0.3 * phase.abs_diff(on) as f32).max(0.0));
                Phasor { level: 30.0 * scatter(phase + 1031 * n) - fall, ..Phasor::default() }
            })
            .collect();
        let mut drops = Drops::new();
        drops.add(&channel);
        drops
    }

    fn strengths(blocks: impl IntoIterator<Item = Drops>) -> PhaseScan {
        let mut holes = Holes::new(40);
        for block in blocks {
            holes.add(&block);
        }
        holes.scan(Signal::Left)
    }

    #[test]
    fn a_few_blocks_that_fall_at_one_phase_are_a_grid() {
        let on = |n: usize| n.is_multiple_of(8).then_some(17 + RESIDUES * (1 + n % 6));
        let scan = strengths((0..40).map(|n| block(n, on(n), 250.0)));
        assert_eq!(scan.peaks[0].phase, 17);
        assert!(scan.peaks[0].strength > 14.0, "{:?}", scan.peaks[0]);
        assert!(scan.peaks[1].strength < 7.0, "{:?}", scan.peaks[1]);
    }

    #[test]
    fn three_blocks_alone_decide_nothing() {
        let scan = strengths((0..40).map(|n| block(n, [7, 11, 30].contains(&n).then_some(273), 9000.0)));
        assert!(scan.peaks[0].strength < 8.0, "{:?}", scan.peaks[0]);
    }

    #[test]
    fn a_level_that_goes_on_rising_is_no_hole() {
        let step = |n: usize| {
            let channel: Vec<Phasor> = (0..PERIOD)
                .map(|phase| {
                    let level = 30.0 * scatter(phase + 1031 * n) + if phase > 400 { 2000.0 } else { 0.0 };
                    Phasor { level, ..Phasor::default() }
                })
                .collect();
            let mut drops = Drops::new();
            drops.add(&channel);
            drops
        };
        let scan = strengths((0..40).map(step));
        assert!(scan.peaks[0].strength < 8.0, "{:?}", scan.peaks[0]);
    }

    #[test]
    fn what_repeats_itself_at_every_phase_is_no_grid() {
        let scan = strengths((0..40).map(|n| block(n % 3, Some(273), 900.0)));
        assert!(scan.peaks[0].strength < 8.0, "{:?}", scan.peaks[0]);
    }

    #[test]
    fn silent_channels_count_for_nothing() {
        let mut drops = block(3, Some(300), 300.0);
        let alone = drops.residues();
        drops.add(&vec![Phasor::default(); PERIOD]);
        assert_eq!(drops.residues(), alone);
        let scan = strengths((0..40).map(|_| Drops::new()));
        assert!(scan.peaks[0].strength < 1.0, "{:?}", scan.peaks[0]);
    }
}
