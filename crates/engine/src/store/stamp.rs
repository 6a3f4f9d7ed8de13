//! By what a file is known again.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Size and times of a file. The time of its last change of any kind (`ctime`) cannot be set by programs, so that an
/// editor that keeps the time of modification is seen, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// In bytes.
    pub(super) size: u64,
    /// Nanoseconds since 1970.
    pub(super) modified: i64,
    /// Nanoseconds since 1970; 0 where there is no such time.
    pub(super) changed: i64,
}

impl Stamp {
    /// That of a file; none for anything else.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self { size: meta.len(), modified: modified(&meta), changed: changed(&meta) })
    }
}

#[cfg(unix)]
fn modified(meta: &fs::Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    nanoseconds(meta.mtime(), meta.mtime_nsec())
}

#[cfg(unix)]
fn changed(meta: &fs::Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    nanoseconds(meta.ctime(), meta.ctime_nsec())
}

#[cfg(unix)]
fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}

#[cfg(not(unix))]
fn modified(meta: &fs::Metadata) -> i64 {
    let since = meta.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

#[cfg(not(unix))]
fn changed(_meta: &fs::Metadata) -> i64 {
    0
}

/// BLAKE3 of the content of a regular file, in hexadecimal digits. Memory does not grow with the file.
pub(crate) fn hash(path: &Path) -> io::Result<String> {
    // Looked at before it is opened: opening a pipe without a writer would wait for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
