//! The totals of every folder, as a table for people.

use std::io::{self, Write};

use crate::look::{DIM, NARROWEST_PATH, colour};
use crate::table::{GAP, pad, shorten, widest};
use crate::{Counts, Folders, Group, Style, sanitize};

/// A column of numbers.
struct Column {
    head: &'static str,
    number: fn(&Counts) -> u64,
    /// On a narrow terminal the columns of the highest rank go first.
    rank: u8,
}

const COLUMNS: [Column; 6] = [
    Column { head: "files", number: |counts| counts.files, rank: 0 },
    Column { head: "transcode", number: |counts| counts.transcode, rank: 1 },
    Column { head: "inconclusive", number: |counts| counts.inconclusive, rank: 3 },
    Column { head: "error", number: |counts| counts.error, rank: 2 },
    Column { head: "original", number: |counts| counts.original, rank: 5 },
    Column { head: "warning", number: |counts| counts.warning, rank: 4 },
];

impl Column {
    fn cell(&self, counts: &Counts) -> String {
        match (self.number)(counts) {
            0 => "–".to_owned(),
            number => number.to_string(),
        }
    }
}

/// What is worst in a folder.
fn worst(counts: &Counts) -> Group {
    match counts {
        Counts { transcode: 1.., .. } => Group::Transcode,
        Counts { inconclusive: 1.., .. } => Group::Inconclusive,
        Counts { error: 1.., .. } => Group::Error,
        _ => Group::Original,
    }
}

/// Writes the totals, those of the folders with the worst in them first.
pub(crate) fn write(out: &mut dyn Write, style: Style, folders: &Folders) -> io::Result<()> {
    let mut rows: Vec<(&Counts, String)> =
        folders.iter().map(|(path, counts)| (counts, sanitize(&path.to_string_lossy()).into_owned())).collect();
    // A stable sort: among equals the order is that of the input.
    rows.sort_by_key(|(counts, _)| worst(counts));
    let cells = |column: &Column| rows.iter().map(|(counts, _)| column.cell(counts)).collect::<Vec<_>>();
    let width = |column: &Column| widest(cells(column).iter().map(String::as_str).chain([column.head]));
    let mut columns: Vec<(&Column, usize)> = COLUMNS.iter().map(|column| (column, width(column))).collect();
    let taken = |columns: &[(&Column, usize)]| columns.iter().map(|(_, width)| width + GAP).sum::<usize>();
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(NARROWEST_PATH));
    while columns.len() > 2 && taken(&columns) > room {
        let last = columns.iter().map(|(column, _)| column.rank).max();
        columns.retain(|(column, _)| Some(column.rank) != last);
    }
    let line = |cell: &dyn Fn(&Column) -> String| -> String {
        columns.iter().map(|(column, width)| pad(&cell(column), *width, true) + &" ".repeat(GAP)).collect()
    };
    writeln!(out, "{}", style.paint(DIM, &(line(&|column| column.head.to_owned()) + "folder")))?;
    for (counts, path) in &rows {
        let room = style.width.map(|width| width.saturating_sub(taken(&columns)));
        let path = room.map_or_else(|| path.clone(), |room| shorten(path, room));
        writeln!(out, "{}{}", line(&|column| column.cell(counts)), style.paint(colour(worst(counts)), &path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{Folders, Format, Style, samples};

    fn by_folder(width: Option<usize>) -> String {
        let outcomes = [
            samples::original("c.mp3"),
            samples::error("bro\x1b[31mken/1.flac"),
            samples::original("/music/日本/b.mp3"),
            samples::inconclusive("/music/A very long album name (Deluxe Edition)/07 – A title.flac"),
            samples::transcode("/music/日本/a.flac"),
        ];
        let style = Style { width, ..Style::default() };
        samples::summed(Format::Text, style, &outcomes, |summary| summary.folders = Some(Folders::default()), |_| {})
    }

    #[test]
    fn the_worst_come_first() {
        insta::assert_snapshot!(by_folder(None), @r#"
files  transcode  inconclusive  error  original  warning  folder
    2          1             –      –         1        1  /music/日本
    1          –             1      –         –        1  /music/A very long album name (Deluxe Edition)
    1          –             –      1         –        –  bro\u{1b}[31mken
    1          –             –      –         1        –  .

5 files in 1.5 s: 1 transcode, 1 inconclusive, 1 error, 2 original; 2 with warnings
"#);
    }

    #[test]
    fn narrow_terminals_have_fewer_columns() {
        insta::assert_snapshot!(by_folder(Some(70)), @r#"
files  transcode  inconclusive  error  folder
    2          1             –      –  /music/日本
    1          –             1      –  …ng album name (Deluxe Edition)
    1          –             –      1  bro\u{1b}[31mken
    1          –             –      –  .

5 files in 1.5 s: 1 transcode, 1 inconclusive, 1 error, 2 original; 2
  with warnings
"#);
        insta::assert_snapshot!(by_folder(Some(40)), @r#"
files  transcode  folder
    2          1  /music/日本
    1          –  …name (Deluxe Edition)
    1          –  bro\u{1b}[31mken
    1          –  .

5 files in 1.5 s: 1 transcode, 1
  inconclusive, 1 error, 2 original; 2
  with warnings
"#);
    }
}
