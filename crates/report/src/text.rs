//! `text`: a compact table for people, the transcodes first, with a summary line at its end.
//!
//! The only writer that keeps something of every file: the few short strings of its row.

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style as Ansi};
use bitrater_verdict::{Assessment, Outcome, Reason};

use crate::table::{GAP, pad, shorten, widest};
use crate::{Group, Report, Sink, Style, Summary, sanitize};

/// Paths are never shortened below this many columns, however narrow the terminal.
const NARROWEST_PATH: usize = 24;

const HEAD: [&str; 4] = ["verdict", "stated → original", "sure", "cutoff"];

pub(crate) struct Text {
    out: Sink,
    style: Style,
    rows: Vec<Row>,
}

struct Row {
    group: Group,
    /// What stands under [`HEAD`].
    cells: [String; 4],
    path: String,
    /// The lines below the row.
    notes: Vec<String>,
}

impl Text {
    pub(crate) fn new(out: Sink, style: Style) -> Self {
        Self { out, style, rows: Vec::new() }
    }
}

/// The table of one outcome; what was wrong stands below it, where something was.
pub(crate) fn headline(out: &mut dyn Write, style: Style, outcome: &Outcome) -> io::Result<()> {
    let mut row = row(outcome, false);
    if outcome.result.is_ok() {
        row.notes.clear();
    }
    write_table(out, style, &[row])
}

fn write_table(out: &mut dyn Write, style: Style, rows: &[Row]) -> io::Result<()> {
    // A text in a style, if there is colour at all.
    let paint = |ansi: Ansi, text: &str| {
        if style.colour { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    };
    let widths: [usize; 4] =
        std::array::from_fn(|column| widest(rows.iter().map(|row| row.cells[column].as_str()).chain([HEAD[column]])));
    let before_path: usize = widths.iter().map(|width| width + GAP).sum();
    let path_width = style.width.map(|width| width.saturating_sub(before_path).max(NARROWEST_PATH));
    let line = |cells: [&str; 4]| -> [String; 4] {
        // Numbers line up at their end, words at their start.
        std::array::from_fn(|column| pad(cells[column], widths[column], column >= 2))
    };
    let head = format!("{}  path", line(HEAD).join("  "));
    writeln!(out, "{}", paint(Ansi::new().effects(Effects::DIMMED), &head))?;
    for row in rows {
        let [verdict, others @ ..] = line(row.cells.each_ref().map(String::as_str));
        let path = path_width.map_or_else(|| row.path.clone(), |width| shorten(&row.path, width));
        let verdict = paint(colour(row.group), &verdict);
        writeln!(out, "{verdict}  {}  {path}", others.join("  "))?;
        for note in &row.notes {
            let note = paint(Ansi::new().effects(Effects::DIMMED), note);
            writeln!(out, "{}{note}", " ".repeat(widths[0] + GAP))?;
        }
    }
    Ok(())
}

impl Report for Text {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.rows.push(row(outcome, self.style.verbose));
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        // A stable sort: within a group the order is that of the input.
        self.rows.sort_by_key(|row| row.group);
        if !self.rows.is_empty() {
            write_table(&mut self.out, self.style, &self.rows)?;
            writeln!(self.out)?;
        }
        writeln!(self.out, "{}", summary_line(summary))?;
        self.out.flush()
    }
}

fn row(outcome: &Outcome, verbose: bool) -> Row {
    let group = Group::of(outcome);
    let [stated, sure, cutoff] = match &outcome.result {
        Ok(a) => [
            stated_and_original(a),
            format!("{:.1} %", a.confidence * 100.0),
            a.cutoff_hz.map_or_else(|| "–".to_owned(), |hz| format!("{:.1} kHz", f64::from(hz) / 1000.0)),
        ],
        Err(failure) => [failure.kind.name().to_owned(), String::new(), String::new()],
    };
    let notes: Vec<String> = match &outcome.result {
        Ok(a) if verbose => a.reasons.iter().map(Reason::full).chain(a.warnings.iter().cloned()).collect(),
        Ok(a) if group == Group::Transcode => a.reasons.first().map(|reason| reason.plain(a)).into_iter().collect(),
        Ok(_) => Vec::new(),
        Err(failure) => vec![failure.message.clone()],
    };
    Row {
        group,
        cells: [group.name().to_owned(), stated, sure, cutoff],
        path: sanitize(&outcome.path.to_string_lossy()).into_owned(),
        notes: notes.iter().map(|note| sanitize(note).into_owned()).collect(),
    }
}

fn stated_and_original(a: &Assessment) -> String {
    let (stated, original) = (a.stated.class.to_string(), a.original.class.to_string());
    if stated == original { stated } else { format!("{stated} → {original}") }
}

fn colour(group: Group) -> Ansi {
    let colour = |colour: AnsiColor| Ansi::new().fg_color(Some(colour.into()));
    match group {
        Group::Transcode => colour(AnsiColor::Red).effects(Effects::BOLD),
        Group::Inconclusive => colour(AnsiColor::Yellow),
        Group::Error => colour(AnsiColor::Magenta),
        Group::Original => colour(AnsiColor::Green),
    }
}

/// `12 files in 3.4 s: 1 transcode, 2 inconclusive, 1 error, 8 original`.
fn summary_line(summary: &Summary) -> String {
    let count = |number: u64, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    format!(
        "{} in {:.1} s: {}, {} inconclusive, {}, {} original",
        count(summary.files, "file", "files"),
        summary.seconds,
        count(summary.transcode, "transcode", "transcodes"),
        summary.inconclusive,
        count(summary.error, "error", "errors"),
        summary.original,
    )
}

#[cfg(test)]
mod tests {
    use crate::{Format, Style, samples};

    fn outcomes() -> Vec<bitrater_verdict::Outcome> {
        vec![
            samples::original("c.mp3"),
            samples::error("bro\x1b[31mken\n.flac"),
            samples::transcode("/music/日本/a.flac"),
            samples::inconclusive("/music/A very long album name (Deluxe Edition)/07 – A title.flac"),
            samples::transcode("b.flac"),
        ]
    }

    #[test]
    fn transcodes_come_first_with_their_reason() {
        insta::assert_snapshot!(samples::report(Format::Text, &outcomes()), @r#"
verdict       stated → original    sure    cutoff  path
transcode     LOSSLESS → 128     99.8 %  16.0 kHz  /music/日本/a.flac
              made from a 128 kbps MP3: its traces are in every part of the file
transcode     LOSSLESS → 128     99.8 %  16.0 kHz  b.flac
              made from a 128 kbps MP3: its traces are in every part of the file
inconclusive  LOSSLESS → 128     99.8 %  16.0 kHz  /music/A very long album name (Deluxe Edition)/07 – A title.flac
error         decode                               bro\u{1b}[31mken\n.flac
              no frame could be decoded
original      V2                 99.8 %         –  c.mp3

5 files in 1.5 s: 2 transcodes, 1 inconclusive, 1 error, 1 original
"#);
    }

    #[test]
    fn verbose_shows_every_reason_and_narrow_terminals_shorten_paths() {
        let style = Style { verbose: true, width: Some(80), colour: false };
        insta::assert_snapshot!(samples::styled(Format::Text, style, &outcomes()), @r#"
verdict       stated → original    sure    cutoff  path
transcode     LOSSLESS → 128     99.8 %  16.0 kHz  /music/日本/a.flac
              an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs beyond all other phases (mp3_holes) over 128 granules, in 4 of 4 parts of the file
              the spectrum ends near 16.0 kHz, as an MP3 of class 128 does (cutoff)
              ends in the middle of a frame
transcode     LOSSLESS → 128     99.8 %  16.0 kHz  b.flac
              an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs beyond all other phases (mp3_holes) over 128 granules, in 4 of 4 parts of the file
              the spectrum ends near 16.0 kHz, as an MP3 of class 128 does (cutoff)
              ends in the middle of a frame
inconclusive  LOSSLESS → 128     99.8 %  16.0 kHz  …/07 – A title.flac
              an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs beyond all other phases (mp3_holes) over 128 granules, in 4 of 4 parts of the file
              the spectrum ends near 16.0 kHz, as an MP3 of class 128 does (cutoff)
              ends in the middle of a frame
error         decode                               bro\u{1b}[31mken\n.flac
              no frame could be decoded
original      V2                 99.8 %         –  c.mp3
              an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs beyond all other phases (mp3_holes) over 128 granules, in 4 of 4 parts of the file
              the spectrum ends near 16.0 kHz, as an MP3 of class 128 does (cutoff)

5 files in 1.5 s: 2 transcodes, 1 inconclusive, 1 error, 1 original
"#);
    }

    #[test]
    fn colour_only_where_asked_and_nothing_hostile_in_it() {
        let style = Style { colour: true, ..Style::default() };
        let text = samples::styled(Format::Text, style, &outcomes());
        assert!(text.contains("\x1b[1m\x1b[31mtranscode"), "{text:?}");
        assert!(text.contains("bro\\u{1b}[31mken\\n.flac"), "{text:?}");
        assert!(!samples::report(Format::Text, &outcomes()).contains('\x1b'));
    }

    #[test]
    fn an_empty_run_is_one_line() {
        assert_eq!(
            samples::report(Format::Text, &[]),
            "0 files in 1.5 s: 0 transcodes, 0 inconclusive, 0 errors, 0 original\n"
        );
    }
}
