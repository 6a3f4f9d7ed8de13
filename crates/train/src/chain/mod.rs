//! The language of histories: what happens to a lossless file until it is delivered.
//!
//! ```text
//! chain  = step { "/" step }
//! step   = name [ ":" value ] { "+" switch } [ "@shifted" ]
//! ```
//! | step | meaning |
//! |---|---|
//! | `mp3:128` `mp3:V2` `mp3:abr160` | encode with LAME; switches `+q0`…`+q9` (effort), `+ms` `+mj` `+mf` `+mm` (stereo mode), `+lp16000` (low-pass in Hz), `+k` (no low-pass) |
//! | `shine:128` | encode to MP3 with Shine, by way of `ffmpeg` |
//! | `aac:128` `mp2:192` `wma:128` `ac3:192` | encode with `ffmpeg` |
//! | `vorbis:q6` `opus:96` | encode with `oggenc`, `opusenc` |
//! | `gain:-1.3` `lowpass:16000` `crop:1000` `mono` | change the samples: dB, Hz, samples cut off the front; `+dither` after a gain or a low-pass |
//! | `resample:48000` `via:48000` | to another sample rate; there and back |
//! | `lossless` | deliver as FLAC; `+24` keeps 24 bits of the last decode |
//!
//! Between an encode and the next step stands a decode. It takes away the encoder's delay where the file tells it, so
//! that the next encode falls on the same frame grid (*aligned*); `@shifted` on the next step leaves the delay in.
//! That is possible after `mp3` and `shine` only.

mod label;
mod parse;
pub mod sets;
mod vary;

use std::fmt;

pub use parse::ChainError;
pub use vary::vary;

/// A history: steps in order, the last of which delivers the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chain {
    steps: Vec<Step>,
}

/// One step, and how the encode before it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// Whether the delay of the encode before is left in.
    pub shifted: bool,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// A lossy encode.
    Encode(Encode),
    /// A change of the samples.
    Treat(Treatment),
    /// A lossless file is delivered.
    Lossless {
        /// With 24 bits, if the decode before can give them.
        deep: bool,
    },
}

/// A lossy encode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Encode {
    /// Which encoder.
    pub encoder: Encoder,
    /// At which rate.
    pub rate: Rate,
    /// LAME's switches; of no other encoder.
    pub switches: Switches,
}

/// Encoders, by the name they have in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Encoder {
    /// `lame`.
    Lame,
    /// `ffmpeg` with libshine.
    Shine,
    /// `ffmpeg`'s own AAC.
    Aac,
    /// `oggenc`.
    Vorbis,
    /// `opusenc`.
    Opus,
    /// `ffmpeg`'s own Layer II.
    Mp2,
    /// `ffmpeg`'s own Windows Media Audio 2.
    Wma,
    /// `ffmpeg`'s own AC-3.
    Ac3,
}

/// A rate as the encoder is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rate {
    /// Constant (or the codec's usual) rate in kbps.
    Kbps(u32),
    /// LAME's `-V`.
    V(u8),
    /// Average rate in kbps, steered by LAME's `--abr`.
    Abr(u32),
    /// Vorbis quality, 0 to 10.
    Quality(u8),
}

/// LAME's switches besides the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Switches {
    /// `-q`, 0 (slowest) to 9.
    pub effort: Option<u8>,
    /// `-m`: `s`tereo, `j`oint, `f`orced mid/side, `m`ono.
    pub stereo: Option<char>,
    /// `--lowpass`, in Hz.
    pub lowpass: Option<u32>,
    /// `-k`: no low-pass at all.
    pub unfiltered: bool,
}

/// A change of the samples without a codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Treatment {
    /// Louder or softer, rounded to the depth of the file.
    Gain {
        /// Tenths of a dB.
        tenths: i32,
        /// With triangular dither.
        dither: bool,
    },
    /// A steep linear-phase low-pass.
    Lowpass {
        /// Middle of its transition in Hz.
        hz: u32,
        /// With triangular dither.
        dither: bool,
    },
    /// Samples cut off the front.
    Crop(u32),
    /// The channels' mean, one channel.
    Mono,
    /// To another sample rate, in Hz.
    Resample(u32),
    /// To another sample rate and back, in Hz.
    Via(u32),
}

impl Chain {
    /// The steps, at least one.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The lossy encodes, oldest first.
    #[must_use = "an iterator does nothing by itself"]
    pub fn encodes(&self) -> impl DoubleEndedIterator<Item = Encode> + '_ {
        self.steps.iter().filter_map(|step| match step.action {
            Action::Encode(encode) => Some(encode),
            _ => None,
        })
    }

    /// Name of a folder for files of this history, without characters that any file system refuses.
    #[must_use]
    pub fn folder(&self) -> String {
        self.to_string().replace('/', "_").replace(':', "-")
    }

    /// Suffix of the delivered file.
    #[must_use]
    pub fn suffix(&self) -> &'static str {
        match self.steps.last().map(|step| step.action) {
            Some(Action::Encode(encode)) => encode.encoder.suffix(),
            _ => "flac",
        }
    }
}

impl Encoder {
    /// All encoders with the names they have in a chain.
    pub const ALL: [(&'static str, Self); 8] = [
        ("mp3", Self::Lame),
        ("shine", Self::Shine),
        ("aac", Self::Aac),
        ("vorbis", Self::Vorbis),
        ("opus", Self::Opus),
        ("mp2", Self::Mp2),
        ("wma", Self::Wma),
        ("ac3", Self::Ac3),
    ];

    /// The name in a chain.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|&&(_, encoder)| encoder == self).map_or("", |&(name, _)| name)
    }

    /// Suffix of its files.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Lame | Self::Shine => "mp3",
            Self::Aac => "m4a",
            Self::Vorbis => "ogg",
            Self::Opus => "opus",
            Self::Mp2 => "mp2",
            Self::Wma => "wma",
            Self::Ac3 => "ac3",
        }
    }

    /// Whether it writes MP3.
    #[must_use]
    pub fn is_mp3(self) -> bool {
        matches!(self, Self::Lame | Self::Shine)
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps.iter().enumerate() {
            let slash = if i == 0 { "" } else { "/" };
            write!(f, "{slash}{step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            Action::Encode(encode) => write!(f, "{encode}"),
            Action::Treat(treatment) => write!(f, "{treatment}"),
            Action::Lossless { deep } => f.write_str(if deep { "lossless+24" } else { "lossless" }),
        }?;
        f.write_str(if self.shifted { "@shifted" } else { "" })
    }
}

impl fmt::Display for Encode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.encoder.name(), self.rate)?;
        let Switches { effort, stereo, lowpass, unfiltered } = self.switches;
        effort.map_or(Ok(()), |effort| write!(f, "+q{effort}"))?;
        stereo.map_or(Ok(()), |stereo| write!(f, "+m{stereo}"))?;
        lowpass.map_or(Ok(()), |lowpass| write!(f, "+lp{lowpass}"))?;
        f.write_str(if unfiltered { "+k" } else { "" })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kbps(kbps) => write!(f, "{kbps}"),
            Self::V(level) => write!(f, "V{level}"),
            Self::Abr(kbps) => write!(f, "abr{kbps}"),
            Self::Quality(quality) => write!(f, "q{quality}"),
        }
    }
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dithered = |dither| if dither { "+dither" } else { "" };
        match *self {
            Self::Gain { tenths, dither } => write!(f, "gain:{:.1}{}", f64::from(tenths) / 10.0, dithered(dither)),
            Self::Lowpass { hz, dither } => write!(f, "lowpass:{hz}{}", dithered(dither)),
            Self::Crop(samples) => write!(f, "crop:{samples}"),
            Self::Mono => f.write_str("mono"),
            Self::Resample(hz) => write!(f, "resample:{hz}"),
            Self::Via(hz) => write!(f, "via:{hz}"),
        }
    }
}
