//! Side information: where a frame's main data starts and how each granule of it is coded.
//! ISO/IEC 11172-3 clause 2.4.1.7 (syntax) and 2.4.2.7 (meaning), 13818-3 clause 2.4.1.7 for the lower rates.

use super::bits::BitReader;
use super::{FrameError, Header, LINES};

/// The window of a granule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BlockType {
    /// One long window.
    #[default]
    Long,
    /// Long to short.
    Start,
    /// Three short windows.
    Short,
    /// Short to long.
    Stop,
}

/// The side information of one granule and channel. Field names are the standard's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GranuleInfo {
    /// Bits of scalefactors and Huffman codes together, 0 to 4095.
    pub part2_3_length: u16,
    /// Pairs of lines in the regions of tables 0 to 31, 0 to 288.
    pub big_values: u16,
    /// Quantiser step of the whole granule in quarter steps of log2, offset by 210.
    pub global_gain: u8,
    /// Index of the scalefactor widths: 0 to 15 in MPEG-1, 0 to 511 below.
    pub scalefac_compress: u16,
    /// The window.
    pub block_type: BlockType,
    /// Whether the two lowest subbands keep the long window whatever `block_type` says.
    pub mixed: bool,
    /// Huffman tables of the three big-value regions, 0 to 31.
    pub table_select: [u8; 3],
    /// Gain offset of each short window in steps of 8 quarter steps; zeros outside window switching.
    pub subblock_gain: [u8; 3],
    /// Scalefactor bands of the first region less one; implied (7 or 8) in window switching.
    pub region0_count: u8,
    /// Scalefactor bands of the second region less one; implied (the rest) in window switching.
    pub region1_count: u8,
    /// Whether the pretab amplification of high bands is on; below MPEG-1 implied by `scalefac_compress`.
    pub preflag: bool,
    /// Whether scalefactors step by 4 quarter steps instead of 2.
    pub scalefac_scale: bool,
    /// Table of the quadruples: 0 for table A (32), 1 for table B (33).
    pub count1table_select: u8,
}

impl GranuleInfo {
    /// Whether any lines are in short windows.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.block_type == BlockType::Short
    }

    fn read(bits: &mut BitReader<'_>, lsf: bool) -> Result<Self, FrameError> {
        let mut info = Self {
            part2_3_length: bits.take(12) as u16,
            big_values: bits.take(9) as u16,
            global_gain: bits.take(8) as u8,
            scalefac_compress: bits.take(if lsf { 9 } else { 4 }) as u16,
            ..Self::default()
        };
        let window_switching = bits.flag();
        if window_switching {
            info.read_switched(bits)?;
        } else {
            info.table_select = std::array::from_fn(|_| bits.take(5) as u8);
            info.region0_count = bits.take(4) as u8;
            info.region1_count = bits.take(3) as u8;
        }
        info.preflag = !lsf && bits.flag();
        info.scalefac_scale = bits.flag();
        info.count1table_select = bits.take(1) as u8;
        if 2 * usize::from(info.big_values) > LINES {
            return Err(FrameError::BigValues(info.big_values));
        }
        Ok(info)
    }

    fn read_switched(&mut self, bits: &mut BitReader<'_>) -> Result<(), FrameError> {
        self.block_type = match bits.take(2) {
            1 => BlockType::Start,
            2 => BlockType::Short,
            3 => BlockType::Stop,
            _ => return Err(FrameError::BlockType),
        };
        self.mixed = bits.flag();
        // Two regions only: table_select[2] is never used.
        self.table_select = [bits.take(5) as u8, bits.take(5) as u8, 0];
        self.subblock_gain = std::array::from_fn(|_| bits.take(3) as u8);
        self.region0_count = if self.is_short() && !self.mixed { 8 } else { 7 };
        self.region1_count = 36;
        Ok(())
    }
}

/// The side information of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SideInfo {
    /// Bytes of earlier frames' main data areas in which this frame's main data begins: 0 to 511 (255 below
    /// MPEG-1), the use of the bit reservoir.
    pub main_data_begin: u16,
    /// For private use, 1 to 5 bits.
    pub private_bits: u8,
    /// Per channel, whether granule 1 uses granule 0's scalefactors in bands 0–5, 6–10, 11–15, 16–20.
    pub scfsi: [[bool; 4]; 2],
    /// By granule, then channel; what the header does not announce stays at zero.
    pub granules: [[GranuleInfo; 2]; 2],
}

impl SideInfo {
    /// Reads `bytes`, which hold the side information alone.
    pub(super) fn parse(bytes: &[u8], header: &Header) -> Result<Self, FrameError> {
        let mut bits = BitReader::at(bytes, 0);
        let (lsf, channels) = (header.is_lsf(), header.channels());
        let mut info = Self { main_data_begin: bits.take(if lsf { 8 } else { 9 }) as u16, ..Self::default() };
        let private_width = match (lsf, channels) {
            (false, 1) => 5,
            (false, _) => 3,
            (true, 1) => 1,
            (true, _) => 2,
        };
        info.private_bits = bits.take(private_width) as u8;
        if !lsf {
            for scfsi in &mut info.scfsi[..channels] {
                *scfsi = std::array::from_fn(|_| bits.flag());
            }
        }
        for granule in &mut info.granules[..header.granules()] {
            for channel in &mut granule[..channels] {
                *channel = GranuleInfo::read(&mut bits, lsf)?;
            }
        }
        debug_assert_eq!(bits.position(), 8 * bytes.len());
        Ok(info)
    }
}
