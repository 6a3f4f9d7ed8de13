//! The bits that the residue of the blocks must have cost, from the share of zero lines.
//!
//! The integers of a residue are nearly a rounded Laplacian, whose share of zeros gives its entropy. With a share z, an
//! integer is ±n (n ≥ 1) with probability (1 − z)/2 · (1 − r) r^(n−1), r = (1 − z)². Vorbis codes the channels of a
//! pair together, so zeros that they have in common count once. Floors, headers and the loss of the codebooks are added
//! as libvorbis needs them on average.

use bitrater_signal::mp3::{LANES, Lane};
use bitrater_signal::vorbis::{LongBlocks, Sums};

use super::frames::Place;
use super::scan::{line_noise, power};
use super::{PERIOD, RESIDUES};
use crate::excerpts::Span;
use crate::places::spread;

/// Most blocks that are counted.
const MOST_BLOCKS: usize = 32;

/// Fewest blocks for a rate.
const FEWEST_BLOCKS: usize = 4;

/// A block shows its phase by itself from this power on, per channel. Off the grid the mean is 2, and a share of e⁻⁶ is
/// above this.
const SHOWN: f32 = 8.0;

/// Lines looked at: nearly all of the 1024.
const FIRST_LINE: usize = 8;
const CHUNKS: usize = 63;

/// A line is zero below this many deviations of the noise.
const ZERO: f32 = 3.0;

/// A chunk with fewer zeros than one in this many lines may have them by chance.
const LEAST_ZEROS: f64 = 1.0 / 32.0;

/// What the codebooks need of the residue's entropy. Fitted, with the next, to libvorbis at qualities 3 and 6.
const CODEBOOKS: f64 = 1.1;

/// Floors and headers, in kbit/s a channel.
const FLOOR: f64 = 4.0;

/// The bitrate by the blocks that were found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VorbisRate {
    /// Long blocks that were counted.
    pub blocks: usize,
    /// Estimated bitrate, all channels together, in kbit/s.
    pub kbps: f64,
    /// Share of lines that are zero, 0 to 1.
    pub zeros: f64,
}

/// The rate of the blocks at `residue` (modulo 128) around the places; none if too few show it by themselves.
pub fn rate(spans: &[Span], places: &[Place], residue: usize, sample_rate: u32, noise: f64) -> Option<VorbisRate> {
    let variance = line_noise(noise);
    let limit = ZERO * variance.sqrt();
    let mut blocks = LongBlocks::new(FIRST_LINE, CHUNKS);
    let mut measured = 1;
    let (mut counted, mut bits, mut zeros, mut lines) = (0, 0.0, 0_usize, 0_usize);
    for place in spread(places, MOST_BLOCKS) {
        let channels = spans[place.span].channels();
        let mut best = (SHOWN * channels as f32, Vec::new());
        for phase in (residue..PERIOD).step_by(RESIDUES) {
            let mut shown = 0.0;
            let mut planes = Vec::with_capacity(channels);
            for channel in 0..channels {
                blocks.anchor(&place.samples(spans, channel)[phase..]);
                let chunks: Vec<Lane> = (0..CHUNKS).map(|chunk| blocks.lines(chunk)).collect();
                let mut sums = Sums::default();
                for chunk in &chunks {
                    sums.add(chunk, variance);
                }
                shown += power(&sums.total());
                planes.push(chunks);
            }
            if shown > best.0 {
                best = (shown, planes);
            }
        }
        let (_, planes) = best;
        if planes.is_empty() {
            continue;
        }
        counted += 1;
        measured = measured.max(planes.len());
        for chunk in 0..CHUNKS {
            let zero: Vec<[bool; LANES]> = planes.iter().map(|plane| plane[chunk].map(|x| x.abs() < limit)).collect();
            bits += chunk_bits(&zero);
            zeros += zero.iter().flatten().filter(|&&zero| zero).count();
            lines += zero.len() * LANES;
        }
    }
    (counted >= FEWEST_BLOCKS).then(|| VorbisRate {
        blocks: counted,
        kbps: CODEBOOKS * bits / f64::from(counted as u32) * f64::from(sample_rate) / PERIOD as f64 / 1000.0
            + FLOOR * measured as f64,
        zeros: zeros as f64 / lines.max(1) as f64,
    })
}

/// Bits of a chunk of lines, from which of them are zero in each channel.
fn chunk_bits(zero: &[[bool; LANES]]) -> f64 {
    let share = |count: usize| count as f64 / LANES as f64;
    let shares: Vec<f64> = zero.iter().map(|lines| share(lines.iter().filter(|&&zero| zero).count())).collect();
    let mut bits: f64 = shares.iter().copied().map(integer_bits).sum();
    if let ([left, right], [l, r]) = (zero, shares.as_slice()) {
        let both = share(left.iter().zip(right).filter(|&(&a, &b)| a && b).count());
        let joint = [both, l - both, r - both, 1.0 - l - r + both];
        let together: f64 = joint.iter().map(|&p| surprise(p)).sum();
        let apart: f64 = [*l, 1.0 - l, *r, 1.0 - r].iter().map(|&p| surprise(p)).sum();
        bits -= (apart - together).max(0.0);
    }
    bits * LANES as f64
}

/// Entropy in bits of a rounded Laplacian with this share of `zeros`.
fn integer_bits(zeros: f64) -> f64 {
    let z = zeros.max(LEAST_ZEROS);
    let other = 1.0 - z;
    let r = other * other;
    let magnitude = if r > 0.0 { (surprise(r) + surprise(1.0 - r)) / (1.0 - r) } else { 0.0 };
    surprise(z) + surprise(other) + other * (1.0 + magnitude)
}

/// −p log2 p.
fn surprise(p: f64) -> f64 {
    if p > 0.0 { -p * p.log2() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entropy_is_that_of_the_distribution() {
        for z in [0.1, 0.5, 0.9] {
            let r: f64 = (1.0 - z) * (1.0 - z);
            let sum: f64 =
                (0..400).map(|n| 2.0 * surprise((1.0 - z) / 2.0 * (1.0 - r) * r.powi(n))).sum::<f64>() + surprise(z);
            assert!((sum - integer_bits(z)).abs() < 1e-9, "{z}");
        }
        assert!(integer_bits(1.0).abs() < 1e-12);
    }

    #[test]
    fn what_channels_share_costs_once() {
        let left: [bool; LANES] = std::array::from_fn(|n| n % 3 == 0);
        let right: [bool; LANES] = std::array::from_fn(|n| n % 3 == 1);
        let once = chunk_bits(&[left]);
        assert!(chunk_bits(&[left, left]) < 2.0 * once - 10.0);
        assert!(chunk_bits(&[left, right]) > once);
        assert!(chunk_bits(&[[true; LANES]; 2]).abs() < 1e-12);
    }
}
