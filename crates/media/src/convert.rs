//! From symphonia's buffers and errors to ours. Integers stay integers: shifted down to the stated depth, never scaled.

use symphonia::core::audio::sample::Sample;
use symphonia::core::audio::{Audio, AudioBuffer, GenericAudioBufferRef};
use symphonia::core::errors::Error;

use crate::error::{DecodeFailure, MediaError, Unsupported};
use crate::limits::LimitExceeded;
use crate::pcm::Pcm;

/// Overwrites `block` with `buffer`. Integer samples are left-justified in their container type; `bits` is the
/// depth the stream states.
pub(crate) fn fill(block: &mut Pcm, buffer: &GenericAudioBufferRef<'_>, bits: u32) {
    /// The shift that brings a sample of a `width`-bit type down to `bits`, and the depth that comes out.
    fn depth(width: u32, bits: u32) -> (u32, u32) {
        let bits = if bits == 0 { width } else { bits.min(width) };
        (width - bits, bits)
    }
    match buffer {
        GenericAudioBufferRef::U8(b) => {
            let (shift, bits) = depth(8, bits);
            ints(block, b, bits, |s| (i32::from(s) - (1 << 7)) >> shift);
        }
        GenericAudioBufferRef::U16(b) => {
            let (shift, bits) = depth(16, bits);
            ints(block, b, bits, |s| (i32::from(s) - (1 << 15)) >> shift);
        }
        GenericAudioBufferRef::U24(b) => {
            let (shift, bits) = depth(24, bits);
            ints(block, b, bits, |s| (s.inner().cast_signed() - (1 << 23)) >> shift);
        }
        GenericAudioBufferRef::U32(b) => {
            let (shift, bits) = depth(32, bits);
            ints(block, b, bits, |s| (s ^ 0x8000_0000).cast_signed() >> shift);
        }
        GenericAudioBufferRef::S8(b) => {
            let (shift, bits) = depth(8, bits);
            ints(block, b, bits, |s| i32::from(s) >> shift);
        }
        GenericAudioBufferRef::S16(b) => {
            let (shift, bits) = depth(16, bits);
            ints(block, b, bits, |s| i32::from(s) >> shift);
        }
        GenericAudioBufferRef::S24(b) => {
            let (shift, bits) = depth(24, bits);
            ints(block, b, bits, |s| s.inner() >> shift);
        }
        GenericAudioBufferRef::S32(b) => {
            let (shift, bits) = depth(32, bits);
            ints(block, b, bits, |s| s >> shift);
        }
        GenericAudioBufferRef::F32(b) => floats(block, b, |s| s),
        // The only narrowing: a 64-bit float WAV keeps 24 bits of mantissa.
        GenericAudioBufferRef::F64(b) => floats(block, b, |s| s as f32),
    }
}

fn ints<S: Sample>(block: &mut Pcm, buffer: &AudioBuffer<S>, depth: u32, map: impl Fn(S) -> i32) {
    let planes = block.int_planes(depth, buffer.num_planes());
    for (out, plane) in planes.iter_mut().zip(buffer.iter_planes()) {
        out.clear();
        out.extend(plane.iter().map(|&s| map(s)));
    }
}

fn floats<S: Sample>(block: &mut Pcm, buffer: &AudioBuffer<S>, map: impl Fn(S) -> f32) {
    let planes = block.float_planes(buffer.num_planes());
    for (out, plane) in planes.iter_mut().zip(buffer.iter_planes()) {
        out.clear();
        out.extend(plane.iter().map(|&s| map(s)));
    }
}

/// Overwrites `block` with `frames` of float silence.
pub(crate) fn silence_float(block: &mut Pcm, channels: usize, frames: usize) {
    for plane in block.float_planes(channels) {
        plane.clear();
        plane.resize(frames, 0.0);
    }
}

/// Overwrites `block` with `frames` of integer silence.
pub(crate) fn silence_int(block: &mut Pcm, bits: u32, channels: usize, frames: usize) {
    for plane in block.int_planes(bits, channels) {
        plane.clear();
        plane.resize(frames, 0);
    }
}

/// symphonia's errors in our words.
pub(crate) fn error(error: Error, format: &'static str) -> MediaError {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => DecodeFailure::Truncated.into(),
        // symphonia reports reads beyond a packet as I/O errors without an operating system's code.
        Error::IoError(error) if error.raw_os_error().is_none() => {
            DecodeFailure::Stream { format, detail: "a read went past the end of a packet" }.into()
        }
        Error::IoError(error) => error.into(),
        Error::DecodeError(detail) => DecodeFailure::Malformed { format, detail }.into(),
        Error::LimitError(detail) => LimitExceeded::Decoder { detail }.into(),
        Error::ResetRequired => DecodeFailure::Stream { format, detail: "a new stream begins in the middle" }.into(),
        _ => Unsupported::NoDecoder { format }.into(),
    }
}
