//! What an MP3 stream contains for one of its own granules, and the noise that its quantiser left.

use std::cell::OnceCell;
use std::sync::LazyLock;

use bitrater_media::layer3::{BandTable, ChannelGranule, Header, LINES};
use bitrater_signal::mp3::lattice::BANK_GAIN;

/// Deviation per sample (full scale 1) of the rounding of a file between two encodes, of which nearly all have 16 bits:
/// Δ/√12.
pub const ROUNDING_BETWEEN: f32 = 8.81e-6;

/// Scalefactor bands of a long block at every sample rate, the one without a scalefactor included.
pub const BANDS: usize = 22;

/// One granule of the current bitstream, in the order of the hybrid bank.
#[derive(Debug, Clone, PartialEq)]
pub struct CodedGranule {
    /// Whether the two channels are mid and side.
    pub mid_side: bool,
    /// Scalefactor bands of the stream's sample rate.
    pub bands: &'static BandTable,
    /// Per channel of the bitstream.
    pub channels: Vec<CodedChannel>,
    /// The result of [`Self::noise`], which is needed many times.
    noise: OnceCell<[[f32; BANDS]; 4]>,
}

/// One channel of a granule.
#[derive(Debug, Clone, PartialEq)]
pub struct CodedChannel {
    /// Whether it is coded in three short blocks.
    pub short: bool,
    /// Quantised integers, line by line.
    pub quantised: [i16; LINES],
    /// Step exponents in quarter steps, line by line: `xr = ±|q|^(4/3) · 2^(e/4)`.
    pub exponents: [i16; LINES],
}

impl CodedGranule {
    /// Copies what is needed of a parsed granule.
    #[must_use]
    pub fn new(header: &Header, channels: &[ChannelGranule]) -> Self {
        Self {
            mid_side: header.ms_stereo(),
            bands: BandTable::of(header),
            channels: channels.iter().map(CodedChannel::new).collect(),
            noise: OnceCell::new(),
        }
    }

    /// Variance of the quantisation noise per scalefactor band, in the scale of the analysis bank, of left, right,
    /// mid and side.
    #[must_use]
    pub fn noise(&self) -> [[f32; BANDS]; 4] {
        *self.noise.get_or_init(|| self.measure())
    }

    fn measure(&self) -> [[f32; BANDS]; 4] {
        let noise = |channel: &CodedChannel| channel.noise(self.bands);
        let first = self.channels.first().map_or([0.0; BANDS], noise);
        let second = self.channels.get(1).map_or(first, noise);
        let both = std::array::from_fn(|band| 0.5 * (first[band] + second[band]));
        if self.mid_side { [both, both, first, second] } else { [first, second, both, both] }
    }
}

impl CodedChannel {
    fn new(granule: &ChannelGranule) -> Self {
        let mut exponents = [0; LINES];
        granule.step_exponents(&mut exponents);
        let (mut ordered, mut quantised) = ([0; LINES], [0; LINES]);
        granule.deinterleave(&exponents, &mut ordered);
        granule.deinterleave(&granule.quantised, &mut quantised);
        Self { short: granule.info.is_short(), quantised, exponents: ordered.map(|e| e as i16) }
    }

    /// δ²/12 averaged over each of the long `bands`, δ being the width of the interval that each line was rounded in,
    /// in the scale of the analysis bank.
    pub(crate) fn noise(&self, bands: &BandTable) -> [f32; BANDS] {
        // Lines of a band share their step.
        let mut step = (i16::MIN, 0.0);
        std::array::from_fn(|band| {
            let lines = usize::from(bands.long[band])..usize::from(bands.long[band + 1]);
            let count = lines.len() as f32;
            let variance = |line: usize| {
                if step.0 != self.exponents[line] {
                    step = (self.exponents[line], (0.25 * (f32::from(self.exponents[line]) + BANK_GAIN)).exp2());
                }
                let delta = width(self.quantised[line].unsigned_abs()) * step.1;
                delta * delta / 12.0
            };
            lines.map(variance).sum::<f32>() / count
        })
    }

    /// Squares of the lines, in the decoder's scale.
    pub(crate) fn energies(&self) -> [f32; LINES] {
        std::array::from_fn(|line| match f32::from(self.quantised[line].unsigned_abs()) {
            0.0 => 0.0,
            n => (n * n.cbrt()).powi(2) * (0.5 * f32::from(self.exponents[line])).exp2(),
        })
    }
}

/// Width of the interval that is rounded to ±n, in steps.
fn width(n: u16) -> f32 {
    /// Of the smallest n, which most lines have.
    static SMALL: LazyLock<[f32; 64]> = LazyLock::new(|| std::array::from_fn(|n| exact(n as u16)));
    fn exact(n: u16) -> f32 {
        let n = f32::from(n);
        if n == 0.0 { 1.0 } else { (n + 0.5).powf(4.0 / 3.0) - (n - 0.5).powf(4.0 / 3.0) }
    }
    SMALL.get(usize::from(n)).copied().unwrap_or_else(|| exact(n))
}
