//! Names from disk and tags are hostile: what they may do to a terminal is taken from them here.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with everything that is not plainly visible written as an escape (`\n`, `\u{1b}`, `\u{202e}`).
///
/// Escaped are control characters (C0, DEL, C1), line and paragraph separators, bidirectional marks, overrides and
/// isolates, other invisible format characters, and tag characters. A backslash stays as it is: this is for
/// reading, not for parsing back.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if is_hostile(char) {
            // Writing to a string cannot fail.
            let _ = write!(clean, "{}", char.escape_default());
        } else {
            clean.push(char);
        }
    }
    Cow::Owned(clean)
}

fn is_hostile(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' // soft hyphen, Arabic letter mark, Mongolian vowel separator
            | '\u{200b}'..='\u{200f}' // zero-width characters, left-to-right and right-to-left marks
            | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings and overrides
            | '\u{2060}'..='\u{206f}' // word joiner, invisible operators, isolates, deprecated formats
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' // byte order mark, interlinear annotations
            | '\u{e0000}'..='\u{e007f}' // tags
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_untouched() {
        for name in ["a.flac", "Sigur Rós/Ágætis byrjun/01.mp3", "日本語 – ✓.opus", r"back\slash"] {
            assert!(matches!(sanitize(name), Cow::Borrowed(same) if same == name));
        }
    }

    #[test]
    fn what_steers_a_terminal_is_shown_instead() {
        assert_eq!(sanitize("a\nb\tc\r"), r"a\nb\tc\r");
        assert_eq!(sanitize("\x1b[2J\x07\x7f\u{9b}31m"), r"\u{1b}[2J\u{7}\u{7f}\u{9b}31m");
        assert_eq!(sanitize("gpj.\u{202e}3pm"), r"gpj.\u{202e}3pm");
        assert_eq!(
            sanitize("\u{2066}x\u{2069}\u{2028}\u{feff}\u{e0041}"),
            r"\u{2066}x\u{2069}\u{2028}\u{feff}\u{e0041}"
        );
    }
}
