//! The four header bytes of an MPEG audio frame, all three layers: ISO/IEC 11172-3 clause 2.4.1.3,
//! ISO/IEC 13818-3 clause 2.4.1.3, and the common MPEG-2.5 extension to quarter rates. What `mpeg` finds frames by and `layer3`
//! reads them with.

use crate::facts::Codec;

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

/// A frame header; in `layer3` that of a Layer III frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub(crate) layer: Layer,
    /// The family of sample rates.
    pub version: Version,
    /// In hertz.
    pub sample_rate: u32,
    /// In kilobits a second; `None` for free format, where only the distance of frames tells.
    pub bitrate_kbps: Option<u16>,
    /// Whether the frame is longer by one slot: a byte, in Layer I four.
    pub padding: bool,
    /// Whether a 16-bit check word follows the header.
    pub crc: bool,
    /// The channels and how they are joined.
    pub mode: ChannelMode,
    word: u32,
}

/// Layer I, II, III of MPEG-1 (clause 2.4.2.3), then Layer I and Layers II/III of MPEG-2 (13818-3 clause 2.4.2.3). Index 0 is free
/// format, index 15 is forbidden.
const BITRATES: [[u16; 15]; 5] = [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/// MPEG-1 rates; MPEG-2 has half of each and MPEG-2.5 a quarter.
const SAMPLE_RATES: [u32; 3] = [44_100, 48_000, 32_000];

impl Header {
    /// What a frame holds before anything was read into it.
    pub(crate) const SILENT: Self = Self {
        layer: Layer::Three,
        version: Version::Mpeg1,
        sample_rate: 44_100,
        bitrate_kbps: None,
        padding: false,
        crc: false,
        mode: ChannelMode::Mono,
        word: 0,
    };

    /// Reads a header of any layer; none where there is no sync word or a value is reserved.
    pub(crate) fn read(bytes: [u8; 4]) -> Option<Self> {
        let word = u32::from_be_bytes(bytes);
        let field = |shift: u32, width: u32| (word >> shift) & ((1 << width) - 1);
        // Sync word, and an emphasis other than the reserved one.
        if field(21, 11) != 0x7ff || field(0, 2) == 2 {
            return None;
        }
        let (version, divisor) = match field(19, 2) {
            0 => (Version::Mpeg25, 4),
            2 => (Version::Mpeg2, 2),
            3 => (Version::Mpeg1, 1),
            _ => return None,
        };
        let (layer, bitrates) = match (field(17, 2), version) {
            (3, Version::Mpeg1) => (Layer::One, 0),
            (2, Version::Mpeg1) => (Layer::Two, 1),
            (1, Version::Mpeg1) => (Layer::Three, 2),
            (3, _) => (Layer::One, 3),
            (2, _) => (Layer::Two, 4),
            (1, _) => (Layer::Three, 4),
            _ => return None,
        };
        let bitrate = *BITRATES[bitrates].get(field(12, 4) as usize)?;
        let sample_rate = SAMPLE_RATES.get(field(10, 2) as usize)? / divisor;
        let mode = match field(6, 2) {
            0 => ChannelMode::Stereo,
            1 => ChannelMode::Joint { mid_side: field(5, 1) == 1, intensity: field(4, 1) == 1 },
            2 => ChannelMode::Dual,
            _ => ChannelMode::Mono,
        };
        Some(Self {
            layer,
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

    /// Whether the syntax is that of the low sampling frequencies (MPEG-2 and 2.5).
    #[must_use]
    pub fn is_lsf(&self) -> bool {
        self.version != Version::Mpeg1
    }

    /// Samples per channel of the frame.
    pub(crate) fn samples(&self) -> u32 {
        match self.layer {
            Layer::One => 384,
            Layer::Three if self.is_lsf() => 576,
            _ => 1152,
        }
    }

    /// The 32 header bits as they stand in the file, for the private, copyright, original and emphasis bits.
    #[must_use]
    pub fn word(&self) -> u32 {
        self.word
    }

    /// Bytes of the whole frame, header included (clause 2.4.3.1); `None` in free format.
    #[must_use]
    pub fn frame_len(&self) -> Option<usize> {
        let slot = if self.layer == Layer::One { 4 } else { 1 };
        let bytes = self.samples() * u32::from(self.bitrate_kbps?) * 125;
        let slots = bytes / slot / self.sample_rate + u32::from(self.padding);
        Some((slots * slot) as usize)
    }
}
