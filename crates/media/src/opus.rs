//! Opus packets to float PCM at 48 kHz (RFC 6716), untrimmed: the pre-skip stays in, the output gain of the header is
//! not applied. Why this decoder: `docs/decisions/0001-opus-decoder.md`.

use opus_rs::OpusDecoder;

use crate::error::{DecodeFailure, MediaError, Unsupported};
use crate::limits;
use crate::limits::LimitExceeded;
use crate::pcm::Pcm;

/// Samples per channel of the longest packet: 120 ms (RFC 6716 clause 3.2.5).
const MAX_PACKET: usize = 5760;

/// A decoder of one mono or stereo stream.
pub(crate) struct OpusPackets {
    decoder: OpusDecoder,
    channels: usize,
    interleaved: Vec<f32>,
}

impl OpusPackets {
    /// Makes a decoder from the identification header (RFC 7845 clause 5.1). Surround mappings are left to `ffmpeg`.
    pub fn open(head: &[u8]) -> Result<Self, MediaError> {
        const FORMAT: &str = "Opus";
        let (Some(&channels), Some(&family)) = (head.get(9), head.get(18)) else {
            return Err(
                DecodeFailure::Malformed { format: FORMAT, detail: "the identification header is too short" }.into()
            );
        };
        let channels = usize::from(limits::channels(u64::from(channels))?);
        if channels > 2 || family > 1 {
            return Err(Unsupported::NoDecoder { format: "surround Opus" }.into());
        }
        let decoder =
            OpusDecoder::new(48_000, channels).map_err(|detail| MediaError::from(LimitExceeded::Decoder { detail }))?;
        Ok(Self { decoder, channels, interleaved: vec![0.0; MAX_PACKET * channels] })
    }

    /// Decodes one packet over `block`; `false` if it is damaged.
    pub fn decode(&mut self, packet: &[u8], block: &mut Pcm) -> bool {
        // An empty packet would ask for concealment.
        let frames = match packet_frames(packet) {
            Some(frames) if (1..=MAX_PACKET).contains(&frames) => frames,
            _ => return false,
        };
        let out = &mut self.interleaved[..frames * self.channels];
        let Ok(frames) = self.decoder.decode(packet, frames, out) else { return false };
        for (channel, plane) in block.float_planes(self.channels).iter_mut().enumerate() {
            plane.clear();
            plane.extend(out.iter().skip(channel).step_by(self.channels).take(frames));
        }
        true
    }
}

/// Whether a packet holds frames of 2.5 ms, which the native decoder gets wrong.
pub(crate) fn has_shortest_frames(packet: &[u8]) -> bool {
    packet.first().is_some_and(|toc| toc >> 3 >= 16 && (toc >> 3).is_multiple_of(4))
}

/// Samples per channel of a packet at 48 kHz: RFC 6716 clauses 3.1 and 3.2.
pub(crate) fn packet_frames(packet: &[u8]) -> Option<usize> {
    let toc = *packet.first()?;
    let config = usize::from(toc >> 3);
    let frame = match config {
        0..=11 => [480, 960, 1920, 2880][config % 4],
        12..=15 => [480, 960][config % 2],
        _ => [120, 240, 480, 960][config % 4],
    };
    let count = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => usize::from(packet.get(1)? & 0x3f),
    };
    Some(frame * count)
}

#[cfg(test)]
mod tests {
    use super::{has_shortest_frames, packet_frames};

    #[test]
    fn durations() {
        assert_eq!(packet_frames(&[31 << 3]), Some(960));
        assert_eq!(packet_frames(&[3 << 3 | 1]), Some(5760));
        assert_eq!(packet_frames(&[13 << 3 | 3, 4]), Some(3840));
        assert_eq!(packet_frames(&[]), None);
        assert!(has_shortest_frames(&[28 << 3]) && !has_shortest_frames(&[29 << 3]) && !has_shortest_frames(&[4 << 3]));
    }
}
