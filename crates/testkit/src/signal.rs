//! The signal type of the test kit: planar, double precision, full scale ±1.0.

use std::f64::consts::PI;

use crate::Rng;

/// Audio in the making: `planes[channel][sample]`, full scale ±1.0, every plane of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Samples per second per channel.
    pub rate: u32,
    /// Samples by channel.
    pub planes: Vec<Vec<f64>>,
}

impl Signal {
    /// One channel.
    #[must_use]
    pub fn mono(rate: u32, samples: Vec<f64>) -> Self {
        Self { rate, planes: vec![samples] }
    }

    /// Samples in each channel.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }

    /// Seconds of audio.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate)
    }

    /// Largest magnitude in any channel.
    #[must_use]
    pub fn peak(&self) -> f64 {
        self.planes.iter().flatten().fold(0.0, |top, x| top.max(x.abs()))
    }

    /// Root mean square over all channels.
    #[must_use]
    pub fn rms(&self) -> f64 {
        let count = self.planes.iter().map(Vec::len).sum::<usize>().max(1);
        (self.planes.iter().flatten().map(|x| x * x).sum::<f64>() / count as f64).sqrt()
    }

    /// Every sample through `f`.
    #[must_use]
    pub fn map(mut self, f: impl Fn(f64) -> f64) -> Self {
        self.planes.iter_mut().flatten().for_each(|x| *x = f(*x));
        self
    }

    /// Louder or quieter by `db` decibels.
    #[must_use]
    pub fn gain_db(self, db: f64) -> Self {
        let factor = 10_f64.powf(db / 20.0);
        self.map(|x| x * factor)
    }

    /// The sum of two signals of the same rate and channel count, as long as the longer one.
    ///
    /// # Panics
    /// When rate or channel count differ.
    #[must_use]
    pub fn mix(mut self, other: &Self) -> Self {
        assert_eq!((self.rate, self.planes.len()), (other.rate, other.planes.len()), "mixing unlike signals");
        for (mine, theirs) in self.planes.iter_mut().zip(&other.planes) {
            mine.resize(mine.len().max(theirs.len()), 0.0);
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        self
    }

    /// The first channel twice, so that left and right are the same.
    #[must_use]
    pub fn dual_mono(mut self) -> Self {
        self.planes.truncate(1);
        self.planes.extend_from_within(..);
        self
    }

    /// The mean of all channels as one channel.
    #[must_use]
    pub fn to_mono(&self) -> Self {
        let scale = 1.0 / self.planes.len().max(1) as f64;
        let sum = |n: usize| self.planes.iter().map(|plane| plane[n]).sum::<f64>() * scale;
        Self::mono(self.rate, (0..self.frames()).map(sum).collect())
    }

    /// Without its first `frames` samples: moves every frame grid that the signal may carry.
    #[must_use]
    pub fn skip(mut self, frames: usize) -> Self {
        for plane in &mut self.planes {
            plane.drain(..frames.min(plane.len()));
        }
        self
    }

    /// A master that ends at `cutoff_hz`: linear-phase FIR low-pass, windowed sinc (Blackman), 511 taps, so the
    /// edge is about 500 Hz wide at 44.1 kHz and the stop band lies 74 dB down. Length and alignment are kept.
    #[must_use]
    pub fn lowpass(mut self, cutoff_hz: f64) -> Self {
        let taps = lowpass_taps(cutoff_hz / f64::from(self.rate));
        for plane in &mut self.planes {
            *plane = filter_centred(plane, &taps);
        }
        self
    }

    /// Integer samples of `bits` bits: scaled by 2^(bits−1), rounded to nearest, clamped. No dither.
    #[must_use]
    pub fn to_int(&self, bits: u32) -> Vec<Vec<i32>> {
        self.planes.iter().map(|plane| plane.iter().map(|&x| quantise(x, bits)).collect()).collect()
    }

    /// With triangular dither of ±1 step at `bits` bits, as a careful master has; quantise afterwards.
    #[must_use]
    pub fn dithered(self, bits: u32, seed: u64) -> Self {
        let step = 1.0 / full_scale(bits);
        let mut rng = Rng::new(seed);
        let mut dithered = self;
        dithered.planes.iter_mut().flatten().for_each(|x| *x += step * (rng.uniform() - rng.uniform()));
        dithered
    }
}

/// One sample at `bits` bits: rounded to nearest, clamped to the two's-complement range.
pub(crate) fn quantise(x: f64, bits: u32) -> i32 {
    let scale = full_scale(bits);
    (x * scale).round().clamp(-scale, scale - 1.0) as i32
}

/// 2^(bits−1): how many steps of a `bits`-bit file make full scale.
fn full_scale(bits: u32) -> f64 {
    assert!((1..=32).contains(&bits), "no {bits}-bit samples here");
    (1_u64 << (bits - 1)) as f64
}

/// Taps of a Blackman-windowed sinc, unity at DC; `cutoff` in cycles per sample.
fn lowpass_taps(cutoff: f64) -> Vec<f64> {
    const HALF: i32 = 255;
    let taps: Vec<f64> = (-HALF..=HALF)
        .map(|n| {
            let t = f64::from(n);
            let sinc = if n == 0 { 2.0 * cutoff } else { (2.0 * PI * cutoff * t).sin() / (PI * t) };
            let turn = PI * t / f64::from(HALF + 1);
            sinc * (0.42 + 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos())
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| tap / sum).collect()
}

/// Convolution with an odd, symmetric kernel, without its delay: the output has the length of the input.
fn filter_centred(input: &[f64], taps: &[f64]) -> Vec<f64> {
    let half = taps.len() / 2;
    let mut padded = vec![0.0; half];
    padded.extend_from_slice(input);
    padded.resize(input.len() + 2 * half, 0.0);
    padded.windows(taps.len()).map(|window| window.iter().zip(taps).map(|(x, h)| x * h).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sine, white_noise};

    #[test]
    fn quantising_rounds_and_clamps() {
        let got: Vec<i32> = [0.0, 0.5, -1.0, 1.0, 2.0, 1.4 / 32768.0].iter().map(|&x| quantise(x, 16)).collect();
        assert_eq!(got, [0, 16384, -32768, 32767, 32767, 1]);
        assert_eq!(quantise(1.0, 24), 8_388_607);
    }

    #[test]
    fn lowpass_keeps_what_is_below_and_removes_what_is_above() {
        let through = |hz: f64| sine(44_100, 0.5, hz, 0.5).lowpass(16_000.0).skip(1000).rms() / (0.5 / 2_f64.sqrt());
        assert!((through(1000.0) - 1.0).abs() < 0.02);
        assert!((through(15_500.0) - 1.0).abs() < 0.05);
        assert!(through(16_600.0) < 1e-2);
    }

    #[test]
    fn mixing_and_cutting_keep_lengths() {
        let a = white_noise(44_100, 0.1, 1);
        let b = white_noise(44_100, 0.2, 2);
        assert_eq!(a.clone().mix(&b).frames(), b.frames());
        assert_eq!(b.clone().skip(100).frames(), b.frames() - 100);
        assert_eq!(a.clone().dual_mono().to_mono().planes[0], a.planes[0]);
    }

    #[test]
    fn dither_stays_within_one_step() {
        let quiet = Signal::mono(44_100, vec![0.0; 10_000]).dithered(16, 3);
        let ints = quiet.to_int(16);
        assert!(ints[0].iter().all(|x| x.abs() <= 1));
        assert!(ints[0].iter().any(|&x| x != 0));
    }
}
