//! Sets of evidence made by hand, with their real findings and assessments made by hand: what rules and models say of
//! them is no business of the writers.

use bitrater_evidence::cutoff::Cutoff;
use bitrater_evidence::mp3_aligned::AlignedSearch;
use bitrater_evidence::mp3_grid::{CandidatePhase, GridSearch};
use bitrater_evidence::{
    Class, Codec, Evidence, EvidenceSet, GridPeak, Mode, PhaseScan, Resolution, Signal, Stated, StreamFacts,
};
use bitrater_verdict::{Finding, Genuine, Outcome, findings};

use super::Explanation;
use crate::{Plot, PlotFormat, Style};

/// An explanation with all that it borrows.
pub(crate) struct Sample {
    pub(crate) outcome: Outcome,
    pub(crate) findings: Vec<Finding>,
    pub(crate) set: Option<EvidenceSet>,
}

impl Sample {
    fn new(mut outcome: Outcome, set: EvidenceSet) -> Self {
        if let Ok(assessment) = &mut outcome.result {
            assessment.codec = set.stream.codec;
            assessment.container.clone_from(&set.stream.container);
            assessment.bit_depth = set.stream.bit_depth;
            assessment.duration = set.stream.duration;
            assessment.stated = set.stream.stated.clone();
            assessment.cutoff_hz = set.cutoff_hz;
            assessment.evidence.clone_from(&set.items);
            assessment.warnings.clone_from(&set.stream.warnings);
        }
        let mut findings = findings(&set);
        // Where bars stand is measured again now and then; these tests are of the writers.
        for bar in findings.iter_mut().filter_map(|finding| finding.bar.as_mut()) {
            bar.least = if bar.least < 1.0 { 0.03 } else { 10.0 };
            bar.genuine = Genuine { below: 0.9 * bar.least, files: 960 };
        }
        Self { outcome, findings, set: Some(set) }
    }

    fn explanation(&self) -> Explanation<'_> {
        Explanation { outcome: &self.outcome, findings: &self.findings }
    }

    pub(crate) fn text(&self, style: Style) -> String {
        let mut bytes = Vec::new();
        self.explanation().write_text(&mut bytes, style).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    pub(crate) fn picture(&self) -> Plot<'_> {
        let spectrum = self.set.as_ref().and_then(|set| set.spectrum.as_deref());
        Plot { outcome: &self.outcome, findings: &self.findings, spectrum }
    }

    pub(crate) fn plot(&self, format: PlotFormat) -> Vec<u8> {
        self.picture().draw(format).unwrap()
    }

    pub(crate) fn json(&self) -> String {
        let mut bytes = Vec::new();
        self.explanation().write_json(&mut bytes, &crate::samples::versions()).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}

fn peak(phase: u32, strength: f64, parts: u32) -> GridPeak {
    let by_part = [0.6, 0.4, 0.5, 0.5].map(|share| share * strength);
    GridPeak { phase, signal: Signal::Mid, strength, depth: 0.01 * strength, parts, by_part }
}

/// A scan whose other phases scatter a little and show the peaks.
fn scan(granules: usize, peaks: Vec<GridPeak>) -> PhaseScan {
    let mut curve: Vec<f32> = (0..576).map(|phase| ((phase * 7919 + 13) % 101) as f32 / 40.0).collect();
    for peak in &peaks {
        curve[peak.phase as usize] = peak.strength as f32;
    }
    PhaseScan { granules, peaks, curve }
}

fn item(name: &'static str, value: f64, unit: &'static str) -> Evidence {
    Evidence { name: name.into(), value, unit: unit.into() }
}

/// A lossless file with the holes of a 128 kbps MP3.
pub(crate) fn fake(path: &str) -> Sample {
    let mut set = EvidenceSet::unmeasured(StreamFacts {
        duration: 243.1,
        stated: crate::samples::flac("evil\u{1b}[31m"),
        warnings: vec!["ends in the middle of a frame".to_owned()],
        ..StreamFacts::fixture(Codec::Flac, 44_100)
    });
    let holes = scan(128, vec![peak(559, 31.25, 4), peak(271, 4.5, 0)]);
    set.mp3_grid = Some(GridSearch { holes, lattice: None, candidates: Vec::new(), older_rate: None });
    set.cutoff_hz = Some(16_020);
    set.cutoff = Some(Cutoff { frequency: 16_020.4, drop_db: 41.5, floor_db: -121.0, width: 190.0 });
    set.resolution = Resolution { effective_bits: Some(16), upsampled_from: None };
    set.spectrum =
        Some((0..=2048).map(|bin| if bin < 1488 { -70.0 - 0.01 * f64::from(bin) } else { -121.0 }).collect());
    set.items = vec![
        item("mp3_holes_granules", 128.0, "granules"),
        item("mp3_holes_strength", 31.3, "mad"),
        item("mp3_holes_depth", 0.3125, "log2"),
        item("cutoff", 16_020.0, "hz"),
    ];
    Sample::new(crate::samples::transcode(path), set)
}

/// An MP3 that shows nothing but its own grid.
pub(crate) fn honest_mp3(path: &str) -> Sample {
    let mut set = EvidenceSet::unmeasured(StreamFacts {
        duration: 8.0,
        stated: Stated { class: Class::V(2), ..Stated::rate(Codec::Mp3, Some(177), Some(Mode::Vbr), None) },
        ..StreamFacts::fixture(Codec::Mp3, 44_100)
    });
    set.mp3_grid = Some(GridSearch {
        holes: scan(128, vec![peak(529, 71.0, 4), peak(100, 3.25, 0)]),
        lattice: Some(scan(32, vec![peak(12, 4.75, 1)])),
        candidates: vec![CandidatePhase {
            phase: 482,
            granules: 52,
            strength: 0.25,
            by_bands: 0.25,
            without_best: 0.1,
        }],
        older_rate: None,
    });
    set.mp3_aligned = Some(AlignedSearch { examined: 480, showing: 1, evidence: 22.0, bits_less: 3.0 });
    set.items = vec![item("peak", -0.5, "dbfs")];
    Sample::new(crate::samples::original(path), set)
}

/// A file that could not be analysed.
pub(crate) fn failed(path: &str) -> Sample {
    Sample { outcome: crate::samples::error(path), findings: Vec::new(), set: None }
}
