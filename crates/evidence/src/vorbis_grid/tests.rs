//! A synthetic encode that must be found, and audio that must not look like one.

use std::f64::consts::PI;

use bitrater_signal::vorbis::{LONG, STEPS_PER_OCTAVE, window};

use super::*;
use crate::signals::Signal;

/// Variance of 16-bit rounding.
const NOISE: f64 = 1.0 / (12.0 * 32768.0 * 32768.0);

/// A reproducible value in −1..1, hashed so that neighbours have nothing in common.
fn scatter(k: usize) -> f64 {
    let mut h = (k as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((h ^ (h >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

fn rounded(samples: impl Iterator<Item = f64>) -> Vec<f32> {
    samples.map(|x| ((x * 32768.0).round() / 32768.0) as f32).collect()
}

fn synthesised(signal: impl Fn(usize) -> f64) -> Vec<f32> {
    rounded((0..60_000).map(signal))
}

/// Long blocks of floor levels times small integers, overlapped and rounded to 16 bits, `gain` times as loud.
fn decoded(blocks: usize, gain: f64, seed: usize) -> Vec<f32> {
    let cosines: Vec<f64> = (0..4 * LONG).map(|n| (2.0 * PI * n as f64 / (4 * LONG) as f64).cos()).collect();
    let mut out = vec![0.0; (blocks + 1) * PERIOD];
    for block in 0..blocks {
        let lines: Vec<(usize, f64)> = (0..400)
            .filter_map(|k| {
                let level = f64::from(180 - (k / 9) as i32);
                let integer = (1.3 * scatter(seed + block * 1000 + k) + 0.4 * scatter(seed + block * 3000 + k)).round();
                (integer != 0.0).then(|| (k, integer * ((level - 255.0) / f64::from(STEPS_PER_OCTAVE)).exp2()))
            })
            .collect();
        for n in 0..LONG {
            let sum: f64 =
                lines.iter().map(|&(k, x)| x * cosines[(2 * n + 1 + PERIOD) * (2 * k + 1) % (4 * LONG)]).sum();
            out[block * PERIOD + n] += gain * window(n, LONG) * sum;
        }
    }
    rounded(out.into_iter())
}

/// The strength of the ladder; there are no holes.
fn found(planes: &[Vec<f32>]) -> f64 {
    let search = search(&[Span::from(planes.to_vec())], 44_100, Codec::Flac, NOISE).unwrap();
    assert!(search.holes.peaks[0].strength < HOLES.bar.least, "{:?}", search.holes.peaks.first());
    search.clearest().peaks[0].strength
}

#[test]
fn a_decoded_file_is_found_wherever_it_was_cut() {
    let samples = decoded(30, 0.861, 0);
    for cut in [0, 777] {
        let search = search(&[Span::from(vec![samples[cut..].to_vec()])], 44_100, Codec::Flac, NOISE).unwrap();
        let peak = search.blocks.peaks[0];
        assert_eq!(peak.phase as usize, (PERIOD - cut) % RESIDUES, "{search:?}");
        assert!(peak.strength > 2.0 * LADDER.bar.least && peak.parts == 4, "{peak:?}");
        assert_eq!(search.pooled.peaks[0].phase, peak.phase);
        // Its gain is not one.
        assert!(search.unity.peaks[0].strength < LADDER.bar.least, "{:?}", search.unity.peaks[0]);
        let rate = search.rate.unwrap();
        assert!(rate.blocks > 10 && rate.kbps > 20.0 && rate.kbps < 80.0, "{rate:?}");
    }
}

#[test]
fn a_decode_that_nobody_made_louder_or_quieter_stands_out_by_far() {
    let search = search(&[Span::from(vec![decoded(30, 1.0, 0)])], 44_100, Codec::Flac, NOISE).unwrap();
    let (blocks, unity) = (search.blocks.peaks[0], search.unity.peaks[0]);
    assert_eq!((unity.phase, unity.parts), (blocks.phase, 4));
    assert!(unity.strength > 2.0 * blocks.strength, "{unity:?} {blocks:?}");
    assert_eq!(search.clearest().peaks.first(), Some(&unity));
}

#[test]
fn a_decode_of_which_little_stands_above_the_noise_is_found_at_its_own_level() {
    // Two loud blocks in eight; the lines of the others are all below the rounding noise.
    let mut samples = decoded(40, 1.0, 0);
    for (n, x) in samples.iter_mut().enumerate() {
        if n / PERIOD % 8 > 2 {
            *x = (*x * 0.002 * 32768.0).round() / 32768.0;
        }
    }
    let search = search(&[Span::from(vec![samples])], 44_100, Codec::Flac, NOISE).unwrap();
    assert!(search.unity.peaks[0].strength > LADDER.bar.least && search.unity.peaks[0].phase == 0, "{search:?}");
}

#[test]
fn lines_too_weak_for_the_ladder_show_where_they_are_empty() {
    let samples = decoded(60, 0.861 / 512.0, 0);
    for cut in [300, 777] {
        let search = search(&[Span::from(vec![samples[cut..].to_vec()])], 44_100, Codec::Flac, NOISE).unwrap();
        let (ladder, holes) = (search.clearest().peaks[0], search.holes.peaks[0]);
        assert!(ladder.strength < LADDER.bar.least, "{ladder:?}");
        assert_eq!(holes.phase as usize, (PERIOD - cut) % RESIDUES, "{holes:?}");
        assert!(holes.strength > HOLES.bar.least, "{holes:?}");
    }
}

#[test]
fn one_decoded_channel_is_enough() {
    let coded = decoded(30, 1.0, 0);
    let noise = (0..coded.len()).map(|n| 0.2 * scatter(n) as f32).collect();
    let search = search(&[Span::from(vec![noise, coded])], 44_100, Codec::Flac, NOISE).unwrap();
    assert_eq!(search.blocks.peaks[0].signal, Signal::Right);
    assert!(search.blocks.peaks[0].strength > 2.0 * LADDER.bar.least, "{search:?}");
}

#[test]
fn steady_and_sparse_sounds_show_nothing() {
    let sine = |hz: f64, n: usize| (2.0 * PI * hz / 44_100.0 * n as f64).sin();
    let tone = synthesised(|n| 0.5 * sine(1000.0, n));
    let on_a_bin = synthesised(|n| 0.5 * sine(44_100.0 / 32.0, n));
    let chord = synthesised(|n| [220.0, 277.2, 329.6, 440.0].iter().map(|&hz| 0.2 * sine(hz, n)).sum());
    let chip = synthesised(|n| if sine(441.0 * (1 + n / 6000) as f64, n) > 0.0 { 0.25 } else { -0.25 });
    let clicks = synthesised(|n| if n % 1024 == 100 { 0.9 } else { 0.0 });
    let sparse = synthesised(|n| if n % 16_384 < 3000 { 0.4 * sine(523.0, n) } else { 0.0 });
    for (name, samples) in [
        ("tone", tone),
        ("on a bin", on_a_bin),
        ("chord", chord),
        ("chip", chip),
        ("clicks", clicks),
        ("sparse", sparse),
    ] {
        let search = search(&[Span::from(vec![samples])], 44_100, Codec::Flac, NOISE).unwrap();
        let (ladder, holes) = (search.clearest().peaks[0], search.holes.peaks[0]);
        assert!(ladder.strength < LADDER.bar.least, "{name}: {ladder:?}");
        assert!(holes.strength < HOLES.bar.least, "{name}: {holes:?}");
    }
}

#[test]
fn noise_and_dual_mono_show_nothing() {
    let noise = synthesised(|n| 0.3 * scatter(n));
    assert!(found(std::slice::from_ref(&noise)) < LADDER.bar.least);
    assert!(found(&[noise.clone(), noise]) < LADDER.bar.least);
    let coarse: Vec<f32> = (0..60_000).map(|n| ((scatter(n) * 40.0).round() / 128.0) as f32).collect();
    assert!(found(&[coarse]) < LADDER.bar.least);
}

#[test]
fn silence_and_near_silence_show_nothing() {
    assert!(found(&[vec![0.0; 60_000]]) < LADDER.bar.least);
    assert!(found(&[synthesised(|n| 2.0 * scatter(n) / 32768.0)]) < LADDER.bar.least);
}

#[test]
fn too_little_is_not_searched() {
    assert!(search(&[Span::from(vec![vec![0.1; 9000]])], 44_100, Codec::Flac, NOISE).is_none());
    assert!(search(&[Span::from(vec![])], 44_100, Codec::Flac, NOISE).is_none());
}
