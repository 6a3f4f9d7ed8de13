//! Audio that never saw an encoder but can look like it did: nothing of it may be called a transcode.

use bitrater_engine::{Policy, Verdict, assess};
use bitrater_testkit::{
    Lab, Signal, chip_music, impulse_train, music, pink_noise, silence, sine, sparse_synth, tape_noise, vinyl_noise,
    white_noise,
};

const RATE: u32 = 44_100;

/// Long enough for every search.
const SECONDS: f64 = 5.0;

/// Asserts that a file of `bits` bits with this signal is not accused.
fn is_not_accused(name: &str, signal: &Signal, bits: u32) {
    let lab = Lab::new();
    let answer = assess(&lab.wav(name, signal, bits), &Policy::default())
        .unwrap_or_else(|error| panic!("{name} cannot be analysed: {error}"));
    assert_ne!(answer.verdict, Verdict::Transcode, "{name}: {:#?}\n{:#?}", answer.reasons, answer.evidence);
}

#[test]
fn tones_and_impulses() {
    is_not_accused("sine", &sine(RATE, SECONDS, 997.0, 0.5), 16);
    is_not_accused("sine at the middle of a band", &sine(RATE, SECONDS, 44_100.0 / 1152.0 * 26.5, 0.9), 16);
    // Periods that divide the frame grids of MP3, AAC and Vorbis: these prefer a phase without any codec.
    for period in [576, 1024, 128] {
        is_not_accused(&format!("impulses every {period}"), &impulse_train(RATE, SECONDS, period), 16);
    }
}

#[test]
fn silence_and_what_is_near_it() {
    is_not_accused("silence", &silence(RATE, SECONDS), 16);
    is_not_accused("a noise of two steps", &white_noise(RATE, SECONDS, 1).gain_db(-84.0), 16);
    for seed in 0..3 {
        is_not_accused("quiet music", &music(RATE, SECONDS, 20 + seed).gain_db(-48.0), 16);
        is_not_accused("very quiet music", &music(RATE, SECONDS, 30 + seed).gain_db(-66.0), 16);
    }
}

#[test]
fn synthesis_and_old_machines() {
    is_not_accused("sparse synthesis", &sparse_synth(RATE, SECONDS, 2), 16);
    is_not_accused("chip music", &chip_music(RATE, SECONDS, 3), 16);
    is_not_accused("8 bits", &music(RATE, SECONDS, 4), 8);
}

#[test]
fn noise_of_every_kind() {
    is_not_accused("white noise", &white_noise(RATE, SECONDS, 5), 16);
    is_not_accused("pink noise", &pink_noise(RATE, SECONDS, 6), 24);
    is_not_accused("tape", &music(RATE, SECONDS, 7).mix(&tape_noise(RATE, SECONDS, 7)), 16);
    is_not_accused("vinyl", &music(RATE, SECONDS, 8).mix(&vinyl_noise(RATE, SECONDS, 8)), 16);
}

#[test]
fn masters_that_were_cut_or_driven_hard() {
    for cutoff in [11_000.0, 16_000.0, 19_000.0] {
        is_not_accused(&format!("low-passed at {cutoff}"), &music(RATE, SECONDS, 9).lowpass(cutoff), 16);
    }
    let clipped = music(RATE, SECONDS, 10).gain_db(12.0).map(|x| x.clamp(-0.98, 0.98));
    is_not_accused("clipped", &clipped, 16);
    is_not_accused("both channels alike", &music(RATE, SECONDS, 11).to_mono().dual_mono(), 16);
    is_not_accused("one channel", &music(RATE, SECONDS, 12).to_mono(), 16);
    let mut half = music(RATE, SECONDS, 13);
    half.planes[1].fill(0.0);
    is_not_accused("one channel silent", &half, 16);
}
