//! Outcomes made by hand, for the tests of the writers.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use bitrater_verdict::reason::{Grid, Mp3Scan, Scan};
use bitrater_verdict::{
    Assessment, Class, Codec, Evidence, Failure, FailureKind, Generation, Mode, Original, Outcome, Reason, Resolution,
    Stated, Verdict, Versions,
};

use crate::{Format, Style, Summary};

pub(crate) fn versions() -> Versions {
    Versions { engine: "0.1.0".into(), evidence: 1, model: "rules-1".to_owned() }
}

pub(crate) fn flac(encoder: &str) -> Stated {
    Stated::lossless(Codec::Flac, Some(encoder.to_owned()))
}

fn holes() -> Reason {
    let grid = Grid { phase: 559, period: 576, older: false, raised: None };
    let scan = Scan { grid, strength: 31.3, parts: 4 };
    Reason::Mp3Holes(Mp3Scan { scan, granules: 128, integers: None })
}

fn assessment(verdict: Verdict) -> Assessment {
    let class = Class::Rate { codec: Codec::Mp3, kbps: 128 };
    let (codec, bitrate, mode) = (Codec::Mp3, Some(128), Some(Mode::Cbr));
    let transcode = verdict == Verdict::Transcode;
    Assessment {
        container: "flac".to_owned(),
        codec: Codec::Flac,
        sample_rate: 44100,
        channels: 2,
        bit_depth: Some(16),
        duration: 243.1,
        stated: flac("reference libFLAC 1.4.2"),
        original: Original { codec, class, bitrate, mode },
        verdict,
        confidence: 0.998,
        transcoded_from: transcode.then_some(class),
        quality_gap: if transcode { 6 } else { 0 },
        history: vec![Generation { codec, class, bitrate, mode, phase: Some(559) }],
        cutoff_hz: Some(16020),
        resolution: Resolution { effective_bits: Some(16), upsampled_from: None },
        reasons: vec![holes(), Reason::Cutoff { khz: 16.0, as_class: Some(class) }],
        evidence: vec![Evidence { name: "mp3_grid_depth".into(), value: -1.05, unit: "log10".into() }],
        warnings: vec!["ends in the middle of a frame".to_owned()],
        versions: versions(),
    }
}

pub(crate) fn transcode(path: &str) -> Outcome {
    Outcome { path: path.into(), result: Ok(assessment(Verdict::Transcode)) }
}

pub(crate) fn inconclusive(path: &str) -> Outcome {
    Outcome { path: path.into(), result: Ok(assessment(Verdict::Inconclusive)) }
}

pub(crate) fn original(path: &str) -> Outcome {
    let mut assessment = assessment(Verdict::Original);
    assessment.stated.class = Class::V(2);
    assessment.original.class = Class::V(2);
    assessment.cutoff_hz = None;
    assessment.warnings.clear();
    Outcome { path: path.into(), result: Ok(assessment) }
}

pub(crate) fn error(path: &str) -> Outcome {
    let message = "no frame could be decoded".to_owned();
    Outcome { path: path.into(), result: Err(Failure { kind: FailureKind::Decode, message }) }
}

pub(crate) fn report(format: Format, outcomes: &[Outcome]) -> String {
    styled(format, Style::default(), outcomes)
}

pub(crate) fn styled(format: Format, style: Style, outcomes: &[Outcome]) -> String {
    summed(format, style, outcomes, |_| {}, |_| {})
}

/// The same with a summary that was changed before the outcomes are counted, and after.
pub(crate) fn summed(
    format: Format,
    style: Style,
    outcomes: &[Outcome],
    before: impl FnOnce(&mut Summary),
    after: impl FnOnce(&mut Summary),
) -> String {
    let bytes = Shared::default();
    let mut report = format.open(Box::new(bytes.clone()), style, &versions()).unwrap();
    let mut summary = Summary::default();
    before(&mut summary);
    for outcome in outcomes {
        summary.count(outcome);
        report.outcome(outcome).unwrap();
    }
    after(&mut summary);
    summary.took(Duration::from_millis(1500));
    report.finish(&summary).unwrap();
    String::from_utf8(bytes.0.take()).unwrap()
}

/// A sink that can be looked into.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
