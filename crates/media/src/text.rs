//! Strings that come out of files. All of them are hostile: they reach terminals and HTML pages.

use std::fmt;

/// Characters kept of a string.
const MAX_CHARS: usize = 100;

/// A string from outside without control or direction-changing characters, at most 100 characters long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean(String);

impl Clean {
    /// Cleans `bytes`; invalid UTF-8 becomes the replacement character.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        // A character takes at most four bytes, and what is dropped may come first: look at a bounded stretch.
        let bytes = &bytes[..bytes.len().min(16 * MAX_CHARS)];
        let kept: String = String::from_utf8_lossy(bytes).chars().filter(|&c| !is_unsafe(c)).take(MAX_CHARS).collect();
        Self(kept.trim().to_owned())
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The cleaned string, or none if nothing is left of it.
pub(crate) fn clean(bytes: &[u8]) -> Option<String> {
    let Clean(text) = Clean::new(bytes);
    (!text.is_empty()).then_some(text)
}

/// Control characters, and the invisible ones that reorder or hide text (Unicode bidi controls, zero widths).
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn hostile_characters_go_and_length_is_capped() {
        assert_eq!(clean(b"LAME3.100\0\x1b[31m").as_deref(), Some("LAME3.100[31m"));
        assert_eq!(clean("a\u{202e}b\u{7}".as_bytes()).as_deref(), Some("ab"));
        assert_eq!(clean(b" \x00\x01 "), None);
        assert_eq!(clean(&[b'x'; 5000]).map(|s| s.len()), Some(100));
    }
}
