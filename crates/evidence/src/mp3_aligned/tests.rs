use bitrater_media::layer3::LINES;
use bitrater_testkit::Rng;

use super::likelihood::Likelihood;
use super::{SHOWS, steps};
use crate::coded::CodedChannel;
use crate::coded::ROUNDING_BETWEEN;

/// Long bands of equal width: the method depends only on which lines share a step.
const EDGES: [u16; 23] = {
    let mut edges = [0; 23];
    let mut n = 0;
    while n < 23 {
        edges[n] = (n * 26) as u16;
        n += 1;
    }
    edges[22] = LINES as u16;
    edges
};

/// Gain of a stream whose steps stand well above the rounding of a 16-bit file.
const GAIN: i32 = -40;

/// Lines of a smooth spectrum in the stream's steps: a Laplacian that falls with frequency.
fn lines(seed: u64) -> Vec<f64> {
    let mut rng = Rng::new(seed);
    let step = (0.25 * f64::from(GAIN)).exp2();
    (0..LINES)
        .map(|line| {
            let level = 60.0 * (-(line as f64) / 120.0).exp() + 1.0;
            let sign = if rng.uniform() < 0.5 { -1.0 } else { 1.0 };
            -sign * level * step * rng.range(1e-9, 1.0).ln()
        })
        .collect()
}

/// The quantiser of the standard, nint(|x/step|^(3/4) − 0.0946), with a step exponent per line.
fn quantise(lines: &[f64], exponent: impl Fn(usize) -> i32) -> CodedChannel {
    let mut channel = CodedChannel { short: false, quantised: [0; LINES], exponents: [0; LINES] };
    for (line, &x) in lines.iter().enumerate() {
        let step = (0.25 * f64::from(exponent(line))).exp2();
        let magnitude = ((x.abs() / step).powf(0.75) - 0.0946).round();
        channel.quantised[line] = (magnitude * x.signum()) as i16;
        channel.exponents[line] = exponent(line) as i16;
    }
    channel
}

fn decode(channel: &CodedChannel) -> Vec<f64> {
    (0..LINES)
        .map(|line| {
            let n = f64::from(channel.quantised[line]);
            n.signum() * n.abs().powf(4.0 / 3.0) * (0.25 * f64::from(channel.exponents[line])).exp2()
        })
        .collect()
}

/// Scalefactors as an encoder might choose them: every fourth band is amplified by one or two.
fn amplified(gain: i32) -> impl Fn(usize) -> i32 {
    move |line| gain - [0, 0, 0, 2, 0, 4][(line / 26) % 6]
}

fn evidence(channel: &CodedChannel, off: f32) -> steps::OlderSteps {
    steps::fit(channel, &EDGES, ROUNDING_BETWEEN, &Likelihood::new(off)).unwrap_or_default()
}

#[test]
fn an_older_coarser_quantiser_shows_and_its_control_does_not() {
    for (seed, coarser) in [(1, 3), (2, 5), (3, 8), (4, 12)] {
        let first = quantise(&lines(seed), amplified(GAIN + coarser));
        let second = quantise(&decode(&first), |_| GAIN);
        let (real, control) = (evidence(&second, 0.0), evidence(&second, 0.5));
        assert!(real.evidence > 2.0 * SHOWS, "{coarser} quarter steps: {} nats", real.evidence);
        assert!(control.evidence < 0.5 * real.evidence, "{coarser}: control {} nats", control.evidence);
    }
}

#[test]
fn one_quantiser_shows_nothing() {
    for seed in 0..50 {
        let once = quantise(&lines(100 + seed), amplified(GAIN));
        let found = evidence(&once, 0.0);
        assert!(found.evidence < 0.5 * SHOWS, "seed {seed}: {} nats", found.evidence);
    }
}

#[test]
fn an_older_finer_quantiser_shows_nothing() {
    let first = quantise(&lines(7), |_| GAIN - 12);
    let found = evidence(&quantise(&decode(&first), |_| GAIN), 0.0);
    assert!(found.evidence < SHOWS, "{} nats", found.evidence);
}

#[test]
fn coarser_steps_show_the_bits_that_were_saved() {
    let saved = |coarser: i32| {
        let first = quantise(&lines(5), |_| GAIN + coarser);
        let second = quantise(&decode(&first), |_| GAIN);
        let lines = second.quantised.iter().filter(|&&n| n != 0).count() as f32;
        (evidence(&second, 0.0).bits_less, 0.1875 * coarser as f32 * lines)
    };
    for coarser in [4, 8] {
        let (read, made) = saved(coarser);
        assert!((read - made).abs() < 0.2 * made, "{read} bits read, {made} made");
    }
}

#[test]
fn short_blocks_and_near_silence_are_not_examined() {
    let mut channel = quantise(&lines(1), |_| GAIN);
    channel.short = true;
    assert!(steps::fit(&channel, &EDGES, ROUNDING_BETWEEN, &Likelihood::new(0.0)).is_none());
    let silent = quantise(&[0.0; LINES], |_| GAIN);
    assert!(steps::fit(&silent, &EDGES, ROUNDING_BETWEEN, &Likelihood::new(0.0)).is_none());
}
