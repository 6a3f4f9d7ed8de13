//! The searches for AAC, Vorbis, Opus, MPEG Layer II and Musepack.

use bitrater_evidence::{Codec, EvidenceSet, Signal, opus_grid, subband_grid, vorbis_grid};

use super::mp3::pair;
use super::{Finding, Question, agreement};
use crate::{bars, proof};

pub fn aac(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "aac_lattice",
        looked_for: "lines that stand on the steps of an AAC quantiser, at one phase of its frames and at no other, through \
                     either of its windows",
        period: Some(1024),
        bar: Some(bars::AAC),
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
    let signal = |signal| match signal {
        _ if evidence.stream.channels == 1 => "mono",
        Signal::Mid => "both",
        other => other.name(),
    };
    let mut finding = question.scanned(search.clearest(), "blocks", signal, |_| false, |_| proven);
    if let Some(looked_at) = &mut finding.looked_at {
        // The pooled scan counts pools; all look at the same blocks.
        looked_at.count = search.blocks.granules;
    }
    finding
}

pub fn opus(evidence: &EvidenceSet) -> Finding {
    let question = Question {
        name: "opus_holes",
        looked_for: "lines that an Opus (CELT) encoder left empty, at one phase of its frames at 48 kHz and at no other; the \
                     likeliest phases of a few frames, asked again in frames that were not searched",
        period: Some(opus_grid::PERIOD as u32),
        bar: Some(bars::OPUS),
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
        looked_for: "twelve samples of a subband at a time that stand on the steps of one quantiser, as MPEG Layer II and Musepack \
                     write them, at one phase of the polyphase bank and at no other",
        period: Some(subband_grid::PERIOD as u32),
        bar: Some(bars::SUBBAND),
        also_needed: Some(agreement()),
    };
    let Some(search) = &evidence.others.subband else {
        let lossless = evidence.stream.codec.is_lossless();
        let why = if lossless { "the file is too short for it" } else { "it is looked for in lossless files only" };
        return question.not_asked(why_not(evidence, Codec::Lossless, why));
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
