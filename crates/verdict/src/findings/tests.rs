//! Findings and proofs must agree.

use bitrater_evidence::bars::{
    AAC, AAC_UNCUT, AC3, HOLES, LIKELY, LIKELY_AGREED, LIKELY_CHOSEN, OPUS, OPUS_IN_LOSSY, OPUS_UNCUT, VORBIS,
    VORBIS_HOLES, WMA,
};
use bitrater_evidence::mp3_aligned::AlignedSearch;
use bitrater_evidence::mp3_grid::{CandidatePhase, GridSearch};
use bitrater_evidence::{
    Class, Codec, Details, EvidenceSet, GridPeak, Mode, PhaseScan, Signal, Stated, StreamFacts, Trace,
};

use super::*;
use crate::criteria::{self, Rate};
use crate::{Reason, assess, proofs};

fn stream(codec: Codec) -> StreamFacts {
    let lossless = codec.is_lossless();
    let class = if lossless { Class::Lossless } else { Class::Rate { codec, kbps: 320 } };
    StreamFacts {
        container: codec.name().to_owned(),
        codec,
        sample_rate: 44_100,
        channels: 2,
        bit_depth: lossless.then_some(16),
        duration: 20.0,
        stated: Stated { codec, class, bitrate: None, mode: Some(Mode::Cbr), encoder: None },
        mp3: None,
        warnings: Vec::new(),
    }
}

fn peak(phase: u32, strength: f64, parts: u32) -> GridPeak {
    GridPeak { phase, signal: Signal::Mid, strength, depth: 1.0, parts, by_part: [0.5 * strength; 4] }
}

fn scan(peaks: Vec<GridPeak>) -> PhaseScan {
    PhaseScan { granules: 128, peaks, curve: Vec::new() }
}

/// A trace with this peak.
fn trace(peak: GridPeak) -> Trace {
    Trace::of(scan(vec![peak]))
}

/// A set whose MP3 holes show these peaks.
fn with_holes(codec: Codec, peaks: Vec<GridPeak>) -> EvidenceSet {
    let mut set = EvidenceSet::unmeasured(stream(codec));
    set.mp3_grid = Some(GridSearch { holes: scan(peaks), lattice: None, candidates: Vec::new(), older_rate: None });
    set
}

fn named<'a>(findings: &'a [Finding], name: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.name == name).unwrap()
}

/// The findings of a set; if there is a proof, exactly one finding is one.
fn checked(set: &EvidenceSet) -> Vec<Finding> {
    let findings = findings(set);
    let proofs = findings.iter().filter(|finding| finding.answer == Answer::Proof).count();
    assert_eq!(proofs, proofs::find(set).len(), "{findings:#?}");
    findings
}

#[test]
fn without_evidence_no_search_was_made() {
    let findings = checked(&EvidenceSet::unmeasured(stream(Codec::Flac)));
    for finding in &findings[..searches().count()] {
        assert_eq!(finding.answer, Answer::NotAsked, "{}", finding.name);
        assert!(!finding.note.is_empty() && finding.bar.is_some(), "{}", finding.name);
    }
    assert_eq!(named(&findings, "cutoff").answer, Answer::Nothing);
}

#[test]
fn a_grid_is_a_proof_from_its_bar_on_where_parts_agree() {
    let bar = HOLES.least;
    for (strength, parts, answer) in [
        (bar - 0.1, 4, Answer::BelowBar),
        (bar, 1, Answer::BelowBar),
        (bar, 2, Answer::Proof),
        (1.75 * bar, 0, Answer::Proof),
    ] {
        let findings = checked(&with_holes(Codec::Flac, vec![peak(7, strength, parts), peak(99, 4.0, 0)]));
        assert_eq!(named(&findings, "mp3_holes").answer, answer, "{strength} in {parts}");
    }
    let split = checked(&with_holes(Codec::Flac, vec![peak(7, 1.1 * bar, 1), peak(99, 1.05 * bar, 3)]));
    let holes = named(&split, "mp3_holes");
    assert_eq!(holes.strongest().map(|peak| peak.phase), Some(99), "the one that proves comes first");
}

#[test]
fn an_mp3_stream_does_not_prove_itself() {
    let honest = checked(&with_holes(Codec::Mp3, vec![peak(529, 70.0, 4), peak(561, 20.0, 4), peak(100, 3.0, 0)]));
    let holes = named(&honest, "mp3_holes");
    assert_eq!((holes.answer, holes.strength), (Answer::BelowBar, Some(3.0)));
    assert!(holes.note.contains("phase 529, with 70.0, belongs to the stream's own encode"), "{}", holes.note);
    let older = checked(&with_holes(Codec::Mp3, vec![peak(529, 70.0, 4), peak(100, 9.0, 3)]));
    assert_eq!(named(&older, "mp3_holes").strongest().map(|peak| peak.phase), Some(100));
}

#[test]
fn ac3_and_wma_are_named_from_their_bars_on() {
    let mut set = with_holes(Codec::Flac, vec![peak(0, 3.0, 0)]);
    set.traces.insert("ac3_mantissas", trace(peak(5, AC3.least - 0.1, 3)));
    set.traces.insert("wma_holes", trace(peak(9, WMA.least - 0.1, 3)));
    let findings = checked(&set);
    assert_eq!(named(&findings, "ac3_mantissas").answer, Answer::BelowBar);
    assert_eq!(named(&findings, "wma_holes").answer, Answer::BelowBar);
    set.traces.insert("ac3_mantissas", trace(peak(5, AC3.least, 3)));
    set.traces.insert("wma_holes", trace(peak(9, 2.0 * WMA.least, 3)));
    let findings = checked(&set);
    assert_eq!(named(&findings, "ac3_mantissas").answer, Answer::Proof);
    assert_eq!(named(&findings, "wma_holes").answer, Answer::Proof);
    let codecs: Vec<Codec> = proofs::find(&set).iter().map(|proof| proof.generation.codec).collect();
    assert_eq!(codecs, [Codec::Wma, Codec::Ac3]);
}

#[test]
fn a_search_that_was_left_out_gives_the_reason() {
    let sure = findings(&with_holes(Codec::Flac, vec![peak(0, 60.0, 4)]));
    assert_eq!(named(&sure, "mp3_lattice").note, "the holes are beyond doubt");
    assert_eq!(named(&sure, "aac_lattice").note, "an MP3 generation is beyond doubt");
    assert!(named(&sure, "mp3_aligned").note.starts_with("only an MP3 stream"));
    let own = findings(&with_holes(Codec::Aac, vec![peak(0, 3.0, 0)]));
    assert!(named(&own, "aac_lattice").note.starts_with("the stream itself is of this codec"));
}

#[test]
fn the_codecs_that_were_searched_are_those_of_the_searches_that_were_made() {
    let mut set = EvidenceSet::unmeasured(stream(Codec::Flac));
    assert_eq!(searched(&set), []);
    set = with_holes(Codec::Flac, vec![peak(0, 3.0, 0)]);
    assert_eq!(searched(&set), [Codec::Mp3]);
    set.traces.insert("ac3_mantissas", Trace::of(scan(Vec::new())));
    set.traces.insert("wma_holes", Trace::of(scan(Vec::new())));
    assert_eq!(searched(&set), [Codec::Mp3, Codec::Ac3, Codec::Wma]);
    let all = findings(&set);
    assert!(all.iter().all(|finding| finding.codecs.is_empty() == finding.bar.is_none()), "all but witnesses name one");
}

#[test]
fn the_other_searches_follow_their_own_bars() {
    let mut set = with_holes(Codec::Mp3, Vec::new());
    if let Some(grid) = &mut set.mp3_grid {
        grid.lattice = Some(scan(Vec::new()));
        grid.candidates = vec![CandidatePhase {
            phase: 482,
            granules: 300,
            strength: LIKELY.least - 0.1,
            by_bands: 0.0,
            without_best: 0.0,
        }];
    }
    set.mp3_aligned = Some(AlignedSearch { examined: 400, showing: 12, evidence: 40.0, bits_less: 100.0 });
    let details = Details::Opus { offset: 0.4, rate: None };
    set.traces.insert("opus_holes", Trace { details, ..trace(peak(3, OPUS_IN_LOSSY.least, 2)) });
    let all = checked(&set);
    assert_eq!(named(&all, "mp3_likely").answer, Answer::BelowBar);
    let aligned = named(&all, "mp3_aligned");
    assert_eq!((aligned.answer, aligned.strength), (Answer::Proof, Some(0.03)));
    let opus = named(&all, "opus_holes");
    assert_eq!((opus.answer, opus.strength), (Answer::Proof, Some(OPUS_IN_LOSSY.least)));
    assert!(opus.note.ends_with("the grid lies 0.40 of a sample behind the phase"), "{}", opus.note);
    set.mp3_aligned = Some(AlignedSearch { examined: 10, showing: 7, evidence: 40.0, bits_less: 100.0 });
    assert_eq!(named(&checked(&set), "mp3_aligned").answer, Answer::BelowBar, "too few channels show it");
}

#[test]
fn phases_of_an_uncut_decode_have_lower_bars_in_lossless_files_only() {
    let aac = |phase, strength| trace(peak(phase, strength, 2));
    let opus = |phase, strength, offset| Trace {
        details: Details::Opus { offset, rate: None },
        ..trace(peak(phase, strength, 2))
    };
    let mut set = with_holes(Codec::Flac, Vec::new());
    for (phase, bar) in [(0, AAC_UNCUT), (64, AAC_UNCUT), (576, AAC_UNCUT), (1, AAC)] {
        for (strength, answer) in [(bar.least, Answer::Proof), (bar.least - 0.1, Answer::BelowBar)] {
            set.traces.insert("aac_lattice", aac(phase, strength));
            let findings = checked(&set);
            assert_eq!(named(&findings, "aac_lattice").answer, answer, "{phase}, {strength}");
            assert_eq!(named(&findings, "aac_lattice").bar, Some(bar));
        }
    }
    set.traces.clear();
    for (phase, offset, bar) in [(648, 0.0, OPUS_UNCUT), (648, 0.3, OPUS_UNCUT), (647, 0.0, OPUS)] {
        for (strength, answer) in [(bar.least, Answer::Proof), (bar.least - 0.1, Answer::BelowBar)] {
            set.traces.insert("opus_holes", opus(phase, strength, offset));
            assert_eq!(named(&checked(&set), "opus_holes").answer, answer, "{phase} + {offset}, {strength}");
        }
    }
    let mut stream = with_holes(Codec::Mp3, Vec::new());
    stream.traces.insert("opus_holes", opus(648, OPUS_IN_LOSSY.least - 0.1, 0.0));
    stream.traces.insert("aac_lattice", aac(0, AAC.least - 0.1));
    assert!(proofs::find(&stream).is_empty());
}

#[test]
fn a_search_over_all_phases_that_agrees_lowers_the_bar_of_an_uncut_phase() {
    let candidates = |phase, strength| {
        vec![CandidatePhase { phase, granules: 300, strength, by_bands: 0.0, without_best: strength }]
    };
    let answer = |best, phase, strength| {
        let mut set = with_holes(Codec::Flac, vec![peak(best, 5.0, 1)]);
        if let Some(grid) = &mut set.mp3_grid {
            grid.candidates = candidates(phase, strength);
            grid.lattice = Some(scan(vec![peak(17, 5.0, 1)]));
        }
        named(&checked(&set), "mp3_likely").answer
    };
    let agreed = LIKELY_AGREED.least;
    assert_eq!(answer(529, 529, agreed), Answer::Proof);
    assert_eq!(answer(529, 529, agreed - 0.1), Answer::BelowBar);
    assert_eq!(answer(17, 0, agreed), Answer::BelowBar, "another phase than that which was examined");
    assert_eq!(answer(99, 99, agreed), Answer::BelowBar, "examined because it was the best");
    assert_eq!(answer(529, 0, LIKELY.least), Answer::Proof, "an uncut phase by itself");
    assert_eq!(answer(99, 99, LIKELY_CHOSEN.least), Answer::Proof);
    assert_eq!(
        answer(99, 99, LIKELY_CHOSEN.least - 0.1),
        Answer::BelowBar,
        "a chosen one needs more without its best granules"
    );
}

#[test]
fn holes_of_vorbis_prove_it_where_nothing_else_is_proven() {
    let vorbis = |set: &mut EvidenceSet, ladder, holes| {
        set.traces.insert("vorbis_ladder", trace(peak(64, ladder, 2)));
        set.traces.insert("vorbis_holes", trace(peak(64, holes, 2)));
    };
    let mut set = with_holes(Codec::Flac, Vec::new());
    let bar = VORBIS_HOLES.least;
    for (strength, answer) in [(bar, Answer::Proof), (bar - 0.1, Answer::BelowBar)] {
        vorbis(&mut set, 5.0, strength);
        assert_eq!(named(&checked(&set), "vorbis_holes").answer, answer);
        assert!((proofs::nearest_miss(&set) - strength / bar).abs() < 1e-9);
    }
    vorbis(&mut set, VORBIS.least, 10.0 * bar);
    checked(&set);
    let proofs = proofs::find(&set);
    assert!(proofs.len() == 2 && proofs.iter().all(|proof| proof.generation.codec == Codec::Vorbis));
    // The blocks of AC-3 leave holes, too.
    set.traces.insert("ac3_mantissas", trace(peak(3, AC3.least, 2)));
    vorbis(&mut set, 5.0, 10.0 * bar);
    let findings = checked(&set);
    assert_eq!(named(&findings, "vorbis_holes").answer, Answer::BelowBar);
    assert!(named(&findings, "vorbis_holes").note.contains("over the bar, but a proof needs that no other codec"));
    assert_eq!(proofs::find(&set)[0].generation.codec, Codec::Ac3);
}

#[test]
fn each_search_that_reaches_its_bar_names_a_rate_or_that_none_was_read() {
    for (search, criterion) in criteria::all() {
        for kbps in [None, Some(130.0)] {
            let mut set = with_holes(Codec::Flac, Vec::new());
            let found = Trace { kbps, ..trace(peak(1, search.bar_at(Codec::Flac, 1).least, 4)) };
            set.traces.insert(search.name, found);
            let answer = assess(&set, &crate::Policy { judge: crate::Judge::Rules, ..crate::Policy::default() });
            assert_eq!(answer.verdict, crate::Verdict::Transcode, "{}", search.name);
            let unread = answer.reasons.iter().any(|reason| matches!(reason, Reason::RateUnread { .. }));
            assert_eq!(answer.original.bitrate.is_none(), unread, "{}: {:?}", search.name, answer.reasons);
            if kbps.is_none() || matches!(criterion.rate, Rate::Unread) {
                assert!(unread, "{}", search.name);
            }
        }
    }
}
