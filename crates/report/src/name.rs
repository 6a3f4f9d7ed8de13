//! Paths in formats that hold nothing but text.

use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;

use crate::base64;

/// A path as text, and its very bytes where the text is not all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Name<'a> {
    /// To be read; what is not UTF-8 is `U+FFFD`.
    pub(crate) path: Cow<'a, str>,
    /// The bytes in base64; none where `path` is all there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path_bytes: Option<String>,
}

impl<'a> From<&'a Path> for Name<'a> {
    fn from(path: &'a Path) -> Self {
        let path_bytes = path.to_str().is_none().then(|| base64::encode(path.as_os_str().as_encoded_bytes()));
        Self { path: path.to_string_lossy(), path_bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_text_has_nothing_beside_it() {
        let name = Name::from(Path::new("日本/\u{fffd}.mp3"));
        assert_eq!((name.path.as_ref(), name.path_bytes), ("日本/\u{fffd}.mp3", None));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_survive() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let name = Name::from(Path::new(OsStr::from_bytes(b"h\xff\xfe.mp3")));
        assert_eq!(name.path, "h\u{fffd}\u{fffd}.mp3");
        assert_eq!(name.path_bytes.as_deref(), Some("aP/+Lm1wMw=="));
    }
}
