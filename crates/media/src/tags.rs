//! Tags that lie before and after the audio of any format: `ID3v2`, `APEv2`, `ID3v1` and `Lyrics3`. Only their extent
//! is of interest, so that no demuxer stumbles over them.

use std::io::{self, Read, Seek, SeekFrom};

/// Tags may follow one another; more than this many in a row is no music library.
const MAX_TAGS: usize = 16;

/// The byte range of `file` that remains when the tags at both ends are taken off; empty if nothing does.
pub(crate) fn audio_range<R: Read + Seek>(file: &mut R, len: u64) -> io::Result<(u64, u64)> {
    let mut start = 0;
    for _ in 0..MAX_TAGS {
        match leading(&read_at(file, start, len, 32)?) {
            Some(size) => start = start.saturating_add(size).min(len),
            None => break,
        }
    }
    let mut end = len;
    for _ in 0..MAX_TAGS {
        match trailing(file, start, end)? {
            Some(size) => end = end.saturating_sub(size).max(start),
            None => break,
        }
    }
    Ok((start, end))
}

/// Up to `n` bytes at `pos`, fewer at `end`.
fn read_at<R: Read + Seek>(file: &mut R, pos: u64, end: u64, n: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(pos))?;
    let mut bytes = Vec::new();
    file.by_ref().take(n.min(end.saturating_sub(pos))).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Size of the tag that `head` begins.
fn leading(head: &[u8]) -> Option<u64> {
    if head.len() >= 10 && head.starts_with(b"ID3") && head[3] != 0xff && head[6..10].iter().all(|&b| b < 0x80) {
        // ID3v2.4 clause 3.1: four times seven bits, without header and footer.
        let size = head[6..10].iter().fold(0, |sum, &b| (sum << 7) | u64::from(b));
        let footer = if head[5] & 0x10 == 0 { 0 } else { 10 };
        return Some(10 + size + footer);
    }
    ape_size(head).map(|size| 32 + size)
}

/// Size in the header or footer of an `APEv2` tag: the items and the footer.
fn ape_size(bytes: &[u8]) -> Option<u64> {
    let size = bytes.strip_prefix(b"APETAGEX")?.get(4..8)?.first_chunk::<4>()?;
    Some(u64::from(u32::from_le_bytes(*size)))
}

/// Size of the tag that ends at `end`.
fn trailing<R: Read + Seek>(file: &mut R, start: u64, end: u64) -> io::Result<Option<u64>> {
    let room = end - start;
    let mut last = |n: u64| {
        if room < n { Ok(Vec::new()) } else { read_at(file, end - n, end, n) }
    };
    if last(128)?.starts_with(b"TAG") {
        return Ok(Some(if last(355)?.starts_with(b"TAG+") { 355 } else { 128 }));
    }
    let footer = last(32)?;
    if let Some(size) = ape_size(&footer) {
        // Bit 31 of the flags: the tag also has a header of 32 bytes, which its size leaves out.
        let header = if footer[23] & 0x80 == 0 { 0 } else { 32 };
        return Ok(Some(size.max(32) + header));
    }
    let lyrics = last(15)?;
    if lyrics.ends_with(b"LYRICS200") {
        // Six decimal digits: the size without themselves and the end mark.
        let size =
            lyrics[..6].iter().try_fold(0u64, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u64::from(b - b'0')));
        return Ok(size.map(|size| size + 15));
    }
    let id3 = last(10)?;
    if id3.starts_with(b"3DI") && id3[6..10].iter().all(|&b| b < 0x80) {
        let size = id3[6..10].iter().fold(0, |sum, &b| (sum << 7) | u64::from(b));
        return Ok(Some(size + 20));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::audio_range;

    fn range(bytes: Vec<u8>) -> (u64, u64) {
        let len = bytes.len() as u64;
        audio_range(&mut Cursor::new(bytes), len).unwrap()
    }

    fn ape(items: usize) -> Vec<u8> {
        let size = (items as u32 + 32).to_le_bytes();
        let mark = |flags: u8| {
            let mut mark = b"APETAGEX\xd0\x07\0\0".to_vec();
            mark.extend(size);
            mark.extend([0, 0, 0, 0, 0, 0, 0, flags]);
            mark.extend([0; 8]);
            mark
        };
        [mark(0xa0), vec![b'i'; items], mark(0x80)].concat()
    }

    #[test]
    fn both_ends_are_taken_off() {
        let id3v2 = [b"ID3\x04\0\0\0\0\x01\x02".as_slice(), &[0; 130]].concat();
        let mut id3v1 = b"TAG".to_vec();
        id3v1.resize(128, b' ');
        let file =
            [id3v2.clone(), id3v2, vec![1; 50], ape(7), b"LYRICSBEGINxx000013LYRICS200".to_vec(), id3v1].concat();
        assert_eq!(range(file), (280, 330));
    }

    #[test]
    fn tags_alone_leave_nothing_and_lies_do_not_escape() {
        assert_eq!(range(ape(3)), (67, 67));
        assert_eq!(range(b"ID3\x03\0\0\x7f\x7f\x7f\x7f".to_vec()), (10, 10));
        assert_eq!(range(vec![7; 40]), (0, 40));
    }
}
