//! The search at sample rates whose scalefactor bands differ, on files that LAME made.

use bitrater_testkit::{Lab, music, wav};

use super::*;

/// Variance of rounding to 16 bits.
const ROUNDING: f64 = 1.0 / 32_768.0 / 32_768.0 / 12.0;

/// Music after LAME's V0, which gives nearly every band a step of its own, and a decoder that trims the delay, in 16 bits.
fn decoded(rate: u32) -> Vec<Span> {
    let signal = wav::read(&Lab::new().make(&music(rate, 6.0, 40), "mp3_V0_wav"));
    assert_eq!(signal.rate, rate);
    let planes = signal.planes.iter().map(|plane| plane.iter().map(|&x| x as f32).collect()).collect();
    vec![Span { start: 0, planes, coded: Vec::new() }]
}

/// Strength of the lattice at phase 0, where an uncut decode has it, with the bands of `rate`.
fn strength(spans: &[Span], rate: u32) -> f64 {
    let places = granules::places(spans);
    likely::ask(spans, &places, BandTable::at(rate), Noise::Rounding(ROUNDING), &[0])[0].strength
}

#[test]
fn the_bands_are_those_of_the_sample_rate() {
    for rate in [48_000, 32_000] {
        let spans = decoded(rate);
        let (right, wrong) = (strength(&spans, rate), strength(&spans, 44_100));
        assert!(right > wrong && right > 50.0, "{rate}: {right} with its own bands, {wrong} with others");
        let peak = search(&spans, rate, ROUNDING).unwrap().holes.peaks[0];
        assert!(peak.phase == 0 && peak.strength > 30.0, "{rate}: {peak:?}");
    }
}
