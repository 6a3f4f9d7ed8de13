//! The four header bytes of an MPEG audio frame, all three layers: ISO/IEC 11172-3 clause 2.4.1.3,
//! ISO/IEC 13818-3 clause 2.4.1.3, and the common MPEG-2.5 extension to quarter rates.

use crate::facts::Codec;

/// Bytes of the longest frame: Layer II at 160 kbps and 8 kHz, with padding.
pub(crate) const MAX_FRAME_LEN: usize = 2881;

/// Compression layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    One,
    Two,
    Three,
}

impl Layer {
    /// The codec name of the layer.
    pub fn codec(self) -> Codec {
        match self {
            Self::One => Codec::Mp1,
            Self::Two => Codec::Mp2,
            Self::Three => Codec::Mp3,
        }
    }
}

/// What a header says. Free format (bitrate index 0) is not among it: no decoder here plays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub layer: Layer,
    /// MPEG-1; otherwise MPEG-2 or 2.5.
    pub mpeg1: bool,
    /// In Hz.
    pub sample_rate: u32,
    /// In kbps.
    pub kbps: u32,
    pub mono: bool,
    /// A 16-bit check word follows the header.
    pub crc: bool,
    /// Bytes of the whole frame.
    pub len: usize,
}

/// Layer I, II, III of MPEG-1 (clause 2.4.2.3), then Layer I and Layers II/III of MPEG-2 (13818-3 clause 2.4.2.3).
const KBPS: [[u32; 15]; 5] = [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/// MPEG-1 rates; MPEG-2 has half of each and MPEG-2.5 a quarter.
const SAMPLE_RATES: [u32; 3] = [44_100, 48_000, 32_000];

impl FrameHeader {
    /// Reads a header from the first four of `bytes`; none for anything that is not one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let word = u32::from_be_bytes(*bytes.first_chunk::<4>()?);
        let field = |shift: u32, width: u32| (word >> shift) & ((1 << width) - 1);
        // Sync word, and an emphasis other than the reserved one.
        if field(21, 11) != 0x7ff || field(0, 2) == 2 {
            return None;
        }
        let divisor = match field(19, 2) {
            0 => 4,
            2 => 2,
            3 => 1,
            _ => return None,
        };
        let mpeg1 = divisor == 1;
        let (layer, table) = match (field(17, 2), mpeg1) {
            (3, true) => (Layer::One, 0),
            (2, true) => (Layer::Two, 1),
            (1, true) => (Layer::Three, 2),
            (3, false) => (Layer::One, 3),
            (2, false) => (Layer::Two, 4),
            (1, false) => (Layer::Three, 4),
            _ => return None,
        };
        let kbps = KBPS[table].get(field(12, 4) as usize).copied().filter(|&kbps| kbps > 0)?;
        let sample_rate = SAMPLE_RATES.get(field(10, 2) as usize)? / divisor;
        let padding = field(9, 1);
        // Clause 2.4.3.1: Layer I counts in slots of four bytes, the others in bytes.
        let len = match layer {
            Layer::One => (12_000 * kbps / sample_rate + padding) * 4,
            Layer::Three if !mpeg1 => 72_000 * kbps / sample_rate + padding,
            _ => 144_000 * kbps / sample_rate + padding,
        };
        let (mono, crc) = (field(6, 2) == 3, field(16, 1) == 0);
        Some(Self { layer, mpeg1, sample_rate, kbps, mono, crc, len: len as usize })
    }

    /// Samples per channel of the frame.
    pub fn samples(&self) -> u32 {
        match self.layer {
            Layer::One => 384,
            Layer::Three if !self.mpeg1 => 576,
            _ => 1152,
        }
    }

    /// 1 or 2.
    pub fn channels(&self) -> u16 {
        if self.mono { 1 } else { 2 }
    }

    /// Whether `other` can be a frame of the same stream.
    pub fn same_stream(&self, other: &Self) -> bool {
        self.layer == other.layer
            && self.mpeg1 == other.mpeg1
            && self.sample_rate == other.sample_rate
            && self.mono == other.mono
    }

    /// Offset of a Xing or Info tag in a Layer III frame: behind the side information. Encoders leave out the check word.
    pub fn xing_offset(&self) -> usize {
        match (self.mpeg1, self.mono) {
            (true, false) => 36,
            (true, true) | (false, false) => 21,
            (false, true) => 13,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FrameHeader, Layer, MAX_FRAME_LEN};

    #[test]
    fn known_headers() {
        let h = FrameHeader::parse(&[0xff, 0xfb, 0xe2, 0x64]).unwrap();
        assert_eq!((h.layer, h.kbps, h.sample_rate, h.len, h.channels()), (Layer::Three, 320, 44_100, 1045, 2));
        let h = FrameHeader::parse(&[0xff, 0xfd, 0xa4, 0x00]).unwrap();
        assert_eq!((h.layer, h.kbps, h.sample_rate, h.len, h.samples()), (Layer::Two, 192, 48_000, 576, 1152));
        let h = FrameHeader::parse(&[0xff, 0xf3, 0x80, 0xc0]).unwrap();
        assert_eq!((h.kbps, h.sample_rate, h.samples(), h.xing_offset()), (64, 22_050, 576, 13));
    }

    #[test]
    fn every_header_has_a_sane_length() {
        for word in 0xffe0_0000..=0xffff_ffff_u32 {
            if let Some(h) = FrameHeader::parse(&word.to_be_bytes()) {
                assert!((24..=MAX_FRAME_LEN).contains(&h.len), "{word:x}: {h:?}");
            }
        }
    }
}
