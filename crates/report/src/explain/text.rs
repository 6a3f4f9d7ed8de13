//! The explanation for people, from the answer down to each number it rests on.

use std::io::{self, Write};

use anstyle::{Effects, Style as Ansi};
use bitrater_verdict::{Assessment, Evidence, Finding, Generation, Reason, Verdict, meaning};
use unicode_width::UnicodeWidthStr;

use super::Explanation;
use super::words::{number, part};
use crate::table::{GAP, WIDTH, pad, widest, wrap};
use crate::{Style, sanitize, text};

/// Prose is no wider than this on any terminal: longer lines are hard to read.
const WIDEST: usize = 120;

/// What a fact means has at least so many columns beside it, or lines of its own.
const NARROWEST: usize = 28;

impl Explanation<'_> {
    /// Writes the explanation for people.
    pub fn write_text(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        text::headline(out, style, self.outcome)?;
        if let Ok(assessment) = &self.outcome.result {
            let width = style.width.map_or(WIDTH, |width| width.min(WIDEST));
            let mut page = Page { out, colour: style.colour, width };
            page.stream(assessment)?;
            page.sentences("Why", &assessment.reasons.iter().map(Reason::full).collect::<Vec<_>>())?;
            page.history(assessment)?;
            page.searches(self.findings, assessment)?;
            page.evidence(&assessment.evidence)?;
            page.sentences("Warnings", &assessment.warnings)?;
            page.versions(assessment)?;
        }
        out.flush()
    }
}

struct Page<'a> {
    out: &'a mut dyn Write,
    colour: bool,
    width: usize,
}

impl Page<'_> {
    fn title(&mut self, title: &str) -> io::Result<()> {
        let bold = Ansi::new().effects(Effects::BOLD);
        if self.colour { writeln!(self.out, "\n{bold}{title}{bold:#}") } else { writeln!(self.out, "\n{title}") }
    }

    /// A sentence, clean and in lines.
    fn sentence(&mut self, text: &str, indent: usize) -> io::Result<()> {
        writeln!(self.out, "{}", wrap(&sanitize(text), self.width, [indent; 2]))
    }

    fn sentences(&mut self, title: &str, sentences: &[String]) -> io::Result<()> {
        if sentences.is_empty() {
            return Ok(());
        }
        self.title(title)?;
        sentences.iter().try_for_each(|sentence| self.sentence(sentence, GAP))
    }

    /// What the file is and states.
    fn stream(&mut self, a: &Assessment) -> io::Result<()> {
        let depth = a.bit_depth.map(|bits| format!(", {bits} bits")).unwrap_or_default();
        let rate = a.stated.bitrate.map(|kbps| format!(", {kbps} kbps")).unwrap_or_default();
        let encoder = a.stated.encoder.as_deref().map(|name| format!(", encoder \"{name}\"")).unwrap_or_default();
        let channels = if a.channels == 1 { "1 channel".to_owned() } else { format!("{} channels", a.channels) };
        self.title("The file")?;
        let stream =
            format!("{} in {}, {} Hz, {channels}{depth}, {:.1} s", a.codec, a.container, a.sample_rate, a.duration);
        self.sentence(&stream, GAP)?;
        self.sentence(&format!("states {}{rate}{encoder}", a.stated.class), GAP)?;
        let gap = match (a.verdict, a.quality_gap) {
            (Verdict::Transcode, 1) => ", 1 rung of the ladder lower".to_owned(),
            (Verdict::Transcode, gap) => format!(", {gap} rungs of the ladder lower"),
            _ => String::new(),
        };
        self.sentence(&format!("holds {}{gap}", a.original.class), GAP)
    }

    fn history(&mut self, a: &Assessment) -> io::Result<()> {
        self.title("Lossy generations, oldest first")?;
        if a.history.is_empty() {
            return self.sentence("none was found", GAP);
        }
        a.history.iter().try_for_each(|generation| self.sentence(&in_words(generation), GAP))
    }

    fn searches(&mut self, findings: &[Finding], a: &Assessment) -> io::Result<()> {
        self.title("What was looked for")?;
        let rows: Vec<[String; 7]> = findings.iter().map(row).collect();
        let widths: [usize; 7] =
            std::array::from_fn(|n| widest(rows.iter().map(|row| row[n].as_str()).chain([HEAD[n]])));
        let mut columns: Vec<usize> = (0..HEAD.len()).collect();
        for gone in FIRST_TO_GO {
            if columns.iter().map(|&n| widths[n] + GAP).sum::<usize>() > self.width {
                columns.retain(|&n| n != gone);
            }
        }
        for cells in [HEAD].into_iter().chain(rows.iter().map(|row| row.each_ref().map(String::as_str))) {
            let cells: Vec<String> = columns.iter().map(|&n| pad(cells[n], widths[n], NUMERIC[n])).collect();
            writeln!(self.out, "{}{}", " ".repeat(GAP), cells.join("  ").trim_end())?;
        }
        for finding in findings {
            writeln!(self.out)?;
            self.sentence(&format!("{}: {}", finding.name, finding.looked_for), GAP)?;
            for line in details(finding, a.duration) {
                self.sentence(&line, 3 * GAP)?;
            }
        }
        Ok(())
    }

    fn evidence(&mut self, evidence: &[Evidence]) -> io::Result<()> {
        self.title("Evidence")?;
        let cells = |e: &Evidence| {
            // The value has been rounded to what it means; what is left is its shortest form.
            [sanitize(&e.name).into_owned(), e.value.to_string(), sanitize(&e.unit).into_owned()]
        };
        let rows: Vec<[String; 3]> = evidence.iter().map(cells).collect();
        let widths: [usize; 3] = std::array::from_fn(|n| widest(rows.iter().map(|row| row[n].as_str())));
        for row in &rows {
            let [name, value, unit] = std::array::from_fn(|n| pad(&row[n], widths[n], n == 1));
            let fact = format!("  {name}  {value} {unit}  ");
            let Some(meaning) = meaning(&row[0]) else {
                writeln!(self.out, "{}", fact.trim_end())?;
                continue;
            };
            let column = fact.width();
            if self.width < column + NARROWEST {
                writeln!(self.out, "{}\n{}", fact.trim_end(), wrap(meaning, self.width, [2 * GAP; 2]))?;
            } else {
                let lines = wrap(meaning, self.width, [column; 2]);
                writeln!(self.out, "{fact}{}", &lines[column..])?;
            }
        }
        Ok(())
    }

    fn versions(&mut self, a: &Assessment) -> io::Result<()> {
        let versions = &a.versions;
        let line = format!("bitrater {}, evidence {}, model {}", versions.engine, versions.evidence, versions.model);
        writeln!(self.out)?;
        self.sentence(&line, 0)
    }
}

const HEAD: [&str; 7] = ["search", "answer", "phase", "signal", "strength", "bar", "genuine"];

/// Columns that go on a terminal that is too narrow for all.
const FIRST_TO_GO: [usize; 5] = [3, 6, 2, 5, 4];

/// Columns that line up at their end.
const NUMERIC: [bool; 7] = [false, false, true, false, true, true, true];

fn row(finding: &Finding) -> [String; 7] {
    let peak = finding.strongest();
    let asked = finding.looked_at.is_some();
    let bar = finding.bar.as_ref().filter(|_| asked);
    [
        finding.name.to_owned(),
        finding.answer.name().to_owned(),
        peak.map(|peak| peak.phase.to_string()).unwrap_or_default(),
        peak.and_then(|peak| peak.signal).unwrap_or_default().to_owned(),
        finding.strength.map(number).unwrap_or_default(),
        bar.map(|bar| number(bar.least)).unwrap_or_default(),
        bar.map(|bar| format!("< {}", number(bar.genuine.below))).unwrap_or_default(),
    ]
}

/// What is said below a search: the answer, where it shows, and what it was held against.
fn details(finding: &Finding, seconds: f64) -> Vec<String> {
    let (Some(looked_at), Some(bar)) = (finding.looked_at, &finding.bar) else { return vec![finding.note.clone()] };
    let unit = bar.unit;
    let mut lines = vec![format!("{} ({} {} looked at)", finding.note, looked_at.count, looked_at.of)];
    if let Some(by_part) = finding.strongest().and_then(|peak| peak.by_part) {
        let parts = by_part
            .iter()
            .enumerate()
            .map(|(n, &strength)| format!("{} in {}", number(strength), part(n, by_part.len(), seconds)));
        lines.push(format!("there by part of the file: {}", parts.collect::<Vec<_>>().join(", ")));
    }
    let also = finding.also_needed.as_deref().map(|also| format!(" and {also}")).unwrap_or_default();
    lines.push(format!(
        "the bar is {} {unit}{also}; {} genuine files stayed below {}",
        number(bar.least),
        bar.genuine.files,
        number(bar.genuine.below)
    ));
    lines
}

/// A generation: codec, class, rate, mode and phase.
fn in_words(generation: &Generation) -> String {
    let rate = generation.bitrate.map(|kbps| format!(", {kbps} kbps")).unwrap_or_default();
    let mode = generation.mode.map(|mode| format!(", {}", mode.name())).unwrap_or_default();
    let phase = generation.phase.map_or(", phase unknown".to_owned(), |phase| format!(", phase {phase}"));
    format!("{}: class {}{rate}{mode}{phase}", generation.codec, generation.class)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::super::samples;
    use crate::Style;

    #[test]
    fn a_fake_is_explained_down_to_its_numbers() {
        insta::assert_snapshot!(samples::fake("/music/b.flac").text(Style::default()));
    }

    #[test]
    fn an_honest_mp3_shows_its_own_grid_and_nothing_else() {
        insta::assert_snapshot!(samples::honest_mp3("c.mp3").text(Style::default()));
    }

    #[test]
    fn nothing_hostile_reaches_a_terminal() {
        let style = Style { colour: true, width: Some(80), verbose: false };
        let text = samples::fake("a\x1b[2J\n.flac").text(style);
        assert!(text.contains("a\\u{1b}[2J\\n.flac"), "{text}");
        assert!(text.contains("encoder \"evil\\u{1b}[31m\""), "{text}");
        assert!(text.contains("\x1b[1mWhy\x1b[0m"), "{text:?}");
    }

    #[test]
    fn it_fits_its_terminal() {
        for width in 40..120 {
            let text = samples::fake("/music/b.flac").text(Style { width: Some(width), ..Style::default() });
            let longest = text.lines().map(UnicodeWidthStr::width).max();
            assert!(longest <= Some(width), "{longest:?} of {width} columns in {text}");
        }
    }

    #[test]
    fn a_failed_file_is_its_headline() {
        let text = samples::failed("gone.flac").text(Style::default());
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains("no frame could be decoded"), "{text}");
    }
}
