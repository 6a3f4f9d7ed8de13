//! The stretch of a regular file that holds audio, without the tags before and after it. Opens the path and
//! refuses anything that could hang a reader.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::{MediaError, NodeKind, TooShort, Unsupported};
use crate::tags;

/// A window on a file that reads and seeks as if it were the whole file.
#[derive(Debug)]
pub(crate) struct Section {
    file: File,
    start: u64,
    end: u64,
    /// Where a reader is told that the section ends: `end`, or later in a file that was cut off.
    stated_end: u64,
    pos: u64,
    /// Readers are told not to seek.
    forward_only: bool,
    /// Four bytes that read otherwise than they are, and where.
    patch: Option<(u64, [u8; 4])>,
}

impl Section {
    /// Opens the audio part of a regular file.
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        // Looked at before it is opened: opening a pipe without a writer would wait for ever.
        let kind = fs::metadata(path)?.file_type();
        if !kind.is_file() {
            let node = if kind.is_dir() { NodeKind::Directory } else { NodeKind::Special };
            return Err(Unsupported::NotAFile(node).into());
        }
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        if len == 0 {
            return Err(TooShort::Empty.into());
        }
        let (start, end) = tags::audio_range(&mut file, len)?;
        if start >= end {
            return Err(TooShort::TagsOnly.into());
        }
        file.seek(SeekFrom::Start(start))?;
        Ok(Self { file, start, end, stated_end: end, pos: start, forward_only: false, patch: None })
    }

    /// Bytes in the section.
    pub fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Lets readers believe in a length of `len`. Reading beyond the real end gives nothing, as at the end of any file.
    pub fn state_len(&mut self, len: u64) {
        self.stated_end = self.start.saturating_add(len).clamp(self.end, i64::MAX.cast_unsigned());
    }

    /// Has readers take the section as a stream of unknown length.
    pub fn forward_only(&mut self) {
        self.forward_only = true;
    }

    /// Makes the four bytes at `offset` read as `bytes`.
    pub fn patch(&mut self, offset: u64, bytes: [u8; 4]) {
        self.patch = Some((self.start + offset, bytes));
    }

    /// Reads up to `n` bytes from the beginning and goes back there.
    pub fn head(&mut self, n: usize) -> io::Result<Vec<u8>> {
        self.rewind()?;
        let mut head = Vec::with_capacity(n);
        self.by_ref().take(n as u64).read_to_end(&mut head)?;
        self.rewind()?;
        Ok(head)
    }
}

impl Read for Section {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.pos)).unwrap_or(usize::MAX);
        let wanted = buf.len().min(left);
        let got = self.file.read(&mut buf[..wanted])?;
        if let Some((at, bytes)) = self.patch
            && at + 4 > self.pos
        {
            for (place, byte) in (at..).zip(bytes) {
                let into = place.checked_sub(self.pos).and_then(|i| usize::try_from(i).ok());
                if let Some(into) = into.filter(|&i| i < got) {
                    buf[into] = byte;
                }
            }
        }
        self.pos += got as u64;
        Ok(got)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => self.start.checked_add(offset),
            SeekFrom::End(offset) => self.stated_end.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.pos.checked_add_signed(offset),
        };
        // Beyond the end is the end: a reader then gets nothing, as it does from a file.
        let target = target.filter(|&t| t >= self.start).ok_or(io::ErrorKind::InvalidInput)?.min(self.stated_end);
        self.pos = self.file.seek(SeekFrom::Start(target))?;
        Ok(self.pos - self.start)
    }
}

impl symphonia::core::io::MediaSource for Section {
    fn is_seekable(&self) -> bool {
        !self.forward_only
    }

    fn byte_len(&self) -> Option<u64> {
        (!self.forward_only).then_some(self.stated_end - self.start)
    }
}
