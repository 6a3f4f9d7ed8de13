//! Class and bitrate of a proven MP3 generation, by its integers, with the cutoff as a second witness.
//!
//! Three questions, each answered by a logistic score of a few numbers: did the rate follow the music (VBR) or a budget
//! (CBR)? If VBR, was it V0 or V2? If CBR, which of the standard's rates? The [`weights`] were fitted on the recordings of one half of an
//! evaluation corpus (67 recordings, LAME 3.100, six classes); see docs/decisions/0005-rate-from-integers.md for the figures on the other half.
//! The tolerances of [`constant`] are no weights and were set by hand on the same recordings.

mod weights;

use bitrater_evidence::cutoff::Cutoff;
use bitrater_evidence::mp3_grid::rate::GenerationRate;
use bitrater_evidence::{Class, Mode};

use self::weights::{UNDER_320 as SCORES_UNDER_320, V0, VARIABLE};
use crate::ladder;

/// Constant rates that encoders offer at 44.1 kHz in stereo, with the edge in Hz that LAME 3.100 leaves there as
/// [`bitrater_evidence::cutoff`] measures it, from and to.
const RATES: [(u32, f64, f64); 9] = [
    (64, 10_000.0, 11_200.0),
    (96, 14_500.0, 15_400.0),
    (112, 15_400.0, 15_900.0),
    (128, 15_900.0, 17_300.0),
    (160, 17_300.0, 18_400.0),
    (192, 18_400.0, 19_000.0),
    (224, 19_000.0, 19_200.0),
    (256, 19_200.0, 19_650.0),
    (320, 19_900.0, 20_300.0),
];

/// An edge above the low-passes of all constant rates is that of the recording.
const UNCUT: f64 = 20_300.0;

/// Edges wider than this in Hz do not come from an encoder.
const SHARP: f64 = 800.0;

/// Largest distance to a standard rate, as a logarithm. All larger distances are equally far from any rate.
const FARTHEST: f64 = 0.06;

/// What the class of an MP3 generation was, and its rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatedClass {
    /// The class.
    pub class: Class,
    /// The nominal rate of a constant one, the measured average of a variable one.
    pub kbps: u32,
    /// CBR or VBR.
    pub mode: Mode,
}

/// Reads the class of a generation under a lossless file.
#[must_use]
pub fn of_lossless(rate: &GenerationRate, cutoff: Option<&Cutoff>) -> RatedClass {
    let edge = Edge::of(cutoff);
    if variable_score(rate, edge) > 0.0 {
        return RatedClass {
            class: Class::V(if v0_score(rate, edge) > 0.0 { 0 } else { 2 }),
            kbps: rate.kbps.round() as u32,
            mode: Mode::Vbr,
        };
    }
    let kbps = constant(rate, edge);
    RatedClass { class: ladder::mp3(kbps), kbps, mode: Mode::Cbr }
}

/// Streams of at least this rate in kbps are read by [`under_320`].
pub const UNDER_320: u32 = 300;

/// By how much the reading of an older V0 and V2 is too low under a stream of 320 kbps, because small integers are
/// masked by its quantiser's noise: the medians over 305 files of 85 recordings.
const LOW: [f64; 2] = [1.095, 1.043];

/// The classes under a stream of 320 kbps, in the order of their scores. Multinomial logistic regression over 420 files of the recordings that
/// the other weights were fitted on.
const CLASSES_UNDER_320: [Class; 5] = [ladder::mp3(128), ladder::mp3(192), ladder::mp3(256), Class::V(0), Class::V(2)];

/// Reads the class of an older and weaker generation under an MP3 stream of 320 kbps.
#[must_use]
pub fn under_320(rate: &GenerationRate, cutoff: Option<&Cutoff>) -> RatedClass {
    let edge = cutoff.filter(|edge| edge.width < SHARP).map(|edge| edge.frequency);
    let at = |from: f64, to: f64| given(edge.is_some_and(|hz| (from..to).contains(&hz)));
    let own = given(edge.is_none_or(|hz| hz >= 19_900.0));
    let l = (rate.kbps / 200.0).ln();
    let measured = [
        rate.amplified,
        l,
        l * l,
        rate.fineness,
        at(15_900.0, 17_300.0),
        at(18_400.0, 19_000.0),
        at(19_200.0, 19_650.0),
        own,
    ];
    let scores = SCORES_UNDER_320.iter().map(|weights| weighed(weights, &measured));
    let best = scores.zip(CLASSES_UNDER_320).max_by(|a, b| a.0.total_cmp(&b.0));
    let class = best.map_or(ladder::mp3(128), |(_, class)| class);
    let variable = |low: f64| RatedClass { class, kbps: (low * rate.kbps).round() as u32, mode: Mode::Vbr };
    match class {
        Class::Rate { kbps, .. } => RatedClass { class, kbps, mode: Mode::Cbr },
        Class::V(0) => variable(LOW[0]),
        _ => variable(LOW[1]),
    }
}

/// Positive if the rate followed the music.
///
/// An encoder that is free in its rate shapes the noise of every band separately, so it amplifies most bands. Its
/// average rate is a standard one by accident only.
fn variable_score(rate: &GenerationRate, edge: Edge) -> f64 {
    let off = |kbps: f64| {
        let apart = RATES[1..].iter().map(|&(standard, ..)| (kbps / f64::from(standard)).ln().abs());
        apart.fold(FARTHEST, f64::min)
    };
    let measured = [
        rate.amplified,
        (rate.kbps / 200.0).ln(),
        off(rate.kbps),
        off(rate.upper),
        rate.fineness,
        edge.is_in(15_900.0, 17_300.0),
        edge.is_in(18_400.0, 19_000.0),
        edge.is_in(19_200.0, 19_650.0) + edge.is_in(19_900.0, UNCUT),
        given(edge == Edge::None),
    ];
    weighed(&VARIABLE, &measured)
}

/// Positive for V0, negative for V2: V0 has a finer quantiser, and LAME does not limit its band.
fn v0_score(rate: &GenerationRate, edge: Edge) -> f64 {
    let level = (rate.kbps / 200.0).ln();
    weighed(&V0, &[rate.fineness, level, edge.is_in(18_400.0, 19_000.0), given(edge == Edge::None)])
}

/// Measures by their weights, and the constant, which is the last of these.
fn weighed(weights: &[f64], measured: &[f64]) -> f64 {
    weights.iter().zip(measured.iter().chain(&[1.0])).map(|(weight, value)| weight * value).sum()
}

/// 1 where something is so, else 0.
fn given(so: bool) -> f64 {
    f64::from(u8::from(so))
}

/// The constant rate that fits best. Pauses, and lines below the noise, only reduce the bits. So a rate below the
/// standard one counts less than one above it, and the less the fewer granules could be read. the fewer granules could
/// be read.
fn constant(rate: &GenerationRate, edge: Edge) -> u32 {
    let unread = 1.0 - rate.read;
    let (below, above) = (0.03 + 0.15 * unread, 0.04 + 0.06 * unread);
    let misfit = |kbps: f64, standard: u32| {
        let off = (kbps / f64::from(standard)).ln();
        (off / if off < 0.0 { below } else { above }).powi(2).ln_1p()
    };
    let cost = |&(standard, from, to): &(u32, f64, f64)| {
        let witness = match edge {
            Edge::At(hz) if (from..to).contains(&hz) => -2.0,
            Edge::At(hz) if hz >= to => 2.0,
            _ => 0.0,
        };
        misfit(rate.kbps, standard).min(misfit(rate.upper, standard) + 0.3) + witness
    };
    let best = RATES.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
    best.map_or(128, |&(standard, ..)| standard)
}

/// Where the spectrum ends, if an encoder may have limited it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Edge {
    /// A sharp edge that an encoder may have made.
    At(f64),
    /// None, or one above the low-passes of constant rates.
    None,
}

impl Edge {
    fn of(cutoff: Option<&Cutoff>) -> Self {
        match cutoff.filter(|edge| edge.width < SHARP) {
            Some(edge) if edge.frequency < UNCUT => Self::At(edge.frequency),
            _ => Self::None,
        }
    }

    /// 1 where it lies from the one frequency to below the other, else 0.
    fn is_in(self, from: f64, to: f64) -> f64 {
        given(matches!(self, Self::At(hz) if (from..to).contains(&hz)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A generation that was read whole.
    fn rate(kbps: f64, amplified: f64, fineness: f64) -> GenerationRate {
        GenerationRate {
            phase: 0,
            granules: 380,
            read: 1.0,
            kbps,
            upper: kbps,
            swing: 0.5,
            amplified,
            fineness,
            mid_side: 0.5,
            short: 0.0,
        }
    }

    fn edge(frequency: f64) -> Cutoff {
        Cutoff { frequency, drop_db: 40.0, floor_db: -120.0, width: 150.0 }
    }

    #[test]
    fn the_quantiser_separates_classes_that_share_a_low_pass() {
        let at_19_khz = edge(18_700.0);
        let v2 = of_lossless(&rate(177.0, 0.81, 1.57), Some(&at_19_khz));
        assert_eq!((v2.class, v2.kbps, v2.mode), (Class::V(2), 177, Mode::Vbr));
        let cbr = of_lossless(&rate(192.5, 0.36, 1.8), Some(&at_19_khz));
        assert_eq!((cbr.class, cbr.kbps, cbr.mode), (ladder::mp3(192), 192, Mode::Cbr));
    }

    #[test]
    fn typical_readings_give_their_class() {
        for (kbps, amplified, fineness, cut, class) in [
            (128.7, 0.53, 0.83, Some(16_700.0), ladder::mp3(128)),
            (256.0, 0.36, 2.47, Some(19_400.0), ladder::mp3(256)),
            (319.0, 0.30, 3.17, Some(20_100.0), ladder::mp3(320)),
            (245.0, 0.70, 2.41, None, Class::V(0)),
            (160.5, 0.45, 1.2, Some(17_600.0), ladder::mp3(160)),
        ] {
            let edge = cut.map(edge);
            assert_eq!(of_lossless(&rate(kbps, amplified, fineness), edge.as_ref()).class, class, "{kbps}");
        }
    }

    #[test]
    fn a_foreign_low_pass_does_not_overrule_a_clear_reading() {
        // 320 kbps with a low-pass at 16.5 kHz, and 128 kbps with none.
        let low = edge(16_500.0);
        assert_eq!(of_lossless(&rate(320.1, 0.3, 3.1), Some(&low)).class, ladder::mp3(320));
        assert_eq!(of_lossless(&rate(128.3, 0.45, 0.8), None).class, ladder::mp3(128));
    }

    #[test]
    fn typical_readings_under_320_give_their_class() {
        for (kbps, amplified, fineness, cut, class) in [
            (126.6, 0.49, 0.88, 16_730.0, ladder::mp3(128)),
            (166.0, 0.81, 1.49, 18_880.0, Class::V(2)),
            (183.6, 0.36, 1.82, 18_850.0, ladder::mp3(192)),
            (233.6, 0.65, 2.14, 20_220.0, Class::V(0)),
            (246.9, 0.37, 2.36, 19_570.0, ladder::mp3(256)),
        ] {
            assert_eq!(under_320(&rate(kbps, amplified, fineness), Some(&edge(cut))).class, class, "{kbps}");
        }
    }

    #[test]
    fn where_little_could_be_read_the_cutoff_decides() {
        let masked = GenerationRate { read: 0.02, kbps: 255.0, upper: 285.0, ..rate(0.0, 0.3, 1.5) };
        assert_eq!(of_lossless(&masked, Some(&edge(20_090.0))).class, ladder::mp3(320));
    }
}
