//! Frames out of a byte stream: finds the sync, keeps it, and finds it again where bytes are bad.

use std::io::{self, Read};

use super::{Frame, FrameParser, Header};

/// Longest frame that is looked for, in bytes: free format at 640 kbit/s and 8 kHz; any other frame is shorter.
const MAX_FRAME: usize = 5761;
/// Bytes read ahead: two of the longest frames and the header behind them, so that free format can be measured.
const LOOK_AHEAD: usize = 2 * MAX_FRAME + 4;
const BUFFER: usize = 4 * MAX_FRAME;

/// Reads the Layer III frames of a file one by one, from memory that does not grow.
///
/// Leading `ID3v2` tags are passed over. Bytes between frames are skipped; after such a gap a frame counts only if
/// another one follows where it ends, and the bit reservoir starts anew.
#[derive(Debug)]
pub struct FrameReader<R> {
    source: R,
    buffer: Vec<u8>,
    /// What of `buffer` is read in and not yet used.
    start: usize,
    end: usize,
    at_eof: bool,
    /// The last frame's header and length without padding, while frames follow without a gap.
    synced: Option<(Header, usize)>,
    parser: FrameParser,
    skipped: u64,
    position: u64,
}

impl<R: Read> FrameReader<R> {
    /// Reads from `source`, best at the file's first byte. The reader buffers; `source` need not.
    pub fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            at_eof: false,
            synced: None,
            parser: FrameParser::new(),
            skipped: 0,
            position: 0,
        }
    }

    /// Bytes so far that belong to no readable frame: tags, garbage, a cut last frame.
    #[must_use]
    pub fn skipped_bytes(&self) -> u64 {
        self.skipped
    }

    /// Offset in the source of the byte behind the last frame.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next frame, or `None` at the end. The frame lives until the next call.
    ///
    /// # Errors
    /// Those of the source. Bad bytes are no errors: they are skipped and counted.
    pub fn next_frame(&mut self) -> io::Result<Option<&Frame>> {
        loop {
            self.fill()?;
            if self.start == self.end {
                return Ok(None);
            }
            if self.synced.is_none() && self.skip_id3()? {
                continue;
            }
            let Some((header, len)) = self.locate() else {
                self.lose_sync();
                continue;
            };
            let frame = &self.buffer[self.start..self.start + len];
            let readable = self.parser.parse(frame).is_ok();
            self.synced = Some((header, len - usize::from(header.padding)));
            self.advance(len);
            if readable {
                return Ok(Some(self.parser.frame()));
            }
            self.skipped += len as u64;
        }
    }

    /// Reads on until the look-ahead is there or the source ends.
    fn fill(&mut self) -> io::Result<()> {
        if self.end - self.start >= LOOK_AHEAD || self.at_eof {
            return Ok(());
        }
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        while self.end < self.buffer.len() {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.at_eof = true;
                    break;
                }
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn advance(&mut self, count: usize) {
        self.start += count;
        self.position += count as u64;
    }

    /// Passes over at least one byte, up to the next that can start a sync word.
    fn lose_sync(&mut self) {
        if self.synced.take().is_some() {
            self.parser.reset();
        }
        let rest = &self.buffer[self.start + 1..self.end];
        let gap = 1 + rest.iter().position(|&byte| byte == 0xff).unwrap_or(rest.len());
        self.advance(gap);
        self.skipped += gap as u64;
    }

    /// Passes over an `ID3v2` tag, whose pictures may look like frames (ID3v2.4 structure, clause 3.1).
    fn skip_id3(&mut self) -> io::Result<bool> {
        let Some(head) = self.buffer[self.start..self.end].first_chunk::<10>() else {
            return Ok(false);
        };
        let [b'I', b'D', b'3', major, revision, flags, size @ ..] = *head else {
            return Ok(false);
        };
        if major == 0xff || revision == 0xff || size.iter().any(|byte| byte & 0x80 != 0) {
            return Ok(false);
        }
        let body = size.iter().fold(0, |sum, &byte| sum << 7 | usize::from(byte));
        let mut left = 10 + body + if flags & 0x10 == 0 { 0 } else { 10 };
        while left > 0 && self.start < self.end {
            let part = left.min(self.end - self.start);
            self.advance(part);
            self.skipped += part as u64;
            left -= part;
            self.fill()?;
        }
        Ok(true)
    }

    /// Header and length of the frame at `start`, if there is one to trust.
    fn locate(&self) -> Option<(Header, usize)> {
        let bytes = &self.buffer[self.start..self.end];
        let header = Header::parse(bytes).ok()?;
        if let Some((last, unpadded)) = self.synced
            && last.continues(&header)
        {
            let len = header.frame_len().unwrap_or(unpadded + usize::from(header.padding));
            if len <= bytes.len() {
                return Some((header, len));
            }
        }
        let follows = |at: usize| match bytes.get(at..) {
            None => None,
            Some([]) if self.at_eof => Some(header),
            Some(rest) => Header::parse(rest).ok().filter(|next| header.continues(next)),
        };
        if let Some(len) = header.frame_len() {
            return follows(len).map(|_| (header, len));
        }
        // Free format: the first distance at which two more headers follow.
        let shortest = header.main_data_offset();
        (shortest..=MAX_FRAME.min(bytes.len())).find_map(|len| {
            let next = follows(len)?;
            let unpadded = len - usize::from(header.padding);
            follows(len + unpadded + usize::from(next.padding)).map(|_| (header, len))
        })
    }
}
