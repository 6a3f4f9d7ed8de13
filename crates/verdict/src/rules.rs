//! The first set of decision rules: evidence in, assessment out.
//!
//! One rule per question: is there a lossy generation, is there one older than the stream's own, and is it weaker than
//! what the file states? A model changes the numbers here, not the questions.

use bitrater_evidence::cutoff::Cutoff;
use bitrater_evidence::mp3_grid::OWN_PHASE;
use bitrater_evidence::{Class, Codec, EvidenceSet, Mode};

use crate::ladder::{self, WEAKER, mp3, nominal_bitrate};
use crate::numbers::{round, whole_percent, written};
use crate::proofs;
use crate::witness::mp3_class;
use crate::{Assessment, Generation, Judge, Original, Policy, Reason, Verdict, Versions, findings, passages};

/// The conclusion of the rules, before it becomes an assessment.
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

/// The assessment by the rules alone.
fn by_rules(evidence: &EvidenceSet) -> Assessment {
    let stream = &evidence.stream;
    let mut conclusion = if stream.codec.is_lossless() { lossless(evidence) } else { lossy(evidence) };
    let transcode = conclusion.verdict == Verdict::Transcode;
    let original_class = conclusion.original.class;
    let mut warnings = stream.warnings.clone();
    warnings.append(&mut conclusion.warnings);
    resolution_warnings(evidence, &mut warnings);
    warnings.extend(silence(evidence));
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
    if let Some(proof) = proofs::find(evidence).into_iter().next() {
        let mut reasons = vec![proof.reason];
        reasons.extend(unread(&proof.generation));
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
    let nearest = whole_percent(proofs::nearest_miss(evidence));
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
    let Some(proof) = proofs::find(evidence).into_iter().next() else {
        return Conclusion {
            verdict: Verdict::Original,
            confidence: 0.9,
            original: original(&own),
            history: vec![own],
            reasons: vec![Reason::NoOlderGrid { nearest: whole_percent(proofs::nearest_miss(evidence)) }],
            warnings: Vec::new(),
        };
    };
    let generation = proof.generation;
    let mut reasons = vec![proof.reason];
    reasons.extend(unread(&generation));
    reasons.extend(cutoff(evidence, &generation));
    let held = generation.bitrate.or(nominal_bitrate(generation.class));
    let claimed = stated.bitrate.or(nominal_bitrate(stated.class));
    let weaker = match (held, claimed) {
        (Some(held), Some(claimed)) => Some(f64::from(held) < WEAKER * f64::from(claimed)),
        // An MP3 under an MP3 is compared with it by its quantiser. Its rate is unknown only if it was weaker.
        (None, Some(_)) if generation.codec == Codec::Mp3 && stated.codec == Codec::Mp3 => Some(true),
        (None, Some(_)) => None,
        // A file that states no rate claims no more than it holds.
        (_, None) => Some(false),
    };
    let mut warnings = Vec::new();
    if weaker != Some(true) {
        let codec = generation.codec;
        let older = held.map_or(format!("{codec} generation whose rate could not be read"), |held| {
            format!("{codec} generation of about {held} kbps")
        });
        let own = claimed.map_or("stream's own".to_owned(), |claimed| format!("{claimed} kbps stated"));
        warnings.push(format!("encoded twice: an older {older} lies under the {own}"));
    }
    let (verdict, confidence) = match weaker {
        Some(true) => (Verdict::Transcode, confidence(proof.margin)),
        Some(false) => (Verdict::Original, confidence(proof.margin)),
        None => {
            reasons.retain(|reason| !matches!(reason, Reason::RateUnread { .. }));
            reasons.insert(0, Reason::OlderRateUnread { codec: generation.codec });
            (Verdict::Inconclusive, 0.5)
        }
    };
    Conclusion {
        verdict,
        confidence,
        original: original(if weaker == Some(true) { &generation } else { &own }),
        history: vec![generation, own],
        reasons,
        warnings,
    }
}

/// The reason that the rate of a proven generation could not be read, if so.
fn unread(generation: &Generation) -> Option<Reason> {
    matches!(generation.class, Class::Codec(_)).then_some(Reason::RateUnread { codec: generation.codec })
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

/// Warnings about a resolution that the file claims and does not have.
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

/// Largest sample of digital silence, in dBFS: the catalogue writes a peak of zero as -180.
const SILENCE_DB: f64 = -179.0;

/// A warning that there is nothing to hear, and so nothing that could show a trace.
fn silence(evidence: &EvidenceSet) -> Option<String> {
    let peak = evidence.items.iter().find(|item| item.name == "peak")?.value;
    (peak <= SILENCE_DB).then(|| "nothing but silence".to_owned())
}

#[cfg(test)]
mod tests {
    use bitrater_evidence::{GridPeak, PhaseScan, Signal, StreamFacts, Trace};

    use super::*;

    fn scan(strength: f64) -> PhaseScan {
        let peak =
            GridPeak { phase: 5, signal: Signal::Mid, strength, depth: 1.0, parts: 4, by_part: [0.5 * strength; 4] };
        PhaseScan { granules: 128, peaks: vec![peak], curve: Vec::new() }
    }

    fn of(codec: Codec) -> EvidenceSet {
        EvidenceSet::unmeasured(StreamFacts::fixture(codec, 44_100))
    }

    #[test]
    fn a_rate_that_is_not_read_is_none() {
        let mut set = of(Codec::Flac);
        set.traces.insert("ac3_mantissas", Trace::of(scan(30.0)));
        let answer = by_rules(&set);
        assert_eq!((answer.verdict, answer.quality_gap), (Verdict::Transcode, 1));
        assert_eq!((answer.original.class, answer.original.bitrate), (Class::Codec(Codec::Ac3), None));
        assert_eq!(answer.transcoded_from, Some(Class::Codec(Codec::Ac3)));
        assert!(answer.reasons[0].is_proof());
        assert_eq!(answer.reasons[1], Reason::RateUnread { codec: Codec::Ac3 });
    }

    #[test]
    fn an_older_generation_is_weaker_only_where_its_rate_was_read() {
        let under_mp3 = |kbps: Option<f64>| {
            let mut set = of(Codec::Mp3);
            set.traces.insert("aac_lattice", Trace { kbps, ..Trace::of(scan(30.0)) });
            by_rules(&set)
        };
        let read = under_mp3(Some(130.0));
        assert_eq!((read.verdict, read.original.bitrate), (Verdict::Transcode, Some(130)));
        assert_eq!(under_mp3(Some(319.0)).verdict, Verdict::Original);
        let unread = under_mp3(None);
        assert_eq!((unread.verdict, unread.transcoded_from, unread.quality_gap), (Verdict::Inconclusive, None, 0));
        assert_eq!((unread.original.class, unread.history[0].bitrate), (mp3(320), None));
        assert_eq!(unread.reasons[0], Reason::OlderRateUnread { codec: Codec::Aac });
        assert!(unread.reasons[1].is_proof() && unread.reasons.len() == 2);
    }

    #[test]
    fn silence_is_said() {
        let mut set = of(Codec::Flac);
        for (peak, warned) in [(-180.0, true), (-96.3, false)] {
            set.items = vec![bitrater_evidence::Evidence { name: "peak".into(), value: peak, unit: "dbfs".into() }];
            assert_eq!(by_rules(&set).warnings.iter().any(|warning| warning == "nothing but silence"), warned);
        }
    }

    #[test]
    fn what_states_no_rate_claims_no_more_than_it_holds() {
        let mut set = of(Codec::Opus);
        set.stream.stated.class = Class::Codec(Codec::Opus);
        set.stream.stated.bitrate = None;
        set.traces.insert("aac_lattice", Trace::of(scan(30.0)));
        assert_eq!(by_rules(&set).verdict, Verdict::Original);
    }
}
