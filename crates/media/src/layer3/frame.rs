//! A whole frame, and the bit reservoir that ties it to the frames before (ISO/IEC 11172-3 clause 2.4.3.2).

use std::borrow::Cow;

use super::bits::BitReader;
use super::{ChannelGranule, FrameError, Header, PackedFrame, Scalefactors, SideInfo};

/// Largest `main_data_begin`, in bytes: how much of the past a frame may lean on.
const RESERVOIR: usize = 511;

/// One frame as it stands in the bitstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Bitrate, sample rate, channel mode.
    pub header: Header,
    /// Bytes of the frame, header included.
    pub len: usize,
    /// Side information of all granules.
    pub side_info: SideInfo,
    /// Whether this is no audio but a Xing, Info or VBRI tag dressed up as a silent frame.
    pub is_tag: bool,
    /// Whether the main data could be read; if not, [`granules`](Self::granules) is empty.
    pub main_data: Result<(), FrameError>,
    /// Bits between the end of the last frame's main data and the start of this one's: ancillary data and
    /// stuffing. `None` where the last frame is unknown or the two overlap.
    pub unused_bits_before: Option<u32>,
    /// Whether `channels` are those of this frame.
    unpacked: bool,
    channels: [[ChannelGranule; 2]; 2],
}

impl Frame {
    /// The granules in time order, each with one [`ChannelGranule`] a channel. Empty for a tag and for a frame
    /// whose main data could not be or were not read.
    #[must_use]
    pub fn granules(&self) -> impl ExactSizeIterator<Item = &[ChannelGranule]> {
        let count = if self.unpacked { self.header.granules() } else { 0 };
        self.channels[..count].iter().map(|granule| &granule[..self.header.channels()])
    }

    /// Bits of scalefactors and Huffman codes in the whole frame.
    #[must_use]
    pub fn main_data_bits(&self) -> u32 {
        self.side_info.granules.iter().flatten().map(|info| u32::from(info.part2_3_length)).sum()
    }

    /// A frame without granules, to be filled.
    #[must_use]
    pub fn empty() -> Self {
        let channel = ChannelGranule::empty;
        Self {
            header: Header::SILENT,
            len: 0,
            side_info: SideInfo::default(),
            is_tag: false,
            main_data: Ok(()),
            unused_bits_before: None,
            unpacked: false,
            channels: [[channel(), channel()], [channel(), channel()]],
        }
    }

    /// Decodes all granules from `main_data`, which starts with the first of them.
    pub(super) fn unpack(&mut self, main_data: &[u8]) {
        self.main_data = self.read_main_data(main_data);
        self.unpacked = self.main_data.is_ok();
    }

    fn read_main_data(&mut self, main_data: &[u8]) -> Result<(), FrameError> {
        let Self { header, side_info, channels, .. } = self;
        let no_factors = Scalefactors::default();
        let mut start = 0;
        let (earlier, later) = channels.split_at_mut(1);
        let mut first: Option<&[ChannelGranule; 2]> = None;
        for (granule, infos) in earlier.iter_mut().chain(later).zip(&side_info.granules).take(header.granules()) {
            for (index, channel) in granule.iter_mut().enumerate().take(header.channels()) {
                channel.begin(infos[index], header);
                let length = infos[index].part2_3_length;
                let end = start + usize::from(length);
                let mut bits = BitReader::at(main_data, start);
                channel.scalefactors = if header.is_lsf() {
                    let intensity_right = index == 1 && header.intensity_stereo();
                    Scalefactors::read_lsf(&mut bits, &mut channel.info, intensity_right)
                } else {
                    // Only the second granule can share, whatever the bits say of the first.
                    let (shared, from) = match first {
                        Some(first) => (side_info.scfsi[index], &first[index].scalefactors),
                        None => ([false; 4], &no_factors),
                    };
                    Scalefactors::read_mpeg1(&mut bits, &channel.info, shared, from)
                };
                if bits.position() > end || end > 8 * main_data.len() {
                    return Err(FrameError::Overrun(length));
                }
                channel.scalefactor_bits = (bits.position() - start) as u16;
                channel.read_lines(&mut bits, end)?;
                start = end;
            }
            first = Some(granule);
        }
        Ok(())
    }
}

/// Reads frames that are already cut apart; keeps what the next ones may need of them.
#[derive(Debug)]
pub struct FrameParser {
    frame: Frame,
    /// The end of the earlier frames' main data areas, then this frame's.
    main_data: Vec<u8>,
    /// Where in it the main data of the frame at hand start, if they are all there.
    start: Option<usize>,
    /// Bits of `main_data`, counted from its end, that no frame has used yet.
    unused_bits: Option<usize>,
}

impl Default for FrameParser {
    fn default() -> Self {
        Self { frame: Frame::empty(), main_data: Vec::new(), start: None, unused_bits: None }
    }
}

impl FrameParser {
    /// A parser with an empty reservoir.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets the earlier frames, as after a gap in the stream.
    pub fn reset(&mut self) {
        self.main_data.clear();
        self.start = None;
        self.unused_bits = None;
    }

    /// The frame read last; an empty one before the first.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Reads the frame at the head of `bytes`; what follows it is left alone. In free format all of `bytes` is the
    /// frame.
    ///
    /// # Errors
    /// Only where there is no frame to speak of: no header, too few bytes, or impossible side information. Main
    /// data that cannot be read is told by [`Frame::main_data`].
    pub fn parse(&mut self, bytes: &[u8]) -> Result<&Frame, FrameError> {
        self.cut(bytes)?;
        if let Some(start) = self.start {
            self.frame.unpack(&self.main_data[start..]);
        }
        Ok(&self.frame)
    }

    /// The same without decoding the main data: the frame as it can be unpacked later. None for an encoder's tag
    /// and where the reservoir is cut; [`frame`](Self::frame) has no granules after it.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn skim(&mut self, bytes: &[u8]) -> Result<Option<PackedFrame<'_>>, FrameError> {
        self.cut(bytes)?;
        Ok(self.skimmed())
    }

    /// The frame skimmed last, if it was one that can be unpacked.
    #[must_use]
    pub fn skimmed(&self) -> Option<PackedFrame<'_>> {
        let Frame { header, len, side_info, unused_bits_before, .. } = self.frame;
        let main_data = Cow::Borrowed(&self.main_data[self.start?..]);
        Some(PackedFrame { header, len, side_info, unused_bits_before, main_data })
    }

    /// Reads header and side information, and finds the main data.
    fn cut(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        self.start = None;
        let header = Header::parse(bytes)?;
        let body = header.main_data_offset();
        let len = header.frame_len().unwrap_or(bytes.len());
        let needed = len.max(body);
        let Some(bytes) = bytes.get(..needed) else {
            self.reset();
            return Err(FrameError::Truncated { needed, got: bytes.len() });
        };
        let side_info = match SideInfo::parse(&bytes[header.side_info_offset()..body], &header) {
            Ok(side_info) => side_info,
            Err(error) => {
                // Its bytes still belong to the reservoir of the next frames, but where its own data end is unknown.
                self.take_in(&bytes[body..]);
                self.unused_bits = None;
                return Err(error);
            }
        };
        self.frame.header = header;
        self.frame.len = needed;
        self.frame.side_info = side_info;
        self.frame.unused_bits_before = None;
        self.frame.is_tag = is_tag(bytes, &header);
        self.frame.main_data = Ok(());
        self.frame.unpacked = false;
        if self.frame.is_tag {
            self.reset();
        } else {
            self.frame.main_data = self.find_main_data(&bytes[body..]);
        }
        Ok(())
    }

    /// Appends a main data area and drops what no later frame can reach. Gives back how many earlier bytes stayed.
    fn take_in(&mut self, area: &[u8]) -> usize {
        let held = self.main_data.len().min(RESERVOIR);
        self.main_data.drain(..self.main_data.len() - held);
        self.main_data.extend_from_slice(area);
        held
    }

    /// Takes in the area and sets where the main data start, and what is left of them behind this frame.
    fn find_main_data(&mut self, area: &[u8]) -> Result<(), FrameError> {
        let held = self.take_in(area);
        let needed = usize::from(self.frame.side_info.main_data_begin);
        let unused = self.unused_bits.take();
        let Some(start) = held.checked_sub(needed) else {
            return Err(FrameError::MissingReservoir { needed, held });
        };
        self.frame.unused_bits_before = unused.and_then(|bits| bits.checked_sub(8 * needed)).map(|bits| bits as u32);
        let length = self.main_data.len() - start;
        self.unused_bits = (8 * length).checked_sub(self.frame.main_data_bits() as usize);
        self.start = Some(start);
        Ok(())
    }
}

/// Whether the frame carries an encoder's tag: "Xing" or "Info" where the main data of a frame without check word
/// would start (behind it, some writers go by the check word), or "VBRI" 32 bytes behind the header.
fn is_tag(bytes: &[u8], header: &Header) -> bool {
    let starts = |at: usize, tag: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(tag));
    let side_info_end = 4 + header.side_info_len();
    [side_info_end, header.main_data_offset()].iter().any(|&at| starts(at, b"Xing") || starts(at, b"Info"))
        || starts(36, b"VBRI")
}
