//! What a header may ask for before memory is set aside: checked once, where a stream is opened.

use crate::error::LimitExceeded;

/// Channels of the widest stream that is accepted.
pub const MAX_CHANNELS: u16 = 32;
/// Highest sample rate that is accepted, in Hz: twice that of the fastest converters on sale.
pub const MAX_SAMPLE_RATE: u32 = 768_000;
/// Bad packets in a row after which a stream is given up.
pub(crate) const MAX_BAD_IN_A_ROW: u32 = 256;
/// Bytes of junk that may lie before the first frame of a bare MPEG or ADTS stream.
pub(crate) const MAX_LEADING_JUNK: u64 = 1 << 20;

/// `channels` as a checked `u16`.
pub(crate) fn channels(stated: u64) -> Result<u16, LimitExceeded> {
    match u16::try_from(stated) {
        Ok(channels @ 1..=MAX_CHANNELS) => Ok(channels),
        _ => Err(LimitExceeded::Channels { stated }),
    }
}

/// `stated` as a checked sample rate.
pub(crate) fn sample_rate(stated: u64) -> Result<u32, LimitExceeded> {
    match u32::try_from(stated) {
        Ok(rate @ 1..=MAX_SAMPLE_RATE) => Ok(rate),
        _ => Err(LimitExceeded::SampleRate { stated }),
    }
}

/// `stated` as a checked depth of integer samples.
pub(crate) fn bit_depth(stated: u64) -> Result<u32, LimitExceeded> {
    match u32::try_from(stated) {
        Ok(bits @ 1..=32) => Ok(bits),
        _ => Err(LimitExceeded::BitDepth { stated }),
    }
}
