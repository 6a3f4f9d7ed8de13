//! The reader on what a Layer III decoder would give for integers that are known.

use bitrater_media::layer3::{BandTable, BlockType, LINES, huffman_bits};
use bitrater_signal::mp3::Block;
use bitrater_testkit::Rng;

use super::noise::LineNoise;
use super::quantiser::QuantiserReader;

/// Variance of rounding to 16 bits.
const ROUNDING: f64 = 1.0 / 32_768.0 / 32_768.0 / 12.0;

/// Rate of the tests, in Hz.
const RATE: u32 = 44_100;

/// Integers of a spectrum that falls to zero near line 400.
fn integers(rng: &mut Rng) -> [i16; LINES] {
    std::array::from_fn(|line| {
        let level = 12.0 * (-(line as f64) / 60.0).exp() + if line < 400 { 0.4 } else { 0.0 };
        let sign = if rng.uniform() < 0.5 { -1.0 } else { 1.0 };
        (-sign * level * rng.range(1e-6, 1.0).ln()).round() as i16
    })
}

/// Amplifications as an encoder might choose them.
fn amplification(band: usize) -> i32 {
    [0, 0, 1, 0, 2, 0, 3][band % 7]
}

/// The lines of a long block with these integers, `gain` and noise of deviation `sigma`.
fn decoded(rng: &mut Rng, integers: &[i16; LINES], gain: i32, sigma: f64) -> [f32; LINES] {
    let bands = BandTable::at(RATE);
    let mut lines = [0.0; LINES];
    for (band, edge) in bands.long.windows(2).enumerate() {
        let exponent = gain - 2 * if band < 21 { amplification(band) } else { 0 };
        for line in usize::from(edge[0])..usize::from(edge[1]) {
            let n = f64::from(integers[line]);
            let noise = sigma * (rng.uniform() + rng.uniform() + rng.uniform() - 1.5) * 2.0;
            lines[line] = (n.signum() * n.abs().powf(4.0 / 3.0) * (0.25 * f64::from(exponent)).exp2() + noise) as f32;
        }
    }
    lines
}

#[test]
fn integers_and_amplifications_come_back() {
    let mut rng = Rng::new(1);
    let noise = LineNoise::rounding(ROUNDING);
    let sigma = f64::from(noise.around(0, 0..1));
    let mut reader = QuantiserReader::default();
    for gain in [-62, -51, -40] {
        let integers = integers(&mut rng);
        let lines = decoded(&mut rng, &integers, gain, sigma);
        let read = reader.read(&lines, Block::Long, BandTable::at(RATE), 0, &noise);
        assert_eq!(read.integers, integers, "gain {gain}");
        assert!(read.unread == 0 && read.read > 100);
        for (band, k) in read.amplified.iter().enumerate().take(21) {
            assert!(k.is_none_or(|k| i32::from(k) == amplification(band)), "band {band}: {k:?}");
        }
    }
}

#[test]
fn more_noise_than_rounding_leaves_is_noticed() {
    let mut rng = Rng::new(2);
    let noise = LineNoise::rounding(ROUNDING);
    let sigma = 20.0 * f64::from(noise.around(0, 0..1));
    let integers = integers(&mut rng);
    let lines = decoded(&mut rng, &integers, -40, sigma);
    let read = QuantiserReader::default().read(&lines, Block::Long, BandTable::at(RATE), 0, &noise);
    let bits = |integers| f64::from(huffman_bits(integers, BlockType::Long, BandTable::at(RATE)));
    let ratio = bits(&read.integers) / bits(&integers);
    assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
}

#[test]
fn lines_without_a_quantiser_are_not_read() {
    let mut rng = Rng::new(3);
    let lines: [f32; LINES] = std::array::from_fn(|line| {
        let level = 0.02 * (-(line as f64) / 60.0).exp() + 1e-4;
        (level * (rng.uniform() + rng.uniform() + rng.uniform() - 1.5)) as f32
    });
    let read =
        QuantiserReader::default().read(&lines, Block::Long, BandTable::at(RATE), 0, &LineNoise::rounding(ROUNDING));
    assert!(read.read < read.unread, "{} read, {} not", read.read, read.unread);
}
