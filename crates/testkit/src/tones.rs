//! Signals that set traps: tones, silence, square waves, sparse synthesis, impulses. Each is genuine, and each
//! can look as if a codec had emptied its spectrum.

use std::f64::consts::TAU;

use crate::{Rng, Signal};

fn frames(rate: u32, seconds: f64) -> usize {
    (seconds * f64::from(rate)).round() as usize
}

/// Digital silence, stereo.
#[must_use]
pub fn silence(rate: u32, seconds: f64) -> Signal {
    Signal { rate, planes: vec![vec![0.0; frames(rate, seconds)]; 2] }
}

/// A steady sine of peak `amplitude`, phase 0 at the first sample, mono.
#[must_use]
pub fn sine(rate: u32, seconds: f64, hz: f64, amplitude: f64) -> Signal {
    let step = TAU * hz / f64::from(rate);
    Signal::mono(rate, (0..frames(rate, seconds)).map(|n| amplitude * (step * n as f64).sin()).collect())
}

/// One full-scale-half (0.5) sample every `period` samples, mono: perfectly periodic, so it prefers a phase of every
/// grid whose period it divides, without any codec. A `period` of 0 leaves one impulse.
#[must_use]
pub fn impulse_train(rate: u32, seconds: f64, period: usize) -> Signal {
    Signal::mono(rate, (0..frames(rate, seconds)).map(|n| if n.is_multiple_of(period) { 0.5 } else { 0.0 }).collect())
}

/// A steady tone whose amplitude swings by `depth` (0 to 1) and whose phase by `index` radians, `modulator` times a second; peak 0.3, mono.
#[must_use]
pub fn modulated(rate: u32, seconds: f64, hz: f64, modulator: f64, depth: f64, index: f64) -> Signal {
    let turn = |hz: f64, n: usize| TAU * hz * n as f64 / f64::from(rate);
    let sample = |n: usize| {
        let swing = turn(modulator, n).sin();
        0.3 / (1.0 + depth) * (1.0 + depth * swing) * (turn(hz, n) + index * swing).sin()
    };
    Signal::mono(rate, (0..frames(rate, seconds)).map(sample).collect())
}

/// Noise of peak 0.2 that repeats itself every `period` samples, as a loop or a synthesiser's cycle does, mono.
#[must_use]
pub fn noise_loop(rate: u32, seconds: f64, period: usize, seed: u64) -> Signal {
    let mut rng = Rng::new(seed);
    let cycle: Vec<f64> = (0..period.max(1)).map(|_| 0.2 * (2.0 * rng.uniform() - 1.0)).collect();
    Signal::mono(rate, cycle.iter().copied().cycle().take(frames(rate, seconds)).collect())
}

/// Chip music: two square voices and a noise drum from a four-bit sound chip. Every sample is a multiple of 1/128,
/// so an 8-bit file holds it exactly and a 16-bit file has eight unused bits. Hard edges alias up to the Nyquist
/// frequency, as on the real thing. Left and right are the same but for the drum.
#[must_use]
pub fn chip_music(rate: u32, seconds: f64, seed: u64) -> Signal {
    const NOTES: [f64; 8] = [220.0, 261.63, 293.66, 329.63, 392.0, 440.0, 523.25, 587.33];
    let mut rng = Rng::new(seed);
    let total = frames(rate, seconds);
    let beat = (rate / 8).max(1) as usize;
    let mut planes = [Vec::with_capacity(total), Vec::with_capacity(total)];
    let (mut lead, mut bass, mut hold) = (0.0, 0.0, 0.0);
    let (mut lead_step, mut bass_step, mut duty) = (0.0, 0.0, 0.5);
    for n in 0..total {
        if n.is_multiple_of(beat) {
            lead_step = 2.0 * NOTES[rng.below(8)] / f64::from(rate);
            duty = [0.125, 0.25, 0.5][rng.below(3)];
        }
        if n.is_multiple_of(4 * beat) {
            bass_step = 0.5 * NOTES[rng.below(4)] / f64::from(rate);
        }
        lead = (lead + lead_step) % 1.0;
        bass = (bass + bass_step) % 1.0;
        if n.is_multiple_of(4) {
            hold = if rng.uniform() < 0.5 { 1.0 } else { -1.0 };
        }
        let fade = (8 - 8 * (n % beat) / beat) as f64; // the chip's envelope: eight steps down
        let drum = if n % (2 * beat) < beat / 4 { hold * 12.0 } else { 0.0 };
        let square = |phase: f64, duty: f64| if phase < duty { 1.0 } else { -1.0 };
        let voices = square(lead, duty) * fade * 4.0 + square(bass, 0.5) * 24.0;
        planes[0].push((voices + drum) / 128.0);
        planes[1].push((voices - drum) / 128.0);
    }
    Signal { rate, planes: planes.into() }
}

/// Sparse synthesis: at most three steady sines at a time, changed every half second with a 10 ms ramp, stereo but the
/// same in both channels. Nearly every transform line is empty at every phase.
#[must_use]
pub fn sparse_synth(rate: u32, seconds: f64, seed: u64) -> Signal {
    let mut rng = Rng::new(seed);
    let total = frames(rate, seconds);
    let part = (rate / 2).max(1) as usize;
    let ramp = f64::from(rate) * 0.01;
    let mut samples = vec![0.0; total];
    for chunk in samples.chunks_mut(part) {
        for _ in 0..3 {
            let step = TAU * 110.0 * 2_f64.powf(rng.range(0.0, 5.0)) / f64::from(rate);
            let level = rng.range(0.05, 0.2);
            let length = chunk.len();
            for (n, x) in chunk.iter_mut().enumerate() {
                let edge = (n.min(length - n) as f64 / ramp).min(1.0);
                *x += level * edge * (step * n as f64).sin();
            }
        }
    }
    Signal::mono(rate, samples).dual_mono()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chip_music_is_exact_at_eight_bits() {
        let chip = chip_music(44_100, 2.0, 1);
        for (wide, narrow) in chip.to_int(16).iter().flatten().zip(chip.to_int(8).iter().flatten()) {
            assert_eq!(*wide, narrow * 256);
        }
        assert!(chip.rms() > 0.1);
        assert!(chip.peak() <= 1.0);
    }

    #[test]
    fn tones_have_their_levels() {
        assert!((sine(48_000, 1.0, 1000.0, 0.5).rms() - 0.5 / 2_f64.sqrt()).abs() < 1e-9);
        assert!(silence(44_100, 0.5).peak() == 0.0);
        let train = impulse_train(44_100, 1.0, 576);
        assert_eq!(train.planes[0].iter().filter(|&&x| x > 0.0).count(), 44_100_usize.div_ceil(576));
        assert!(sparse_synth(44_100, 1.0, 1).peak() <= 0.6);
    }
}
