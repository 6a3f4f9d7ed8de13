//! What makes a place informative. Only an informative place without a grid is evidence of no encode.

use bitrater_signal::energy::difference_energy;
use bitrater_signal::mp3::{LANES, Lane};

/// A step of this many deviations of the rounding noise would be detected.
pub const SEEN_STEP: f32 = 8.0;

/// The share of the average rate that a single frame may take.
pub const ABOVE_RATE: f64 = 1.5;

/// A sample of this size was clipped.
const FULL_SCALE: f32 = 0.999_96;

/// Whether none of the samples was clipped.
pub fn is_unclipped(samples: &[f32]) -> bool {
    samples.iter().all(|x| x.abs() < FULL_SCALE)
}

/// Mid and side of lines of left and right.
#[inline(always)]
pub fn mid_side([left, right]: [&[Lane]; 2], mid: &mut [Lane], side: &mut [Lane]) {
    for (i, (left, right)) in left.iter().zip(right).enumerate() {
        for l in 0..LANES {
            mid[i][l] = (left[l] + right[l]) * std::f32::consts::FRAC_1_SQRT_2;
            side[i][l] = (left[l] - right[l]) * std::f32::consts::FRAC_1_SQRT_2;
        }
    }
}

/// Bits that the lines of one `lane` need in steps just too fine to be detected over noise of deviation `sigma`. All
/// channels count together, as left and right or as mid and side, whichever need fewer. With one channel only the first
/// signal counts.
#[inline(always)]
pub fn bits([left, right, mid, side]: [&[Lane]; 4], lane: usize, sigma: f32, stereo: bool) -> f32 {
    let unit = 1.0 / (SEEN_STEP * sigma).max(f32::MIN_POSITIVE);
    let needed = |lines: &[Lane]| lines.iter().map(|line| (1.0 + line[lane].abs() * unit).log2()).sum::<f32>();
    if stereo { (needed(left) + needed(right)).min(needed(mid) + needed(side)) } else { needed(left) }
}

/// Samples of a stretch, in the search for attacks.
const STRETCH: usize = 128;

/// Stretches before one that it is compared with.
const BEFORE: usize = 4;

/// An encoder may switch to short blocks if a stretch has this many times the energy of those before it, with high
/// frequencies emphasised. LAME and others do so at three to ten.
const ATTACK: f32 = 3.0;

/// Whether nothing in the samples made an encoder use short blocks, whose lines no long transform shows. A place with
/// short blocks shows no grid and is not informative.
pub fn is_steady(samples: &[f32]) -> bool {
    let energies: Vec<f32> = samples.chunks_exact(STRETCH).map(difference_energy).collect();
    energies.windows(BEFORE + 1).all(|stretches| {
        let before = stretches[..BEFORE].iter().sum::<f32>() / BEFORE as f32;
        stretches[BEFORE] <= ATTACK * before
    })
}
