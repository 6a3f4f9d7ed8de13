//! The searches for AAC, Vorbis, Opus, MPEG Layer II and Musepack, AC-3 and Windows Media Audio.

use bitrater_evidence::{Codec, EvidenceSet, Signal, ac3_grid, opus_grid, subband_grid, vorbis_grid, wma_grid};

use super::mp3::pair;
use super::{Finding, Question, agreement};
use crate::{Bar, bar_for, bars, proof};

pub fn aac(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "aac_lattice",
        codecs: &[Codec::Aac],
        looked_for: "lines that stand on the steps of an AAC quantiser, at one phase of its frames and at no other, through \
                     either of its windows",
        period: Some(1024),
        bar: Some(aac_bar(evidence)),
        also_needed: Some(agreement()),
    };
    let Some(search) = &evidence.others.aac else {
        return question.not_asked(why_not(
            evidence,
            Codec::Aac,
            "the file is too short, or has a sample rate that AAC is not searched at",
        ));
    };
    let proven = proof::aac(evidence).is_some();
    let mut finding =
        question.scanned(&search.lattice, "frames", |signal| pair(evidence, signal), |_| false, |_| proven);
    if search.lattice.peaks.is_empty() {
        "the lattices that are there show better through the window of Vorbis".clone_into(&mut finding.note);
    }
    finding
}

pub fn vorbis(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "vorbis_ladder",
        codecs: &[Codec::Vorbis],
        looked_for: "lines that are small multiples of the floor levels of Vorbis, all of them on one ladder, at one phase of \
                     its blocks and at no other",
        period: Some(vorbis_grid::RESIDUES as u32),
        bar: Some(bars::VORBIS),
        also_needed: None,
    };
    let Some(search) = &evidence.others.vorbis else {
        return question.not_asked(why_not(evidence, Codec::Vorbis, "the file is too short for it"));
    };
    let proven = proof::vorbis(evidence).is_some();
    let mut finding = question.scanned(search.clearest(), "blocks", |s| of_vorbis(evidence, s), |_| false, |_| proven);
    if let Some(looked_at) = &mut finding.looked_at {
        // The pooled scan counts pools; all look at the same blocks.
        looked_at.count = search.blocks.granules;
    }
    finding
}

pub fn vorbis_holes(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "vorbis_holes",
        codecs: &[Codec::Vorbis],
        looked_for: "lines that are empty at one phase of the blocks of Vorbis and at no other, as they are where an encoder rounded them \
                     to zero",
        period: Some(vorbis_grid::RESIDUES as u32),
        bar: Some(bars::VORBIS_HOLES),
        also_needed: Some("that no other codec is proven, which leaves holes as well".to_owned()),
    };
    let Some(scan) = evidence.others.vorbis.as_ref().and_then(|search| search.holes.as_ref()) else {
        let why = in_lossless(evidence, "the file is too short for it");
        return question.not_asked(why_not(evidence, Codec::Vorbis, why));
    };
    let proven = proof::vorbis_holes(evidence).is_some();
    question.scanned(scan, "blocks", |signal| of_vorbis(evidence, signal), |_| false, |_| proven)
}

/// The name of a signal in which Vorbis was searched.
fn of_vorbis(evidence: &EvidenceSet, signal: Signal) -> &'static str {
    match signal {
        _ if evidence.stream.channels == 1 => "mono",
        Signal::Mid => "both",
        other => other.name(),
    }
}

pub fn opus(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "opus_holes",
        codecs: &[Codec::Opus],
        looked_for: "lines that an Opus (CELT) encoder left empty, at one phase of its frames at 48 kHz and at no other; the \
                     likeliest phases of a few frames, asked again in frames that were not searched",
        period: Some(opus_grid::PERIOD as u32),
        bar: Some(opus_bar(evidence)),
        also_needed: None,
    };
    let Some(search) = &evidence.others.opus else {
        let why = match evidence.stream.sample_rate {
            44_100 | 48_000 => "the file is too short for it",
            _ => "it is looked for at 44.1 and 48 kHz only",
        };
        return question.not_asked(why_not(evidence, Codec::Opus, why));
    };
    let proven = proof::opus(evidence).is_some();
    let name = |signal: Signal| if evidence.stream.channels == 1 { "mono" } else { signal.name() };
    let mut finding = question.scanned(&search.proof, "frames", name, |_| false, |_| proven);
    if search.offset > 0.0 {
        let behind = format!("; the grid lies {:.2} of a sample behind the phase", search.offset);
        finding.note.push_str(&behind);
    }
    finding
}

pub fn subband(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "subband_lattice",
        codecs: &[Codec::Mp2, Codec::Musepack],
        looked_for: "twelve samples of a subband at a time that stand on the steps of one quantiser, as MPEG Layer II and Musepack \
                     write them, at one phase of the polyphase bank and at no other",
        period: Some(subband_grid::PERIOD as u32),
        bar: Some(bars::SUBBAND),
        also_needed: Some(agreement()),
    };
    let Some(search) = &evidence.others.subband else {
        return question.not_asked(why_not(
            evidence,
            Codec::Lossless,
            in_lossless(evidence, "the file is too short for it"),
        ));
    };
    let proven = proof::subband(evidence).is_some();
    let mut finding =
        question.scanned(&search.lattice, "blocks", |signal| pair(evidence, signal), |_| false, |_| proven);
    if let Some(ladder) = &search.ladder {
        let fits = format!(
            "; its scalefactors fit the ladder of MPEG Layer II to {:.2}, that of Musepack to {:.2}",
            ladder.layer, ladder.musepack
        );
        finding.note.push_str(&fits);
    }
    finding
}

pub fn ac3(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "ac3_mantissas",
        codecs: &[Codec::Ac3],
        looked_for: "lines that, folded into one octave, fall on the few points of AC-3's mantissas, at one phase of its blocks and at \
                     no other",
        period: Some(ac3_grid::PERIOD as u32),
        bar: Some(bars::AC3),
        also_needed: Some(agreement()),
    };
    let Some(search) = &evidence.others.ac3 else {
        let why = "the file is too short, or has a sample rate that AC-3 does not have";
        return question.not_asked(why_not(evidence, Codec::Ac3, in_lossless(evidence, why)));
    };
    let proven = proof::ac3(evidence).is_some();
    question.scanned(&search.mantissas, "blocks", |signal| pair(evidence, signal), |_| false, |_| proven)
}

pub fn wma(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "wma_holes",
        codecs: &[Codec::Wma],
        looked_for: "lines that Windows Media Audio, version 1 or 2, left empty, at one phase of its blocks and neither at its \
                     neighbours nor elsewhere",
        period: Some(wma_grid::PERIOD as u32),
        bar: Some(bars::WMA),
        also_needed: Some(agreement()),
    };
    let Some(search) = &evidence.others.wma else {
        let why = "the file is too short, or its sample rate is not one of 32 to 48 kHz";
        return question.not_asked(why_not(evidence, Codec::Wma, in_lossless(evidence, why)));
    };
    let proven = proof::wma(evidence).is_some();
    question.scanned(&search.holes, "blocks", |signal| pair(evidence, signal), |_| false, |_| proven)
}

/// The bar of the phase that is told first.
fn aac_bar(evidence: &EvidenceSet) -> Bar {
    let peak = evidence.others.aac.as_ref().and_then(|search| search.lattice.peaks.first());
    peak.map_or(bars::AAC, |peak| bar_for::aac(evidence, peak.phase))
}

/// The same for Opus.
fn opus_bar(evidence: &EvidenceSet) -> Bar {
    let peak = evidence.others.opus.as_ref().and_then(|search| search.proof.peaks.first());
    peak.map_or(bars::OPUS, |peak| bar_for::opus(evidence, peak.phase))
}

/// Why a search that only lossless files are given was not made: `otherwise` for those.
fn in_lossless(evidence: &EvidenceSet, otherwise: &'static str) -> &'static str {
    if evidence.stream.codec.is_lossless() { otherwise } else { "it is looked for in lossless files only" }
}

/// Why the search for a codec was not made.
fn why_not(evidence: &EvidenceSet, codec: Codec, otherwise: &'static str) -> &'static str {
    let sure = evidence.mp3_grid.as_ref().is_some_and(bitrater_evidence::mp3_grid::GridSearch::beyond_doubt);
    if evidence.stream.codec == codec {
        "the stream itself is of this codec, and would only be found again"
    } else if sure && evidence.stream.codec.is_lossless() {
        "an MP3 generation is beyond doubt"
    } else {
        otherwise
    }
}
