//! `text`: a compact table for people, the transcodes first, with a summary line at its end.
//!
//! The only writer that keeps something of every file: the few short strings of its row.

use std::io::{self, Write};

use anstyle::Style as Ansi;
use bitrater_verdict::{Assessment, Outcome, Reason};
use unicode_width::UnicodeWidthStr;

use crate::look::{DIM, NARROWEST_PATH, WARNING, colour};
use crate::table::{GAP, WIDTH, pad, shorten, widest, wrap};
use crate::{Group, PassedOver, Report, Sink, Style, Summary, folder_table, sanitize, warnings};

/// A path whose file name alone needs more than [`NARROWEST_PATH`] gets up to so many columns: names are whole up to here.
const WHOLE_NAME: usize = 40;

const HEAD: [&str; 4] = ["verdict", "stated → original", "sure", "cutoff"];

/// Stands behind the verdict of a file with a warning, and before each warning.
const MARK: &str = "!";

pub(crate) struct Text {
    out: Sink,
    style: Style,
    rows: Vec<Row>,
}

struct Row {
    group: Group,
    /// Whether there is a warning.
    marked: bool,
    /// What stands under the last three of [`HEAD`].
    cells: [String; 3],
    path: String,
    /// The lines below the row.
    notes: Vec<Note>,
}

/// A line below a row.
enum Note {
    Reason(String),
    Warning(String),
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
    let rows = [row];
    write_table(out, style, &rows, &Layout::new(&rows, style.width))
}

impl Row {
    /// The verdict and its mark, as wide as they are shown.
    fn verdict(&self) -> String {
        let mark = if self.marked { format!(" {MARK}") } else { String::new() };
        format!("{}{mark}", self.group.name())
    }

    /// The same, painted and padded.
    fn painted_verdict(&self, style: Style, width: usize) -> String {
        let padding = pad(&self.verdict(), width, false);
        let rest = &padding[self.group.name().len()..];
        let rest = if self.marked { rest.replacen(MARK, &style.paint(WARNING, MARK), 1) } else { rest.to_owned() };
        style.paint(colour(self.group), self.group.name()) + &rest
    }

    /// The cell under a column of [`HEAD`].
    fn cell(&self, column: usize) -> String {
        if column == 0 { self.verdict() } else { self.cells[column - 1].clone() }
    }
}

/// How a table is laid out to fit a terminal.
struct Layout {
    /// Width of each column, and how many of them are shown: the last goes first.
    widths: Vec<usize>,
    /// Columns for a path; none is as many as it needs.
    path: Option<usize>,
    /// Whether each path has a line of its own.
    stacked: bool,
}

impl Layout {
    fn new(rows: &[Row], width: Option<usize>) -> Self {
        let cells = |n: usize| rows.iter().map(|row| row.cell(n)).chain([HEAD[n].to_owned()]).collect::<Vec<_>>();
        let all: Vec<usize> = (0..HEAD.len()).map(|n| widest(cells(n).iter().map(String::as_str))).collect();
        let Some(width) = width else { return Self { widths: all, path: None, stacked: false } };
        let longest = widest(rows.iter().map(|row| row.path.as_str()));
        let names = rows.iter().map(|row| row.path.rsplit('/').next().unwrap_or_default());
        let name = widest(names) + "…/".width();
        let least = longest.min(name.clamp(NARROWEST_PATH, WHOLE_NAME));
        let taken = |columns: usize| all[..columns].iter().map(|width| width + GAP).sum::<usize>();
        // A cutoff is no reason to tear a row in two, the rest is.
        for columns in [HEAD.len(), HEAD.len() - 1] {
            let room = width.saturating_sub(taken(columns));
            if room >= least {
                return Self { widths: all[..columns].to_vec(), path: Some(room), stacked: false };
            }
        }
        let fits = |columns: &usize| taken(*columns) <= width + GAP;
        let columns = (2..=HEAD.len()).rev().find(fits).unwrap_or(2);
        Self { widths: all[..columns].to_vec(), path: Some(width.saturating_sub(GAP)), stacked: true }
    }

    /// Spaces before what stands below a row.
    fn indent(&self) -> usize {
        if self.stacked { GAP } else { self.widths[0] + GAP }
    }

    /// The columns after the first, each after its gap. Numbers line up at their end, words at their start.
    fn line(&self, cell: impl Fn(usize) -> String) -> String {
        let columns = self.widths.iter().enumerate().skip(1);
        columns.map(|(n, &width)| " ".repeat(GAP) + &pad(&cell(n), width, n >= 2)).collect()
    }
}

fn write_table(out: &mut dyn Write, style: Style, rows: &[Row], layout: &Layout) -> io::Result<()> {
    let path_head = if layout.stacked { "" } else { "  path" };
    let head = pad(HEAD[0], layout.widths[0], false) + &layout.line(|n| HEAD[n].to_owned()) + path_head;
    writeln!(out, "{}", style.paint(DIM, head.trim_end()))?;
    for row in rows {
        let path = layout.path.map_or_else(|| row.path.clone(), |width| shorten(&row.path, width));
        let line = row.painted_verdict(style, layout.widths[0]) + &layout.line(|n| row.cell(n));
        if layout.stacked {
            writeln!(out, "{}\n{}{path}", line.trim_end(), " ".repeat(GAP))?;
        } else {
            writeln!(out, "{line}{}{path}", " ".repeat(GAP))?;
        }
        for note in &row.notes {
            write_note(out, style, note, layout.indent())?;
        }
    }
    Ok(())
}

/// A note in lines that fit, those after the first a little further in.
fn write_note(out: &mut dyn Write, style: Style, note: &Note, indent: usize) -> io::Result<()> {
    let (text, ansi) = match note {
        Note::Reason(text) => (text.clone(), DIM),
        Note::Warning(text) => (format!("{MARK} {text}"), WARNING),
    };
    let lines = wrap(&text, style.width.unwrap_or(WIDTH), [indent, indent + GAP]);
    lines.lines().try_for_each(|line| {
        let words = line.trim_start();
        writeln!(out, "{}{}", &line[..line.len() - words.len()], style.paint(ansi, words))
    })
}

impl Report for Text {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.rows.push(row(outcome, self.style.verbose));
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let out = &mut self.out;
        let style = self.style;
        let say = |out: &mut Sink, ansi: Ansi, text: &str, no_terminal: usize| {
            let lines = wrap(text, style.width.unwrap_or(no_terminal), [0, GAP]);
            lines.lines().try_for_each(|line| writeln!(out, "{}", style.paint(ansi, line)))
        };
        if let Some(folders) = &summary.folders {
            if folders.iter().next().is_some() {
                folder_table::write(out, style, folders)?;
                writeln!(out)?;
            }
        } else if !self.rows.is_empty() {
            // A stable sort: within a group the order is that of the input.
            self.rows.sort_by_key(|row| row.group);
            let layout = Layout::new(&self.rows, style.width);
            write_table(out, style, &self.rows, &layout)?;
            writeln!(out)?;
            if let Some(legend) = legend(&self.rows, &layout) {
                say(out, DIM, &legend, WIDTH)?;
            }
        }
        if let Some(passed_over) = passed_over(&summary.passed_over) {
            say(out, DIM, &passed_over, WIDTH)?;
        }
        if let Some(interrupted) = interrupted(summary) {
            say(out, WARNING, &interrupted, WIDTH)?;
        }
        // Scripts may look at the last line.
        say(out, Ansi::new(), &summary_line(summary), usize::MAX)?;
        self.out.flush()
    }
}

fn row(outcome: &Outcome, verbose: bool) -> Row {
    let group = Group::of(outcome);
    let cells = match &outcome.result {
        Ok(a) => [
            stated_and_original(a),
            format!("{:.1} %", a.confidence * 100.0),
            a.cutoff_hz.map_or_else(|| "–".to_owned(), |hz| format!("{:.1} kHz", f64::from(hz) / 1000.0)),
        ],
        Err(failure) => [failure.kind.name().replace('_', " "), String::new(), String::new()],
    };
    let reasons: Vec<String> = match &outcome.result {
        Ok(a) if verbose => a.reasons.iter().map(Reason::full).collect(),
        // That nothing speaks against a file needs no line.
        Ok(_) if group == Group::Original => Vec::new(),
        Ok(a) => a.reasons.first().map(|reason| reason.plain(a)).into_iter().collect(),
        Err(failure) => vec![failure.message.clone()],
    };
    let clean = |text: &String| sanitize(text).into_owned();
    let warnings = warnings(outcome);
    let notes = reasons.iter().map(|reason| Note::Reason(clean(reason)));
    Row {
        group,
        marked: !warnings.is_empty(),
        cells,
        path: sanitize(&outcome.path.to_string_lossy()).into_owned(),
        notes: notes.chain(warnings.iter().map(|warning| Note::Warning(clean(warning)))).collect(),
    }
}

fn stated_and_original(a: &Assessment) -> String {
    let (stated, original) = (a.stated.class.to_string(), a.original.class.to_string());
    if stated == original { stated } else { format!("{stated} → {original}") }
}

/// What the numbers of the table mean, where there are any.
fn legend(rows: &[Row], layout: &Layout) -> Option<String> {
    let shown = |column: usize| layout.widths.len() > column && rows.iter().any(|row| row.group != Group::Error);
    let doubt = rows.iter().any(|row| row.group == Group::Inconclusive);
    let doubt = if doubt { " (inconclusive: that it is a transcode)" } else { "" };
    let cutoff = if shown(3) { "; cutoff: where the sound ends" } else { "" };
    shown(2).then(|| format!("sure: the probability that the verdict is right{doubt}{cutoff}"))
}

/// `passed over: 3 files that are no audio, 1 folder that could not be read`.
fn passed_over(passed: &PassedOver) -> Option<String> {
    let one_or_many = |number: u64, one: &str, many: &str| {
        (number > 0).then(|| format!("{number} {}", if number == 1 { one } else { many }))
    };
    let parts: Vec<String> = [
        one_or_many(passed.not_audio, "file that is no audio", "files that are no audio"),
        one_or_many(passed.excluded, "name that was excluded", "names that were excluded"),
        one_or_many(passed.linked_folders, "linked folder", "linked folders"),
        one_or_many(passed.unreadable, "folder that could not be read", "folders that could not be read"),
        one_or_many(passed.repeated, "name that came up twice", "names that came up twice"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| format!("passed over: {}", parts.join(", ")))
}

/// That the run was cut off, and what that cost.
fn interrupted(summary: &Summary) -> Option<String> {
    let what = match summary.left {
        None => "not all files were analysed".to_owned(),
        Some(1) => "1 file was not analysed".to_owned(),
        Some(left) => format!("{left} files were not analysed"),
    };
    summary.interrupted.then(|| format!("interrupted: {what}"))
}

/// `12 files in 3.4 s: 1 transcode, 2 inconclusive, 1 error, 8 original; 3 with warnings`.
fn summary_line(summary: &Summary) -> String {
    let count = |number: u64, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let warned = match summary.warning {
        0 => String::new(),
        1 => "; 1 with a warning".to_owned(),
        many => format!("; {many} with warnings"),
    };
    format!(
        "{} in {:.1} s: {}, {} inconclusive, {}, {} original{warned}",
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
    use unicode_width::UnicodeWidthStr;

    use crate::{Format, PassedOver, Style, Summary, samples};

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
verdict         stated → original    sure    cutoff  path
transcode !     LOSSLESS → 128     99.8 %  16.0 kHz  /music/日本/a.flac
                made from a 128 kbps MP3: its traces are in every part of the file
                ! ends in the middle of a frame
transcode !     LOSSLESS → 128     99.8 %  16.0 kHz  b.flac
                made from a 128 kbps MP3: its traces are in every part of the file
                ! ends in the middle of a frame
inconclusive !  LOSSLESS → 128     99.8 %  16.0 kHz  /music/A very long album name (Deluxe Edition)/07 – A title.flac
                made from a 128 kbps MP3: its traces are in every part of the file
                ! ends in the middle of a frame
error           decode                               bro\u{1b}[31mken\n.flac
                no frame could be decoded
original        V2                 99.8 %         –  c.mp3

sure: the probability that the verdict is right (inconclusive: that it is a transcode); cutoff:
  where the sound ends
5 files in 1.5 s: 2 transcodes, 1 inconclusive, 1 error, 1 original; 3 with warnings
"#);
    }

    #[test]
    fn verbose_shows_every_reason_and_narrow_terminals_shorten_paths() {
        let style = Style { verbose: true, width: Some(80), colour: false };
        insta::assert_snapshot!(samples::styled(Format::Text, style, &outcomes()), @r#"
verdict         stated → original    sure    cutoff  path
transcode !     LOSSLESS → 128     99.8 %  16.0 kHz  /music/日本/a.flac
                an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs
                  beyond all other phases (mp3_holes) over 128 granules, in 4 of
                  4 parts of the file
                the spectrum ends near 16.0 kHz, as an MP3 of class 128 does
                  (cutoff)
                ! ends in the middle of a frame
transcode !     LOSSLESS → 128     99.8 %  16.0 kHz  b.flac
                an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs
                  beyond all other phases (mp3_holes) over 128 granules, in 4 of
                  4 parts of the file
                the spectrum ends near 16.0 kHz, as an MP3 of class 128 does
                  (cutoff)
                ! ends in the middle of a frame
inconclusive !  LOSSLESS → 128     99.8 %  16.0 kHz  …/07 – A title.flac
                an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs
                  beyond all other phases (mp3_holes) over 128 granules, in 4 of
                  4 parts of the file
                the spectrum ends near 16.0 kHz, as an MP3 of class 128 does
                  (cutoff)
                ! ends in the middle of a frame
error           decode                               bro\u{1b}[31mken\n.flac
                no frame could be decoded
original        V2                 99.8 %         –  c.mp3
                an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs
                  beyond all other phases (mp3_holes) over 128 granules, in 4 of
                  4 parts of the file
                the spectrum ends near 16.0 kHz, as an MP3 of class 128 does
                  (cutoff)

sure: the probability that the verdict is right (inconclusive: that it is a
  transcode); cutoff: where the sound ends
5 files in 1.5 s: 2 transcodes, 1 inconclusive, 1 error, 1 original; 3 with
  warnings
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
    fn where_it_is_narrow_the_cutoff_goes_and_then_paths_have_their_own_lines() {
        let at = |width| samples::styled(Format::Text, Style { width: Some(width), ..Style::default() }, &outcomes());
        insta::assert_snapshot!(at(70), @r#"
verdict         stated → original    sure  path
transcode !     LOSSLESS → 128     99.8 %  /music/日本/a.flac
                made from a 128 kbps MP3: its traces are in every part
                  of the file
                ! ends in the middle of a frame
transcode !     LOSSLESS → 128     99.8 %  b.flac
                made from a 128 kbps MP3: its traces are in every part
                  of the file
                ! ends in the middle of a frame
inconclusive !  LOSSLESS → 128     99.8 %  …/07 – A title.flac
                made from a 128 kbps MP3: its traces are in every part
                  of the file
                ! ends in the middle of a frame
error           decode                     bro\u{1b}[31mken\n.flac
                no frame could be decoded
original        V2                 99.8 %  c.mp3

sure: the probability that the verdict is right (inconclusive: that it
  is a transcode)
5 files in 1.5 s: 2 transcodes, 1 inconclusive, 1 error, 1 original; 3
  with warnings
"#);
        insta::assert_snapshot!(at(40), @r#"
verdict         stated → original
transcode !     LOSSLESS → 128
  /music/日本/a.flac
  made from a 128 kbps MP3: its traces
    are in every part of the file
  ! ends in the middle of a frame
transcode !     LOSSLESS → 128
  b.flac
  made from a 128 kbps MP3: its traces
    are in every part of the file
  ! ends in the middle of a frame
inconclusive !  LOSSLESS → 128
  …/07 – A title.flac
  made from a 128 kbps MP3: its traces
    are in every part of the file
  ! ends in the middle of a frame
error           decode
  bro\u{1b}[31mken\n.flac
  no frame could be decoded
original        V2
  c.mp3

5 files in 1.5 s: 2 transcodes, 1
  inconclusive, 1 error, 1 original; 3
  with warnings
"#);
        for width in 40..200 {
            assert!(at(width).lines().all(|line| line.width() <= width), "{}", at(width));
        }
    }

    #[test]
    fn an_honest_file_with_a_warning_has_a_mark_and_no_reason() {
        let mut outcome = samples::original("c.mp3");
        let warning = "only 16 of 24 bits per\n sample are used".to_owned();
        outcome.result.as_mut().unwrap().warnings.push(warning);
        insta::assert_snapshot!(samples::report(Format::Text, &[outcome.clone()]), @r#"
verdict     stated → original    sure  cutoff  path
original !  V2                 99.8 %       –  c.mp3
            ! only 16 of 24 bits per\n sample are used

sure: the probability that the verdict is right; cutoff: where the sound ends
1 file in 1.5 s: 0 transcodes, 0 inconclusive, 0 errors, 1 original; 1 with a warning
"#);
        let coloured = samples::styled(Format::Text, Style { colour: true, ..Style::default() }, &[outcome]);
        assert!(coloured.contains("\x1b[32moriginal\x1b[0m \x1b[33m!\x1b[0m  V2"), "{coloured:?}");
    }

    #[test]
    fn the_end_tells_what_was_passed_over_and_cut_off() {
        let end = |left, passed_over| {
            let end = |summary: &mut Summary| {
                summary.interrupt(left);
                summary.passed_over = passed_over;
            };
            let text = samples::summed(Format::Text, Style::default(), &[samples::error("a")], |_| {}, end);
            text.lines().skip(3).map(str::to_owned).collect::<Vec<_>>().join("\n")
        };
        let all = PassedOver { not_audio: 1, excluded: 2, linked_folders: 1, unreadable: 2, repeated: 1 };
        insta::assert_snapshot!(end(Some(12), all), @r#"
passed over: 1 file that is no audio, 2 names that were excluded, 1 linked folder, 2 folders that
  could not be read, 1 name that came up twice
interrupted: 12 files were not analysed
1 file in 1.5 s: 0 transcodes, 0 inconclusive, 1 error, 0 original
"#);
        insta::assert_snapshot!(end(None, PassedOver::default()), @r#"
interrupted: not all files were analysed
1 file in 1.5 s: 0 transcodes, 0 inconclusive, 1 error, 0 original
"#);
    }

    #[test]
    fn an_empty_run_is_one_line() {
        assert_eq!(
            samples::report(Format::Text, &[]),
            "0 files in 1.5 s: 0 transcodes, 0 inconclusive, 0 errors, 0 original\n"
        );
    }
}
