//! Finding frames in a byte stream: a sync word is only believed where a chain of frames follows it.

use std::io::{self, Read};

use super::header::MAX_FRAME_LEN;
use crate::mpeg_header::Header;
use crate::section::Section;

/// Frames in a row that make a stream. Three would do for random bytes, but raw PCM is full of `0xffff`.
const CHAIN: usize = 6;
/// Frames in a row that take up a stream again whose sample rate and channels are known.
const RESYNC_CHAIN: usize = 3;
/// Bytes that a chain may need to look at.
const LOOKAHEAD: usize = CHAIN * MAX_FRAME_LEN + 4;
/// Bytes read from the file at once.
const CHUNK: usize = 1 << 16;

/// A window that slides over a byte stream.
#[derive(Debug)]
pub(crate) struct Window<R> {
    source: R,
    buf: Vec<u8>,
    start: usize,
    eof: bool,
    /// Bytes consumed so far.
    pub pos: u64,
}

impl<R: Read> Window<R> {
    pub fn new(source: R) -> Self {
        Self { source, buf: Vec::with_capacity(CHUNK + LOOKAHEAD), start: 0, eof: false, pos: 0 }
    }

    /// The bytes at the window's position: at least `n` of them, or all that are left.
    pub fn fill(&mut self, n: usize) -> io::Result<&[u8]> {
        if self.buf.len() - self.start < n && !self.eof {
            self.buf.drain(..self.start);
            self.start = 0;
            let missing = CHUNK.max(n) - self.buf.len();
            let got = self.source.by_ref().take(missing as u64).read_to_end(&mut self.buf)?;
            self.eof = got < missing;
        }
        Ok(&self.buf[self.start..])
    }

    /// Moves on by `n` bytes that have been seen.
    pub fn consume(&mut self, n: usize) {
        let n = n.min(self.buf.len() - self.start);
        self.start += n;
        self.pos += n as u64;
    }
}

/// Whether `bytes` begin with `wanted` frames of one stream, which is that of `model` if there is one. Fewer will do
/// where the bytes, and with them the stream, end within or right behind the last of them.
fn is_chain(bytes: &[u8], wanted: usize, model: Option<Header>, may_end: bool) -> bool {
    let mut at = 0;
    let mut first = model;
    for count in 0..wanted {
        if count > 0 && at + 4 > bytes.len() {
            return may_end;
        }
        let Some(header) = bytes.get(at..).and_then(Header::of_stream) else { return false };
        if !first.get_or_insert(header).same_stream(&header) {
            return false;
        }
        at += header.bytes();
    }
    true
}

/// What the next step of a scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A whole frame lies at the window's position.
    Frame(Header),
    /// A frame begins there, but the stream ends before the frame does.
    CutFrame(Header),
    /// No more frames.
    End,
}

/// Finds frames one after the other.
#[derive(Debug)]
pub(crate) struct Scanner<R> {
    pub window: Window<R>,
    model: Option<Header>,
    /// Bytes passed over because no frame began there.
    pub junk: u64,
}

impl<R: Read> Scanner<R> {
    pub fn new(source: R) -> Self {
        Self { window: Window::new(source), model: None, junk: 0 }
    }

    /// Looks for the next frame, passing over at most `patience` bytes of junk.
    pub fn step(&mut self, patience: u64) -> io::Result<Step> {
        let mut passed = 0;
        loop {
            let at_start = self.window.pos == 0;
            let in_sync = self.model.is_some() && passed == 0;
            let bytes = self.window.fill(LOOKAHEAD)?;
            if bytes.len() < 4 {
                return Ok(Step::End);
            }
            if let Some(header) = Header::of_stream(bytes) {
                // In sync, one header of the same stream is enough; after junk it takes a few, and a new stream more.
                let known = self.model.filter(|model| model.same_stream(&header));
                let believed = match known {
                    Some(_) if in_sync => true,
                    Some(_) => is_chain(bytes, RESYNC_CHAIN, known, true),
                    None => is_chain(bytes, CHAIN, None, at_start),
                };
                if believed {
                    let whole = bytes.len() >= header.bytes();
                    self.model = Some(header);
                    return Ok(if whole { Step::Frame(header) } else { Step::CutFrame(header) });
                }
            }
            // To the next byte that can begin a sync word.
            let skip = bytes[1..].iter().position(|&b| b == 0xff).map_or(bytes.len(), |at| at + 1);
            self.window.consume(skip);
            self.junk += skip as u64;
            passed += skip as u64;
            if passed > patience {
                return Ok(Step::End);
            }
        }
    }
}

/// The first frame of an MPEG audio stream in `section`, if it is one. Leaves the section at its beginning.
pub(crate) fn find_stream(section: &mut Section, patience: u64) -> io::Result<Option<Header>> {
    use std::io::Seek as _;
    section.rewind()?;
    let step = Scanner::new(&mut *section).step(patience);
    section.rewind()?;
    Ok(match step? {
        Step::Frame(header) => Some(header),
        Step::CutFrame(_) | Step::End => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Scanner, Step};

    /// `n` silent 128 kbps frames of 417 bytes.
    fn frames(n: usize) -> Vec<u8> {
        let mut frame = vec![0xff, 0xfb, 0x90, 0x64];
        frame.resize(417, 0);
        frame.repeat(n)
    }

    fn count(bytes: &[u8]) -> (usize, u64, bool) {
        let mut scanner = Scanner::new(bytes);
        let mut frames = 0;
        loop {
            match scanner.step(1 << 20).unwrap() {
                Step::Frame(header) => {
                    frames += 1;
                    scanner.window.consume(header.bytes());
                }
                Step::CutFrame(_) => return (frames, scanner.junk, true),
                Step::End => return (frames, scanner.junk, false),
            }
        }
    }

    #[test]
    fn plain_streams() {
        assert_eq!(count(&frames(1)), (1, 0, false));
        assert_eq!(count(&frames(500)), (500, 0, false));
        assert_eq!(count(&frames(5)[..2000]), (4, 0, true));
        assert_eq!(count(&[]), (0, 0, false));
    }

    #[test]
    fn junk_before_and_within() {
        let mut bytes = vec![0xff; 1000];
        bytes.extend(frames(10));
        bytes.extend([0x55; 333]);
        bytes.extend(frames(10));
        assert_eq!(count(&bytes), (20, 1333, false));
    }

    #[test]
    fn noise_is_not_audio() {
        // A seeded xorshift; sync words come up about once in 2048 bytes.
        let mut x = 0x9e37_79b9_7f4a_7c15u64;
        let noise: Vec<u8> = (0..1 << 21)
            .map(|_| {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                (x >> 32) as u8
            })
            .collect();
        assert_eq!(count(&noise).0, 0);
    }
}
