//! Opens, probes and decodes audio files: `path → Pcm + StreamFacts`, the first step of the arrow.
//!
//! [`open`] looks at the content, not the name. Bare MPEG streams go through our own frame finder (`mpeg`), the
//! other usual containers through symphonia (`demux`), what is left through the `ffmpeg` program (`ffmpeg`). All of
//! them give blocks of [`Pcm`] exactly as decoded, integers of lossless streams at their true depth and floats of lossy
//! ones, untrimmed and unrounded, so that the frame grid of an encode stays where its decoder put it.
//!
//! # Where frames lie
//! Counted in samples of the file as decoded here: granules of MP3 start at multiples of 576 (the Xing/Info/VBRI
//! frame is no audio; the decoder's delay of 529 samples stays in), frames of AAC at multiples of 1024.
//!
//! Memory does not grow with duration: one packet is held at a time.

mod convert;
mod demux;
mod error;
mod extensions;
mod facts;
mod ffmpeg;
pub mod layer3;
mod limits;
mod log;
mod media;

mod mpeg;
mod mpeg_header;
#[cfg(feature = "opus")]
mod opus;
mod pcm;
mod plain;
mod section;
mod sniff;
mod stated_length;
mod stream;
mod tags;
mod text;
mod vendor;

pub use error::{DecodeFailure, MediaError, NodeKind, TooShort, Unsupported};
pub use extensions::is_audio_path;
pub use facts::{Class, Codec, MP3_RATE_CLASSES, Mode, Mp3Facts, Stated, StreamFacts};
pub use limits::{LimitExceeded, MAX_CHANNELS, MAX_SAMPLE_RATE};
pub use media::{Media, open};
pub use pcm::Pcm;
#[doc(hidden)]
pub use plain::plain_decode;
pub use text::Clean;
