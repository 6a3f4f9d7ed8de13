//! What a walk leaves out.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A pattern that is not a glob.
#[derive(Debug, thiserror::Error)]
#[error("`{pattern}` is not a glob pattern: {reason}")]
pub struct ExcludeError {
    /// The pattern as given.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Globs for the names that a walk leaves out, files and whole folders alike.
///
/// A pattern without a slash is held against names, at any depth (`*.tmp.flac`, `Podcasts`). One with a
/// slash is held against the path below the folder that was given, and `*` does not cross a slash
/// there (`Live/*.mp3`, `**/bonus/*`, `/top`). Files and folders that were given by name are never left out.
#[derive(Debug, Clone, Default)]
pub struct Exclude {
    names: GlobSet,
    paths: GlobSet,
}

impl Exclude {
    /// Reads the patterns.
    pub fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Result<Self, ExcludeError> {
        let (mut names, mut paths) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for pattern in patterns {
            let pattern = pattern.as_ref();
            let error =
                |error: &globset::Error| ExcludeError { pattern: pattern.to_owned(), reason: error.kind().to_string() };
            // A slash at the end says "folder" to people used to ignore files; here it says nothing.
            let stem = pattern.trim_end_matches('/');
            let set = if stem.contains('/') { &mut paths } else { &mut names };
            let glob = GlobBuilder::new(stem.trim_start_matches('/')).literal_separator(true).build();
            set.add(glob.map_err(|e| error(&e))?);
        }
        let build = |set: &GlobSetBuilder| {
            set.build()
                .map_err(|e| ExcludeError { pattern: e.glob().unwrap_or("").into(), reason: e.kind().to_string() })
        };
        Ok(Self { names: build(&names)?, paths: build(&paths)? })
    }

    /// Whether an entry is left out: `below` is its path below the folder that is walked.
    pub(crate) fn matches(&self, below: &Path) -> bool {
        below.file_name().is_some_and(|name| self.names.is_match(name)) || self.paths.is_match(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Exclude::new([pattern]).unwrap().matches(Path::new(path))
    }

    #[test]
    fn names_match_at_any_depth_and_paths_from_the_top() {
        assert!(matches("*.mp3", "a/b/c.mp3"));
        assert!(matches("Podcasts/", "x/Podcasts"));
        assert!(!matches("Podcasts", "x/Podcasts old"));
        assert!(matches("Live/*.mp3", "Live/a.mp3"));
        assert!(!matches("Live/*.mp3", "x/Live/a.mp3"));
        assert!(!matches("Live/*.mp3", "Live/x/a.mp3"));
        assert!(matches("**/Live/*.mp3", "x/Live/a.mp3"));
        assert!(matches("/top", "top"));
        assert!(!matches("/top", "x/top"));
    }

    #[test]
    fn a_bad_pattern_is_named() {
        let error = Exclude::new(["ok", "[a"]).unwrap_err();
        assert_eq!(error.pattern, "[a");
        assert!(error.to_string().starts_with("`[a` is not a glob pattern: "), "{error}");
    }
}
