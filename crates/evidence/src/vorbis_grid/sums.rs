//! What the blocks show of each residue, summed over a file: the phases that stand out.

use super::RESIDUES;
use crate::signals::Signal;
use crate::tally::{GridPeak, PARTS, PhaseScan, median};

/// A part shows a phase by itself from this many MADs on.
const PART_BAR: f32 = 3.0;

/// Residues nearer than this to a peak belong to it.
const SHADOW: usize = 8;

/// Peaks that are reported.
const MOST_PEAKS: usize = 4;

/// Sums over blocks.
pub struct BlockSums {
    expected: usize,
    blocks: usize,
    parts: [[f32; RESIDUES]; PARTS],
    /// The greatest values that single blocks gave each residue, in any order.
    largest: Vec<[f32; RESIDUES]>,
}

impl BlockSums {
    /// Sums that will be given `expected` blocks. The best `aside` of each residue are left out, so that a few do not
    /// decide.
    pub fn new(expected: usize, aside: usize) -> Self {
        Self {
            expected: expected.max(1),
            blocks: 0,
            parts: [[0.0; RESIDUES]; PARTS],
            largest: vec![[0.0; RESIDUES]; aside],
        }
    }

    /// Adds what the next block shows of each residue, centred on zero.
    pub fn add(&mut self, row: &[f32]) {
        let part = (self.blocks * PARTS / self.expected).min(PARTS - 1);
        self.blocks += 1;
        for (residue, &value) in row.iter().enumerate() {
            self.parts[part][residue] += value;
            let mut rest = value;
            for largest in &mut self.largest {
                if rest > largest[residue] {
                    std::mem::swap(&mut rest, &mut largest[residue]);
                }
            }
        }
    }

    /// The residues that stand out most. A sum of a number of blocks deviates by at least `least` of it.
    pub fn scan(&self, signal: Signal, least: impl Fn(usize) -> f32) -> PhaseScan {
        let sum = |residue: usize| self.parts.iter().map(|part| part[residue]).sum::<f32>();
        let aside = |residue: usize| self.largest.iter().map(|largest| largest[residue]).sum::<f32>();
        let sums: Vec<f32> = (0..RESIDUES).map(|residue| sum(residue) - aside(residue)).collect();
        let curve = standard(&sums, least(self.blocks));
        let parts = self.parts.map(|part| standard(&part, least(self.blocks / PARTS)));
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

/// A row in MADs above its median; the MAD is at least `least`.
fn standard(row: &[f32], least: f32) -> Vec<f32> {
    let middle = median(row.iter().copied());
    let spread = median(row.iter().map(|x| (x - middle).abs())).max(least).max(f32::MIN_POSITIVE);
    row.iter().map(|x| (x - middle) / spread).collect()
}
