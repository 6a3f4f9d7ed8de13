//! Files and folders that come up more than once.

use std::collections::HashSet;
use std::fs;
use std::path::{self, Path, PathBuf};

/// What came up already, by where it is and not by how it was named: `a.mp3`, `./a.mp3` and `../music/a.mp3` are one. A
/// link and what it leads to are two files, as are two hard links. Sixteen bytes are kept of each.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    seen: HashSet<[u8; 16]>,
    /// The folder of the file before, as it was named, and where it is: most files have it in common with the next.
    folder: Option<(PathBuf, PathBuf)>,
}

impl Repeats {
    /// Whether a file was here before; from now on it was.
    pub(crate) fn file(&mut self, path: &Path) -> bool {
        let parent = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
        let place = match path.file_name() {
            Some(name) => self.place_of(parent).join(name),
            None => place(path),
        };
        self.again(b'f', &place)
    }

    /// Whether a folder was here before, to be walked.
    pub(crate) fn folder(&mut self, path: &Path) -> bool {
        self.again(b'd', &place(path))
    }

    fn again(&mut self, kind: u8, place: &Path) -> bool {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[kind]).update(place.as_os_str().as_encoded_bytes());
        let mut key = [0; 16];
        hasher.finalize_xof().fill(&mut key);
        !self.seen.insert(key)
    }

    fn place_of(&mut self, folder: &Path) -> &Path {
        if self.folder.as_ref().is_none_or(|(named, _)| named != folder) {
            self.folder = Some((folder.to_path_buf(), place(folder)));
        }
        self.folder.as_ref().map_or(Path::new(""), |(_, place)| place)
    }
}

/// Where a folder is; of one that is not there, where it would be.
fn place(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).or_else(|_| path::absolute(folder)).unwrap_or_else(|_| folder.to_path_buf())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("d")).unwrap();
        std::os::unix::fs::symlink("d", at("e")).unwrap();
        std::os::unix::fs::symlink("a", at("d/b")).unwrap();
        let mut repeats = Repeats::default();
        for (name, again) in [
            ("d/a", false),
            ("d/b", false),
            ("d/./a", true),
            ("e/a", true),
            ("d/../d/a", true),
            ("a", false),
            ("none/a", false),
            ("none/a", true),
        ] {
            assert_eq!(repeats.file(&at(name)), again, "{name}");
        }
        assert!(!repeats.folder(&at("d")) && repeats.folder(&at("e")) && !repeats.folder(folder.path()));
    }
}
