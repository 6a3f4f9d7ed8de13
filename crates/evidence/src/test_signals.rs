//! What the tests of searches share: excerpts of a signal, and signals that were never coded.

use bitrater_testkit::{Signal, chip_music, music, silence, sine, white_noise};

use crate::excerpts::Span;

/// Variance of rounding to 16 bits.
pub const ROUNDING: f64 = 1.0 / 32_768.0 / 32_768.0 / 12.0;

/// A signal as rounded to 16 bits.
pub fn rounded(signal: Signal) -> Signal {
    signal.map(|x| (x * 32_768.0).round() / 32_768.0)
}

/// A signal without its first samples.
pub fn excerpt(signal: &Signal, cut: usize) -> [Span; 1] {
    let planes: Vec<Vec<f32>> =
        signal.planes.iter().map(|plane| plane[cut..].iter().map(|&x| x as f32).collect()).collect();
    [Span::from(planes)]
}

/// Signals of 16 bits that were never coded, the music drawn from `seed`; one of them is a tone of `hz` at 48 kHz.
pub fn uncoded(seed: u64, hz: f64) -> impl Iterator<Item = (&'static str, Signal)> {
    let signals = [
        ("music", music(44_100, 5.0, seed)),
        ("quiet music", music(48_000, 5.0, seed + 1).gain_db(-50.0)),
        ("noise", white_noise(44_100, 5.0, seed + 2)),
        ("chip music", chip_music(44_100, 5.0, seed + 3)),
        ("a tone", sine(44_100, 5.0, 1000.0, 0.5)),
        ("a tone on the grid", sine(48_000, 5.0, hz, 0.5)),
        ("silence", silence(44_100, 5.0)),
    ];
    signals.into_iter().map(|(name, signal)| (name, rounded(signal)))
}
