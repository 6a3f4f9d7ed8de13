//! Numbers and long sentences as people read them.

use unicode_width::UnicodeWidthStr;

/// `text` in lines of at most `width` columns, each after `indent` spaces; a word longer than a line keeps its own.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> String {
    let room = width.saturating_sub(indent);
    let margin = " ".repeat(indent);
    let (mut lines, mut used) = (margin.clone(), 0);
    for word in text.split(' ') {
        if used > 0 && used + 1 + word.width() > room {
            lines += "\n";
            lines += &margin;
            used = 0;
        }
        if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines += word;
        used += word.width();
    }
    lines
}

/// The n-th of `parts` equal parts of a file of so many seconds: `0–15 s`, and `0.0–1.5 s` where that is short.
pub(crate) fn part(n: usize, parts: usize, seconds: f64) -> String {
    let at = |n: usize| seconds * n as f64 / parts as f64;
    let digits = usize::from(seconds < 40.0);
    format!("{:.digits$}–{:.digits$} s", at(n), at(n + 1))
}

/// A number with as many decimals as tell something: three below one, one above.
pub(crate) fn number(value: f64) -> String {
    let text = if value.abs() < 1.0 { format!("{value:.3}") } else { format!("{value:.1}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrap("one two three four", 10, 2), "  one two\n  three\n  four");
        assert_eq!(wrap("averyveryverylongword and more", 8, 0), "averyveryverylongword\nand more");
        assert_eq!(wrap("", 10, 2), "  ");
    }

    #[test]
    fn parts_and_numbers_are_short() {
        assert_eq!((part(0, 4, 6.0), part(3, 4, 240.0)), ("0.0–1.5 s".to_owned(), "180–240 s".to_owned()));
        assert_eq!([65.12, 8.0, 0.018, -0.5, 120.0].map(number), ["65.1", "8", "0.018", "-0.5", "120"]);
    }
}
