//! Which seconds of a file are lossy, as a reason.

use bitrater_evidence::EvidenceSet;

use crate::reason::Parts;
use crate::{Generation, Reason};

/// The reason for a generation that fills only a part of the file.
pub fn reason(evidence: &EvidenceSet, generation: &Generation) -> Option<Reason> {
    let passages = evidence.passages.as_ref()?;
    let same = passages.codec == generation.codec && Some(passages.phase) == generation.phase;
    same.then(|| Reason::Passages(Parts::of(passages, evidence.stream.duration)))
}

#[cfg(test)]
mod tests {
    use bitrater_evidence::{Codec, Passage, Passages, StreamFacts};

    use super::*;
    use crate::reason::Span;

    fn of(duration: f64, lossy: &[(f64, f64)], phase: u32) -> Option<Reason> {
        let stream = StreamFacts { duration, ..StreamFacts::fixture(Codec::Flac, 44_100) };
        let mut set = EvidenceSet::unmeasured(stream);
        let lossy = lossy.iter().map(|&(start, end)| Passage { start, end }).collect();
        set.passages = Some(Passages { codec: Codec::Mp3, phase: 17, lossy, share: 0.303, within: 0.04 });
        reason(&set, &crate::mp3::of_class(crate::ladder::mp3(128), phase))
    }

    #[test]
    fn the_first_parts_are_given_with_their_times() {
        let (codec, share, within) = (Codec::Mp3, 0.3, 0.0);
        let short =
            Parts { codec, count: 1, first: vec![Span { start: 10.0, end: 20.0 }], duration: 33.0, share, within };
        assert_eq!(of(33.0, &[(10.04, 19.96)], 17), Some(Reason::Passages(short)));
        let many = of(3600.0, &[(59.6, 100.0), (200.0, 300.0), (400.0, 500.0), (600.0, 700.0)], 17);
        let first = [(60.0, 100.0), (200.0, 300.0), (400.0, 500.0)].map(|(start, end)| Span { start, end }).to_vec();
        let long = Parts { codec, count: 4, first, duration: 3600.0, share, within };
        assert_eq!(many, Some(Reason::Passages(long)));
    }

    #[test]
    fn another_grid_has_other_passages() {
        assert_eq!(of(33.0, &[(10.0, 20.0)], 18), None);
    }
}
