//! Encoder names and nominal rates out of the header packets of FLAC and Ogg streams, which symphonia passes over.

use std::io::{self, Read, Seek, SeekFrom};

use crate::section::Section;
use crate::text;

/// Bytes at the beginning of an Ogg file in which its header packets start.
const OGG_HEAD: usize = 1 << 16;
/// Metadata blocks of a FLAC file that are looked at.
const MAX_FLAC_BLOCKS: usize = 128;

/// The vendor string of a native FLAC file: RFC 9639 clause 8.6. Leaves the section at its beginning.
pub(crate) fn flac(section: &mut Section) -> io::Result<Option<String>> {
    section.rewind()?;
    let found = flac_vendor(section);
    section.rewind()?;
    match found {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        found => Ok(found.ok().flatten()),
    }
}

fn flac_vendor(section: &mut Section) -> io::Result<Option<String>> {
    section.seek(SeekFrom::Start(4))?;
    for _ in 0..MAX_FLAC_BLOCKS {
        let mut header = [0; 4];
        section.read_exact(&mut header)?;
        let [kind, a, b, c] = header;
        let len = u32::from_be_bytes([0, a, b, c]);
        if kind & 0x7f == 4 {
            let mut block = Vec::new();
            section.take(u64::from(len).min(1024)).read_to_end(&mut block)?;
            return Ok(comment_vendor(&block));
        }
        if kind & 0x80 != 0 {
            break;
        }
        section.seek_relative(i64::from(len))?;
    }
    Ok(None)
}

/// The vendor string that begins a Vorbis comment: Vorbis I specification clause 5.2.1.
fn comment_vendor(comment: &[u8]) -> Option<String> {
    let (len, rest) = comment.split_first_chunk::<4>()?;
    let len = u32::from_le_bytes(*len) as usize;
    text::clean(&rest[..len.min(rest.len())])
}

/// What the header packets of an Ogg stream say.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct OggHead {
    pub vendor: Option<String>,
    /// The last page is not marked as such, or not whole.
    pub has_no_end: bool,
    /// Nominal rate of a Vorbis stream, in kbps.
    pub nominal_kbps: Option<u32>,
}

/// Reads the header packets. Leaves the section at its beginning.
pub(crate) fn ogg(section: &mut Section) -> io::Result<OggHead> {
    let head = section.head(OGG_HEAD)?;
    // A header packet begins a page (RFC 3533, Vorbis I clause A.2), so its mark and vendor lie in one piece.
    let after = |mark: &[u8]| head.windows(mark.len()).position(|w| w == mark).map(|at| &head[at + mark.len()..]);
    let vendor = after(b"\x03vorbis").or_else(|| after(b"OpusTags")).and_then(comment_vendor);
    // Vorbis I clause 4.2.2: version, channels, rate and greatest rate before the nominal one.
    let nominal =
        after(b"\x01vorbis").and_then(|ident| ident.get(13..17)?.first_chunk::<4>()).map(|b| i32::from_le_bytes(*b));
    let nominal_kbps =
        nominal.and_then(|rate| u32::try_from(rate).ok()).filter(|&rate| rate > 0).map(|rate| (rate + 500) / 1000);
    Ok(OggHead { vendor, has_no_end: !ends_with_last_page(section)?, nominal_kbps })
}

/// Whether the section ends with a whole page that is marked as the last one: RFC 3533 clause 6.
fn ends_with_last_page(section: &mut Section) -> io::Result<bool> {
    // A page is 65,307 bytes at most.
    let tail_len = section.len().min(1 << 16);
    section.seek(SeekFrom::End(-tail_len.cast_signed()))?;
    let mut tail = Vec::new();
    section.read_to_end(&mut tail)?;
    section.rewind()?;
    let Some(at) = tail.windows(4).rposition(|w| w == b"OggS") else { return Ok(false) };
    let page = &tail[at..];
    let (Some(flags), Some(&segments)) = (page.get(5), page.get(26)) else { return Ok(false) };
    let Some(lacing) = page.get(27..27 + usize::from(segments)) else { return Ok(false) };
    let body: usize = lacing.iter().map(|&len| usize::from(len)).sum();
    Ok(flags & 4 != 0 && page.len() >= 27 + lacing.len() + body)
}
