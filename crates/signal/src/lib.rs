//! Pure maths on slices of samples: windows, transforms, statistics. No I/O, no logging, no state
//! outside the caller's buffers.

pub mod aac;
pub mod ac3;
pub mod celt;
pub mod energy;
mod kaiser;
mod lane;
pub mod lattice;
pub mod logarithm;
pub mod mdct;
pub mod mp3;
pub mod resample;
pub mod rounding;
pub mod simd;
pub mod sliding;
pub mod spectrum;
pub mod vorbis;
