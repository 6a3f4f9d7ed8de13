//! Findings, and how one is made of the peaks that a search found.

use bitrater_evidence::bars::Bar;
use bitrater_evidence::{Codec, GridPeak, PARTS, PhaseScan, Search};
use serde::Serialize;

use crate::numbers::round;
use crate::proof::{AGREEING_PARTS, OVERWHELMING};

/// The outcome of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It proves a lossy generation (older than the stream's own, in a lossy stream).
    Proof,
    /// What it found is below the bar, in strength or in another requirement.
    BelowBar,
    /// It was not made; the note gives the reason.
    NotAsked,
    /// It found something that may support a verdict but cannot carry one.
    Witness,
    /// A witness that found nothing.
    Nothing,
}

impl Answer {
    /// The answer in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proof => "proof",
            Self::BelowBar => "below the bar",
            Self::NotAsked => "not asked",
            Self::Witness => "witness",
            Self::Nothing => "nothing",
        }
    }
}

/// One search and its outcome. Field order is the order of the JSON report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Its name. The names of its evidence begin with it.
    pub name: &'static str,
    /// The codecs that it finds; none of a witness.
    #[serde(skip)]
    pub codecs: &'static [Codec],
    /// What was looked for, in one sentence.
    pub looked_for: &'static str,
    /// Its outcome.
    pub answer: Answer,
    /// The same in one sentence: what was found, or why nothing was searched.
    pub note: String,
    /// How much was looked at.
    pub looked_at: Option<LookedAt>,
    /// How many phases there are; none without a frame grid.
    pub period: Option<u32>,
    /// The strongest phases, the one that counts most first.
    pub peaks: Vec<Peak>,
    /// Strength of the strongest phase that is not the stream's own, in the unit of the bar.
    pub strength: Option<f64>,
    /// The bar, and what genuine recordings show; none for witnesses.
    pub bar: Option<Bar>,
    /// What a proof needs besides the strength.
    pub also_needed: Option<String>,
    /// Strength at every phase, for pictures; empty if not all phases were searched.
    #[serde(skip)]
    pub curve: Vec<f32>,
}

/// How much of a file a search looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LookedAt {
    /// How many.
    pub count: usize,
    /// Of what: granules, frames, blocks.
    pub of: &'static str,
}

/// One phase that stands out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Peak {
    /// First sample of a frame, modulo the period.
    pub phase: u32,
    /// Signal in which it is strongest; none if signals are not distinguished.
    pub signal: Option<&'static str>,
    /// How far it stands out, in the unit of the bar.
    pub strength: f64,
    /// The same within each quarter of the granules or frames, which are spread over the whole file; none if quarters
    /// are not distinguished.
    pub by_part: Option<[f64; PARTS]>,
    /// Whether it belongs to the stream's own encode and so proves nothing.
    pub own: bool,
}

impl Finding {
    /// A finding without a frame grid.
    pub(super) fn of_nothing(name: &'static str, looked_for: &'static str, answer: Answer, note: String) -> Self {
        Self {
            name,
            codecs: &[],
            looked_for,
            answer,
            note,
            looked_at: None,
            period: None,
            peaks: Vec::new(),
            strength: None,
            bar: None,
            also_needed: None,
            curve: Vec::new(),
        }
    }

    /// The peak that counts most: the strongest that is not the stream's own.
    #[must_use]
    pub fn strongest(&self) -> Option<&Peak> {
        self.peaks.iter().find(|peak| !peak.own)
    }
}

/// What all findings of a search have in common.
pub struct Question {
    search: &'static Search,
    bar: Bar,
    also_needed: Option<String>,
}

impl Question {
    /// The question of a search with this bar, and its other requirement.
    pub fn new(search: &'static Search, bar: Bar, also_needed: Option<String>) -> Self {
        Self { search, bar, also_needed }
    }

    /// The finding of a search that was not made.
    pub fn not_asked(self, why: impl Into<String>) -> Finding {
        self.answered(Answer::NotAsked, why.into())
    }

    fn answered(self, answer: Answer, note: String) -> Finding {
        let search = self.search;
        Finding {
            codecs: search.codecs,
            period: Some(search.period as u32),
            bar: Some(self.bar),
            also_needed: self.also_needed,
            ..Finding::of_nothing(search.name, search.looked_for, answer, note)
        }
    }

    /// The finding of a search over phases. `proves` is whether a peak is a proof, `own` whether it is the stream's
    /// own.
    pub fn scanned(
        self,
        scan: &PhaseScan,
        channels: u16,
        own: impl Fn(u32) -> bool,
        proves: impl Fn(&GridPeak) -> bool,
    ) -> Finding {
        let proven = scan.peaks.iter().position(|peak| !own(peak.phase) && proves(peak));
        let mut peaks: Vec<Peak> = scan
            .peaks
            .iter()
            .map(|peak| Peak {
                phase: peak.phase,
                signal: self.search.signals.name(peak.signal, channels),
                strength: round(peak.strength),
                by_part: Some(peak.by_part.map(round)),
                own: own(peak.phase),
            })
            .collect();
        // Peaks come strongest first, but enough parts of the file may agree on a weaker one only.
        if let Some(proven) = proven {
            peaks[..=proven].rotate_right(1);
        }
        let looked_at = LookedAt { count: scan.granules, of: self.search.frames };
        self.finding(peaks, proven.is_some(), looked_at, scan.curve.clone())
    }

    /// The finding of some peaks.
    pub fn finding(self, peaks: Vec<Peak>, proven: bool, looked_at: LookedAt, curve: Vec<f32>) -> Finding {
        let answer = if proven { Answer::Proof } else { Answer::BelowBar };
        let mut finding = self.answered(answer, String::new());
        finding.looked_at = Some(looked_at);
        finding.peaks = peaks;
        finding.curve = curve;
        finding.strength = finding.strongest().map(|peak| peak.strength);
        finding.note = note(&finding);
        finding
    }
}

/// A finding in one sentence.
fn note(finding: &Finding) -> String {
    let own =
        finding.peaks.iter().find(|peak| peak.own).map(|peak| {
            format!("; phase {}, with {:.1}, belongs to the stream's own encode", peak.phase, peak.strength)
        });
    let own = own.unwrap_or_default();
    let (Some(bar), Some(peak)) = (&finding.bar, finding.strongest()) else {
        return format!("nothing stands out{own}");
    };
    let times = peak.strength / bar.least;
    let place = format!("phase {} of {}", peak.phase, finding.period.unwrap_or_default());
    match finding.answer {
        Answer::Proof => format!("{place} stands out with {times:.1} times the bar{own}"),
        _ if times >= 1.0 => {
            let also = finding.also_needed.as_deref().unwrap_or("more");
            format!("{place} is over the bar, but a proof needs {also}{own}")
        }
        _ => format!(
            "no phase stands out: the strongest, {place}, reaches {:.0} % of the bar{own}",
            100.0 * times.max(0.0)
        ),
    }
}

/// What a proof needs besides its strength if parts of the file must agree.
pub fn agreement() -> String {
    format!("{AGREEING_PARTS} of {PARTS} parts of the file that show it on their own, or {OVERWHELMING} times the bar")
}
