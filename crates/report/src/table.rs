//! Columns that line up on a terminal: widths, padding and shortening by what a reader sees, not by bytes.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns between two columns of a table.
pub(crate) const GAP: usize = 2;

/// `text` padded with spaces to `width` columns, on the left when `right` is set.
pub(crate) fn pad(text: &str, width: usize, right: bool) -> String {
    let space = " ".repeat(width.saturating_sub(text.width()));
    if right { space + text } else { text.to_owned() + &space }
}

/// The largest width among `texts`.
pub(crate) fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0)
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
    fn the_end_of_a_path_stays() {
        assert_eq!(shorten("a/b.flac", 8), "a/b.flac");
        assert_eq!(shorten("/music/Artist/Album/Title.flac", 22), "…/Album/Title.flac");
        assert_eq!(shorten("/music/A long album name/Title.flac", 14), "…/Title.flac");
        assert_eq!(shorten("averyveryverylongname.flac", 10), "…name.flac");
        assert_eq!(shorten("日本語日本語.mp3", 9), "…本語.mp3");
        assert_eq!(shorten("abc", 0), "…");
    }
}
