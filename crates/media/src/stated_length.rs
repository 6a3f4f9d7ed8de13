//! MP4, Matroska and AIFF files that were cut off: symphonia passes over a top-level element that ends behind the end of the
//! file, and with it over all of its samples. It is told the length that the file would have, or, where it would go there
//! to look for an index, that there is no going back and forth.

use std::io::{self, Read, Seek, SeekFrom};

use crate::section::Section;

/// Top-level boxes that are walked; fragmented files have thousands, but nothing to repair.
const MAX_BOXES: usize = 64;

/// Extends the stated length of an MP4 `section` to the end of its last box. Whether it was cut off; leaves it
/// at its beginning.
pub(crate) fn restore_mp4(section: &mut Section) -> io::Result<bool> {
    let len = section.len();
    let mut at = 0;
    for _ in 0..MAX_BOXES {
        if at + 16 > len {
            break;
        }
        section.seek(SeekFrom::Start(at))?;
        let mut head = [0; 16];
        section.read_exact(&mut head)?;
        let [a, b, c, d, _, _, _, _, long @ ..] = head;
        // ISO/IEC 14496-12 clause 4.2: 1 means a 64-bit size behind the type, 0 means up to the end.
        let size = match u32::from_be_bytes([a, b, c, d]) {
            0 => break,
            1 => u64::from_be_bytes(long),
            size => u64::from(size),
        };
        if size < 8 {
            break;
        }
        at = at.saturating_add(size);
        if at > len {
            section.state_len(at);
            break;
        }
    }
    section.rewind()?;
    Ok(at > len)
}

/// Makes a Matroska `section` whose segment is cut off one that is read forwards. Whether it was; leaves it at its
/// beginning.
pub(crate) fn restore_matroska(section: &mut Section) -> io::Result<bool> {
    let len = section.len();
    let head = section.head(4096)?;
    let is_cut = segment_end(&head).is_some_and(|end| end > len);
    if is_cut {
        section.forward_only();
    }
    Ok(is_cut)
}

/// Makes an AIFF `section` whose outer chunk is cut off one that is read forwards. Whether it was; leaves it at its
/// beginning.
pub(crate) fn restore_aiff(section: &mut Section) -> io::Result<bool> {
    let len = section.len();
    let head = section.head(8)?;
    let stated = head.last_chunk::<4>().map_or(0, |b| u64::from(u32::from_be_bytes(*b)));
    // The padding byte of the last chunk is often left out.
    let is_cut = stated + 8 > len + 1;
    if is_cut {
        section.forward_only();
    }
    Ok(is_cut)
}

/// Where the segment behind the EBML header ends (RFC 9559 clause 5); none if its length is unknown.
fn segment_end(head: &[u8]) -> Option<u64> {
    let (size, width) = vint(head.strip_prefix(&[0x1a, 0x45, 0xdf, 0xa3])?)?;
    let segment = 4 + width + usize::try_from(size).ok()?;
    let (size, width) = vint(head.get(segment..)?.strip_prefix(&[0x18, 0x53, 0x80, 0x67])?)?;
    size.checked_add((segment + 4 + width) as u64)
}

/// A variable-size integer (RFC 8794 clause 4) and its width in bytes; none for the reserved "unknown".
fn vint(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let width = first.leading_zeros() as usize + 1;
    let all = bytes.get(..width).filter(|_| width <= 8)?;
    let mask = (1u64 << (7 * width)) - 1;
    let value = all.iter().fold(0u64, |sum, &b| (sum << 8) | u64::from(b)) & mask;
    (value != mask).then_some((value, width))
}

#[cfg(test)]
mod tests {
    use super::segment_end;

    #[test]
    fn segments() {
        let head = [&[0x1a, 0x45, 0xdf, 0xa3, 0x82, 1, 2, 0x18, 0x53, 0x80, 0x67][..], &[0x41, 0x00]].concat();
        assert_eq!(segment_end(&head), Some(13 + 256));
        let unknown = [&head[..11], &[0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]].concat();
        assert_eq!(segment_end(&unknown), None);
        assert_eq!(segment_end(&head[..9]), None);
    }
}
