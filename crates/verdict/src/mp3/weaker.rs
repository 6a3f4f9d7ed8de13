//! Was an older MP3 generation on another frame grid weaker than the MP3 stream above it?
//!
//! An older generation by itself proves nothing against the file: it may have been encoded twice at one rate. So the
//! bars here are beyond what 174 recordings showed when they were encoded at 320 kbps, moved, and encoded at 320 kbps
//! again.

use bitrater_evidence::mp3_grid::rate::GenerationRate;
use bitrater_evidence::{Class, EvidenceSet, bars};

use super::scans::is_scanned;
use crate::ladder::nominal_bitrate;

/// Share of granules from which the integers count as read. Of 320 under 320 the noise of the newer quantiser leaves at
/// most 0.02.
const READ: f64 = 0.04;

/// The same in recordings whose need of bits varies much, where 320 under 320 left up to 0.058 readable.
const READ_SWINGING: f64 = 0.07;

/// Share of the stream's rate below which integers show a weaker encode although they are masked by the newer
/// quantiser's noise: 320 under 320 read at least 0.55.
const MASKED: f64 = 0.53;

/// The same in recordings whose need of bits varies much. A few notes in silence need few bits on average at any rate:
/// 0.48 at 320 under 320.
const MASKED_SWINGING: f64 = 0.45;

/// Deviation of the bits of runs, in bit reservoirs, from which the need of bits varies much.
const SWINGING: f64 = 4.0;

/// The steps must give the older encode less than this share of the stream's rate, because they favour coarse bands…
const STEPS: f64 = 0.9;

/// … and the integers must not give it more than this share: under 320 they read at least 0.81 where the steps were too
/// coarse.
const NOT_CONTRADICTED: f64 = 0.8;

/// Share of the stream's rate below which integers that were read show a weaker encode.
const INTEGERS: f64 = 0.83;

/// A cutoff above this, in Hz, may be that of the best constant rate.
const UNCUT: f64 = 19_700.0;

/// If the integers need this many times the rate that a cutoff suggests, the cutoff is the recording's own.
const FOREIGN: f64 = 1.2;

/// Depth of holes at the older phase, as a share of the depth of the stream's own; 320 under 320 reached 0.07.
const HOLES: f64 = 0.2;

/// Strength that such holes must have, in MADs.
const HOLES_STRENGTH: f64 = 8.0;

/// Whether the generation at `phase` was weaker than the stream, which claims `claimed` kbps; `cut` is the class that
/// the cutoff suggests.
pub fn weaker(evidence: &EvidenceSet, phase: u32, rate: Option<&GenerationRate>, cut: Class, claimed: f64) -> bool {
    let least = rate.map(|rate| rate.kbps / claimed);
    // If only many bands together show the older steps, these lie so far below the newer ones that masked integers show
    // nothing of them.
    let may_be_masked = shows_in_bands(evidence, phase);
    let by_integers = rate.is_some_and(|rate| {
        let (read, masked) = if rate.swing < SWINGING { (READ, MASKED) } else { (READ_SWINGING, MASKED_SWINGING) };
        let bar = if rate.read >= read { INTEGERS } else { masked };
        (rate.read >= read || may_be_masked) && rate.kbps < bar * claimed
    });
    by_integers
        || (steps_are_coarser(evidence, claimed) && least.is_none_or(|least| least < NOT_CONTRADICTED))
        || cut_lower(evidence, rate, cut, claimed)
        || holes_are_deep(evidence, phase)
}

/// Whether the generation is proven by single bands, or by its holes.
fn shows_in_bands(evidence: &EvidenceSet, phase: u32) -> bool {
    let Some(search) = &evidence.mp3_grid else { return false };
    is_scanned(search, phase)
        || search
            .candidates
            .iter()
            .any(|candidate| candidate.phase == phase && candidate.by_bands >= bars::LIKELY.least)
}

fn steps_are_coarser(evidence: &EvidenceSet, claimed: f64) -> bool {
    let older = evidence.mp3_grid.as_ref().and_then(|search| search.older_rate);
    older.is_some_and(|older| older.kbps(claimed, evidence.stream.sample_rate) < STEPS * claimed)
}

fn cut_lower(evidence: &EvidenceSet, rate: Option<&GenerationRate>, cut: Class, claimed: f64) -> bool {
    let (Some(edge), Some(kbps)) = (evidence.cutoff, nominal_bitrate(cut).map(f64::from)) else { return false };
    edge.frequency < UNCUT && kbps < claimed && rate.is_none_or(|rate| rate.kbps < FOREIGN * kbps)
}

/// Zeros of the older encode that the newer one did not fill.
fn holes_are_deep(evidence: &EvidenceSet, phase: u32) -> bool {
    let Some(search) = &evidence.mp3_grid else { return false };
    let own = search.holes.peaks.iter().filter(|peak| peak.phase != phase).map(|peak| peak.depth).fold(0.0, f64::max);
    let older = search.holes.peaks.iter().find(|peak| peak.phase == phase);
    older.is_some_and(|peak| peak.strength >= HOLES_STRENGTH && peak.depth >= HOLES * own)
}

#[cfg(test)]
mod tests {
    use bitrater_evidence::cutoff::Cutoff;
    use bitrater_evidence::mp3_grid::{CandidatePhase, GridSearch, OlderRate};
    use bitrater_evidence::{Codec, GridPeak, Mode, PhaseScan, Signal, Stated, StreamFacts};

    use super::*;
    use crate::ladder::mp3;

    const PHASE: u32 = 482;

    /// An MP3 of 320 kbps whose holes are `own` deep at its own phase and `older` at the older one.
    fn stream(own: f64, older: f64, older_rate: Option<OlderRate>) -> EvidenceSet {
        let stated =
            Stated { codec: Codec::Mp3, class: mp3(320), bitrate: Some(320), mode: Some(Mode::Cbr), encoder: None };
        let mut set = EvidenceSet::unmeasured(StreamFacts {
            container: "mp3".to_owned(),
            codec: Codec::Mp3,
            sample_rate: 44_100,
            channels: 2,
            bit_depth: None,
            duration: 20.0,
            stated,
            mp3: None,
            warnings: Vec::new(),
        });
        let peak =
            |phase, depth| GridPeak { phase, signal: Signal::Left, strength: 12.0, depth, parts: 4, by_part: [6.0; 4] };
        let peaks = vec![peak(529, own), peak(PHASE, older)];
        let holes = PhaseScan { granules: 100, peaks, curve: Vec::new() };
        set.mp3_grid = Some(GridSearch { holes, lattice: None, candidates: Vec::new(), older_rate });
        set
    }

    fn read(kbps: f64) -> GenerationRate {
        GenerationRate {
            phase: PHASE,
            granules: 380,
            read: 0.5,
            kbps,
            upper: kbps,
            swing: 0.1,
            amplified: 0.4,
            fineness: 1.0,
            mid_side: 0.5,
            short: 0.0,
        }
    }

    fn cut(set: EvidenceSet, frequency: f64) -> EvidenceSet {
        let cutoff = Some(Cutoff { frequency, drop_db: 40.0, floor_db: -120.0, width: 150.0 });
        EvidenceSet { cutoff, ..set }
    }

    fn is_weaker(set: &EvidenceSet, rate: Option<f64>, class: Class) -> bool {
        weaker(set, PHASE, rate.map(read).as_ref(), class, 320.0)
    }

    #[test]
    fn a_second_encode_at_one_rate_is_not_weaker() {
        let set = stream(2.0, 0.1, None);
        assert!(!is_weaker(&set, Some(275.0), Class::V(0)));
        assert!(!is_weaker(&set, None, Class::V(0)));
    }

    #[test]
    fn few_bits_or_deep_holes_are() {
        assert!(is_weaker(&stream(2.0, 0.1, None), Some(180.0), Class::V(0)));
        assert!(is_weaker(&stream(0.4, 0.3, None), Some(275.0), Class::V(0)));
    }

    #[test]
    fn masked_integers_have_to_be_far_fewer() {
        let set = stream(2.0, 0.1, None);
        let masked = |kbps| GenerationRate { read: 0.01, ..read(kbps) };
        assert!(!weaker(&set, PHASE, Some(&masked(190.0)), Class::V(0), 320.0));
        assert!(weaker(&set, PHASE, Some(&masked(165.0)), Class::V(0), 320.0));
    }

    #[test]
    fn masked_integers_show_nothing_where_only_many_bands_together_show_the_grid() {
        let mut set = stream(2.0, 0.1, None);
        let masked = GenerationRate { read: 0.01, ..read(150.0) };
        let candidate = |by_bands| {
            vec![CandidatePhase { phase: PHASE, granules: 600, strength: 31.0, by_bands, without_best: 20.0 }]
        };
        if let Some(search) = &mut set.mp3_grid {
            search.holes.peaks.retain(|peak| peak.phase != PHASE);
            search.candidates = candidate(bars::LIKELY.least - 0.1);
        }
        assert!(!weaker(&set, PHASE, Some(&masked), Class::V(0), 320.0));
        assert!(is_weaker(&set, Some(180.0), Class::V(0)), "integers that were read do");
        if let Some(search) = &mut set.mp3_grid {
            search.candidates = candidate(bars::LIKELY.least);
        }
        assert!(weaker(&set, PHASE, Some(&masked), Class::V(0), 320.0));
    }

    #[test]
    fn single_hits_in_silence_need_little_at_any_rate() {
        let set = stream(2.0, 0.1, None);
        let hits = |kbps, share| GenerationRate { read: share, swing: 8.0, ..read(kbps) };
        assert!(!weaker(&set, PHASE, Some(&hits(155.0, 0.01)), Class::V(0), 320.0));
        assert!(!weaker(&set, PHASE, Some(&hits(216.0, 0.06)), Class::V(0), 320.0));
        assert!(weaker(&set, PHASE, Some(&hits(120.0, 0.01)), Class::V(0), 320.0));
        assert!(weaker(&set, PHASE, Some(&hits(216.0, 0.1)), Class::V(0), 320.0));
    }

    #[test]
    fn coarse_steps_are_unless_the_integers_contradict() {
        let coarser = Some(OlderRate { coarser_bits: 0.8, active_lines: 900.0, bands: 200 });
        let set = stream(2.0, 0.1, coarser);
        assert!(is_weaker(&set, Some(250.0), Class::V(0)));
        assert!(!is_weaker(&set, Some(285.0), Class::V(0)));
    }

    #[test]
    fn a_low_cutoff_is_unless_the_integers_hold_far_more_than_it_stands_for() {
        let lame_128 = cut(stream(2.0, 0.1, None), 16_700.0);
        assert!(is_weaker(&lame_128, Some(245.0), mp3(128)));
        let band_limited_master = cut(stream(2.0, 0.1, None), 11_200.0);
        assert!(!is_weaker(&band_limited_master, Some(286.0), mp3(64)));
        let own_low_pass = cut(stream(2.0, 0.1, None), 20_100.0);
        assert!(!is_weaker(&own_low_pass, Some(270.0), mp3(256)));
    }
}
