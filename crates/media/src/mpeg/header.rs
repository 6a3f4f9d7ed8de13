//! What the headers of a stream of any layer say: how long its frames are, and which belong together.

use crate::mpeg_header::Header;

/// Bytes of the longest frame: Layer II at 160 kbps and 8 kHz, with padding.
pub(crate) const MAX_FRAME_LEN: usize = 2881;

impl Header {
    /// Reads a header of any layer from the first four of `bytes`; none for anything that is not one. Free format is not
    /// among them: no decoder here plays it.
    pub(crate) fn of_stream(bytes: &[u8]) -> Option<Self> {
        Self::read(*bytes.first_chunk()?).filter(|header| header.bitrate_kbps.is_some())
    }

    /// In kbps; 0 in free format.
    pub(crate) fn kbps(&self) -> u32 {
        self.bitrate_kbps.map_or(0, u32::from)
    }

    /// Bytes of the whole frame; 0 in free format.
    pub(crate) fn bytes(&self) -> usize {
        self.frame_len().unwrap_or(0)
    }

    /// Whether `other` can be a frame of the same stream.
    pub(crate) fn same_stream(&self, other: &Self) -> bool {
        let of = |header: &Self| (header.layer, header.sample_rate, header.channels());
        of(self) == of(other)
    }

    /// Offset of a Xing or Info tag in a Layer III frame: behind the side information. Encoders leave out the check word.
    pub(crate) fn xing_offset(&self) -> usize {
        4 + self.side_info_len()
    }
}

#[cfg(test)]
mod tests {
    use super::MAX_FRAME_LEN;
    use crate::mpeg_header::{Header, Layer};

    #[test]
    fn known_headers() {
        let read = |bytes: [u8; 4]| {
            let h = Header::of_stream(&bytes).unwrap();
            (h.layer, h.kbps(), h.sample_rate, h.bytes(), h.channels(), h.samples(), h.xing_offset())
        };
        assert_eq!(read([0xff, 0xfb, 0xe2, 0x64]), (Layer::Three, 320, 44_100, 1045, 2, 1152, 36));
        assert_eq!(read([0xff, 0xfd, 0xa4, 0x00]), (Layer::Two, 192, 48_000, 576, 2, 1152, 36));
        assert_eq!(read([0xff, 0xff, 0xa6, 0x00]), (Layer::One, 320, 48_000, 324, 2, 384, 36));
        assert_eq!(read([0xff, 0xf3, 0x80, 0xc0]), (Layer::Three, 64, 22_050, 208, 1, 576, 13));
        assert_eq!(Header::of_stream(&[0xff, 0xfb, 0x02, 0x64]), None, "free format");
    }

    #[test]
    fn every_header_has_a_sane_length() {
        for word in 0xffe0_0000..=0xffff_ffff_u32 {
            if let Some(h) = Header::of_stream(&word.to_be_bytes()) {
                assert!((24..=MAX_FRAME_LEN).contains(&h.bytes()), "{word:x}: {h:?}");
            }
        }
    }
}
