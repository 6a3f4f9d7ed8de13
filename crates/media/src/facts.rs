//! What a file says of itself: container, codec, stated class. First stop of the arrow; everything
//! downstream reads these types and none of them depends on a decoder library.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A coding format, named as in the public interface (`docs/`: `codec`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// Free Lossless Audio Codec.
    Flac,
    /// Apple Lossless.
    Alac,
    /// Uncompressed linear PCM, integer or float.
    Pcm,
    /// MPEG-1/2 Layer III.
    Mp3,
    /// MPEG-1/2 Layer II.
    Mp2,
    /// MPEG-1/2 Layer I.
    Mp1,
    /// MPEG-4 Advanced Audio Coding, every profile.
    Aac,
    /// Xiph Vorbis.
    Vorbis,
    /// IETF Opus.
    Opus,
    /// Windows Media Audio, the lossy versions.
    Wma,
    /// Musepack, SV7 and SV8.
    Musepack,
    /// Dolby Digital, AC-3 and E-AC-3.
    Ac3,
    /// Monkey's Audio.
    Ape,
    /// `WavPack`.
    Wavpack,
    /// True Audio.
    Tta,
    /// Windows Media Audio Lossless.
    WmaLossless,
    /// No lossy generation at all; only an *original* can be this, never a stream.
    Lossless,
    /// Something else: proven to be there, but not named.
    Unknown,
}

impl Codec {
    /// Every codec there is a name for.
    pub const ALL: [Self; 18] = [
        Self::Flac,
        Self::Alac,
        Self::Pcm,
        Self::Mp3,
        Self::Mp2,
        Self::Mp1,
        Self::Aac,
        Self::Vorbis,
        Self::Opus,
        Self::Wma,
        Self::Musepack,
        Self::Ac3,
        Self::Ape,
        Self::Wavpack,
        Self::Tta,
        Self::WmaLossless,
        Self::Lossless,
        Self::Unknown,
    ];

    /// The lower-case name used in every report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Alac => "alac",
            Self::Pcm => "pcm",
            Self::Mp3 => "mp3",
            Self::Mp2 => "mp2",
            Self::Mp1 => "mp1",
            Self::Aac => "aac",
            Self::Vorbis => "vorbis",
            Self::Opus => "opus",
            Self::Wma => "wma",
            Self::Musepack => "musepack",
            Self::Ac3 => "ac3",
            Self::Ape => "ape",
            Self::Wavpack => "wavpack",
            Self::Tta => "tta",
            Self::WmaLossless => "wmalossless",
            Self::Lossless => "lossless",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a stream of this codec gives back exactly the samples that went in.
    #[must_use]
    pub fn is_lossless(self) -> bool {
        matches!(
            self,
            Self::Flac
                | Self::Alac
                | Self::Pcm
                | Self::Ape
                | Self::Wavpack
                | Self::Tta
                | Self::WmaLossless
                | Self::Lossless
        )
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How an encoder spends its bits over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Constant bitrate.
    Cbr,
    /// Variable bitrate, steered by quality.
    Vbr,
    /// Variable bitrate, steered by an average.
    Abr,
    /// No loss at all.
    Lossless,
}

impl Mode {
    /// The name used in every report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cbr => "cbr",
            Self::Vbr => "vbr",
            Self::Abr => "abr",
            Self::Lossless => "lossless",
        }
    }
}

/// The quality a stream claims or was found to have.
///
/// Written `128`, `V2`, `LOSSLESS`, codec+kbps (`aac128`), or the codec alone (`aac`) where its rate is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// No lossy generation.
    Lossless,
    /// An MP3 encoded with LAME's `-V n`, 0 (best) to 9.
    V(u8),
    /// A rate in kbps: nominal for CBR, average for VBR and ABR.
    Rate {
        /// The codec whose rate this is.
        codec: Codec,
        /// Kilobits (1000 bits) per second.
        kbps: u32,
    },
    /// A lossy codec at an unknown rate.
    Codec(Codec),
}

/// MP3 rates that are written as a bare number.
pub const MP3_RATE_CLASSES: [u32; 9] = [64, 96, 112, 128, 160, 192, 224, 256, 320];

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Lossless => f.write_str("LOSSLESS"),
            Self::V(level) => write!(f, "V{level}"),
            Self::Rate { codec: Codec::Mp3, kbps } if MP3_RATE_CLASSES.contains(&kbps) => write!(f, "{kbps}"),
            Self::Rate { codec, kbps } => write!(f, "{codec}{kbps}"),
            Self::Codec(codec) => write!(f, "{codec}"),
        }
    }
}

/// A text that names no class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no class such as `128`, `V2`, `LOSSLESS`, `aac128` or `aac`")]
pub struct ClassError(String);

/// Reads what [`Class`] writes.
impl FromStr for Class {
    type Err = ClassError;

    fn from_str(text: &str) -> Result<Self, ClassError> {
        let error = || ClassError(text.to_owned());
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if text == "LOSSLESS" {
            return Ok(Self::Lossless);
        }
        if let Some(level) = text.strip_prefix('V').filter(|level| digits(level)) {
            return level.parse().map(Self::V).map_err(|_| error());
        }
        if let Some(codec) = Codec::ALL.into_iter().find(|codec| codec.name() == text && !codec.is_lossless()) {
            return Ok(Self::Codec(codec));
        }
        // A codec's name may end in a digit (`mp3`), so it is looked up and not cut off; no name followed by digits
        // is another name.
        let (codec, kbps) = Codec::ALL
            .into_iter()
            .find_map(|codec| Some((codec, text.strip_prefix(codec.name()).filter(|kbps| digits(kbps))?)))
            .unwrap_or((Codec::Mp3, text));
        let kbps = Some(kbps).filter(|kbps| digits(kbps)).and_then(|kbps| kbps.parse().ok()).ok_or_else(error)?;
        Ok(Self::Rate { codec, kbps })
    }
}

impl<'de> Deserialize<'de> for Class {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Class {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What the container and its bitstream claim about quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// Codec of the stream.
    pub codec: Codec,
    /// Claimed class; an MP3 whose tag says V2 is `V2` whatever it averages.
    pub class: Class,
    /// Kilobits per second: nominal for CBR, average otherwise; none for lossless streams.
    pub bitrate: Option<u32>,
    /// How the bits are spent, where the file tells.
    pub mode: Option<Mode>,
    /// Encoder name and version, from a LAME tag or a vendor string, control characters removed.
    pub encoder: Option<String>,
}

impl Stated {
    /// The claim of a lossless stream.
    #[must_use]
    pub fn lossless(codec: Codec, encoder: Option<String>) -> Self {
        Self { codec, class: Class::Lossless, bitrate: None, mode: Some(Mode::Lossless), encoder }
    }

    /// The claim of a lossy stream of this rate, which is its class, too; the codec alone where it is unknown.
    #[must_use]
    pub fn rate(codec: Codec, kbps: Option<u32>, mode: Option<Mode>, encoder: Option<String>) -> Self {
        let class = kbps.map_or(Class::Codec(codec), |kbps| Class::Rate { codec, kbps });
        Self { codec, class, bitrate: kbps, mode, encoder }
    }
}

/// Facts that only a Layer III stream has.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Mp3Facts {
    /// Low-pass frequency of the LAME tag, in Hz; none where absent or zero.
    pub lame_lowpass: Option<u32>,
    /// Encoder delay of the LAME tag, in samples.
    pub delay: Option<u32>,
    /// End padding of the LAME tag, in samples.
    pub padding: Option<u32>,
    /// Audio frames seen (the Xing/Info/VBRI frame itself not counted).
    pub frames: u64,
    /// Smallest and largest frame bitrate seen, in kbps.
    pub bitrate_range: Option<(u32, u32)>,
}

/// Everything known of a stream besides its samples.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreamFacts {
    /// Container name as `ffmpeg` spells its demuxers: `flac wav aiff mp4 ogg mp3 adts caf matroska asf …`.
    pub container: String,
    /// Codec of the audio stream.
    pub codec: Codec,
    /// Samples per second per channel.
    pub sample_rate: u32,
    /// Channel count.
    pub channels: u16,
    /// Bits per sample of a lossless integer stream, 32 for float PCM, none for lossy codecs.
    pub bit_depth: Option<u16>,
    /// Seconds of audio: stated while the stream is open, counted once it was read to its end.
    pub duration: f64,
    /// Claimed quality.
    pub stated: Stated,
    /// Layer III facts, for MP3 streams only.
    pub mp3: Option<Mp3Facts>,
    /// What was odd about the file but did not stop the analysis, one sentence each.
    pub warnings: Vec<String>,
}

impl StreamFacts {
    /// Those of no file, for tests: 20 seconds in stereo, at 16 bits or at a constant 320 kbps.
    #[doc(hidden)]
    #[must_use]
    pub fn fixture(codec: Codec, sample_rate: u32) -> Self {
        let lossless = codec.is_lossless();
        Self {
            container: codec.name().to_owned(),
            codec,
            sample_rate,
            channels: 2,
            bit_depth: lossless.then_some(16),
            duration: 20.0,
            stated: if lossless {
                Stated::lossless(codec, None)
            } else {
                Stated::rate(codec, Some(320), Some(Mode::Cbr), None)
            },
            mp3: None,
            warnings: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_read_as_it_was_written() {
        let rates = [0, 1, 64, 100, 128, 192, 245, 320, 1411, u32::MAX];
        let rates = Codec::ALL.into_iter().flat_map(|codec| rates.map(|kbps| Class::Rate { codec, kbps }));
        let levels = [0, 2, 9, u8::MAX].map(Class::V);
        let codecs = Codec::ALL.into_iter().filter(|codec| !codec.is_lossless()).map(Class::Codec);
        for class in rates.chain(levels).chain(codecs).chain([Class::Lossless]) {
            assert_eq!(class.to_string().parse(), Ok(class), "{class}");
            let json = serde_json::to_string(&class).unwrap();
            assert_eq!(serde_json::from_str::<Class>(&json).unwrap(), class);
        }
    }

    #[test]
    fn other_texts_are_no_classes() {
        for text in ["", "V", "V256", "V-1", "mp4", "flac", "aac-1", "aac 128", "lossless", "128k", "4294967296"] {
            assert_eq!(text.parse::<Class>(), Err(ClassError(text.to_owned())));
        }
    }

    #[test]
    fn every_codec_has_the_name_that_is_serialised() {
        for codec in Codec::ALL {
            assert_eq!(serde_json::to_value(codec).unwrap(), codec.name());
        }
    }
}
