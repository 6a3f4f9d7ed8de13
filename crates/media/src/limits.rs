//! What a header may ask for before memory is set aside: checked once, where a stream is opened.

/// Channels of the widest stream that is accepted.
pub const MAX_CHANNELS: u16 = 32;
/// Highest sample rate that is accepted, in Hz: twice that of the fastest converters on sale.
pub const MAX_SAMPLE_RATE: u32 = 768_000;
/// Bad packets in a row after which a stream is given up.
pub(crate) const MAX_BAD_IN_A_ROW: u32 = 256;
/// Bytes of junk that may lie before the first frame of a bare MPEG or ADTS stream.
pub(crate) const MAX_LEADING_JUNK: u64 = 1 << 20;

/// A stated size that is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitExceeded {
    /// Channel count outside of `1..=MAX_CHANNELS`.
    #[error("the file states {stated} channels; 1 to {max} are accepted", max = MAX_CHANNELS)]
    Channels {
        /// What the file says.
        stated: u64,
    },
    /// Sample rate outside of `1..=MAX_SAMPLE_RATE`.
    #[error("the file states a sample rate of {stated} Hz; 1 to {max} Hz are accepted", max = MAX_SAMPLE_RATE)]
    SampleRate {
        /// What the file says.
        stated: u64,
    },
    /// Sample depth outside of `1..=32`.
    #[error("the file states {stated} bits per sample; 1 to 32 are accepted")]
    BitDepth {
        /// What the file says.
        stated: u64,
    },
    /// The decoder's own limit.
    #[error("the file asks for more than the decoder allows ({detail})")]
    Decoder {
        /// The decoder's own words.
        detail: &'static str,
    },
}

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
