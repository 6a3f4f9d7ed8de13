//! The noise on the lines of a granule, which limits the lattices that can be detected.

use super::PERIOD;
use super::granules::Place;
use crate::coded::BANDS;
use crate::excerpts::Span;
use crate::signals::Signal;
use crate::tally::median;

/// Variance of a line for white noise of variance 1 per sample, in the scale of the bank.
pub const GAIN: f64 = 0.3;

/// Where the noise comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Noise {
    /// Rounding to integers, of this variance per sample (full scale 1).
    Rounding(f64),
    /// The quantiser of the MP3 stream itself, from its own frames. An older lattice lies below this noise.
    Coded,
}

impl Noise {
    /// Deviation of the noise per scalefactor band on the lines of `signal`; none where the stream's frames
    /// are not known.
    pub fn sigma(self, spans: &[Span], place: Place, signal: Signal) -> Option<[f32; BANDS]> {
        match self {
            Self::Rounding(variance) => Some([(GAIN * variance).sqrt() as f32; BANDS]),
            Self::Coded => {
                // Every phase of the place overlaps some of these three granules of the stream.
                let first = place.offset / PERIOD;
                let coded = spans[place.span].coded.get(first..first + 3)?;
                let mut sum = [0.0; BANDS];
                for granule in coded {
                    let noise = granule.as_ref()?.noise()[signal as usize];
                    for (sum, noise) in sum.iter_mut().zip(noise) {
                        *sum += noise;
                    }
                }
                Some(sum.map(|sum| (sum / coded.len() as f32).sqrt()))
            }
        }
    }

    /// The median of that over the whole file; zero if no frame is known.
    pub fn usual(self, spans: &[Span], signal: Signal) -> [f32; BANDS] {
        match self {
            Self::Rounding(variance) => [(GAIN * variance).sqrt() as f32; BANDS],
            Self::Coded => {
                let known = || spans.iter().flat_map(|span| &span.coded).flatten();
                let of_band = |band: usize| known().map(move |granule| granule.noise()[signal as usize][band]);
                std::array::from_fn(|band| median(of_band(band)).sqrt())
            }
        }
    }

    /// The variance that two granules with such noise may leave in each other's residual. It is zero for a quantiser:
    /// its noise differs between granules, and where it does not, the granules repeat each other.
    pub fn repeated(self, sigma: f32) -> f32 {
        match self {
            Self::Rounding(_) => sigma * sigma,
            Self::Coded => 0.0,
        }
    }
}
