//! The search on synthesised audio: an encode that must be found, and what must not be taken for one.

use std::f64::consts::PI;

use bitrater_signal::aac::{self, BLOCK, LINES, Shape, long_bands, long_window};

use super::*;

const RATE: u32 = 44_100;

/// Variance of rounding to 16 bits.
const NOISE: f64 = 1.0 / 32_768.0 / 32_768.0 / 12.0;

/// A reproducible value in −1..1.
fn scatter(k: usize) -> f32 {
    let mut x = (k as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678;
    x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((x ^ (x >> 32)) >> 40) as f32 / f32::from(1_u16 << 15) / 256.0 - 1.0
}

/// Noise with a falling spectrum and a slow tremolo.
fn music(frames: usize) -> Vec<f32> {
    let mut low = 0.0;
    (0..frames)
        .map(|n| {
            low += 0.15 * (scatter(n) - low);
            low * (0.6 + 0.3 * (n as f32 / 9000.0).sin())
        })
        .collect()
}

fn rounded(samples: &[f32]) -> Vec<f32> {
    samples.iter().map(|x| (x * 32_768.0).round() / 32_768.0).collect()
}

/// Codes and decodes whole frames from sample `delay` on; every band's largest integer is about `largest`.
fn coded(samples: &[f32], delay: usize, shape: Shape, largest: f32) -> Vec<f32> {
    let window = long_window(shape);
    let cosines: Vec<f64> = (0..8192).map(|i| (PI / 4096.0 * f64::from(i)).cos()).collect();
    let mut mdct = aac::mdct(shape);
    let mut lines = [0.0; LINES];
    let mut out = vec![0.0_f64; samples.len()];
    for start in (delay..samples.len() - BLOCK).step_by(LINES) {
        mdct.lines(&samples[start..start + BLOCK], &mut lines);
        for band in long_bands(RATE).unwrap().windows(2) {
            let band = &mut lines[band[0]..band[1]];
            let peak = band.iter().fold(1e-6_f32, |peak, x| peak.max(x.abs()));
            let step = (0.25 * (4.0 * (peak / largest.powf(4.0 / 3.0)).log2()).round()).exp2();
            for x in band {
                let n = ((x.abs() / step).powf(0.75) + 0.4).floor();
                *x = n.powf(4.0 / 3.0) * step * x.signum();
            }
        }
        for (n, w) in window.iter().enumerate() {
            let sum: f64 = (0..400).map(|k| f64::from(lines[k]) * cosines[((2 * n + 1025) * (2 * k + 1)) % 8192]).sum();
            out[start + n] += w * sum / 512.0;
        }
    }
    rounded(&out.into_iter().map(|x| x as f32).collect::<Vec<_>>())
}

fn strength(planes: &[Vec<f32>]) -> f64 {
    search(&[Span::from(planes.to_vec())], RATE, Codec::Flac, NOISE)
        .and_then(|search| search.lattice.peaks.first().map(|peak| peak.strength))
        .unwrap_or(0.0)
}

#[test]
fn both_windows_are_found_at_their_phase() {
    let samples = music(28 * LINES);
    for (shape, delay) in [(Shape::Kbd, 300), (Shape::Sine, 64)] {
        let search = search(&[Span::from(vec![coded(&samples, delay, shape, 5.0)])], RATE, Codec::Flac, NOISE).unwrap();
        let peak = search.lattice.peaks[0];
        assert_eq!((peak.phase, search.shape), (delay as u32, shape), "{peak:?}");
        assert!(peak.strength > 15.0 && peak.parts >= 3, "{peak:?}");
    }
}

#[test]
fn an_encode_that_shows_in_few_frames_is_found_in_more_of_them() {
    let samples = music(240 * LINES);
    let coded = coded(&samples, 64, Shape::Kbd, 5.0);
    // Six whole frames of an encode in thirty.
    let mixed: Vec<f32> =
        (0..samples.len()).map(|n| if n / LINES % 30 < 8 { coded[n] } else { rounded(&samples[n..=n])[0] }).collect();
    let peak = search(&[Span::from(vec![mixed])], RATE, Codec::Flac, NOISE).unwrap().lattice.peaks[0];
    assert!(peak.phase == 64 && peak.strength >= LATTICE.bar.least && peak.parts == 4, "{peak:?}");
}

#[test]
fn what_was_never_coded_has_no_grid() {
    let tone = |n: usize, hz: f32| (2.0 * std::f32::consts::PI * hz * n as f32 / RATE as f32).sin();
    let length = 30 * LINES;
    let guards: [(&str, Vec<f32>); 6] = [
        ("noise", music(length)),
        ("silence", vec![0.0; length]),
        ("near silence", (0..length).map(|n| 2e-5 * scatter(n)).collect()),
        ("tone", (0..length).map(|n| 0.4 * tone(n, 997.0)).collect()),
        // A whole number of periods a frame: every frame looks the same.
        ("tone on the grid", (0..length).map(|n| 0.4 * tone(n, 43.066_406 * 64.0)).collect()),
        (
            "square waves",
            (0..length)
                .map(|n| {
                    let pitch = [220.0, 277.2, 329.6, 440.0][n / 5000 % 4];
                    0.2 * tone(n, pitch).signum() + 0.1 * tone(n, 3.0 * pitch).signum()
                })
                .collect(),
        ),
    ];
    for (name, samples) in guards {
        let samples = rounded(&samples);
        for planes in [vec![samples.clone()], vec![samples.clone(), samples.iter().map(|x| 0.5 * x).collect()]] {
            let strength = strength(&planes);
            assert!(strength < LATTICE.bar.least, "{name}: {strength}");
        }
    }
}

#[test]
fn too_little_audio_or_an_unknown_rate_gives_no_search() {
    assert_eq!(search(&[Span::from(vec![music(6 * LINES)])], RATE, Codec::Flac, NOISE), None);
    assert_eq!(search(&[Span::from(vec![music(30 * LINES)])], 37_800, Codec::Flac, NOISE), None);
    assert_eq!(search(&[Span::from(vec![])], RATE, Codec::Flac, NOISE), None);
}
