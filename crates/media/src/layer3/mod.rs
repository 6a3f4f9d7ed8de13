//! What the current Layer III bitstream says of itself, before any decoding: part of `media`, the first
//! step of the arrow, beside the PCM and never in place of it.
//!
//! For each granule and channel: block type, quantiser steps, the 576 quantised integers and the bits they
//! cost (ISO/IEC 11172-3 clause 2.4, ISO/IEC 13818-3 clause 2.4 for the half rates, and the common MPEG-2.5
//! extension to quarter rates). That is what the newest encode explains; what it does not explain is the past.
//!
//! [`FrameReader`] takes any byte stream and finds the frames itself; [`FrameParser`] takes frames that
//! something else has cut already. Both hand out one [`Frame`] at a time from buffers they use again. Who wants few frames
//! of many has the parser [`skim`](FrameParser::skim) them and unpacks those [`PackedFrame`]s alone.
//!
//! ```
//! use bitrater_media::layer3::{FrameReader, LINES};
//!
//! # fn run(file: &[u8]) -> std::io::Result<()> {
//! let mut reader = FrameReader::new(file);
//! let mut exponents = [0i32; LINES];
//! while let Some(frame) = reader.next_frame()? {
//!     for granule in frame.granules() {
//!         for channel in granule {
//!             channel.step_exponents(&mut exponents);
//!             // xr[i] = sign(q[i]) · |q[i]|^(4/3) · 2^(exponents[i] / 4), q = channel.quantised,
//!             // M/S still to be undone where frame.header.ms_stereo()
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! # run(&[]).unwrap();
//! ```

mod bands;
mod bits;
mod cost;
mod error;
mod frame;
mod granule;
mod header;
mod huffman;
mod huffman_tables;
mod packed;
mod reader;
mod scalefactors;
mod side_info;

pub use bands::{Band, BandTable};
pub use cost::{huffman_bits, long_scalefactor_bits, short_scalefactor_bits};
pub use error::FrameError;
pub use frame::{Frame, FrameParser};
pub use granule::ChannelGranule;
pub use packed::PackedFrame;
pub use reader::FrameReader;
pub use scalefactors::Scalefactors;
pub use side_info::{BlockType, GranuleInfo, SideInfo};

pub use crate::mpeg_header::{ChannelMode, Header, Version};

/// Frequency lines of one granule and channel.
pub const LINES: usize = 576;
