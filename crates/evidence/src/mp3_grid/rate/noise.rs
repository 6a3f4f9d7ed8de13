//! The noise on every line of the granules that are read, in the scale of a decoder.

use bitrater_media::layer3::LINES;
use bitrater_signal::mp3::LINE_NOISE;
use bitrater_signal::mp3::lattice::BANK_GAIN;

use crate::coded::{BANDS, CodedChannel, ROUNDING_BETWEEN};
use crate::excerpts::Span;
use crate::mp3_grid::PERIOD;

/// Smallest deviation that is assumed: that of rounding to 24 bits, the precision of decoders.
const LEAST: f32 = 2e-9;

/// Deviation of the noise on the lines of long blocks.
#[derive(Debug, Clone)]
pub enum LineNoise {
    /// The same on all lines of all signals.
    White(f32),
    /// That of left, right, mid and side, line by line.
    Coloured(Box<[[f32; LINES]; 4]>),
}

impl LineNoise {
    /// What rounding of this variance per sample (full scale 1) leaves.
    pub fn rounding(variance: f64) -> Self {
        Self::White((variance.sqrt() as f32 * LINE_NOISE).max(LEAST))
    }

    /// What the MP3 stream's own quantiser, and the rounding of the file between the two encodes, left on a granule
    /// whose oldest sample has this offset in `span`; none where the stream's frames are not known.
    pub fn of_stream(span: &Span, offset: usize) -> Option<Self> {
        let first = offset / PERIOD;
        let coded = span.coded.get(first..first + 3)?;
        let rounding = (ROUNDING_BETWEEN * LINE_NOISE).powi(2);
        let mut lines = Box::new([[rounding; LINES]; 4]);
        let gain = (0.5 * BANK_GAIN).exp2() * coded.len() as f32;
        for granule in coded {
            let granule = granule.as_ref()?;
            // A channel without lines was silent: its step left no noise.
            let noise = |channel: &CodedChannel| {
                if channel.quantised.iter().all(|&n| n == 0) { [0.0; BANDS] } else { channel.noise(granule.bands) }
            };
            let first = granule.channels.first().map(noise)?;
            let second = granule.channels.get(1).map_or(first, noise);
            let both = std::array::from_fn(|band| 0.5 * (first[band] + second[band]));
            let signals = if granule.mid_side { [both, both, first, second] } else { [first, second, both, both] };
            for (lines, noise) in lines.iter_mut().zip(signals) {
                for (edge, variance) in granule.bands.long.windows(2).zip(noise) {
                    for line in &mut lines[usize::from(edge[0])..usize::from(edge[1])] {
                        *line += variance / gain;
                    }
                }
            }
        }
        for lines in lines.iter_mut() {
            for line in lines {
                *line = line.sqrt().max(LEAST);
            }
        }
        Some(Self::Coloured(lines))
    }

    /// Deviation around hybrid lines `lines` of signal `signal` (left, right, mid, side).
    pub fn around(&self, signal: usize, lines: std::ops::Range<usize>) -> f32 {
        match self {
            Self::White(deviation) => *deviation,
            Self::Coloured(signals) => {
                let count = lines.len().max(1) as f32;
                (signals[signal][lines].iter().map(|x| x * x).sum::<f32>() / count).sqrt()
            }
        }
    }
}
