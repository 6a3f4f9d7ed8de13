//! Columns and lines that fit a terminal: widths, padding, wrapping and shortening by what a reader sees, not by bytes.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns between two columns of a table.
pub(crate) const GAP: usize = 2;

/// Columns of a line of prose where there is no terminal.
pub(crate) const WIDTH: usize = 100;

/// `text` padded with spaces to `width` columns, on the left when `right` is set.
pub(crate) fn pad(text: &str, width: usize, right: bool) -> String {
    let space = " ".repeat(width.saturating_sub(text.width()));
    if right { space + text } else { text.to_owned() + &space }
}

/// The largest width among `texts`.
pub(crate) fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// `text` in lines of at most `width` columns, the first after `indent[0]` spaces and the others after `indent[1]`; a
/// word longer than a line keeps its own.
pub(crate) fn wrap(text: &str, width: usize, indent: [usize; 2]) -> String {
    let mut lines = " ".repeat(indent[0]);
    let (mut column, mut empty) = (indent[0], true);
    for word in text.split(' ') {
        if !empty && column + 1 + word.width() > width {
            lines.push('\n');
            lines += &" ".repeat(indent[1]);
            (column, empty) = (indent[1], true);
        }
        if !empty {
            lines.push(' ');
            column += 1;
        }
        lines += word;
        column += word.width();
        empty = false;
    }
    lines
}

/// `path` in at most `width` columns: what is lost is lost at its start, for the name at its end tells most.
pub(crate) fn shorten(path: &str, width: usize) -> String {
    if path.width() <= width {
        return path.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let mut start = path.len();
    for (index, char) in path.char_indices().rev() {
        let Some(left) = room.checked_sub(char.width().unwrap_or(0)) else { break };
        (room, start) = (left, index);
    }
    // Whole folder names read better than half ones, if that costs little.
    let tail = &path[start..];
    let tail = tail.find('/').filter(|&slash| slash * 2 < tail.len()).map_or(tail, |slash| &tail[slash..]);
    format!("…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad("ab", 4, false), "ab  ");
        assert_eq!(pad("日本", 5, true), " 日本");
        assert_eq!(pad("too long", 3, false), "too long");
    }

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrap("one two three four", 10, [2, 2]), "  one two\n  three\n  four");
        assert_eq!(wrap("one two three four", 10, [0, 4]), "one two\n    three\n    four");
        assert_eq!(wrap("averyveryverylongword and more", 8, [0, 0]), "averyveryverylongword\nand more");
        assert_eq!(wrap("日本 日本 日本", 10, [0, 0]), "日本 日本\n日本");
        assert_eq!(wrap("", 10, [2, 2]), "  ");
    }

    #[test]
    fn the_end_of_a_path_stays() {
        assert_eq!(shorten("a/b.flac", 8), "a/b.flac");
        assert_eq!(shorten("/music/Artist/Album/Title.flac", 22), "…/Album/Title.flac");
        assert_eq!(shorten("/music/A long album name/Title.flac", 14), "…/Title.flac");
        assert_eq!(shorten("averyveryverylongname.flac", 10), "…name.flac");
        assert_eq!(shorten("日本語日本語.mp3", 9), "…本語.mp3");
        assert_eq!(shorten("abc", 0), "…");
    }
}
