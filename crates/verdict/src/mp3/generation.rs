//! Classes of MP3 generations.

use bitrater_evidence::{Class, Codec, EvidenceSet, Mode, own};

use super::class;
use crate::Generation;
use crate::ladder::{self, nominal_bitrate};
use crate::numbers::nearest;
use crate::proof::of_rate;

/// Whether an MP3 phase belongs to the stream's own grid.
pub fn is_own(evidence: &EvidenceSet, phase: u32) -> bool {
    own::of_mp3(phase, evidence.stream.codec)
}

/// A generation that was weaker than an MP3 stream of `claimed` kbps: of the class that the cutoff suggests if that is
/// lower, or else of the class next to `kbps`, if that was read.
pub fn weaker_class(cut: Class, claimed: u32, kbps: Option<f64>, phase: u32) -> Generation {
    if !matches!(cut, Class::V(0)) && nominal_bitrate(cut).is_some_and(|kbps| kbps < claimed) {
        return of_class(cut, phase);
    }
    match kbps {
        Some(kbps) => of_class(uncut_class(kbps.min(SURELY_WEAKER * f64::from(claimed))), phase),
        None => of_rate(Codec::Mp3, None, phase),
    }
}

/// An MP3 generation of a class, with the bitrate and mode that go with it.
pub fn of_class(class: Class, phase: u32) -> Generation {
    Generation {
        codec: Codec::Mp3,
        class,
        bitrate: nominal_bitrate(class),
        mode: Some(if matches!(class, Class::V(_)) { Mode::Vbr } else { Mode::Cbr }),
        phase: Some(phase),
    }
}

/// A generation whose class was read from its integers.
pub fn rated(rated: class::RatedClass, phase: u32) -> Generation {
    Generation {
        codec: Codec::Mp3,
        class: rated.class,
        bitrate: Some(rated.kbps),
        mode: Some(rated.mode),
        phase: Some(phase),
    }
}

/// A weaker generation is given at most this share of the stream's rate.
const SURELY_WEAKER: f64 = 0.9;

/// Class of an older MP3 that kept the whole band, which of LAME's presets V0 alone does.
fn uncut_class(kbps: f64) -> Class {
    let v0 = f64::from(nominal_bitrate(Class::V(0)).unwrap_or(245));
    let constant = nearest(kbps, &[64, 96, 112, 128, 160, 192]).filter(|_| kbps <= 0.85 * v0);
    constant.map_or(Class::V(0), ladder::mp3)
}
