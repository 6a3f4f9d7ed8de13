//! Which subband codec it was, from the ladder of its scalefactors, and what its integers must have cost.
//!
//! A block whose largest integer is J, at most four, was nearly always written on 2J + 1 levels, because its
//! scalefactor was chosen by its largest sample. So the product of step and levels is twice the scalefactor.
//! Scalefactors of Layer I and II are 2^(−i/3) (table B.1), those of Musepack 0.83298^i (`mpcdec`, `mpc_decoder.c`). A
//! change of gain moves all of them equally.

use bitrater_signal::mp3::subband::{self, BLOCK};
use bitrater_signal::mp3::{LANES, Lane, Polyphase, SLOT, SUBBANDS, Subbands, WINDOW_LEN};

use super::{PERIOD, block};
use crate::excerpts::Span;
use crate::places::Place;
use crate::trace::Ladder;

/// Ratio of neighbouring scalefactors of Layer I and II, as log2.
const LAYER_STEP: f64 = 1.0 / 3.0;

/// The same of Musepack.
const MUSEPACK_STEP: f64 = 0.263_65;

/// Largest integer of a block whose levels are known from it.
const FEW_LEVELS: f32 = 4.0;

/// A fit counts from this score on. It is 4.7 if all eleven other samples are on the lattice.
const SURE: f32 = 3.2;

/// A block is empty if its largest sample is below this many deviations of the noise.
const EMPTY: f32 = 5.0;

/// Fewest blocks of few levels for a reading.
const FEWEST: usize = 20;

/// Largest integer that is looked for to count bits.
const LARGEST: usize = 255;

/// Bits of a sample whose step is too fine to be read.
const UNREAD_BITS: f64 = 8.0;

/// Bits of a block beside its samples: its share of the bit allocation and of the scalefactors.
const BLOCK_BITS: f64 = 6.0;

/// Sums over blocks.
#[derive(Debug)]
struct Count {
    /// log2 of twice the scalefactor of blocks of few levels.
    scales: Vec<f64>,
    bands: [Band; SUBBANDS],
}

/// Blocks of one subband that hold something.
#[derive(Debug, Default, Clone, Copy)]
struct Band {
    /// Bits of the samples of those that could be read.
    bits: f64,
    read: f64,
    unread: f64,
}

impl Count {
    /// Adds a block of one subband.
    fn add(&mut self, k: usize, samples: &[Lane; BLOCK], sigma: f32) {
        let mut fit = subband::fit(samples, sigma, super::LARGEST);
        if fit.score[0] >= SURE && fit.largest[0] <= FEW_LEVELS {
            let levels = 2.0 * fit.largest[0] + 1.0;
            self.scales.push(f64::from(fit.peak[0] * levels / fit.largest[0]).log2());
        }
        if fit.peak[0] < EMPTY * sigma.max(1e-7) {
            return;
        }
        if fit.score[0] < SURE {
            fit = subband::fit(samples, sigma, LARGEST);
        }
        let band = &mut self.bands[k];
        if fit.score[0] < SURE {
            band.unread += 1.0;
            return;
        }
        band.read += 1.0;
        band.bits += BLOCK as f64 * (2.0 * f64::from(fit.largest[0]) + 1.0).log2();
    }

    /// Bits of all blocks. Blocks that could not be read count as the mean of their subband.
    fn bits(&self) -> f64 {
        self.bands
            .iter()
            .map(|band| {
                let each = if band.read > 0.0 { band.bits / band.read } else { BLOCK as f64 * UNREAD_BITS };
                (band.read + band.unread) * (BLOCK_BITS + each)
            })
            .sum()
    }

    fn fit(&self, step: f64) -> f64 {
        let (cos, sin) = self.scales.iter().fold((0.0, 0.0), |(cos, sin), scale| {
            let angle = 2.0 * std::f64::consts::PI * scale / step;
            (cos + angle.cos(), sin + angle.sin())
        });
        f64::hypot(cos, sin) / self.scales.len() as f64
    }
}

/// Reads the blocks at `column` of the places.
pub fn read(spans: &[Span], places: &[Place], column: usize, sample_rate: u32, sigma: f32) -> Option<Ladder> {
    let polyphase = Polyphase::new();
    let mut subbands = Subbands::default();
    let mut count = Count { scales: Vec::new(), bands: [Band::default(); SUBBANDS] };
    for &place in places {
        for plane in &spans[place.span].planes {
            let samples = &plane[place.offset + column..];
            polyphase.analyse(&samples[..PERIOD - SLOT + WINDOW_LEN + LANES], SUBBANDS, &mut subbands);
            for k in 0..SUBBANDS - 1 {
                count.add(k, &block(&subbands, k, 0), sigma);
            }
        }
    }
    let blocks = count.scales.len();
    let read: f64 = count.bands.iter().map(|band| band.read).sum();
    let all: f64 = count.bands.iter().map(|band| band.read + band.unread).sum();
    (blocks >= FEWEST).then(|| Ladder {
        blocks,
        layer: count.fit(LAYER_STEP),
        musepack: count.fit(MUSEPACK_STEP),
        kbps: count.bits() / places.len() as f64 * f64::from(sample_rate) / PERIOD as f64 / 1000.0,
        read: read / all.max(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ladder_fits_its_own_scalefactors_whatever_the_gain() {
        let fits = |step: f64| {
            let scales = (0..200).map(|n| 0.321 - step * f64::from(n * 7 % 40)).collect();
            let count = Count { scales, bands: [Band::default(); SUBBANDS] };
            (count.fit(LAYER_STEP), count.fit(MUSEPACK_STEP))
        };
        let (layer, other) = fits(LAYER_STEP);
        assert!(layer > 0.99 && other < 0.2, "{layer} {other}");
        let (other, musepack) = fits(MUSEPACK_STEP);
        assert!(musepack > 0.99 && other < 0.2, "{musepack} {other}");
    }
}
