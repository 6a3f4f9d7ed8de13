//! Frames that no encoder makes: random side information over random bits, which reach every Huffman table,
//! mixed blocks, shared scalefactors and the scalefactor forms of the low rates.

use std::fs;

use bitrater_media::layer3::{ChannelGranule, Frame, FrameParser, Header};

use crate::programs::{Random, mpg123};
use crate::reference::decode;
use crate::{TOLERANCE, difference};

/// Bits, most significant first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn put(&mut self, value: u32, width: u32) {
        for bit in (0..width).rev() {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= (((value >> bit) & 1) as u8) << (7 - self.count % 8);
            self.count += 1;
        }
    }
}

/// What a stream is made of.
#[derive(Clone, Copy)]
struct Kind {
    /// Second header byte, and the sample rate bits of the third.
    version: u8,
    rate: u8,
    mixed: bool,
    /// Fourth header byte: mode and mode extension.
    mode: u8,
}

/// One frame of the highest bitrate, its own reservoir only.
fn frame(kind: Kind, random: &mut Random) -> Vec<u8> {
    let header = [0xff, kind.version, 0xe0 | kind.rate, kind.mode];
    let parsed = Header::parse(&header).unwrap();
    let (lsf, channels, granules) = (parsed.is_lsf(), parsed.channels() as u32, parsed.granules() as u32);
    let len = parsed.frame_len().unwrap();
    let space = 8 * (len - parsed.main_data_offset()) as u32;
    let length = (space / (channels * granules)).min(4095);

    // Both channels share their blocks, for M/S asks for it.
    // With intensity stereo no short ones: mpg123 then always writes to their last band.
    let choice = if parsed.intensity_stereo() { [0, 1, 3, 3] } else { [0, 1, 2, 3] };
    let blocks: Vec<u32> = (0..granules).map(|_| choice[random.below(4) as usize]).collect();
    let share = blocks.iter().all(|&block| block != 2);
    let mut bits = Bits::default();
    bits.put(0, if lsf { 8 } else { 9 });
    bits.put(0, [[5, 3], [1, 2]][usize::from(lsf)][channels as usize - 1]);
    if !lsf {
        for _ in 0..channels {
            bits.put(if share { random.bits(4) } else { 0 }, 4);
        }
    }
    let table = |random: &mut Random| {
        let table = random.below(32);
        if table == 4 || table == 14 { 0 } else { table }
    };
    for block in &blocks {
        for _ in 0..channels {
            bits.put(length, 12);
            bits.put(2 * random.below(60), 9);
            bits.put(120 + random.below(40), 8);
            bits.put(random.bits(if lsf { 9 } else { 4 }), if lsf { 9 } else { 4 });
            bits.put(u32::from(*block > 0), 1);
            if *block > 0 {
                bits.put(*block, 2);
                bits.put(u32::from(kind.mixed && *block == 2), 1);
                bits.put(table(random), 5);
                bits.put(table(random), 5);
                bits.put(random.bits(9), 9);
            } else {
                for _ in 0..3 {
                    bits.put(table(random), 5);
                }
                bits.put(random.below(14), 4);
                bits.put(random.below(8), 3);
            }
            if !lsf {
                bits.put(random.bits(1), 1);
            }
            bits.put(random.bits(2), 2);
        }
    }
    let mut bytes = header.to_vec();
    bytes.extend(bits.bytes);
    assert_eq!(bytes.len(), parsed.main_data_offset());
    bytes.resize_with(len, || random.bits(8) as u8);
    bytes
}

/// A stream of frames that all can be read: the others are thrown away.
fn stream(kind: Kind, frames: usize, seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut parser = FrameParser::new();
    let mut bytes = Vec::new();
    let mut made = 0;
    while made < frames {
        let frame = frame(kind, &mut random);
        if parser.parse(&frame).is_ok_and(is_plain) {
            bytes.extend(frame);
            made += 1;
        }
    }
    bytes
}

/// Whether everybody agrees what a frame means: it can be read, and intensity stereo, if on, has no band to work on,
/// for channel 1 reaches into the last one.
fn is_plain(frame: &Frame) -> bool {
    let reaches_up = |granule: &[ChannelGranule]| {
        granule[1]
            .bands()
            .filter(|band| band.index == band.window.map_or(21, |_| 12))
            .all(|band| granule[1].quantised[band.lines].iter().any(|&line| line != 0))
    };
    frame.main_data.is_ok() && (!frame.header.intensity_stereo() || frame.granules().all(reaches_up))
}

fn compare(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crafted.mp3");
    let file = stream(kind, 60, 11);
    fs::write(&path, &file).unwrap();
    let ours = decode(&file);
    let header = Header::parse(&file).unwrap();
    let by_mpg123 = difference(&ours, &mpg123(&path));
    println!(
        "crafted {} Hz {:?} mixed {}: blocks {:?}, mpg123 {by_mpg123:.1e}",
        header.sample_rate, header.mode, kind.mixed, ours.blocks
    );
    assert!(by_mpg123 < TOLERANCE, "{by_mpg123:e}");
}

#[test]
fn random_frames_decode_like_everywhere() {
    for version in [0xfb, 0xf3, 0xe3] {
        for rate in [0x0, 0x4, 0x8] {
            // Stereo, M/S, intensity, both, mono.
            for mode in [0x00, 0x60, 0x50, 0x70, 0xc0] {
                compare(Kind { version, rate, mixed: false, mode });
            }
        }
    }
}

#[test]
fn random_mixed_blocks_decode_like_everywhere() {
    for rate in [0x0, 0x4, 0x8] {
        compare(Kind { version: 0xfb, rate, mixed: true, mode: 0x60 });
        compare(Kind { version: 0xf3, rate, mixed: true, mode: 0x00 });
    }
}
