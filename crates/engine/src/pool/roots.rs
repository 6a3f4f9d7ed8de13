//! The folders that workers may read: those of the inputs, gathered as the inputs come.

use std::path::{Path, PathBuf};

use crate::worker::protocol::WirePath;

/// Folders kept; a list of files that lie all over the disk has the oldest forgotten.
const MOST: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Roots {
    /// Canonical.
    folders: Vec<PathBuf>,
    version: usize,
}

impl Roots {
    /// Makes sure that a file lies below one of the folders, by way of the walk that found it if that leads there.
    /// What does not exist needs none.
    pub(super) fn admit(&mut self, file: &Path, root: Option<&Path>) {
        let Ok(file) = file.canonicalize() else { return };
        if self.folders.iter().any(|folder| file.starts_with(folder)) {
            return;
        }
        let root = root.and_then(|root| root.canonicalize().ok()).filter(|root| file.starts_with(root));
        let Some(folder) = root.or_else(|| file.parent().map(Path::to_path_buf)) else { return };
        self.folders.retain(|known| !known.starts_with(&folder));
        if self.folders.len() >= MOST {
            self.folders.remove(0);
        }
        self.folders.push(folder);
        self.version += 1;
    }

    /// Changes with every folder; a worker knows those of the version it was started with.
    pub(super) fn version(&self) -> usize {
        self.version
    }

    pub(super) fn to_wire(&self) -> Vec<WirePath> {
        self.folders.iter().map(|folder| folder.as_path().into()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_walk_is_one_root_and_a_link_out_of_it_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().canonicalize().unwrap().join(name);
        for name in ["music/a/1.mp3", "music/b/2.mp3", "elsewhere/3.mp3"] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), "").unwrap();
        }
        symlink(path("elsewhere/3.mp3"), path("music/3.mp3")).unwrap();
        let mut roots = Roots::default();
        roots.admit(&path("music/a/1.mp3"), Some(&path("music")));
        roots.admit(&path("music/b/2.mp3"), Some(&path("music")));
        assert_eq!((roots.version(), roots.folders.clone()), (1, vec![path("music")]));
        roots.admit(&path("music/3.mp3"), Some(&path("music")));
        assert_eq!((roots.version(), roots.folders.clone()), (2, vec![path("music"), path("elsewhere")]));
        roots.admit(&path("music/none.mp3"), None);
        assert_eq!(roots.version(), 2, "what is not there needs no folder");
    }

    #[test]
    fn a_wider_folder_takes_the_place_of_those_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        for name in ["a", "b"] {
            fs::create_dir(top.join(name)).unwrap();
            fs::write(top.join(name).join("1.mp3"), "").unwrap();
        }
        let mut roots = Roots::default();
        roots.admit(&top.join("a/1.mp3"), None);
        roots.admit(&top.join("b/1.mp3"), Some(&top));
        assert_eq!(roots.folders, [top]);
    }
}
