//! Sounds that repeat with the frame of a codec: tones, chords, clicks, loops, alone and under music, lossless and encoded once. They put the
//! same lines into every frame and so can look like a codec's grid at one phase; none may be called a transcode.

use std::path::Path;

use bitrater_engine::{Policy, Verdict, assess};
use bitrater_testkit::{Lab, Signal, impulse_train, modulated, music, noise_loop, sine};

/// Long enough for every search.
const SECONDS: f64 = 4.0;

const RATES: [u32; 2] = [44_100, 48_000];

/// Frame periods of MP3, AAC and Vorbis, WMA, AC-3 and MPEG Layer II, and of Opus at both rates.
const PERIODS: [usize; 7] = [576, 1024, 2048, 256, 384, 882, 960];

fn is_not_accused(name: &str, path: &Path) {
    let answer = assess(path, &Policy::default()).unwrap_or_else(|error| panic!("{name} cannot be analysed: {error}"));
    assert_ne!(answer.verdict, Verdict::Transcode, "{name}: {:#?}\n{:#?}", answer.reasons, answer.evidence);
}

/// Each of the signals as a file of 16 bits.
fn none_is_accused(signals: impl IntoIterator<Item = (String, Signal)>) {
    for (name, signal) in signals {
        let lab = Lab::new();
        is_not_accused(&name, &lab.wav("signal", &signal, 16));
    }
}

fn tone(rate: u32, hz: f64) -> (String, Signal) {
    (format!("{hz} Hz at {rate} Hz"), sine(rate, SECONDS, hz, 0.4))
}

/// Music that ends at 15 kHz, with something under it.
fn under_music(rate: u32, seed: u64, sound: &Signal) -> Signal {
    let music = music(rate, SECONDS, seed).lowpass(15_000.0).gain_db(-6.0);
    let both = Signal { rate, planes: vec![sound.planes[0].clone(); 2] };
    music.mix(&both)
}

#[test]
fn round_frequencies() {
    for rate in RATES {
        none_is_accused(
            [50.0, 100.0, 440.0, 1000.0, 2025.0, 4000.0, 7350.0, 10_000.0, 15_000.0].map(|hz| tone(rate, hz)),
        );
    }
}

#[test]
fn frequencies_of_every_frame() {
    for rate in RATES {
        let multiples = PERIODS.iter().zip([7.0, 20.5, 133.0, 11.5, 29.0, 101.0, 40.0]);
        none_is_accused(multiples.map(|(&period, times)| tone(rate, times * f64::from(rate) / period as f64)));
    }
}

#[test]
fn a_sweep_in_fine_steps() {
    // From 20 Hz to 20 kHz in thirty steps, and beside multiples of 25 Hz.
    let steps = (0..30).map(|n| 20.0 * 1000_f64.powf(f64::from(n) / 29.0));
    none_is_accused(steps.chain([999.99, 1000.02, 2500.3, 6249.7]).enumerate().map(|(n, hz)| tone(RATES[n % 2], hz)));
}

#[test]
fn chords_and_modulated_tones() {
    for rate in RATES {
        let chord = [300.0, 1700.0, 4100.0].map(|hz| sine(rate, SECONDS, hz, 0.2));
        let chord = chord[0].clone().mix(&chord[1]).mix(&chord[2]);
        none_is_accused([
            ("a chord".to_owned(), chord),
            ("AM".to_owned(), modulated(rate, SECONDS, 4000.0, 50.0, 0.5, 0.0)),
            ("AM".to_owned(), modulated(rate, SECONDS, 3000.0, 100.0, 0.9, 0.0)),
            ("FM".to_owned(), modulated(rate, SECONDS, 4000.0, 50.0, 0.0, 5.0)),
            ("FM".to_owned(), modulated(rate, SECONDS, 4000.0, 150.0, 0.0, 2.0)),
            ("AM with a granule".to_owned(), modulated(rate, SECONDS, 9000.0, f64::from(rate) / 576.0, 0.8, 0.0)),
            ("FM with a granule".to_owned(), modulated(rate, SECONDS, 9000.0, f64::from(rate) / 576.0, 0.0, 3.0)),
        ]);
    }
}

#[test]
fn clicks_that_repeat_with_a_frame_or_nearly() {
    let periods = PERIODS
        .iter()
        .flat_map(|&period| [period, period + 1])
        .chain([128, 480, 1152, 2304, 3072, 4096, 22_050, 24_000]);
    none_is_accused(periods.enumerate().map(|(n, period)| {
        let rate = RATES[n % 2];
        (format!("clicks every {period} at {rate} Hz"), impulse_train(rate, SECONDS, period))
    }));
}

#[test]
fn loops_that_repeat_with_a_frame_or_nearly() {
    let periods = PERIODS.iter().flat_map(|&period| [period, 3 * period]).chain([575, 1025, 128, 480, 4096]);
    none_is_accused(periods.enumerate().map(|(n, period)| {
        let rate = RATES[n / 2 % 2];
        (format!("a loop of {period} at {rate} Hz"), noise_loop(rate, SECONDS, period, period as u64))
    }));
}

#[test]
fn pilots_and_whines_under_music() {
    for rate in RATES {
        let whines =
            [15_625.0, 16_000.0, 17_000.0, 19_000.0, 19_050.0].into_iter().zip([0.1, 0.003, 0.003, 0.0003, 0.003]);
        none_is_accused(whines.enumerate().map(|(n, (hz, level))| {
            let whine = sine(rate, SECONDS, hz, level);
            (format!("{hz} Hz under music at {rate} Hz"), under_music(rate, 50 + n as u64, &whine))
        }));
    }
}

#[test]
fn clicks_and_loops_under_music() {
    for rate in RATES {
        none_is_accused(PERIODS.iter().flat_map(|&period| {
            let seed = period as u64;
            let clicks = impulse_train(rate, SECONDS, period).gain_db(-14.0);
            let looped = noise_loop(rate, SECONDS, 2 * period, seed).gain_db(-20.0);
            [("clicks", clicks), ("a loop", looped)].map(|(name, sound)| {
                (format!("{name} of {period} under music at {rate} Hz"), under_music(rate, seed, &sound))
            })
        }));
    }
}

#[test]
fn tones_that_were_encoded_once_are_honest() {
    let streams = ["mp3_320", "mp3_V2", "mp2_192", "aac_160", "vorbis_q6", "opus_160", "ac3_192"];
    for (n, hz) in [100.0, 440.0, 1000.0, 4000.0, 10_000.0].into_iter().enumerate() {
        for (m, stream) in streams.into_iter().enumerate() {
            let lab = Lab::new();
            let tone = sine(RATES[(n + m) % 2], SECONDS, hz, 0.4).dual_mono();
            is_not_accused(&format!("{hz} Hz as {stream}"), &lab.make(&tone, stream));
        }
    }
}

#[test]
fn what_leaks_from_a_tone_that_was_encoded_once_is_no_lattice() {
    for (hz, rate, stream) in [(7838.81, 48_000, "mp3_256"), (670.58, 44_100, "ac3_192"), (13_300.0, 44_100, "ac3_192")]
    {
        let lab = Lab::new();
        let tone = sine(rate, SECONDS, hz, 0.4).dual_mono();
        is_not_accused(&format!("{hz} Hz as {stream}"), &lab.make(&tone, stream));
    }
}

#[test]
fn music_that_was_encoded_once_is_honest() {
    for (n, stream) in
        ["mp2_128", "mp2_192", "mp2_320", "ac3_192", "aac_160", "wma_128", "vorbis_q3"].into_iter().enumerate()
    {
        for rate in RATES {
            let lab = Lab::new();
            is_not_accused(&format!("{stream} at {rate} Hz"), &lab.make(&music(rate, SECONDS, 60 + n as u64), stream));
        }
    }
}
