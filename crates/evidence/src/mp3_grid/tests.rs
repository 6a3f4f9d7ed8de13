//! The search at sample rates whose scalefactor bands differ, on files that LAME made.

use bitrater_signal::mp3::LANES;
use bitrater_testkit::{Lab, Signal, music, pink_noise, wav};

use super::*;

/// Variance of rounding to 16 bits.
const ROUNDING: f64 = 1.0 / 32_768.0 / 32_768.0 / 12.0;

/// Music after LAME's V0, which gives nearly every band its own step, and a decoder that trims the delay, in 16 bits.
fn decoded(rate: u32) -> Vec<Span> {
    let signal = wav::read(&Lab::new().make(&music(rate, 6.0, 40), "mp3_V0_wav"));
    assert_eq!(signal.rate, rate);
    let planes = signal.planes.iter().map(|plane| plane.iter().map(|&x| x as f32).collect()).collect();
    vec![Span { start: 0, planes, coded: Vec::new() }]
}

/// By how much the scores at phase 0, where an uncut decode has its lattice, rise above those of phases near it with
/// the bands of `rate`.
fn rise(spans: &[Span], rate: u32) -> f64 {
    const CENTRE: usize = LANES / 2;
    let mut scorer = scorer::Scorer::new(BandTable::at(rate), 18);
    let columns = std::array::from_fn(|lane| granules::MARGIN + TRIMMED_COLUMN - CENTRE + lane);
    let mut sums = [0.0; LANES];
    for (n, place) in granules::loudest(&granules::places(spans), 40).into_iter().enumerate() {
        let (signal, samples) = lattice::signals_of(place, spans, n).swap_remove(0);
        let sigma = Noise::Rounding(ROUNDING).sigma(spans, place, signal).unwrap();
        let scores = scorer.score_apart(&samples, &columns, &sigma);
        sums.iter_mut().zip(scores.bands).for_each(|(sum, score)| *sum += f64::from(score));
    }
    let controls: Vec<f64> = (0..LANES).filter(|lane| lane.abs_diff(CENTRE) > 1).map(|lane| sums[lane]).collect();
    sums[CENTRE] - controls.iter().sum::<f64>() / controls.len() as f64
}

#[test]
fn the_bands_are_those_of_the_sample_rate() {
    for rate in [48_000, 32_000] {
        let spans = decoded(rate);
        let (right, wrong) = (rise(&spans, rate), rise(&spans, 44_100));
        let scored =
            candidates::score(&spans, &granules::places(&spans), BandTable::at(rate), Noise::Rounding(ROUNDING), &[0])
                [0];
        assert!(
            right > 1.3 * wrong && scored.strength > 50.0,
            "{rate}: {right} with its own bands, {wrong} with others; {scored:?}"
        );
        let peak = search(&spans, rate, Codec::Flac, ROUNDING).unwrap().holes.peaks[0];
        assert!(peak.phase == 0 && peak.strength > 30.0, "{rate}: {peak:?}");
    }
}

/// Quiet plucked strings that fade over a little noise, in stereo.
fn quiet_strings() -> Signal {
    const RATE: u32 = 44_100;
    let string = |pitch: f64, t: f64| -> f64 {
        let partials = (1..9).map(|k| {
            let k = f64::from(k);
            k.powf(-1.5) * (-t * k.sqrt()).exp() * (std::f64::consts::TAU * pitch * k * t).sin()
        });
        partials.sum()
    };
    let plane = |detune: f64| -> Vec<f64> {
        (0..RATE * 6)
            .map(|n| {
                let t = f64::from(n) / f64::from(RATE) % 1.5;
                0.05 * [110.0, 165.0, 247.0].iter().map(|pitch| string(pitch * detune, t)).sum::<f64>()
            })
            .collect()
    };
    let noise = pink_noise(RATE, 6.0, 3);
    Signal { rate: RATE, planes: vec![plane(1.0), plane(1.003)] }.mix(&noise.gain_db(-80.0))
}

#[test]
fn large_values_show_a_step_that_lies_below_the_rounding() {
    let decode = wav::read(&Lab::new().make(&quiet_strings(), "mp3_320_wav"));
    let cut: Vec<Vec<f32>> =
        decode.planes.iter().map(|plane| plane[333..].iter().map(|&x| x as f32).collect()).collect();
    let spans = [Span { start: 0, planes: cut, coded: Vec::new() }];
    let found = search(&spans, decode.rate, Codec::Flac, ROUNDING).unwrap();
    let phase = PERIOD as u32 - 333;
    assert!(found.candidates[0].phase == phase && found.candidates[0].strength > 20.0, "{:?}", found.candidates);
    let (places, bands) = (granules::places(&spans), BandTable::at(decode.rate));
    let scored = candidates::score(&spans, &places, bands, Noise::Rounding(ROUNDING), &[phase, 40]);
    assert!(scored[0].phase == phase && scored[0].strength > 20.0 && scored[1].strength < 3.0, "{scored:?}");
    let holes = found.holes.peaks[0];
    assert!(holes.phase != phase || holes.strength < 9.0, "holes would do, too: {holes:?}");
}
