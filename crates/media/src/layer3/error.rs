//! Why a frame could not be read. Each of these costs one frame, never the file.

use thiserror::Error;

/// A frame that breaks the syntax of Layer III, or that leans on bytes which are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The four bytes are no Layer III header (sync, version, layer, bitrate, rate or emphasis is reserved).
    #[error("not a Layer III frame header")]
    Header,
    /// The frame is shorter than its header and side information say.
    #[error("frame cut short: {needed} bytes needed, {got} there")]
    Truncated {
        /// Bytes that the header asks for.
        needed: usize,
        /// Bytes that were handed over.
        got: usize,
    },
    /// The main data starts in earlier frames that are not there, as after a cut.
    #[error("bit reservoir cut: {needed} bytes of earlier frames needed, {held} there")]
    MissingReservoir {
        /// `main_data_begin`, in bytes.
        needed: usize,
        /// Main data bytes of earlier frames that are still held.
        held: usize,
    },
    /// A window-switching granule names block type 0, which is reserved (11172-3 clause 2.4.2.7).
    #[error("reserved block type")]
    BlockType,
    /// `big_values` reaches beyond the 576 lines.
    #[error("big_values of {0} pairs is more than a granule holds")]
    BigValues(u16),
    /// Huffman table 4 or 14, which do not exist.
    #[error("Huffman table {0} does not exist")]
    HuffmanTable(u8),
    /// The scalefactors or the big values take more bits than `part2_3_length`, or than the main data holds.
    #[error("granule needs more than its {0} bits")]
    Overrun(u16),
}
