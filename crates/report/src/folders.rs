//! Counts for every folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use bitrater_verdict::Outcome;
use serde::{Serialize, Serializer};

use crate::Counts;
use crate::name::Name;

/// What became of the files of each folder: those in the folder itself, not those further down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folders {
    /// In the order in which they first came up.
    folders: Vec<(PathBuf, Counts)>,
    places: HashMap<PathBuf, usize>,
}

impl Folders {
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        let folder = match outcome.path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let place = self.places.get(folder).copied().unwrap_or_else(|| {
            self.folders.push((folder.to_path_buf(), Counts::default()));
            self.places.insert(folder.to_path_buf(), self.folders.len() - 1);
            self.folders.len() - 1
        });
        self.folders[place].1.count(outcome);
    }

    /// Drops the folders whose counts are not wanted.
    pub fn retain(&mut self, wanted: impl Fn(&Counts) -> bool) {
        self.folders.retain(|(_, counts)| wanted(counts));
        self.places = self.folders.iter().enumerate().map(|(place, (path, _))| (path.clone(), place)).collect();
    }

    /// The folders with their counts, in the order in which they first came up.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Counts)> {
        self.folders.iter().map(|(path, counts)| (path.as_path(), counts))
    }
}

impl Serialize for Folders {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Row<'a> {
            #[serde(flatten)]
            name: Name<'a>,
            #[serde(flatten)]
            counts: &'a Counts,
        }
        serializer.collect_seq(self.iter().map(|(path, counts)| Row { name: path.into(), counts }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn files_count_for_the_folder_that_they_are_in() {
        let mut folders = Folders::default();
        for outcome in [samples::transcode("m/a/1.flac"), samples::original("b.mp3"), samples::error("m/2.flac")] {
            folders.count(&outcome);
        }
        folders.count(&samples::original("m/a/2.mp3"));
        let seen = |folders: &Folders| -> Vec<(String, u64, u64)> {
            folders.iter().map(|(path, counts)| (path.display().to_string(), counts.files, counts.transcode)).collect()
        };
        let row = |path: &str, files, transcode| (path.to_owned(), files, transcode);
        assert_eq!(seen(&folders), [row("m/a", 2, 1), row(".", 1, 0), row("m", 1, 0)]);
        insta::assert_snapshot!(serde_json::to_string(&folders).unwrap(), @r#"
[{"path":"m/a","files":2,"original":1,"transcode":1,"inconclusive":0,"error":0,"warning":1},{"path":".","files":1,"original":1,"transcode":0,"inconclusive":0,"error":0,"warning":0},{"path":"m","files":1,"original":0,"transcode":0,"inconclusive":0,"error":1,"warning":0}]
"#);
        folders.retain(|counts| counts.error > 0);
        folders.count(&samples::original("m/3.mp3"));
        assert_eq!(seen(&folders), [row("m", 2, 0)]);
    }
}
