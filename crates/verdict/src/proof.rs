//! What counts as proof of a lossy generation: one bar per kind of evidence, each well above everything that
//! genuine recordings showed.

use bitrater_evidence::vorbis_grid::VorbisSearch;
use bitrater_evidence::{
    Class, Codec, EvidenceSet, GridPeak, Mode, ac3_grid, opus_grid, own, subband_grid, vorbis_grid, wma_grid,
};

use crate::ladder::{self, nominal_bitrate};
use crate::numbers::nearest;
use crate::reason::Scan;
use crate::{Generation, Reason, bar_for, bars, mp3_aligned, mp3_class, mp3_shifted};

/// Samples of a frame of AAC.
const AAC_PERIOD: usize = 1024;

/// The bars, whose one home is [`crate::bars`].
const VORBIS_BAR: f64 = bars::VORBIS.least;
const VORBIS_HOLES_BAR: f64 = bars::VORBIS_HOLES.least;
const SUBBAND_BAR: f64 = bars::SUBBAND.least;
const AC3_BAR: f64 = bars::AC3.least;
const WMA_BAR: f64 = bars::WMA.least;

/// Parts of the file (of four) that must show an MP3 or AAC grid on their own.
pub(crate) const AGREEING_PARTS: u32 = 2;

/// This many times the bar needs no agreement of parts: it may be a lossy passage in a longer file.
pub(crate) const OVERWHELMING: f64 = 1.75;

/// Proof of one lossy generation older than the stream itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The generation.
    pub generation: Generation,
    /// Strength over its bar; at least 1.
    pub margin: f64,
    /// The proof as data.
    pub reason: Reason,
}

/// All generations that are proven, the clearest first.
pub fn find(evidence: &EvidenceSet) -> Vec<Proof> {
    let mut proofs: Vec<Proof> =
        not_of_vorbis(evidence).chain(vorbis(evidence)).chain(vorbis_holes(evidence)).collect();
    proofs.sort_by(|a, b| b.margin.total_cmp(&a.margin));
    proofs
}

fn not_of_vorbis(evidence: &EvidenceSet) -> impl Iterator<Item = Proof> {
    [
        mp3_shifted::proof(evidence),
        mp3_aligned::proof(evidence),
        aac(evidence),
        opus(evidence),
        subband(evidence),
        ac3(evidence),
        wma(evidence),
    ]
    .into_iter()
    .flatten()
}

/// Bar and strength of the strongest thing that anything short of proof showed, over its bar.
pub fn nearest_miss(evidence: &EvidenceSet) -> f64 {
    let others = &evidence.others;
    let rest = [
        others
            .aac
            .as_ref()
            .and_then(|aac| aac.lattice.peaks.first())
            .map(|peak| peak.strength / bar_for::aac(evidence, peak.phase).least),
        others.vorbis.as_ref().and_then(|vorbis| vorbis.strongest()).map(|peak| peak.strength / VORBIS_BAR),
        others.vorbis.as_ref().and_then(|vorbis| vorbis.emptiest()).map(|peak| peak.strength / VORBIS_HOLES_BAR),
        others
            .opus
            .as_ref()
            .and_then(|opus| opus.proof.peaks.first())
            .map(|peak| peak.strength / bar_for::opus(evidence, peak.phase).least),
        others
            .subband
            .as_ref()
            .and_then(|subband| subband.lattice.peaks.first())
            .map(|peak| peak.strength / SUBBAND_BAR),
        others.ac3.as_ref().and_then(|ac3| ac3.mantissas.peaks.first()).map(|peak| peak.strength / AC3_BAR),
        others.wma.as_ref().and_then(|wma| wma.holes.peaks.first()).map(|peak| peak.strength / WMA_BAR),
    ];
    let aligned = evidence.mp3_aligned.as_ref().map(mp3_aligned::margin);
    mp3_shifted::margins(evidence).chain(rest.into_iter().flatten()).chain(aligned).fold(0.0, f64::max)
}

pub(crate) fn aac(evidence: &EvidenceSet) -> Option<Proof> {
    let aac = evidence.others.aac.as_ref()?;
    let peak = aac.lattice.peaks.first()?;
    let bar = bar_for::aac(evidence, peak.phase).least;
    if !agrees(peak, bar) {
        return None;
    }
    Some(Proof {
        generation: averaged(Codec::Aac, aac.rate.map(|rate| rate.kbps), &AAC_RATES, peak.phase),
        margin: peak.strength / bar,
        reason: Reason::AacLattice(Scan::of(evidence, peak, AAC_PERIOD)),
    })
}

pub(crate) fn vorbis(evidence: &EvidenceSet) -> Option<Proof> {
    let vorbis = evidence.others.vorbis.as_ref()?;
    let peak = vorbis.strongest().filter(|peak| peak.strength >= VORBIS_BAR)?;
    Some(Proof {
        generation: of_vorbis(vorbis, peak.phase),
        margin: peak.strength / VORBIS_BAR,
        reason: Reason::VorbisLadder(Scan::of(evidence, peak, vorbis_grid::RESIDUES)),
    })
}

/// Holes prove Vorbis only where no other codec is proven, which may have left them: the windows of some are not unlike.
pub(crate) fn vorbis_holes(evidence: &EvidenceSet) -> Option<Proof> {
    let vorbis = evidence.others.vorbis.as_ref()?;
    let peak = vorbis.emptiest().filter(|peak| peak.strength >= VORBIS_HOLES_BAR)?;
    if not_of_vorbis(evidence).next().is_some() {
        return None;
    }
    Some(Proof {
        generation: of_vorbis(vorbis, peak.phase),
        margin: peak.strength / VORBIS_HOLES_BAR,
        reason: Reason::VorbisHoles(Scan::of(evidence, peak, vorbis_grid::RESIDUES)),
    })
}

fn of_vorbis(vorbis: &VorbisSearch, phase: u32) -> Generation {
    averaged(Codec::Vorbis, vorbis.rate.map(|rate| rate.kbps), &VORBIS_RATES, phase)
}

pub(crate) fn opus(evidence: &EvidenceSet) -> Option<Proof> {
    let opus = evidence.others.opus.as_ref()?;
    let peak = opus.proof.peaks.first()?;
    let bar = bar_for::opus(evidence, peak.phase).least;
    if peak.strength < bar {
        return None;
    }
    let kbps = opus
        .rate
        .as_ref()
        .and_then(|rate| nearest(0.5 * f64::from(rate.least + rate.below), &[64, 80, 96, 112, 128, 160]));
    Some(Proof {
        generation: other(Codec::Opus, kbps, peak.phase),
        margin: peak.strength / bar,
        reason: Reason::OpusHoles(Scan::of(evidence, peak, opus_grid::PERIOD)),
    })
}

/// Fit of scalefactors to a ladder from which on it is theirs: Layer II and Musepack reach 0.5 and more on their own, and 0.2 at most on each
/// other's.
const ON_LADDER: f64 = 0.4;

pub(crate) fn subband(evidence: &EvidenceSet) -> Option<Proof> {
    let subband = evidence.others.subband.as_ref()?;
    let peak = subband.lattice.peaks.first().filter(|peak| agrees(peak, SUBBAND_BAR))?;
    let ladder = subband.ladder;
    let codec = match ladder {
        Some(ladder) if ladder.layer >= ON_LADDER && ladder.layer > ladder.musepack => Codec::Mp2,
        Some(ladder) if ladder.musepack >= ON_LADDER => Codec::Musepack,
        _ => Codec::Unknown,
    };
    let kbps = match ladder {
        Some(ladder) if codec == Codec::Mp2 => nearest(ladder.kbps, &[96, 112, 128, 160, 192, 224, 256, 320, 384]),
        // The integers of Musepack are in Huffman codes whose bits are not counted.
        _ => None,
    };
    Some(Proof {
        generation: other(codec, kbps, peak.phase),
        margin: peak.strength / SUBBAND_BAR,
        reason: Reason::SubbandLattice { scan: Scan::of(evidence, peak, subband_grid::PERIOD), codec },
    })
}

pub(crate) fn ac3(evidence: &EvidenceSet) -> Option<Proof> {
    let peak = evidence.others.ac3.as_ref()?.mantissas.peaks.first().filter(|peak| agrees(peak, AC3_BAR))?;
    Some(Proof {
        generation: other(Codec::Ac3, None, peak.phase),
        margin: peak.strength / AC3_BAR,
        reason: Reason::Ac3Mantissas(Scan::of(evidence, peak, ac3_grid::PERIOD)),
    })
}

pub(crate) fn wma(evidence: &EvidenceSet) -> Option<Proof> {
    let peak = evidence.others.wma.as_ref()?.holes.peaks.first().filter(|peak| agrees(peak, WMA_BAR))?;
    Some(Proof {
        generation: other(Codec::Wma, None, peak.phase),
        margin: peak.strength / WMA_BAR,
        reason: Reason::WmaHoles(Scan::of(evidence, peak, wma_grid::PERIOD)),
    })
}

/// Whether a peak clears `bar` in enough parts of the file.
pub(crate) fn agrees(peak: &GridPeak, bar: f64) -> bool {
    peak.strength >= OVERWHELMING * bar || (peak.strength >= bar && peak.parts >= AGREEING_PARTS)
}

/// Whether an MP3 phase belongs to the stream's own grid.
pub(crate) fn is_own(evidence: &EvidenceSet, phase: u32) -> bool {
    own::of_mp3(phase, evidence.stream.codec)
}

/// A generation that was weaker than an MP3 stream of `claimed` kbps: of the class that the cutoff suggests if that is
/// lower, else of the one next to `kbps`, if that was read.
pub(crate) fn weaker_class(cut: Class, claimed: u32, kbps: Option<f64>, phase: u32) -> Generation {
    if !matches!(cut, Class::V(0)) && nominal_bitrate(cut).is_some_and(|kbps| kbps < claimed) {
        return of_class(cut, phase);
    }
    match kbps {
        Some(kbps) => of_class(uncut_class(kbps.min(SURELY_WEAKER * f64::from(claimed))), phase),
        None => other(Codec::Mp3, None, phase),
    }
}

/// An MP3 generation of a class, with the bitrate and mode that go with it.
pub(crate) fn of_class(class: Class, phase: u32) -> Generation {
    Generation {
        codec: Codec::Mp3,
        class,
        bitrate: nominal_bitrate(class),
        mode: Some(if matches!(class, Class::V(_)) { Mode::Vbr } else { Mode::Cbr }),
        phase: Some(phase),
    }
}

/// A generation whose class was read from its integers.
pub(crate) fn rated(rated: mp3_class::RatedClass, phase: u32) -> Generation {
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

/// Nominal rates that an AAC encode is named by: the usual ones, no closer than the estimate can tell.
const AAC_RATES: [u32; 6] = [64, 96, 128, 192, 256, 320];

/// Nominal rates that a Vorbis encode is named by, those of libvorbis's qualities.
const VORBIS_RATES: [u32; 10] = [64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

/// A generation of a codec whose encoders seldom keep a constant rate, with the average that was read.
fn averaged(codec: Codec, kbps: Option<f64>, rates: &[u32], phase: u32) -> Generation {
    let kbps = kbps.map(|kbps| kbps.clamp(32.0, 512.0));
    let named = other(codec, kbps.and_then(|kbps| nearest(kbps, rates)), phase);
    Generation { bitrate: kbps.map(|kbps| kbps.round() as u32), ..named }
}

/// A generation of this rate, or of a rate that was not read.
fn other(codec: Codec, kbps: Option<u32>, phase: u32) -> Generation {
    let class = kbps.map_or(Class::Codec(codec), |kbps| Class::Rate { codec, kbps });
    Generation { codec, class, bitrate: kbps, mode: None, phase: Some(phase) }
}
