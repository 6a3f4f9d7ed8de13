//! A frame that is cut out of its stream, with the main data it needs, but not decoded yet: who wants few frames of many
//! pays for those alone.

use std::borrow::Cow;

use super::{Frame, FrameError, Header, SideInfo};

/// A frame whose main data wait to be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedFrame<'a> {
    pub(super) header: Header,
    pub(super) len: usize,
    pub(super) side_info: SideInfo,
    pub(super) unused_bits_before: Option<u32>,
    /// From the first bit of the first granule on, bytes of earlier frames included.
    pub(super) main_data: Cow<'a, [u8]>,
}

impl PackedFrame<'_> {
    /// Bitrate, sample rate, channel mode.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// A copy that outlives the parser's next frame.
    #[must_use]
    pub fn into_owned(self) -> PackedFrame<'static> {
        let Self { header, len, side_info, unused_bits_before, main_data } = self;
        PackedFrame { header, len, side_info, unused_bits_before, main_data: Cow::Owned(main_data.into_owned()) }
    }

    /// Decodes the main data over `frame`, whose buffers are used again.
    ///
    /// # Errors
    /// Where the main data break the syntax; [`Frame::main_data`] says the same then.
    pub fn unpack(&self, frame: &mut Frame) -> Result<(), FrameError> {
        frame.header = self.header;
        frame.len = self.len;
        frame.side_info = self.side_info;
        frame.is_tag = false;
        frame.unused_bits_before = self.unused_bits_before;
        frame.unpack(&self.main_data);
        frame.main_data
    }
}
