//! The transform of Opus' CELT layer (RFC 6716, section 4.3), and the way back to its native rate.

use crate::mdct::Mdct;
use crate::resample::Resampler;
use crate::vorbis;

/// Native sampling rate in Hz.
pub const SAMPLE_RATE: u32 = 48_000;

/// Samples at 44.1 kHz after which the two rates meet on the frame grid of 20 ms.
pub const PERIOD_44100: usize = 882;

/// The same in samples at 48 kHz.
pub const PERIOD_48000: usize = 960;

/// Input samples that one sample of [`resampler`] is made of.
pub const TAPS: usize = 80;

/// Filters that bring 44.1 kHz back to the native rate, `offset` samples late, −1 < `offset` < 1: whoever made a 44.1 kHz file of
/// a decoded stream left everything below 20 kHz as it was.
#[must_use]
pub fn resampler(offset: f64) -> Resampler {
    Resampler::shifted(44_100, SAMPLE_RATE, TAPS / 2, offset)
}

/// Lines of a frame of 20 ms.
pub const LINES: usize = 960;

/// Lines below 20 kHz; those above are never coded (table 55).
pub const CODED_LINES: usize = 800;

/// Edges of the bands in lines of a 20 ms frame (RFC 6716, table 55).
pub const BANDS: [usize; 22] =
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 272, 320, 384, 480, 624, 800];

/// Samples in which the windows of neighbouring frames overlap: 2.5 ms at every frame length.
pub const OVERLAP: usize = 120;

/// An orthonormal transform to `lines` lines: 960, 480, 240 or 120.
#[must_use]
pub fn mdct(lines: usize) -> Mdct {
    Mdct::new(lines, &slope(), 1.0)
}

/// Rising slope of the window (RFC 6716, section 4.3.7): that of Vorbis, over the overlap.
pub(crate) fn slope() -> Vec<f64> {
    (0..OVERLAP).map(|n| vorbis::window(n, 2 * OVERLAP)).collect()
}

/// Coefficient of the de-emphasis filter 1 / (1 − α z⁻¹) with which every decoder ends (libopus `modes.c`,
/// `preemph`).
const PREEMPHASIS: f32 = 0.850_006_1;

/// Undoes a decoder's de-emphasis: `out[n] = y[n + 1] − α y[n]`, one sample fewer than `samples`.
pub fn emphasise(samples: &[f32], out: &mut Vec<f32>) {
    out.clear();
    out.extend(samples.windows(2).map(|pair| pair[1] - PREEMPHASIS * pair[0]));
}

/// Gain of [`emphasise`] on the variance of `line` of `lines`.
#[must_use]
pub fn emphasis_gain(line: usize, lines: usize) -> f64 {
    let alpha = f64::from(PREEMPHASIS);
    let angle = std::f64::consts::PI * (line as f64 + 0.5) / lines as f64;
    1.0 + alpha * alpha - 2.0 * alpha * angle.cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_rfc_and_neighbours_add_up_to_constant_power() {
        let slope = slope();
        for n in 0..OVERLAP {
            let inner = (0.5 * std::f64::consts::PI * (n as f64 + 0.5) / OVERLAP as f64).sin();
            assert!((slope[n] - (0.5 * std::f64::consts::PI * inner * inner).sin()).abs() < 1e-15);
            assert!((slope[n].powi(2) + slope[OVERLAP - 1 - n].powi(2) - 1.0).abs() < 1e-12);
        }
    }
}
