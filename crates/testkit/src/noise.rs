//! Noises: white, pink, and the floors of analogue media. All stereo with independent channels.

use crate::{Rng, Signal};

/// Two independent channels of samples from `next`, one generator a channel.
fn stereo(rate: u32, seconds: f64, seed: u64, mut channel: impl FnMut(&mut Rng, usize) -> Vec<f64>) -> Signal {
    let frames = (seconds * f64::from(rate)).round() as usize;
    let planes = (0..2).map(|c| channel(&mut Rng::new(seed.wrapping_mul(2).wrapping_add(c)), frames)).collect();
    Signal { rate, planes }
}

/// White noise, nearly Gaussian, −20 dBFS rms in each channel.
#[must_use]
pub fn white_noise(rate: u32, seconds: f64, seed: u64) -> Signal {
    stereo(rate, seconds, seed, |rng, frames| (0..frames).map(|_| 0.1 * rng.gaussian()).collect())
}

/// Pink noise (−3 dB an octave), about −20 dBFS rms: white noise through Paul Kellet's "refined" filter, within
/// 0.05 dB of pink above 9 Hz at 44.1 kHz (musicdsp.org, "Pink noise filter").
#[must_use]
pub fn pink_noise(rate: u32, seconds: f64, seed: u64) -> Signal {
    const POLES: [(f64, f64); 6] = [
        (0.99886, 0.055_517_9),
        (0.99332, 0.075_075_9),
        (0.96900, 0.153_852_0),
        (0.86650, 0.310_485_6),
        (0.55000, 0.532_952_2),
        (-0.7616, -0.016_898_0),
    ];
    stereo(rate, seconds, seed, |rng, frames| {
        let (mut state, mut late) = ([0.0; 6], 0.0);
        let next = |_| {
            let white = rng.gaussian();
            for (s, (pole, gain)) in state.iter_mut().zip(POLES) {
                *s = pole * *s + gain * white;
            }
            let pink = state.iter().sum::<f64>() + late + 0.5362 * white;
            late = 0.115_926 * white;
            0.033 * pink
        };
        (0..frames).map(next).collect()
    })
}

/// Tape hiss: white noise with a gentle rise to the treble, −55 dBFS rms. To be mixed under a recording.
#[must_use]
pub fn tape_noise(rate: u32, seconds: f64, seed: u64) -> Signal {
    stereo(rate, seconds, seed, |rng, frames| {
        let mut last = 0.0;
        let next = |_| {
            let white = rng.gaussian();
            let risen = white - 0.4 * last;
            last = white;
            1.65e-3 * risen
        };
        (0..frames).map(next).collect()
    })
}

/// A record's floor, about −49 dBFS: rumble below 50 Hz, surface noise, and ten clicks a second of random size, each
/// decaying within a millisecond. To be mixed under a recording.
#[must_use]
pub fn vinyl_noise(rate: u32, seconds: f64, seed: u64) -> Signal {
    stereo(rate, seconds, seed, |rng, frames| {
        let (mut rumble, mut surface, mut click) = (0.0, 0.0, 0.0);
        let click_chance = 10.0 / f64::from(rate);
        let next = |_| {
            rumble += 0.005 * (rng.gaussian() - rumble);
            surface += 0.6 * (rng.gaussian() - surface);
            if rng.uniform() < click_chance {
                click = rng.range(-0.15, 0.15);
            }
            click *= -0.85;
            0.05 * rumble + 2e-3 * surface + click
        };
        (0..frames).map(next).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naive;

    fn dbfs(signal: &Signal) -> f64 {
        20.0 * signal.rms().log10()
    }

    #[test]
    fn levels_are_as_documented() {
        let cases: [(Signal, f64); 4] = [
            (white_noise(44_100, 2.0, 1), -20.0),
            (pink_noise(44_100, 2.0, 1), -20.0),
            (tape_noise(44_100, 2.0, 1), -55.0),
            (vinyl_noise(44_100, 2.0, 1), -49.0),
        ];
        for (signal, level) in cases {
            assert!((dbfs(&signal) - level).abs() < 2.0, "wanted {level}, got {}", dbfs(&signal));
            assert!(signal.peak() < 1.0);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_noise_and_another_seed_another() {
        assert_eq!(pink_noise(44_100, 0.1, 5), pink_noise(44_100, 0.1, 5));
        assert_ne!(pink_noise(44_100, 0.1, 5), pink_noise(44_100, 0.1, 6));
        let both = white_noise(44_100, 0.1, 5);
        assert_ne!(both.planes[0], both.planes[1]);
    }

    #[test]
    fn pink_noise_falls_three_db_an_octave() {
        let noise = pink_noise(44_100, 4.0, 2);
        let (mut low, mut high) = (0.0, 0.0);
        for block in noise.planes[0].chunks_exact(512) {
            let power: Vec<f64> = naive::dft(block).iter().map(|(re, im)| re * re + im * im).collect();
            low += power[8..12].iter().sum::<f64>() / 4.0;
            high += power[64..96].iter().sum::<f64>() / 32.0;
        }
        let drop = 10.0 * (low / high).log10();
        assert!((drop - 9.0).abs() < 1.5, "three octaves dropped {drop} dB");
    }
}
