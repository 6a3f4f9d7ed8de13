//! The search on synthesised audio.

use bitrater_signal::celt::{LINES, OVERLAP};

use super::OpusSearch;
use crate::excerpts::Span;
use crate::trace::RateRange;

/// Variance of 16-bit rounding.
const ROUNDING: f64 = 1.0 / (12.0 * 32_768.0 * 32_768.0);

/// A reproducible generator of values in −1..1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / 8_388_608.0 - 1.0
    }
}

/// What a CELT decoder makes of lines: inverse transform, overlap, de-emphasis, rounding to 16 bits. The first frame's
/// window begins at sample `start`.
fn decode(frames: &[Vec<f32>], start: usize) -> Vec<f32> {
    let cosines: Vec<f64> =
        (0..8 * LINES).map(|n| (std::f64::consts::PI * n as f64 / (4 * LINES) as f64).cos()).collect();
    let zeros = (LINES - OVERLAP) / 2;
    let slope = |n: usize| {
        let inner = (std::f64::consts::PI * (n as f64 + 0.5) / (2 * OVERLAP) as f64).sin();
        (0.5 * std::f64::consts::PI * inner * inner).sin()
    };
    let mut samples = vec![0.0_f64; start + frames.len() * LINES + OVERLAP];
    for (f, lines) in frames.iter().enumerate() {
        for n in 0..LINES + OVERLAP {
            let window = if n < OVERLAP {
                slope(n)
            } else if n < LINES {
                1.0
            } else {
                slope(LINES + OVERLAP - 1 - n)
            };
            let turn = 2 * (n + zeros) + 1 + LINES;
            let sum: f64 = lines
                .iter()
                .enumerate()
                .filter(|(_, x)| **x != 0.0)
                .map(|(k, &x)| f64::from(x) * cosines[turn * (2 * k + 1) % (8 * LINES)])
                .sum();
            samples[start + f * LINES + n] += window * sum * (2.0 / LINES as f64).sqrt();
        }
    }
    let mut last = 0.0;
    for sample in &mut samples {
        last = *sample + 0.85 * last;
        *sample = last;
    }
    samples.iter().map(|x| ((x * 32_768.0).round() / 32_768.0) as f32).collect()
}

/// Frames in which one line in three is coded; from `intensity` on, right is half of left.
fn coded(count: usize, intensity: usize) -> [Vec<Vec<f32>>; 2] {
    let mut noise = Noise(1);
    let mut frames = || -> Vec<Vec<f32>> {
        (0..count)
            .map(|_| {
                (0..800)
                    .map(|k| {
                        let (keep, value) = (noise.next(), noise.next());
                        if keep > 0.33 { 0.3 * value / (1.0 + 0.05 * k as f32) } else { 0.0 }
                    })
                    .collect()
            })
            .collect()
    };
    let (left, mut right) = (frames(), frames());
    for (x, y) in left.iter().zip(&mut right) {
        for k in intensity..800 {
            y[k] = 0.5 * x[k];
        }
    }
    [left, right]
}

fn search(planes: &[Vec<f32>], rate: u32) -> Option<OpusSearch> {
    super::search(&[Span::from(planes.to_vec())], rate, ROUNDING)
}

#[test]
fn a_coded_grid_is_found_at_its_phase_and_its_stereo_shows_the_rate() {
    let planes = coded(36, 624).map(|frames| decode(&frames, 700)).to_vec();
    let found = search(&planes, 48_000).unwrap();
    let peak = found.proof.peaks[0];
    assert_eq!(peak.phase, 700);
    assert!(peak.strength > 10.0 && peak.parts == 4, "{peak:?}");
    assert_eq!(found.rate, Some(RateRange { least: 106, below: 134 }));
}

#[test]
fn one_channel_is_enough() {
    let [left, _] = coded(36, 800);
    let found = search(&[decode(&left, 123)], 48_000).unwrap();
    assert_eq!(found.proof.peaks[0].phase, 123);
    assert!(found.proof.peaks[0].strength > 10.0, "{:?}", found.proof);
    assert_eq!(found.rate, None);
}

#[test]
fn audio_without_frames_shows_none() {
    let mut noise = Noise(7);
    let length = 40 * LINES;
    let round = |x: f32| (x * 32_768.0).round() / 32_768.0;
    let tone = |n: usize| (n as f32 * 0.0571).sin() * 0.4 + (n as f32 * 0.411).sin() * 0.1;
    let hiss: Vec<f32> = (0..length).map(|_| round(0.1 * noise.next())).collect();
    let tones: Vec<f32> = (0..length).map(|n| round(tone(n))).collect();
    let clicks: Vec<f32> = (0..length).map(|n| if n % 4801 < 3 { 0.5 } else { 0.0 }).collect();
    let quiet: Vec<f32> = (0..length).map(|_| round(1e-5 * noise.next())).collect();
    let silence = vec![0.0; length];
    for rate in [44_100, 48_000] {
        for (name, plane) in
            [("hiss", &hiss), ("tones", &tones), ("clicks", &clicks), ("quiet", &quiet), ("silence", &silence)]
        {
            let found = search(&[plane.clone(), plane.clone()], rate).unwrap();
            assert!(found.proof.peaks[0].strength < 4.0, "{name} at {rate}: {:?}", found.proof);
        }
    }
}

#[test]
fn other_rates_and_short_files_are_not_searched() {
    assert!(search(&[vec![0.1; 96_000]], 32_000).is_none());
    assert!(search(&[vec![0.1; 8000]], 48_000).is_none());
    assert!(search(&[], 48_000).is_none());
}
