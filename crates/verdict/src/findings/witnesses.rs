//! Witnesses, which may support a verdict but cannot carry one: the cutoff and the resolution.

use bitrater_evidence::EvidenceSet;

use super::finding::{Answer, Finding};

pub fn cutoff(evidence: &EvidenceSet) -> Finding {
    const LOOKED_FOR: &str = "where the long-term spectrum ends, how sharply, and what lies above; masters, tape \
                              and resamplers end at 16, 18 or 20 kHz, too";
    let finding = |answer, note| Finding::of_nothing("cutoff", LOOKED_FOR, answer, note);
    match &evidence.cutoff {
        None => finding(Answer::Nothing, "the spectrum reaches the top of the band, or the file is silent".to_owned()),
        Some(edge) => finding(
            Answer::Witness,
            format!(
                "it ends at {:.2} kHz, by {:.0} dB within {:.0} Hz (from a quarter to three quarters of the drop); \
                 above lie {:.0} dB",
                edge.frequency / 1000.0,
                edge.drop_db,
                edge.width,
                edge.floor_db
            ),
        ),
    }
}

pub fn resolution(evidence: &EvidenceSet) -> Finding {
    const LOOKED_FOR: &str =
        "bits of a sample that are never used, and an empty band above the Nyquist frequency of a lower sample rate";
    let finding = |answer, note| Finding::of_nothing("resolution", LOOKED_FOR, answer, note);
    let resolution = evidence.resolution;
    let bits = match (resolution.effective_bits, evidence.stream.bit_depth) {
        (Some(used), Some(depth)) => format!("{used} of {depth} bits a sample are used"),
        (Some(used), None) => format!("{used} bits a sample are used"),
        (None, _) if evidence.stream.codec.is_lossless() => {
            "no bits to count: silence, or samples that are no integers".to_owned()
        }
        (None, _) => "a lossy stream has no bits of a sample to count".to_owned(),
    };
    let padded = resolution.effective_bits.zip(evidence.stream.bit_depth).is_some_and(|(used, depth)| used < depth);
    let (answer, rate) = match resolution.upsampled_from {
        Some(rate) if evidence.source_rate.is_some() => {
            (Answer::Witness, format!("the grids were found at {rate} Hz, from which the file was brought up"))
        }
        Some(rate) => (Answer::Witness, format!("the spectrum ends as at {rate} Hz")),
        None => (Answer::Nothing, "nothing speaks for a lower sample rate".to_owned()),
    };
    finding(if padded { Answer::Witness } else { answer }, format!("{bits}; {rate}"))
}
