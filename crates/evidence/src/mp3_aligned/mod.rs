//! An older MP3 generation on the same frame grid as an MP3 stream, read from the stream's own integers.
//!
//! An MP3 is decoded, its delay is trimmed, and it is encoded again. Both encoders then cut the same granules, so the
//! second one quantises lines that lie on the lattice of the first. Its integers have gaps: with an older lattice 1.5
//! times as coarse it can write 0, 1, 3, 4, 6, 7, … and never 2 or 5. This is double quantisation (for JPEG: Lukáš &
//! Fridrich, DFRWS 2003; for MP3: Yang, Shi & Huang, ACM MM&Sec 2009). No filter bank is needed, only the bitstream.
//!
//! The control is the same likelihood for lattices that no encoder can have, half a quarter step from the real ones.
//! Smooth or sparse spectra suggest both equally by chance.

mod density;
mod likelihood;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::coded::ROUNDING_BETWEEN;
use crate::excerpts::Span;
use likelihood::Likelihood;
use steps::OlderSteps;

/// Most granules that are examined, evenly spread.
const MOST_GRANULES: usize = 200;

/// Channels that must show an older encode in the first half of the granules, every second one. Otherwise the second
/// half is skipped.
const FEWEST_SHOWING: usize = 2;

/// Fewest channels of granules that must show an older generation before it proves anything or its rate is read. A tone
/// that was encoded once shows eight.
pub const SHOWING: usize = 12;

/// Log Bayes factor from which a channel of a granule shows an older encode by itself: by chance one in e^20.
const SHOWS: f32 = 20.0;

/// By how much it must exceed that of the impossible lattices.
const CLEARLY: f32 = 5.0;

/// What the stream's integers show of an older encode on the same grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlignedSearch {
    /// Channels of granules that were examined: long blocks with non-zero lines.
    pub examined: usize,
    /// Of these, channels that show an older, coarser lattice by themselves.
    pub showing: usize,
    /// Mean log Bayes factor of those that show one, in nats; 0 where none does.
    pub evidence: f64,
    /// Bits per granule, all channels together, that the older encode spent less on the lines that the stream holds,
    /// where it shows: Σ log2 of the ratio of the rounding intervals.
    pub bits_less: f64,
}

impl AlignedSearch {
    /// Share of the examined channels that show an older encode, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.showing as f64 / self.examined.max(1) as f64
    }
}

/// Reads the granules of an MP3 stream; none for other streams.
pub(crate) fn search(spans: &[Span]) -> Option<AlignedSearch> {
    let granules: Vec<_> = spans.iter().flat_map(|span| span.coded.iter().flatten()).collect();
    if granules.is_empty() {
        return None;
    }
    let count = granules.len().min(MOST_GRANULES);
    let (likelihood, control) = (Likelihood::new(0.0), Likelihood::new(0.5));
    let mut examined = 0;
    let mut seen = HashSet::new();
    let mut showing: Vec<(OlderSteps, usize)> = Vec::new();
    for n in (0..count).step_by(2).chain((1..count).step_by(2)) {
        if n == 1 && showing.len() < FEWEST_SHOWING {
            break;
        }
        let granule = granules[n * granules.len() / count];
        for channel in &granule.channels {
            // A steady tone writes the same integers many times, which counts once.
            if !seen.insert(channel.quantised.map(i16::unsigned_abs)) {
                continue;
            }
            let Some(older) = steps::fit(channel, &granule.bands.long, ROUNDING_BETWEEN, &likelihood) else { continue };
            examined += 1;
            if older.evidence < SHOWS {
                continue;
            }
            let chance = steps::fit(channel, &granule.bands.long, ROUNDING_BETWEEN, &control)
                .map_or(0.0, |steps| steps.evidence);
            if older.evidence > chance + CLEARLY {
                showing.push((older, granule.channels.len()));
            }
        }
    }
    let mean = |value: &dyn Fn(&(OlderSteps, usize)) -> f64| {
        showing.iter().map(value).sum::<f64>() / showing.len().max(1) as f64
    };
    Some(AlignedSearch {
        examined,
        showing: showing.len(),
        evidence: mean(&|(older, _)| f64::from(older.evidence)),
        bits_less: mean(&|(older, channels)| f64::from(older.bits_less) * *channels as f64),
    })
}
