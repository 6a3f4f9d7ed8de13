//! What the header of a Layer III frame says of what follows it.

use super::FrameError;
use crate::mpeg_header::{ChannelMode, Header, Layer};

impl Header {
    /// Reads the first four bytes of a frame.
    ///
    /// # Errors
    /// [`FrameError::Header`] for reserved values and other layers, [`FrameError::Truncated`] below four bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        let Some(bytes) = bytes.first_chunk::<4>() else {
            return Err(FrameError::Truncated { needed: 4, got: bytes.len() });
        };
        Self::read(*bytes).filter(|header| header.layer == Layer::Three).ok_or(FrameError::Header)
    }

    /// Granules of 576 samples in the frame: 2 for MPEG-1, 1 for the lower rates.
    #[must_use]
    pub fn granules(&self) -> usize {
        if self.is_lsf() { 1 } else { 2 }
    }

    /// Whether the two channels hold mid and side.
    #[must_use]
    pub fn ms_stereo(&self) -> bool {
        matches!(self.mode, ChannelMode::Joint { mid_side: true, .. })
    }

    /// Whether intensity stereo is on.
    #[must_use]
    pub fn intensity_stereo(&self) -> bool {
        matches!(self.mode, ChannelMode::Joint { intensity: true, .. })
    }

    /// Bytes from the start of the frame to its main data: header, check word and side information.
    #[must_use]
    pub fn main_data_offset(&self) -> usize {
        self.side_info_offset() + self.side_info_len()
    }

    /// Bytes from the start of the frame to its side information.
    pub(super) fn side_info_offset(&self) -> usize {
        if self.crc { 6 } else { 4 }
    }

    /// Bytes of side information (clause 2.4.1.7; 13818-3 clause 2.4.1.7).
    pub(crate) fn side_info_len(&self) -> usize {
        match (self.is_lsf(), self.channels()) {
            (false, 1) => 17,
            (false, _) => 32,
            (true, 1) => 9,
            (true, _) => 17,
        }
    }

    /// Whether `other` can be a neighbour in the same stream: same version, rate, and both or neither in free format.
    pub(super) fn continues(&self, other: &Self) -> bool {
        self.version == other.version
            && self.sample_rate == other.sample_rate
            && self.bitrate_kbps.is_none() == other.bitrate_kbps.is_none()
    }
}

#[cfg(test)]
mod tests {
    use crate::mpeg_header::{ChannelMode, Header, Version};

    #[test]
    fn a_common_header_is_read() {
        let header = Header::parse(&[0xff, 0xfb, 0xe2, 0x64]).unwrap();
        assert_eq!((header.version, header.sample_rate, header.bitrate_kbps), (Version::Mpeg1, 44_100, Some(320)));
        assert_eq!(header.mode, ChannelMode::Joint { mid_side: true, intensity: false });
        assert!(header.padding && !header.crc && header.ms_stereo());
        assert_eq!((header.frame_len(), header.main_data_offset()), (Some(1045), 36));
    }

    #[test]
    fn reserved_values_are_refused() {
        let refused: [[u8; 4]; 6] = [
            [0xff, 0x1b, 0x90, 0x00], // no sync
            [0xff, 0xeb, 0x90, 0x00], // version
            [0xff, 0xfd, 0x90, 0x00], // Layer II
            [0xff, 0xfb, 0xf0, 0x00], // bitrate
            [0xff, 0xfb, 0x9c, 0x00], // sample rate
            [0xff, 0xfb, 0x90, 0x02], // emphasis
        ];
        for bytes in refused {
            assert!(Header::parse(&bytes).is_err(), "{bytes:x?}");
        }
        assert!(Header::parse(&[0xff, 0xfb]).is_err());
    }
}
