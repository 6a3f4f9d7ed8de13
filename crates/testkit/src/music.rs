//! A synthetic band: loud, dense and full-band, so that a lossy encoder behaves as it does with music.

use std::f64::consts::{FRAC_PI_2, TAU};

use crate::{Rng, Signal, pink_noise, white_noise};

/// Sixteenth notes a second: 112 beats a minute.
const SIXTEENTHS: f64 = 112.0 / 60.0 * 4.0;
/// Four chords as semitones above A1 (55 Hz), two seconds or so each.
const CHORDS: [[i32; 4]; 4] = [[0, 7, 15, 22], [-4, 8, 15, 20], [3, 10, 19, 22], [-2, 10, 17, 26]];
/// What the loudness comes to, rms (−14 dBFS).
const LEVEL: f64 = 0.2;

/// Music-like stereo: struck strings with decaying, slightly stretched partials at random places of the panorama, a
/// bass, a detuned pad, a kick, a snare and hats up to the Nyquist frequency, a reverberant tail that differs between
/// the channels, and a floor of noise. About −14 dBFS rms with peaks below full scale.
///
/// The same arguments give the same music; another seed gives another piece over the same chords. Sines come from
/// the platform's library, so the last bit of a double may differ between platforms.
#[must_use]
pub fn music(rate: u32, seconds: f64, seed: u64) -> Signal {
    let frames = (seconds * f64::from(rate)).round() as usize;
    let mut band = Band { rate: f64::from(rate), planes: vec![vec![0.0; frames]; 2], rng: Rng::new(seed) };
    let sixteenth = f64::from(rate) / SIXTEENTHS;
    for step in 0..(seconds * SIXTEENTHS).ceil() as usize {
        band.play(step, (step as f64 * sixteenth) as usize);
    }
    let tail = band.reverb();
    let dry = Signal { rate, planes: band.planes };
    let mix = darken(darken(dry.mix(&tail)));
    let floor =
        pink_noise(rate, seconds, seed ^ 0xf1).gain_db(-42.0).mix(&white_noise(rate, seconds, seed).gain_db(-55.0));
    master(mix.mix(&floor))
}

/// What air, microphones and taste do to the treble: a pole at 7 kHz, −6 dB an octave above.
fn darken(mut mix: Signal) -> Signal {
    let keep = (-TAU * 7000.0 / f64::from(mix.rate)).exp();
    for plane in &mut mix.planes {
        let mut last = 0.0;
        for x in plane {
            last = *x + keep * (last - *x);
            *x = last;
        }
    }
    mix
}

/// To −14 dBFS rms, with a limiter that bends what is above 0.6 towards 0.97 and touches nothing below.
fn master(mix: Signal) -> Signal {
    const KNEE: f64 = 0.6;
    const ROOM: f64 = 0.97 - KNEE;
    let gain = LEVEL / mix.rms().max(1e-9);
    mix.map(|x| {
        let loud = x * gain;
        let over = loud.abs() - KNEE;
        if over <= 0.0 { loud } else { (KNEE + ROOM * (over / ROOM).tanh()).copysign(loud) }
    })
}

/// The players and what they have played so far.
struct Band {
    rate: f64,
    planes: Vec<Vec<f64>>,
    rng: Rng,
}

/// One struck or bowed note.
struct Note {
    hz: f64,
    level: f64,
    /// Left 0, centre ½, right 1.
    pan: f64,
    /// Seconds until the fundamental is 60 dB down.
    ring: f64,
    /// Seconds to full level.
    attack: f64,
    /// Level of partial `h` is `h^-tilt`.
    tilt: f64,
}

impl Band {
    /// Everybody's notes on sixteenth number `step`, which begins at sample `at`.
    fn play(&mut self, step: usize, at: usize) {
        let chord = CHORDS[step / 16 % CHORDS.len()];
        let hz = |semitones: i32| 55.0 * 2_f64.powf(f64::from(semitones) / 12.0);
        if step.is_multiple_of(16) {
            for (i, tone) in chord.into_iter().enumerate() {
                let detune = self.rng.range(0.997, 1.003);
                let pan = i as f64 / 3.0;
                self.note(
                    at,
                    &Note { hz: 2.0 * detune * hz(tone), level: 0.03, pan, ring: 6.0, attack: 0.3, tilt: 1.0 },
                );
            }
        }
        if step.is_multiple_of(4) || self.rng.uniform() < 0.15 {
            self.note(at, &Note { hz: hz(chord[0]), level: 0.25, pan: 0.5, ring: 1.0, attack: 0.004, tilt: 1.3 });
        }
        if self.rng.uniform() < 0.55 {
            let tone = chord[self.rng.below(4)] + [12, 24, 36][self.rng.below(3)];
            let (level, pan) = (self.rng.range(0.05, 0.14), self.rng.uniform());
            let ring = self.rng.range(0.5, 2.5);
            self.note(at, &Note { hz: hz(tone), level, pan, ring, attack: 0.002, tilt: 0.9 });
        }
        match step % 8 {
            0 => self.kick(at),
            4 => self.burst(at, 0.30, 0.5, 0.15, 0.35),
            _ => {}
        }
        let hat = self.rng.range(0.05, 0.12);
        let ring = if step % 4 == 2 { 0.25 } else { 0.05 };
        self.burst(at, hat, 0.65, ring, 0.95);
    }

    /// A harmonic note: every partial a decaying rotation, high ones dying sooner, up to the Nyquist frequency.
    fn note(&mut self, at: usize, note: &Note) {
        let (left, right) = pan(note.pan);
        for h in 1..=32 {
            let h = f64::from(h);
            // A stiff string's partials lie a little above the harmonics.
            let hz = note.hz * h * (1.0 + 1e-4 * h * h).sqrt();
            if hz > 0.48 * self.rate {
                break;
            }
            let level = note.level * h.powf(-note.tilt) * self.rng.range(0.5, 1.5);
            let decay = 0.001_f64.powf((1.0 + 0.15 * h) / (note.ring * self.rate));
            let (turn_sin, turn_cos) = (TAU * hz / self.rate).sin_cos();
            let (mut sin, mut cos) = (TAU * self.rng.uniform()).sin_cos();
            let (mut envelope, mut rise) = (level, 0.0_f64);
            let rise_step = 1.0 / (note.attack * self.rate);
            let [l, r] = &mut self.planes[..] else { return };
            for (l, r) in l[at..].iter_mut().zip(&mut r[at..]) {
                rise = (rise + rise_step).min(1.0);
                *l += left * envelope * rise * sin;
                *r += right * envelope * rise * sin;
                (sin, cos) = (sin * turn_cos + cos * turn_sin, cos * turn_cos - sin * turn_sin);
                envelope *= decay;
                if envelope < 1e-6 {
                    break;
                }
            }
        }
    }

    /// A bass drum: a sine falling from 150 Hz to 45 Hz.
    fn kick(&mut self, at: usize) {
        let (mut phase, mut level, mut hz) = (0.0_f64, 0.7, 150.0);
        let (fade, fall) = (0.001_f64.powf(1.0 / (0.35 * self.rate)), 0.01_f64.powf(1.0 / (0.12 * self.rate)));
        for n in at..self.planes[0].len() {
            let x = level * phase.sin();
            self.planes[0][n] += x;
            self.planes[1][n] += x;
            phase += TAU * hz / self.rate;
            hz = 45.0 + (hz - 45.0) * fall;
            level *= fade;
            if level < 1e-5 {
                break;
            }
        }
    }

    /// A burst of noise that dies within `ring` seconds (60 dB): a snare or a hat. `bright` from 0 (all of the noise)
    /// to near 1 (treble only); a part of it is different in the two channels.
    fn burst(&mut self, at: usize, level: f64, place: f64, ring: f64, bright: f64) {
        let (left, right) = pan(place);
        let fade = 0.001_f64.powf(1.0 / (ring * self.rate));
        let (mut level, mut last) = (level, [0.0; 2]);
        for n in at..self.planes[0].len() {
            let common = self.rng.gaussian();
            let noise = [common, 0.7 * common + 0.7 * self.rng.gaussian()];
            self.planes[0][n] += left * level * (noise[0] - bright * last[0]);
            self.planes[1][n] += right * level * (noise[1] - bright * last[1]);
            last = noise;
            level *= fade;
            if level < 1e-5 {
                break;
            }
        }
    }

    /// The wet part: four combs in parallel, then two all-passes (Schroeder, "Natural sounding artificial
    /// reverberation", JAES 10(3), 1962), with delays that differ between the channels. −14 dB under the band.
    fn reverb(&self) -> Signal {
        const DELAYS: [[f64; 6]; 2] = [[29.7, 37.1, 41.1, 43.7, 5.0, 1.7], [30.3, 36.1, 40.3, 44.9, 5.3, 1.9]];
        let channel = |(plane, delays): (&Vec<f64>, [f64; 6])| {
            let samples = delays.map(|ms| (ms * 1e-3 * self.rate) as usize);
            let mut wet = vec![0.0; plane.len()];
            for delay in &samples[..4] {
                let mut line = plane.clone();
                for n in *delay..line.len() {
                    line[n] += 0.78 * line[n - delay];
                }
                wet.iter_mut().zip(&line).for_each(|(sum, x)| *sum += 0.05 * x);
            }
            for &delay in &samples[4..] {
                let dry = wet.clone();
                for n in 0..wet.len() {
                    let (late_in, late_out) = if n < delay { (0.0, 0.0) } else { (dry[n - delay], wet[n - delay]) };
                    wet[n] = -0.7 * dry[n] + late_in + 0.7 * late_out;
                }
            }
            wet
        };
        Signal { rate: self.rate as u32, planes: self.planes.iter().zip(DELAYS).map(channel).collect() }
    }
}

/// Gains of left and right for a place in the panorama, at equal power.
fn pan(place: f64) -> (f64, f64) {
    let (right, left) = (place * FRAC_PI_2).sin_cos();
    (left, right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naive;

    #[test]
    fn loud_but_below_full_scale_and_the_same_each_time() {
        let piece = music(44_100, 3.0, 1);
        let level = 20.0 * piece.rms().log10();
        assert!((-16.0..-13.0).contains(&level), "{level} dBFS");
        assert!(piece.peak() < 0.98);
        assert_eq!(piece.frames(), 132_300);
        assert_eq!(piece, music(44_100, 3.0, 1));
        assert_ne!(piece, music(44_100, 3.0, 2));
    }

    #[test]
    fn stereo_and_full_band() {
        let piece = music(44_100, 3.0, 1);
        let side: Vec<f64> = piece.planes[0].iter().zip(&piece.planes[1]).map(|(l, r)| l - r).collect();
        let side = Signal::mono(44_100, side).rms() / piece.rms();
        assert!((0.1..1.2).contains(&side), "side {side}");
        let mut power = vec![0.0; 513];
        for block in piece.planes[0].chunks_exact(1024).step_by(4) {
            power.iter_mut().zip(naive::dft(block)).for_each(|(sum, (re, im))| *sum += re * re + im * im);
        }
        let bin = |khz: f64| (khz * 1024.0 / 44.1) as usize;
        let band = |low: f64, high: f64| power[bin(low)..bin(high)].iter().sum::<f64>() / (bin(high) - bin(low)) as f64;
        let top = 10.0 * (band(19.0, 21.5) / band(1.0, 2.0)).log10();
        assert!((-45.0..-12.0).contains(&top), "19 to 21.5 kHz lie {top} dB from 1 to 2 kHz");
    }
}
