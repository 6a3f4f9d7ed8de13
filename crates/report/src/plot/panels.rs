//! What is drawn: a headline, a panel for every search that was made, and one for the spectrum.

use bitrater_verdict::{Bar, Finding, Peak};

use super::Plot;
use super::canvas::{Anchor, Canvas, Colour};
use super::ticks::ticks;
use crate::explain::number;
use crate::{Group, sanitize};

/// Width of the picture in pixels.
pub(super) const WIDTH: u32 = 960;

/// Height of the headline.
const HEAD: f32 = 50.0;

/// Height of a panel, of which its axes leave room for title and numbers.
const PANEL: f32 = 220.0;
const LEFT: f32 = 60.0;
const RIGHT: f32 = WIDTH as f32 - 24.0;
const TOP: f32 = 34.0;
const BOTTOM: f32 = PANEL - 44.0;

/// Lines of text closer than this overlap.
const LINE: f32 = 14.0;

/// Longest headline in characters, as wide as the picture in the font of PNGs.
const LONGEST: usize = 130;

/// Levels below this are as good as silence, in dB.
const LOWEST_DB: f64 = -160.0;

/// Height of the picture in pixels.
pub(super) fn height(plot: &Plot) -> u32 {
    let panels = shown(plot.findings).count() + usize::from(plot.spectrum.is_some());
    (HEAD + PANEL * panels as f32) as u32
}

/// Draws everything.
pub(super) fn draw(plot: &Plot, canvas: &mut dyn Canvas) {
    headline(plot, canvas);
    let mut top = HEAD;
    for finding in shown(plot.findings) {
        search(finding, canvas, top);
        top += PANEL;
    }
    if let Some(db) = plot.spectrum {
        spectrum(plot, db, canvas, top);
    }
}

/// Findings of searches over phases that were made.
fn shown(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.looked_at.is_some() && finding.period.is_some())
}

fn headline(plot: &Plot, canvas: &mut dyn Canvas) {
    let name = sanitize(&plot.outcome.path.to_string_lossy()).into_owned();
    canvas.text((LEFT, 22.0), &end_of(&name), Anchor::Start, Colour::Ink);
    if let Ok(a) = &plot.outcome.result {
        let verdict = Group::of(plot.outcome).name();
        let line = format!(
            "{verdict}: states {}, holds {}, {:.1} % sure; bitrater {}, evidence {}, model {}",
            a.stated.class,
            a.original.class,
            100.0 * a.confidence,
            a.versions.engine,
            a.versions.evidence,
            a.versions.model
        );
        canvas.text((LEFT, 40.0), &sanitize(&line), Anchor::Start, Colour::Ink);
    }
}

/// The end of a long name, which tells most.
fn end_of(name: &str) -> String {
    let count = name.chars().count();
    if count <= LONGEST {
        return name.to_owned();
    }
    format!("...{}", name.chars().skip(count + 3 - LONGEST).collect::<String>())
}

/// The axes of one panel.
struct Axes {
    top: f32,
    x: (f64, f64),
    y: (f64, f64),
}

impl Axes {
    fn at(&self, x: f64, y: f64) -> (f32, f32) {
        let share = |value: f64, (from, to): (f64, f64)| ((value - from) / (to - from)).clamp(0.0, 1.0) as f32;
        let x = LEFT + share(x, self.x) * (RIGHT - LEFT);
        (x, self.top + BOTTOM - share(y, self.y) * (BOTTOM - TOP))
    }

    fn frame(&self, canvas: &mut dyn Canvas, title: &str, along: &str, up: &str) {
        canvas.text((LEFT, self.top + 14.0), title, Anchor::Start, Colour::Ink);
        for y in ticks(self.y.0, self.y.1, 5) {
            let (left, level) = self.at(self.x.0, y);
            canvas.line(&[(left, level), (RIGHT, level)], Colour::Faint, false);
            canvas.text((left - 6.0, level + 4.0), &number(y), Anchor::End, Colour::Ink);
        }
        for x in ticks(self.x.0, self.x.1, 12) {
            let (across, bottom) = self.at(x, self.y.0);
            canvas.line(&[(across, bottom), (across, bottom + 4.0)], Colour::Ink, false);
            canvas.text((across, bottom + 17.0), &number(x), Anchor::Middle, Colour::Ink);
        }
        let bottom = self.top + BOTTOM;
        canvas.line(&[(LEFT, self.top + TOP), (LEFT, bottom), (RIGHT, bottom)], Colour::Ink, false);
        canvas.text((RIGHT, bottom + 32.0), along, Anchor::End, Colour::Ink);
        canvas.text((LEFT, self.top + TOP - 5.0), up, Anchor::Start, Colour::Ink);
    }

    /// A line at a level, with its name so far below it.
    fn level(&self, canvas: &mut dyn Canvas, y: f64, name: &str, below: f32, colour: Colour) {
        let (start, end) = (self.at(self.x.0, y), self.at(self.x.1, y));
        canvas.line(&[start, end], colour, true);
        canvas.text((end.0, end.1 + below), name, Anchor::End, colour);
    }
}

fn search(finding: &Finding, canvas: &mut dyn Canvas, top: f32) {
    let strengths =
        || finding.curve.iter().copied().map(f64::from).chain(finding.peaks.iter().map(|peak| peak.strength));
    let bar = finding.bar.as_ref().map_or(0.0, |bar| bar.least);
    let highest = strengths().fold(1.25 * bar, f64::max);
    let lowest = strengths().fold(0.0, f64::min);
    let axes = Axes { top, x: (0.0, f64::from(finding.period.unwrap_or(1))), y: (lowest, 1.12 * highest) };
    let unit = finding.bar.as_ref().map_or("", |bar| bar.unit);
    axes.frame(canvas, &format!("{}: {}", finding.name, finding.answer.name()), "phase in samples", unit);
    if let Some(Bar { least, genuine, .. }) = &finding.bar {
        axes.level(canvas, *least, &format!("bar {}", number(*least)), -4.0, Colour::Bar);
        let name = format!("genuine < {}", number(genuine.below));
        axes.level(canvas, genuine.below, &name, 13.0, Colour::Genuine);
    }
    if !finding.curve.is_empty() {
        let points: Vec<(f32, f32)> =
            finding.curve.iter().enumerate().map(|(phase, &y)| axes.at(phase as f64, f64::from(y))).collect();
        canvas.line(&points, Colour::Curve, false);
    }
    for peak in &finding.peaks {
        stem(peak, &axes, canvas);
    }
    // The strongest are named: of all their names would not be legible.
    let mut taken = f32::NEG_INFINITY;
    for peak in [finding.strongest(), finding.peaks.iter().find(|peak| peak.own)].into_iter().flatten() {
        let (x, y) = axes.at(f64::from(peak.phase), peak.strength);
        let own = if peak.own { " (the stream's own)" } else { "" };
        let name = format!("{}: {}{own}", peak.phase, number(peak.strength));
        let (x, anchor) = if x > 0.7 * RIGHT { (x - 7.0, Anchor::End) } else { (x + 7.0, Anchor::Start) };
        let y = if (y - taken).abs() < LINE { taken + LINE } else { y };
        taken = y;
        canvas.text((x, y + 4.0), &name, anchor, Colour::Ink);
    }
}

fn stem(peak: &Peak, axes: &Axes, canvas: &mut dyn Canvas) {
    let colour = if peak.own { Colour::Faint } else { Colour::Peak };
    let (x, y) = (f64::from(peak.phase), peak.strength);
    canvas.line(&[axes.at(x, 0.0), axes.at(x, y)], colour, false);
    canvas.dot(axes.at(x, y), colour);
}

fn spectrum(plot: &Plot, db: &[f64], canvas: &mut dyn Canvas, top: f32) {
    let Ok(assessment) = &plot.outcome.result else { return };
    let nyquist = 0.5 * f64::from(assessment.sample_rate) / 1000.0;
    let lowest = db.iter().copied().fold(0.0, f64::min).max(LOWEST_DB);
    let highest = db.iter().copied().fold(LOWEST_DB, f64::max);
    let axes = Axes { top, x: (0.0, nyquist), y: (lowest - 3.0, highest + 6.0) };
    axes.frame(canvas, "spectrum: all channels, mean over the file", "kHz", "dB");
    let last = db.len().saturating_sub(1).max(1) as f64;
    let points: Vec<(f32, f32)> =
        db.iter().enumerate().map(|(bin, &level)| axes.at(bin as f64 / last * nyquist, level)).collect();
    canvas.line(&points, Colour::Curve, false);
    if let Some(hz) = assessment.cutoff_hz {
        let khz = f64::from(hz) / 1000.0;
        let (x, upper) = axes.at(khz, axes.y.1);
        canvas.line(&[(x, upper), axes.at(khz, axes.y.0)], Colour::Bar, true);
        let (x, anchor) = if x > 0.7 * RIGHT { (x - 6.0, Anchor::End) } else { (x + 6.0, Anchor::Start) };
        canvas.text((x, upper + 12.0), &format!("cutoff {khz:.2} kHz"), anchor, Colour::Bar);
    }
}
