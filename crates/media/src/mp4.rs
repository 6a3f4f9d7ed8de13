//! MP4 files that were cut off: symphonia passes over a top-level box that ends behind the end of the file, and with it
//! over all of its samples. It is told the length that the file would have.

use std::io::{self, Read, Seek, SeekFrom};

use crate::section::Section;

/// Top-level boxes that are walked; fragmented files have thousands, but nothing to repair.
const MAX_BOXES: usize = 64;

/// Extends the stated length of `section` to the end of its last box. Leaves it at its beginning.
pub(crate) fn state_whole_length(section: &mut Section) -> io::Result<()> {
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
    section.rewind()
}
