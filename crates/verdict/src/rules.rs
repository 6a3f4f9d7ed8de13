//! The first set of decision rules: evidence in, assessment out.
//!
//! One rule per question: is there a lossy generation, is there one older than the stream's own, and is
//! it weaker than what the file states? A model replaces the numbers here, not the questions.

use bitrater_evidence::mp3_grid::{GridSearch, PERIOD};
use bitrater_evidence::{Class, Codec, EvidenceSet, GridPeak, Mode};

use crate::ladder::{self, nominal_bitrate};
use crate::witness::mp3_class;
use crate::{Assessment, Generation, Original, Verdict, Versions};

/// What the user may ask of the decision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Policy {
    /// Lowest confidence at which a file is called a transcode, 0 to 1; never below the rules' own bar.
    pub min_confidence: f64,
}

/// A grid of at least this strength, in MADs, is proof: 960 genuine files of 161 clips stayed below 6.9.
const PROOF: f64 = 8.0;

/// Parts of the file (of four) that must show the grid on their own, unless it is far above the bar.
const AGREEING_PARTS: u32 = 2;

/// A grid this strong needs no agreement of parts: it may be a lossy passage in a longer file.
const OVERWHELMING: f64 = 14.0;

/// An older generation is a transcode when its bitrate is below this share of the stated one.
const WEAKER: f64 = 0.97;

/// What the rules concluded, before it is dressed as an assessment.
struct Conclusion {
    verdict: Verdict,
    confidence: f64,
    original: Original,
    history: Vec<Generation>,
    reasons: Vec<String>,
    warnings: Vec<String>,
}

/// Assesses one file.
#[must_use]
pub fn assess(evidence: &EvidenceSet, policy: &Policy) -> Assessment {
    let stream = &evidence.stream;
    let mut conclusion = if stream.codec.is_lossless() { lossless(evidence) } else { lossy(evidence) };
    if conclusion.verdict == Verdict::Transcode && conclusion.confidence < policy.min_confidence {
        conclusion.verdict = Verdict::Inconclusive;
        conclusion.reasons.push(format!(
            "the confidence of {:.3} is below the {:.3} that was asked for (--min-confidence)",
            conclusion.confidence, policy.min_confidence
        ));
    }
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
        versions: Versions::current(),
    }
}

/// A lossless stream: is there any lossy generation in it?
fn lossless(evidence: &EvidenceSet) -> Conclusion {
    let mut reasons = Vec::new();
    let proof = evidence.mp3_grid.as_ref().and_then(|search| search.peaks().find(|peak| proven(peak)));
    if let Some(peak) = proof {
        let generation = mp3_generation(evidence, peak);
        reasons.push(grid_sentence("an MP3 frame grid", peak, evidence.mp3_grid.as_ref()));
        reasons.extend(cutoff_sentence(evidence, generation.class));
        return Conclusion {
            verdict: Verdict::Transcode,
            confidence: proof_confidence(peak),
            original: Original {
                codec: generation.codec,
                class: generation.class,
                bitrate: generation.bitrate,
                mode: generation.mode,
            },
            history: vec![generation],
            reasons,
            warnings: Vec::new(),
        };
    }
    let original =
        Original { codec: Codec::Lossless, class: Class::Lossless, bitrate: None, mode: Some(Mode::Lossless) };
    let Some(search) = &evidence.mp3_grid else {
        reasons.push("too few frames to search for a codec's frame grid".to_owned());
        return Conclusion {
            verdict: Verdict::Inconclusive,
            confidence: 0.5,
            original,
            history: Vec::new(),
            reasons,
            warnings: Vec::new(),
        };
    };
    let strongest = search.peaks().map(|peak| peak.strength).fold(0.0, f64::max);
    reasons.push(format!(
        "no MP3 frame grid at any of {PERIOD} phases: the strongest stands {strongest:.1} MADs out of {} granules, where proof begins at {PROOF}",
        search.holes.granules
    ));
    reasons.extend(
        evidence.cutoff.map(|edge| {
            format!("the spectrum ends near {:.1} kHz, which alone convicts nobody", edge.frequency / 1000.0)
        }),
    );
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
    let original = |generation: &Generation| Original {
        codec: generation.codec,
        class: generation.class,
        bitrate: generation.bitrate,
        mode: generation.mode,
    };
    let older = evidence
        .mp3_grid
        .as_ref()
        .and_then(|search| search.peaks().find(|peak| proven(peak) && !is_own(evidence, peak)));
    let Some(peak) = older else {
        return Conclusion {
            verdict: Verdict::Original,
            confidence: 0.9,
            original: original(&own),
            history: vec![own],
            reasons: vec!["no frame grid besides the stream's own".to_owned()],
            warnings: Vec::new(),
        };
    };
    let generation = mp3_generation(evidence, peak);
    let mut reasons = vec![grid_sentence("a second, older MP3 frame grid", peak, evidence.mp3_grid.as_ref())];
    reasons.extend(cutoff_sentence(evidence, generation.class));
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
        confidence: proof_confidence(peak),
        original: original(if weaker { &generation } else { &own }),
        history: vec![generation, own],
        reasons,
        warnings,
    }
}

/// Whether a peak is beyond what genuine files show.
fn proven(peak: &GridPeak) -> bool {
    peak.strength >= OVERWHELMING || (peak.strength >= PROOF && peak.parts >= AGREEING_PARTS)
}

/// Phase of an MP3 stream's own grid: it is decoded from its first frame on and nothing is trimmed, so the
/// decoder's delay of 529 samples stays in.
const OWN_PHASE: u32 = 529;

/// Phases nearer than this to the stream's own grid belong to it.
const NEAR: u32 = 9;

/// Samples between two outputs of the polyphase bank: at every multiple of it the subbands are those that the
/// encoder saw, and what it did to whole subbands and to short blocks shows again.
const SLOT: u32 = 32;

/// Whether a peak belongs to the stream's own grid: its phase, or a shadow of it at the same polyphase phase.
fn is_own(evidence: &EvidenceSet, peak: &GridPeak) -> bool {
    let apart = peak.phase.abs_diff(OWN_PHASE);
    let near = apart.min(PERIOD as u32 - apart) < NEAR;
    evidence.stream.codec == Codec::Mp3 && (near || apart.is_multiple_of(SLOT))
}

/// The generation behind a grid.
fn mp3_generation(evidence: &EvidenceSet, peak: &GridPeak) -> Generation {
    let class = mp3_class(evidence.cutoff.as_ref(), peak.depth);
    Generation {
        codec: Codec::Mp3,
        class,
        bitrate: nominal_bitrate(class),
        mode: Some(if matches!(class, Class::V(_)) { Mode::Vbr } else { Mode::Cbr }),
        phase: Some(peak.phase),
    }
}

/// Confidence of a proof: 0.95 at the bar, rising with every MAD beyond it.
fn proof_confidence(peak: &GridPeak) -> f64 {
    (1.0 - 0.05 * (-(peak.strength - PROOF) / 3.0).exp()).clamp(0.0, 0.999)
}

fn grid_sentence(what: &str, peak: &GridPeak, search: Option<&GridSearch>) -> String {
    format!(
        "{what} at phase {} of {PERIOD}: {:.1} MADs beyond all other phases over {} granules (mp3_holes, mp3_lattice), in {} of 4 parts of the file",
        peak.phase,
        peak.strength,
        search.map_or(0, |search| search.holes.granules),
        peak.parts
    )
}

fn cutoff_sentence(evidence: &EvidenceSet, class: Class) -> Option<String> {
    let edge = evidence.cutoff?;
    Some(format!("the spectrum ends near {:.1} kHz, as an MP3 of class {class} does (cutoff)", edge.frequency / 1000.0))
}

/// Warnings about resolution that the file claims and does not have.
fn resolution_warnings(evidence: &EvidenceSet, warnings: &mut Vec<String>) {
    if let (Some(depth), Some(effective)) = (evidence.stream.bit_depth, evidence.resolution.effective_bits)
        && effective < depth
    {
        warnings.push(format!("only {effective} of {depth} bits per sample are used"));
    }
    if let Some(rate) = evidence.resolution.upsampled_from {
        warnings.push(format!(
            "the spectrum ends where a sample rate of {rate} Hz would end it: brought up to {} Hz",
            evidence.stream.sample_rate
        ));
    }
}

/// Rounded to three decimals, as reports show it.
fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
