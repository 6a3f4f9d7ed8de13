//! The search at sample rates whose scalefactor bands differ, on files that LAME made.

use bitrater_signal::mp3::LANES;
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

/// By how much the scores at phase 0, where an uncut decode has its lattice, rise above those of phases near it with the bands of `rate`.
fn rise(spans: &[Span], rate: u32) -> f64 {
    const CENTRE: usize = LANES / 2;
    let mut scorer = scorer::Scorer::new(BandTable::at(rate), 18);
    let columns = std::array::from_fn(|lane| granules::MARGIN + TRIMMED_COLUMN - CENTRE + lane);
    let mut sums = [0.0; LANES];
    for (n, place) in granules::loudest(&granules::places(spans), 40).into_iter().enumerate() {
        let (signal, samples) = lattice::signals_of(place, spans, n).swap_remove(0);
        let sigma = Noise::Rounding(ROUNDING).sigma(spans, place, signal).unwrap();
        let scores = scorer.score_apart(&samples, &columns, &sigma);
        sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += f64::from(score));
    }
    let controls: Vec<f64> = (0..LANES).filter(|lane| lane.abs_diff(CENTRE) > 1).map(|lane| sums[lane]).collect();
    sums[CENTRE] - controls.iter().sum::<f64>() / controls.len() as f64
}

#[test]
fn the_bands_are_those_of_the_sample_rate() {
    for rate in [48_000, 32_000] {
        let spans = decoded(rate);
        let (right, wrong) = (rise(&spans, rate), rise(&spans, 44_100));
        let asked =
            likely::ask(&spans, &granules::places(&spans), BandTable::at(rate), Noise::Rounding(ROUNDING), &[0])[0];
        assert!(
            right > 1.3 * wrong && asked.strength > 50.0,
            "{rate}: {right} with its own bands, {wrong} with others; {asked:?}"
        );
        let peak = search(&spans, rate, ROUNDING).unwrap().holes.peaks[0];
        assert!(peak.phase == 0 && peak.strength > 30.0, "{rate}: {peak:?}");
    }
}
