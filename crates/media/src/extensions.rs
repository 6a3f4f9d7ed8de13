//! File names: which ones a folder walk picks up, and which contradict the content.

use std::path::Path;

/// Extension (lower case) and the containers it may hold.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("flac", &["flac"]),
    ("fla", &["flac"]),
    ("wav", &["wav"]),
    ("wave", &["wav"]),
    ("bwf", &["wav"]),
    ("rf64", &["wav"]),
    ("w64", &["w64"]),
    ("aif", &["aiff"]),
    ("aiff", &["aiff"]),
    ("aifc", &["aiff"]),
    ("m4a", &["mp4"]),
    ("m4b", &["mp4"]),
    ("m4r", &["mp4"]),
    ("m4p", &["mp4"]),
    ("mp4", &["mp4"]),
    ("alac", &["mp4", "caf"]),
    ("aac", &["adts", "aac", "mp4"]),
    ("adts", &["adts"]),
    ("mp3", &["mp3"]),
    ("mp2", &["mp3"]),
    ("mp1", &["mp3"]),
    ("mpga", &["mp3"]),
    ("mpa", &["mp3"]),
    ("ogg", &["ogg"]),
    ("oga", &["ogg"]),
    ("opus", &["ogg"]),
    ("spx", &["ogg"]),
    ("caf", &["caf"]),
    ("mka", &["matroska"]),
    ("webm", &["matroska"]),
    ("wma", &["asf"]),
    ("ape", &["ape"]),
    ("wv", &["wv"]),
    ("mpc", &["mpc", "mpc8"]),
    ("mp+", &["mpc", "mpc8"]),
    ("mpp", &["mpc", "mpc8"]),
    ("tta", &["tta"]),
    ("tak", &["tak"]),
    ("ac3", &["ac3", "eac3"]),
    ("eac3", &["ac3", "eac3"]),
    ("ec3", &["ac3", "eac3"]),
    ("dts", &["dts"]),
    ("dsf", &["dsf"]),
    ("dff", &["iff"]),
    ("au", &["au"]),
    ("snd", &["au"]),
    ("amr", &["amr"]),
    ("ra", &["rm"]),
    ("rm", &["rm"]),
];

/// Whether the extension of `path` is one of an audio file, in any case. Used by folder walks; what a file really is,
/// its content tells.
#[must_use]
pub fn is_audio_path(path: &Path) -> bool {
    lower(path).is_some_and(|name| EXTENSIONS.iter().any(|(extension, _)| *extension == name))
}

/// The extension in lower case.
pub(crate) fn lower(path: &Path) -> Option<String> {
    path.extension()?.to_str().map(str::to_ascii_lowercase)
}

/// Whether files of this extension are bare MPEG audio.
pub(crate) fn is_bare_mpeg(extension: &str) -> bool {
    EXTENSIONS.iter().any(|(name, containers)| *name == extension && containers.contains(&"mp3"))
}

/// A warning where the extension promises something else than the content is.
pub(crate) fn contradiction(extension: &str, container: &str, words: &str) -> Option<String> {
    let (name, containers) = EXTENSIONS.iter().find(|(name, _)| *name == extension)?;
    (!containers.contains(&container)).then(|| format!("the name ends in .{name}, but the content is {words}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{contradiction, is_audio_path};

    #[test]
    fn names() {
        for name in ["a.flac", "b/c.MP3", "x.M4a", "y.mp+", "z.eac3", "-.wv"] {
            assert!(is_audio_path(Path::new(name)), "{name}");
        }
        for name in ["a.jpg", "flac", ".mp3", "b.flac.txt", ""] {
            assert!(!is_audio_path(Path::new(name)), "{name}");
        }
        assert!(contradiction("flac", "mp3", "MP3").is_some());
        assert_eq!(contradiction("mp3", "mp3", "MP3"), None);
        assert_eq!(contradiction("txt", "mp3", "MP3"), None);
    }
}
