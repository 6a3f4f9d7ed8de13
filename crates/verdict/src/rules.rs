//! The first set of decision rules: evidence in, assessment out.
//!
//! One rule per question: is there a lossy generation, is there one older than the stream's own, and is
//! it weaker than what the file states? A model replaces the numbers here, not the questions.

use bitrater_evidence::cutoff::Cutoff;
use bitrater_evidence::mp3_grid::OWN_PHASE;
use bitrater_evidence::{Class, Codec, EvidenceSet, Mode};

use crate::ladder::{self, mp3, nominal_bitrate};
use crate::numbers::{round, whole_percent, written};
use crate::proof;
use crate::witness::mp3_class;
use crate::{Assessment, Generation, Judge, Original, Policy, Reason, Verdict, Versions, findings, passages};

/// An older generation is a transcode when its bitrate is below this share of the stated one.
pub(crate) const WEAKER: f64 = 0.97;

/// What the rules concluded, before it is dressed as an assessment.
struct Conclusion {
    verdict: Verdict,
    confidence: f64,
    original: Original,
    history: Vec<Generation>,
    reasons: Vec<Reason>,
    warnings: Vec<String>,
}

/// Assesses one file.
#[must_use]
pub fn assess(evidence: &EvidenceSet, policy: &Policy) -> Assessment {
    let proven = by_rules(evidence);
    let assessment = match policy.judge.model() {
        Some(model) => model.combine(proven),
        None => proven,
    };
    policy.demand(assessment)
}

/// What the rules alone say.
fn by_rules(evidence: &EvidenceSet) -> Assessment {
    let stream = &evidence.stream;
    let mut conclusion = if stream.codec.is_lossless() { lossless(evidence) } else { lossy(evidence) };
    let transcode = conclusion.verdict == Verdict::Transcode;
    let original_class = conclusion.original.class;
    let mut warnings = stream.warnings.clone();
    warnings.append(&mut conclusion.warnings);
    resolution_warnings(evidence, &mut warnings);
    Assessment {
        container: stream.container.clone(),
        codec: stream.codec,
        sample_rate: stream.sample_rate,
        channels: stream.channels,
        bit_depth: stream.bit_depth,
        duration: round(stream.duration),
        stated: stream.stated.clone(),
        original: conclusion.original,
        verdict: conclusion.verdict,
        confidence: round(conclusion.confidence),
        transcoded_from: transcode.then_some(original_class),
        quality_gap: if transcode { ladder::gap(stream.stated.class, original_class) } else { 0 },
        history: conclusion.history,
        cutoff_hz: evidence.cutoff_hz,
        resolution: evidence.resolution,
        reasons: conclusion.reasons,
        evidence: evidence.items.clone(),
        warnings,
        versions: Versions::of(Judge::Rules),
    }
}

/// A lossless stream: is there any lossy generation in it?
fn lossless(evidence: &EvidenceSet) -> Conclusion {
    if let Some(proof) = proof::find(evidence).into_iter().next() {
        let mut reasons = vec![proof.reason];
        reasons.extend(passages::reason(evidence, &proof.generation));
        reasons.extend(cutoff(evidence, &proof.generation));
        return Conclusion {
            verdict: Verdict::Transcode,
            confidence: confidence(proof.margin),
            original: original(&proof.generation),
            history: vec![proof.generation],
            reasons,
            warnings: Vec::new(),
        };
    }
    let original =
        Original { codec: Codec::Lossless, class: Class::Lossless, bitrate: None, mode: Some(Mode::Lossless) };
    if evidence.mp3_grid.is_none() {
        return Conclusion {
            verdict: Verdict::Inconclusive,
            confidence: 0.5,
            original,
            history: Vec::new(),
            reasons: vec![Reason::TooFewFrames],
            warnings: Vec::new(),
        };
    }
    let nearest = whole_percent(proof::nearest_miss(evidence));
    let mut reasons = vec![Reason::NoGrid { searched: findings::searched(evidence), nearest }];
    reasons.extend(evidence.cutoff.map(|edge| Reason::CutoffAlone { khz: khz(&edge) }));
    Conclusion {
        verdict: Verdict::Original,
        confidence: 0.9,
        original,
        history: Vec::new(),
        reasons,
        warnings: Vec::new(),
    }
}

/// A lossy stream: is there a generation older than its own, and weaker?
fn lossy(evidence: &EvidenceSet) -> Conclusion {
    let stated = &evidence.stream.stated;
    let own = Generation {
        codec: stated.codec,
        class: stated.class,
        bitrate: stated.bitrate,
        mode: stated.mode,
        phase: (stated.codec == Codec::Mp3).then_some(OWN_PHASE),
    };
    let Some(proof) = proof::find(evidence).into_iter().next() else {
        return Conclusion {
            verdict: Verdict::Original,
            confidence: 0.9,
            original: original(&own),
            history: vec![own],
            reasons: vec![Reason::NoOlderGrid { nearest: whole_percent(proof::nearest_miss(evidence)) }],
            warnings: Vec::new(),
        };
    };
    let generation = proof.generation;
    let mut reasons = vec![proof.reason];
    reasons.extend(cutoff(evidence, &generation));
    let held = generation.bitrate.or(nominal_bitrate(generation.class)).unwrap_or(0);
    let claimed = stated.bitrate.or(nominal_bitrate(stated.class)).unwrap_or(0);
    let weaker = f64::from(held) < WEAKER * f64::from(claimed);
    let mut warnings = Vec::new();
    if !weaker {
        warnings.push(format!(
            "encoded twice: an older {} generation of about {held} kbps lies under the {claimed} kbps stated",
            generation.codec
        ));
    }
    Conclusion {
        verdict: if weaker { Verdict::Transcode } else { Verdict::Original },
        confidence: confidence(proof.margin),
        original: original(if weaker { &generation } else { &own }),
        history: vec![generation, own],
        reasons,
        warnings,
    }
}

/// The generation as the answer to "what does it hold?".
fn original(generation: &Generation) -> Original {
    Original { codec: generation.codec, class: generation.class, bitrate: generation.bitrate, mode: generation.mode }
}

/// Confidence of a proof: 0.95 at the bar, rising with every part of the bar beyond it.
fn confidence(margin: f64) -> f64 {
    (1.0 - 0.05 * (-(margin - 1.0) * 2.5).exp()).clamp(0.0, 0.999)
}

fn cutoff(evidence: &EvidenceSet, generation: &Generation) -> Option<Reason> {
    let edge =
        evidence.cutoff.filter(|_| generation.codec == Codec::Mp3 && !matches!(generation.class, Class::V(0)))?;
    let class = generation.class;
    let fits = mp3_class(Some(&edge), 0.0) == class || (mp3_class(Some(&edge), 0.0), class) == (mp3(192), Class::V(2));
    Some(Reason::Cutoff { khz: khz(&edge), as_class: fits.then_some(class) })
}

/// Where the spectrum ends, in kHz.
fn khz(edge: &Cutoff) -> f64 {
    written(edge.frequency / 1000.0, 1)
}

/// Warnings about resolution that the file claims and does not have.
fn resolution_warnings(evidence: &EvidenceSet, warnings: &mut Vec<String>) {
    if let (Some(depth), Some(effective)) = (evidence.stream.bit_depth, evidence.resolution.effective_bits)
        && effective < depth
    {
        warnings.push(format!("only {effective} of {depth} bits per sample are used"));
    }
    if let Some(rate) = evidence.resolution.upsampled_from {
        let why = if evidence.source_rate.is_some() {
            format!("the frame grid is that of a file of {rate} Hz")
        } else {
            format!("the spectrum ends where a sample rate of {rate} Hz would end it")
        };
        warnings.push(format!("{why}: brought up to {} Hz", evidence.stream.sample_rate));
    }
}
