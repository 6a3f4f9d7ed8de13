//! The older quantiser steps of one granule and channel, as the standard lets an encoder choose them.
//!
//! In an older granule the step exponent of band b was `e1 = gain − 2k`. Scalefactor, preflag and `scalefac_scale` add
//! up to k (ISO/IEC 11172-3, 2.4.3.4.7). All bands share one gain, and k is mostly zero. So the bands must agree, and a
//! step that a few lines of one band suggest by chance counts for little.

use bitrater_media::layer3::LINES;

use super::likelihood::{Likelihood, MOST_COARSER, Row};
use crate::coded::CodedChannel;

/// Natural logarithm of the prior of k = 0: encoders amplify less than half of the bands.
const PLAIN: f32 = -0.6;

/// Of each other k up to [`MOST_AMPLIFIED`], together 0.45.
const AMPLIFIED: f32 = -2.75;

/// Largest k that is tried.
const MOST_AMPLIFIED: i32 = 7;

/// Gains that are tried, in quarter steps from the stream's coarsest band.
const GAINS: std::ops::Range<i32> = -4..40;

/// Cost of a non-zero line in a band whose older step would have been too coarse for one.
const IMPOSSIBLE: f32 = -1.0;

/// Fewest non-zero lines of a granule that is examined.
const FEWEST_LINES: usize = 20;

/// Deviation of a line for white noise of deviation 1 per sample, in the decoder's scale: √0.3 of the analysis bank,
/// whose gain is nine.
const LINE_NOISE: f32 = 0.0609;

/// Leakage of a strong line into its neighbours through the polyphase banks of decoder and encoder, as a share of it:
/// the banks are perfect to about −90 dB.
const LEAKAGE: f32 = 3e-5;

/// The most likely older steps of one channel of a granule.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OlderSteps {
    /// Log Bayes factor of an older encode against none.
    pub evidence: f32,
    /// Bits that the older encode spent less, by its coarser steps: Σ log2 of the ratio of the intervals over non-zero
    /// lines.
    pub bits_less: f32,
}

/// Fits older steps; none where the channel is in short blocks or is nearly empty.
///
/// `rounding` is the deviation per sample that a lossless file between the encodes would have rounded by (full scale
/// 1).
pub fn fit(channel: &CodedChannel, edges: &[u16], rounding: f32, likelihood: &Likelihood) -> Option<OlderSteps> {
    let lines = channel.quantised.iter().filter(|&&value| value != 0).count();
    if channel.short || lines < FEWEST_LINES {
        return None;
    }
    let energies = channel.energies();
    let bands: Vec<Band> = edges
        .windows(2)
        .map(|edge| Band::read(channel, usize::from(edge[0])..usize::from(edge[1]), &energies, rounding, likelihood))
        .filter(|band| band.lines > 0)
        .collect();
    let coarsest = bands.iter().map(|band| band.exponent).max()?;
    let mut best: Option<(f32, i32)> = None;
    for gain in GAINS.map(|above| coarsest + above) {
        let evidence: f32 = bands.iter().map(|band| band.best(gain).0).sum();
        if best.is_none_or(|(most, _)| evidence > most) {
            best = Some((evidence, gain));
        }
    }
    let (evidence, gain) = best?;
    let bits_less = bands.iter().map(|band| 0.1875 * (band.lines as i32 * band.best(gain).1.max(0)) as f32).sum();
    Some(OlderSteps { evidence: evidence - (GAINS.len() as f32).ln(), bits_less })
}

/// One scalefactor band of the stream.
struct Band {
    exponent: i32,
    /// Non-zero lines.
    lines: usize,
    /// Log likelihood ratio by coarseness.
    ratios: Row,
}

impl Band {
    fn read(
        channel: &CodedChannel,
        lines: std::ops::Range<usize>,
        energies: &[f32; LINES],
        rounding: f32,
        likelihood: &Likelihood,
    ) -> Self {
        let exponent = i32::from(channel.exponents[lines.start]);
        let step = (0.25 * exponent as f32).exp2();
        let values: Vec<u16> = channel.quantised[lines.clone()]
            .iter()
            .map(|value| value.unsigned_abs())
            .filter(|&value| value != 0)
            .collect();
        let ratios = if values.is_empty() {
            [0.0; MOST_COARSER]
        } else {
            // From two subbands below the band to two above its first line.
            let near = &energies[lines.start.saturating_sub(36)..(lines.start + 36).min(LINES)];
            let leak = LEAKAGE * (near.iter().sum::<f32>() / near.len() as f32).sqrt();
            likelihood.ratios(&values, (rounding * LINE_NOISE).hypot(leak) / step)
        };
        Self { exponent, lines: values.len(), ratios }
    }

    /// The most likely coarseness under an older global gain, with its log probability.
    fn best(&self, gain: i32) -> (f32, i32) {
        (0..=MOST_AMPLIFIED)
            .map(|k| {
                let coarser = gain - 2 * k - self.exponent;
                let prior = if k == 0 { PLAIN } else { AMPLIFIED };
                let ratio = if coarser <= 0 {
                    0.0
                } else {
                    self.ratios.get(coarser as usize - 1).copied().unwrap_or(IMPOSSIBLE * self.lines as f32)
                };
                (prior + ratio, coarser)
            })
            .fold((f32::NEG_INFINITY, 0), |best, next| if next.0 > best.0 { next } else { best })
    }
}
