//! From what the user named to the files to analyse, lazily and in a fixed order: the start of the arrow.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bitrater_verdict::{Failure, FailureKind, Outcome};
use walkdir::{DirEntry, WalkDir};

use crate::Exclude;
use crate::passed_over::{PassedOver, Why};
use crate::repeats::Repeats;

/// How folders are walked.
#[derive(Debug, Clone, Default)]
pub struct DiscoveryOptions {
    /// Names left out of a walk.
    pub exclude: Exclude,
    /// Whether a walk enters linked folders. Linked files are always taken, and a link that the user
    /// named is always followed.
    pub follow_symlinks: bool,
    /// Whether a file that comes up again, in a list or below several folders, is left out.
    pub once: bool,
    /// Counts what is left out.
    pub passed_over: PassedOver,
}

/// The files below some paths, in the order of the paths and, within a folder, by name.
///
/// A file is taken whatever its name, a folder is walked for names of audio files. A folder that cannot be read
/// comes out as an outcome of its own. Memory holds the names of one folder a level and, with
/// [`DiscoveryOptions::once`], sixteen bytes of every file.
pub struct Discovery<I> {
    paths: I,
    options: DiscoveryOptions,
    repeats: Option<Repeats>,
    walk: Option<Walk>,
}

/// A walk in progress, and the folder it started at.
struct Walk {
    root: Arc<Path>,
    entries: walkdir::IntoIter,
}

impl<I: Iterator<Item = PathBuf>> Discovery<I> {
    /// Finds files below `paths`.
    pub fn new(paths: impl IntoIterator<IntoIter = I>, options: DiscoveryOptions) -> Self {
        let repeats = options.once.then(Repeats::default);
        Self { paths: paths.into_iter(), options, repeats, walk: None }
    }

    /// The folder whose walk gave the last answer; none for a path that was given.
    pub(crate) fn root(&self) -> Option<Arc<Path>> {
        self.walk.as_ref().map(|walk| Arc::clone(&walk.root))
    }

    /// A path as the user gave it: a folder starts a walk, anything else is handed on as it is. Whether it is
    /// there and is a file is found out when it is opened, once.
    fn start(&mut self, path: PathBuf) -> Option<Result<PathBuf, Outcome>> {
        if !path.is_dir() {
            return Some(Ok(path));
        }
        if self.repeats.as_mut().is_some_and(|repeats| repeats.folder(&path)) {
            self.options.passed_over.count(Why::Repeated);
            return None;
        }
        let entries = WalkDir::new(&path)
            .min_depth(1)
            .follow_links(self.options.follow_symlinks)
            .follow_root_links(true)
            .sort_by_file_name()
            .into_iter();
        self.walk = Some(Walk { root: path.into(), entries });
        None
    }

    /// Whether an answer did not come up before, or may come up again.
    fn is_new(&mut self, answer: &Result<PathBuf, Outcome>) -> bool {
        let path = answer.as_ref().unwrap_or_else(|outcome| &outcome.path);
        let again = self.repeats.as_mut().is_some_and(|repeats| repeats.file(path));
        if again {
            self.options.passed_over.count(Why::Repeated);
        }
        !again
    }

    /// The next answer of the walk in progress; none at its end.
    fn walk(&mut self) -> Option<Result<PathBuf, Outcome>> {
        let Walk { root, entries } = self.walk.as_mut()?;
        let passed_over = &self.options.passed_over;
        loop {
            match entries.next()? {
                Ok(entry)
                    if self.options.exclude.matches(entry.path().strip_prefix(&**root).unwrap_or(entry.path())) =>
                {
                    passed_over.count(Why::Excluded);
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                }
                Ok(entry) if is_audio_file(&entry) => return Some(Ok(entry.into_path())),
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if entry.path_is_symlink() && entry.path().is_dir() => passed_over.count(Why::LinkedFolder),
                Ok(_) => passed_over.count(Why::NotAudio),
                // A link back to a folder that the walk is in already: all below it is seen anyway.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_path_buf();
                    let error = error.into_io_error().unwrap_or_else(|| io::Error::other("the folder cannot be read"));
                    if error.kind() != io::ErrorKind::NotFound {
                        passed_over.count(Why::Unreadable);
                        let message = format!("cannot be read ({error}); check its permissions, or --exclude it");
                        return Some(Err(Outcome { path, result: Err(Failure { kind: FailureKind::Io, message }) }));
                    }
                    // With links followed a dead one comes as an error, whatever its name.
                    if bitrater_media::is_audio_path(&path) {
                        return Some(Ok(path));
                    }
                    passed_over.count(Why::NotAudio);
                }
            }
        }
    }
}

impl<I: Iterator<Item = PathBuf>> Iterator for Discovery<I> {
    type Item = Result<PathBuf, Outcome>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(answer) = self.walk() {
                if self.is_new(&answer) {
                    return Some(answer);
                }
                continue;
            }
            self.walk = None;
            let path = self.paths.next()?;
            if let Some(answer) = self.start(path)
                && self.is_new(&answer)
            {
                return Some(answer);
            }
        }
    }
}

/// Whether an entry of a folder is to be analysed: by its name, and a file or a link to one. A dead link is,
/// too: it stands where a track should be.
fn is_audio_file(entry: &DirEntry) -> bool {
    let file = || entry.file_type().is_file() || (entry.path_is_symlink() && is_file_or_missing(entry));
    bitrater_media::is_audio_path(entry.path()) && file()
}

fn is_file_or_missing(entry: &DirEntry) -> bool {
    fs::metadata(entry.path()).map_or(true, |meta| meta.is_file())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// What is found below `paths` of a fresh folder, relative to it.
    fn found(options: &DiscoveryOptions, paths: &[&str], make: impl Fn(&std::path::Path)) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path());
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
        let relative = |path: PathBuf| path.strip_prefix(folder.path()).unwrap().display().to_string();
        let word = |found: Result<PathBuf, Outcome>| match found {
            Ok(path) => relative(path),
            Err(outcome) => format!("! {}", relative(outcome.path)),
        };
        Discovery::new(paths, options.clone()).map(word).collect()
    }

    fn touch(folder: &std::path::Path, names: &[&str]) {
        for name in names {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
    }

    #[test]
    fn folders_are_walked_by_name_and_files_taken_as_they_are() {
        let options =
            DiscoveryOptions { exclude: Exclude::new(["skip", "b/*.wav"]).unwrap(), ..DiscoveryOptions::default() };
        let names = found(&options, &["z.txt", "d", "none.mp3", "d/b/4.wav"], |folder| {
            touch(folder, &["z.txt", "d/c.flac", "d/a.MP3", "d/notes.txt", "d/b/2.mp3", "d/b/10.mp3", "d/b/4.wav"]);
            touch(folder, &["d/skip/5.mp3", "d/b/skip/6.mp3", "other.mp3"]);
        });
        assert_eq!(names, ["z.txt", "d/a.MP3", "d/b/10.mp3", "d/b/2.mp3", "d/c.flac", "none.mp3", "d/b/4.wav"]);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let passed_over = PassedOver::default();
        let exclude = Exclude::new(["skip"]).unwrap();
        let options =
            DiscoveryOptions { exclude, once: true, passed_over: passed_over.clone(), ..DiscoveryOptions::default() };
        let make = |folder: &std::path::Path| {
            touch(folder, &["d/a.mp3", "d/cover.jpg", "d/e/b.mp3", "d/e/.DS_Store", "d/skip/c.mp3", "d/skip/d.mp3"]);
            symlink("e", folder.join("d/linked.mp3")).unwrap();
            symlink("nowhere", folder.join("d/nothing")).unwrap();
        };
        let names = found(&options, &["d/e/b.mp3", "d", "d/../d/a.mp3", "d", "none", "none"], make);
        assert_eq!(names, ["d/e/b.mp3", "d/a.mp3", "none"]);
        let number = |why| passed_over.number(why);
        assert_eq!([Why::NotAudio, Why::Excluded, Why::LinkedFolder, Why::Unreadable].map(number), [3, 1, 1, 0]);
        assert_eq!(
            number(Why::Repeated),
            4,
            "a file below a folder, one after it, a folder, and one that is not there"
        );
        assert_eq!(found(&DiscoveryOptions::default(), &["d", "d/a.mp3"], make).len(), 5, "unless it may be repeated");
    }

    #[test]
    fn links_to_files_are_files_and_links_to_folders_are_entered_when_asked() {
        let make = |folder: &std::path::Path| {
            touch(folder, &["d/a.mp3", "e/b.mp3"]);
            symlink("a.mp3", folder.join("d/b.mp3")).unwrap();
            symlink("../e", folder.join("d/e.mp3")).unwrap();
            symlink("nowhere", folder.join("d/f.mp3")).unwrap();
            symlink("nowhere", folder.join("d/g.txt")).unwrap();
            symlink("..", folder.join("d/loop")).unwrap();
            symlink("d", folder.join("named")).unwrap();
        };
        let options = |follow_symlinks| DiscoveryOptions { follow_symlinks, ..DiscoveryOptions::default() };
        assert_eq!(found(&options(false), &["d"], make), ["d/a.mp3", "d/b.mp3", "d/f.mp3"]);
        assert_eq!(found(&options(false), &["named"], make).len(), 3);
        let followed = found(&options(true), &["d"], make);
        assert!(followed.starts_with(&["d/a.mp3", "d/b.mp3", "d/e.mp3/b.mp3", "d/f.mp3"].map(String::from)));
        assert!(followed.len() < 12, "{followed:?}");
    }
}
