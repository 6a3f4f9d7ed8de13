//! The four header bytes of a frame: ISO/IEC 11172-3 clause 2.4.1.3, 13818-3 clause 2.4.1.3, and MPEG-2.5.

use super::FrameError;

/// Which of the three families of sample rates a stream belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// ISO/IEC 11172-3: 32, 44.1 and 48 kHz, two granules a frame.
    Mpeg1,
    /// ISO/IEC 13818-3 low sampling frequencies: 16, 22.05 and 24 kHz, one granule a frame.
    Mpeg2,
    /// The de facto extension: 8, 11.025 and 12 kHz, one granule a frame.
    Mpeg25,
}

/// How the two channels of a frame belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelMode {
    /// Left and right, coded apart.
    Stereo,
    /// Left and right, coded together where the flags say so.
    Joint {
        /// Channel 0 holds (L+R)/√2 and channel 1 (L−R)/√2.
        mid_side: bool,
        /// The lines of channel 1 above its last non-zero one are a scaled copy of channel 0.
        intensity: bool,
    },
    /// Two unrelated channels.
    Dual,
    /// One channel.
    Mono,
}

/// A Layer III frame header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The family of sample rates.
    pub version: Version,
    /// In hertz.
    pub sample_rate: u32,
    /// In kilobits a second; `None` for free format, where only the distance of frames tells.
    pub bitrate_kbps: Option<u16>,
    /// Whether one byte is added to this frame.
    pub padding: bool,
    /// Whether a 16-bit check word follows the header.
    pub crc: bool,
    /// The channels and how they are joined.
    pub mode: ChannelMode,
    word: u32,
}

/// Table of clause 2.4.2.3, Layer III column; index 0 is free format, index 15 is forbidden.
const BITRATES_MPEG1: [u16; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/// 13818-3 clause 2.4.2.3, Layers II and III.
const BITRATES_LSF: [u16; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/// MPEG-1 rates; MPEG-2 has half of each and MPEG-2.5 a quarter.
const SAMPLE_RATES: [u32; 3] = [44_100, 48_000, 32_000];

impl Header {
    /// What a frame holds before anything was read into it.
    pub(super) const SILENT: Self = Self {
        version: Version::Mpeg1,
        sample_rate: 44_100,
        bitrate_kbps: None,
        padding: false,
        crc: false,
        mode: ChannelMode::Mono,
        word: 0,
    };

    /// Reads the first four bytes of a frame.
    ///
    /// # Errors
    /// [`FrameError::Header`] for reserved values and other layers, [`FrameError::Truncated`] below four bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        let Some(bytes) = bytes.first_chunk::<4>() else {
            return Err(FrameError::Truncated { needed: 4, got: bytes.len() });
        };
        let word = u32::from_be_bytes(*bytes);
        let field = |shift: u32, width: u32| (word >> shift) & ((1 << width) - 1);
        let (version, divisor) = match field(19, 2) {
            0 => (Version::Mpeg25, 4),
            2 => (Version::Mpeg2, 2),
            3 => (Version::Mpeg1, 1),
            _ => return Err(FrameError::Header),
        };
        // The sync word, layer code 01 and any emphasis but the reserved one.
        if field(21, 11) != 0x7ff || field(17, 2) != 1 || field(0, 2) == 2 {
            return Err(FrameError::Header);
        }
        let bitrates = if version == Version::Mpeg1 { &BITRATES_MPEG1 } else { &BITRATES_LSF };
        let bitrate = *bitrates.get(field(12, 4) as usize).ok_or(FrameError::Header)?;
        let sample_rate = *SAMPLE_RATES.get(field(10, 2) as usize).ok_or(FrameError::Header)? / divisor;
        let mode = match field(6, 2) {
            0 => ChannelMode::Stereo,
            1 => ChannelMode::Joint { mid_side: field(5, 1) == 1, intensity: field(4, 1) == 1 },
            2 => ChannelMode::Dual,
            _ => ChannelMode::Mono,
        };
        Ok(Self {
            version,
            sample_rate,
            bitrate_kbps: (bitrate > 0).then_some(bitrate),
            padding: field(9, 1) == 1,
            crc: field(16, 1) == 0,
            mode,
            word,
        })
    }

    /// 1 or 2.
    #[must_use]
    pub fn channels(&self) -> usize {
        if self.mode == ChannelMode::Mono { 1 } else { 2 }
    }

    /// Granules of 576 samples in the frame: 2 for MPEG-1, 1 for the lower rates.
    #[must_use]
    pub fn granules(&self) -> usize {
        if self.is_lsf() { 1 } else { 2 }
    }

    /// Whether the syntax is that of the low sampling frequencies (MPEG-2 and 2.5).
    #[must_use]
    pub fn is_lsf(&self) -> bool {
        self.version != Version::Mpeg1
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

    /// The 32 header bits as they stand in the file, for the private, copyright, original and emphasis bits.
    #[must_use]
    pub fn word(&self) -> u32 {
        self.word
    }

    /// Bytes of the whole frame, header included (clause 2.4.3.1); `None` in free format.
    #[must_use]
    pub fn frame_len(&self) -> Option<usize> {
        let bytes_a_second = u32::from(self.bitrate_kbps?) * 125;
        let samples = 576 * self.granules() as u32;
        Some((samples * bytes_a_second / self.sample_rate) as usize + usize::from(self.padding))
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
    pub(super) fn side_info_len(&self) -> usize {
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
    use super::{ChannelMode, Header, Version};

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
