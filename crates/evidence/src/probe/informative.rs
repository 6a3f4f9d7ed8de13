//! What makes a place telling: of these only does it mean something when they show no grid.

use bitrater_signal::energy::difference_energy;
use bitrater_signal::mp3::{LANES, Lane};

/// A step of this many deviations of the rounding noise would be seen.
pub const SEEN_STEP: f32 = 8.0;

/// What a frame may take of the average rate.
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

/// Bits that the lines of one `lane` need in steps just too fine to be seen over noise of deviation `sigma`: all channels together, as
/// left and right or as mid and side, whichever need fewer. With one channel only the first signal counts.
#[inline(always)]
pub fn bits([left, right, mid, side]: [&[Lane]; 4], lane: usize, sigma: f32, stereo: bool) -> f32 {
    let unit = 1.0 / (SEEN_STEP * sigma).max(f32::MIN_POSITIVE);
    let needed = |lines: &[Lane]| lines.iter().map(|line| (1.0 + line[lane].abs() * unit).log2()).sum::<f32>();
    if stereo { (needed(left) + needed(right)).min(needed(mid) + needed(side)) } else { needed(left) }
}

/// Samples between the stretches in which an attack is looked for.
const STRETCH: usize = 128;

/// Stretches before one that it is held against.
const BEFORE: usize = 4;

/// An encoder may go over to short blocks where a stretch has this many times the energy of those before it, highs emphasised; LAME and
/// others do at three to ten.
const ATTACK: f32 = 3.0;

/// Whether nothing in the samples made an encoder use short blocks, whose lines no long transform shows: only of these does a place tell that
/// shows no grid.
pub fn is_steady(samples: &[f32]) -> bool {
    let energies: Vec<f32> = samples.chunks_exact(STRETCH).map(difference_energy).collect();
    energies.windows(BEFORE + 1).all(|stretches| {
        let before = stretches[..BEFORE].iter().sum::<f32>() / BEFORE as f32;
        stretches[BEFORE] <= ATTACK * before
    })
}
