//! The transform of Opus' CELT layer (RFC 6716, section 4.3), and the way back to its native rate.

mod mdct;
mod resample;

pub use mdct::{Mdct, OVERLAP};
pub use resample::{PERIOD_44100, PERIOD_48000, Resampler, TAPS};

/// Native sampling rate in Hz.
pub const SAMPLE_RATE: u32 = 48_000;

/// Lines of a frame of 20 ms.
pub const LINES: usize = 960;

/// Lines below 20 kHz; those above are never coded (table 55).
pub const CODED_LINES: usize = 800;

/// Edges of the bands in lines of a 20 ms frame (RFC 6716, table 55).
pub const BANDS: [usize; 22] =
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 272, 320, 384, 480, 624, 800];

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
