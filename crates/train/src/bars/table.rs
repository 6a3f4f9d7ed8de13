//! The table of decision 0007.

use std::fmt::Write as _;

use super::answers::Half;
use super::contradictions::{KNOWN, Question};
use super::distribution::Distribution;
use super::measured::{Group, Measured, Row};

/// The lines of the document that the table stands between.
const BEGIN: &str = "<!-- bars: begin, made by `cargo run -p bitrater-train --example bars -- table` -->";
const END: &str = "<!-- bars: end -->";

/// Why a table cannot be put in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The document has no place for it.
    #[error("the document does not have the lines `{BEGIN}` and `{END}`, once each and in this order")]
    NoPlace,
}

/// The document with the table in its place.
pub fn in_document(document: &str, measured: &Measured) -> Result<String, TableError> {
    let (before, rest) = document.split_once(BEGIN).ok_or(TableError::NoPlace)?;
    let (_, after) = rest.split_once(END).ok_or(TableError::NoPlace)?;
    if rest.contains(BEGIN) || after.contains(END) {
        return Err(TableError::NoPlace);
    }
    Ok(format!("{before}{BEGIN}\n\n{}\n{END}{after}", table(measured)))
}

/// The table in markdown: a row for each group, half A in full and of half B what tells whether the bar holds.
#[must_use]
pub fn table(measured: &Measured) -> String {
    let mut text = String::from(
        "| search | streams | sounds | files of A (recordings, own first) | half below | 90 % | 99.5 % | largest | once in 10⁴ | \
         10⁵ | 10⁶ | files of B | 99.5 % | largest | bar |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for group in Group::all() {
        let (set, report) = (measured.row(&group, Half::A), measured.row(&group, Half::B));
        if set.is_none() && report.is_none() {
            continue;
        }
        let mut cells = vec![group.name(), group.stream.name().to_owned(), group.sounds.name().to_owned()];
        cells.push(set.map_or(NONE.to_owned(), |row| format!("{} ({}, {})", row.files, row.recordings, row.own)));
        let of = |row: Option<&Row>, value: fn(&Distribution) -> f64| written(row.map(|row| value(&row.distribution)));
        cells.push(of(set, |all| all.median));
        cells.push(of(set, |all| all.p90));
        cells.push(of(set, |all| all.p995));
        cells.push(written(set.map(Row::largest)));
        let line = set.and_then(|row| row.distribution.line);
        cells.extend((0..super::POWERS.len()).map(|n| written(line.map(|line| line[n]))));
        cells.push(report.map_or(NONE.to_owned(), |row| row.files.to_string()));
        cells.push(of(report, |all| all.p995));
        cells.push(written(report.map(Row::largest)));
        let known = KNOWN.iter().any(|known| known.is_of(&group) && known.question != Question::ReachedByB);
        cells.push(format!("{}{}", written(Some(group.bar().least)), if known { " †" } else { "" }));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// What stands where there is no number.
const NONE: &str = "–";

/// One decimal of strengths, three of shares. Nothing is shown where most files have their best at phases that do not count.
fn written(value: Option<f64>) -> String {
    match value {
        None | Some(0.0) => NONE.to_owned(),
        Some(value) if value.abs() < 0.2 => format!("{value:.3}"),
        Some(value) => format!("{value:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_keeps_what_stands_around_the_table() {
        let measured = Measured { evidence: 2, rows: Vec::new() };
        let document = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let new = in_document(&document, &measured).unwrap();
        assert!(new.starts_with("before\n") && new.ends_with("\nafter\n") && !new.contains("old"));
        assert_eq!(in_document(&new, &measured).unwrap(), new);
        assert_eq!(in_document("nothing", &measured), Err(TableError::NoPlace));
        assert_eq!(in_document(&document.repeat(2), &measured), Err(TableError::NoPlace));
    }
}
