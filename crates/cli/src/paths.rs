//! The paths that the user named: arguments, and lists on standard input.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Stdin};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Longest entry of a list. No system takes paths of this length; beyond it the list is none.
const LONGEST: usize = 1 << 16;

/// Yields the paths of the arguments, with each `-` replaced by what standard input lists, read as it is needed.
pub(crate) struct Paths {
    args: std::vec::IntoIter<PathBuf>,
    list: Option<List<BufReader<Stdin>>>,
    trouble: Trouble,
}

/// What went wrong with the list, for whoever is still there when the run is over.
#[derive(Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<io::Error>>>);

impl Trouble {
    /// The error, once.
    pub(crate) fn take(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Paths {
    pub(crate) fn new(args: Vec<PathBuf>) -> (Self, Trouble) {
        let trouble = Trouble::default();
        (Self { args: args.into_iter(), list: None, trouble: trouble.clone() }, trouble)
    }
}

/// Whether an argument stands for the list on standard input.
pub(crate) fn is_list(arg: &Path) -> bool {
    arg.as_os_str() == "-"
}

impl Iterator for Paths {
    type Item = PathBuf;

    fn next(&mut self) -> Option<PathBuf> {
        loop {
            match self.list.as_mut().map(List::next_entry) {
                Some(Ok(Some(path))) => return Some(path),
                Some(Ok(None)) => self.list = None,
                Some(Err(error)) => {
                    *self.trouble.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    self.list = None;
                }
                None => {
                    let arg = self.args.next()?;
                    if !is_list(&arg) {
                        return Some(arg);
                    }
                    self.list = Some(List::new(BufReader::new(io::stdin())));
                }
            }
        }
    }
}

/// Entries separated by NULs or by line breaks, whichever the list begins with. Empty ones are skipped. If the first line
/// ends with a carriage return, it belongs to the line breaks of this list, not to its names.
struct List<R> {
    reader: R,
    separator: Option<u8>,
    crlf: Option<bool>,
}

impl<R: BufRead> List<R> {
    fn new(reader: R) -> Self {
        Self { reader, separator: None, crlf: None }
    }

    fn next_entry(&mut self) -> io::Result<Option<PathBuf>> {
        let mut entry = Vec::new();
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                let entry = self.trimmed(entry);
                return Ok((!entry.is_empty()).then(|| path(entry)));
            }
            // A NUL is no part of any path but a line break may be, so one NUL in sight settles it.
            self.separator = self.separator.or_else(|| [0, b'\n'].into_iter().find(|byte| buffer.contains(byte)));
            let end = self.separator.and_then(|separator| buffer.iter().position(|&byte| byte == separator));
            entry.extend_from_slice(&buffer[..end.unwrap_or(buffer.len())]);
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(used);
            if entry.len() > LONGEST {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "an entry is too long to be a path"));
            }
            if end.is_some() {
                entry = self.trimmed(entry);
                if !entry.is_empty() {
                    return Ok(Some(path(entry)));
                }
            }
        }
    }

    /// A whole entry without what belongs to its line break.
    fn trimmed(&mut self, mut entry: Vec<u8>) -> Vec<u8> {
        let carriage_return = entry.last() == Some(&b'\r');
        let crlf = *self.crlf.get_or_insert(carriage_return && self.separator != Some(0));
        if crlf && carriage_return {
            entry.pop();
        }
        entry
    }
}

#[cfg(unix)]
fn path(bytes: Vec<u8>) -> PathBuf {
    let name: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
    name.into()
}

#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> PathBuf {
    OsString::from(String::from_utf8_lossy(&bytes).into_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The entries of a list that arrives in pieces of `piece` bytes.
    fn entries(list: &[u8], piece: usize) -> Vec<PathBuf> {
        let mut list = List::new(BufReader::with_capacity(piece, list));
        std::iter::from_fn(|| list.next_entry().unwrap()).collect()
    }

    #[test]
    fn lines_and_nuls_are_told_apart() {
        for piece in [1, 2, 3, 100] {
            assert_eq!(entries(b"a.mp3\n\nb c.flac\nd", piece), ["a.mp3", "b c.flac", "d"].map(PathBuf::from));
        }
        assert_eq!(entries(b"a\nb.mp3\0c\0", 100), ["a\nb.mp3", "c"].map(PathBuf::from));
        assert_eq!(entries(b"long\0a\nb\0", 3), ["long", "a\nb"].map(PathBuf::from));
        assert!(entries(b"", 8).is_empty() && entries(b"\n\n", 8).is_empty() && entries(b"\0\0", 8).is_empty());
    }

    #[test]
    fn a_list_with_crlf_says_so_in_its_first_line() {
        for piece in [1, 2, 3, 100] {
            assert_eq!(
                entries(b"a.mp3\r\n\r\nb c.flac\r\nd\r\n", piece),
                ["a.mp3", "b c.flac", "d"].map(PathBuf::from)
            );
            assert_eq!(entries(b"\r\na.mp3\r\nd", piece), ["a.mp3", "d"].map(PathBuf::from));
        }
        assert_eq!(entries(b"a\nb\r\n", 100), ["a", "b\r"].map(PathBuf::from), "here it belongs to a name");
        assert_eq!(entries(b"a\r\0b\r\0", 100), ["a\r", "b\r"].map(PathBuf::from));
        assert_eq!(entries(b"a\r", 100), ["a"].map(PathBuf::from));
    }

    #[cfg(unix)]
    #[test]
    fn entries_are_bytes() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(entries(b"\xff\xfe.mp3\n", 8)[0].as_os_str().as_bytes(), b"\xff\xfe.mp3");
    }

    #[test]
    fn an_endless_entry_is_refused() {
        let mut list = List::new(BufReader::new(io::repeat(b'x')));
        assert_eq!(list.next_entry().unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
