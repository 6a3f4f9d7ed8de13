//! WAV files, written and read by hand: the canonical 44-byte header, integer PCM of 8, 16, 24 or 32 bits and
//! 32-bit float (Microsoft/IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991).

use std::fs;
use std::path::Path;

use crate::Signal;

/// Format tag of integer PCM.
const PCM: u16 = 1;
/// Format tag of IEEE float.
const FLOAT: u16 = 3;
/// Format tag that says "see the sub-format": its first two bytes are one of the tags above.
const EXTENSIBLE: u16 = 0xfffe;

/// Writes `signal` as integer PCM of `bits` bits, rounded to nearest, without dither.
///
/// # Panics
/// When the file cannot be written or `bits` is none of 8, 16, 24, 32.
pub fn write(path: &Path, signal: &Signal, bits: u32) {
    fs::write(path, bytes(signal, bits)).unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
}

/// The same file in memory.
///
/// # Panics
/// When `bits` is none of 8, 16, 24, 32, or the samples do not fit a WAV file's four gigabytes.
#[must_use]
pub fn bytes(signal: &Signal, bits: u32) -> Vec<u8> {
    assert!(matches!(bits, 8 | 16 | 24 | 32), "no {bits}-bit WAV files here");
    let planes = signal.to_int(bits);
    let width = bits as usize / 8;
    let mut data = Vec::with_capacity(signal.frames() * planes.len() * width);
    for n in 0..signal.frames() {
        for plane in &planes {
            // Eight-bit samples are unsigned, all others two's complement, little-endian.
            let value = if bits == 8 { plane[n] + 128 } else { plane[n] };
            data.extend_from_slice(&value.to_le_bytes()[..width]);
        }
    }
    with_header(&data, PCM, signal.rate, planes.len() as u16, bits as u16)
}

/// Writes `signal` as 32-bit float, full scale ±1.0.
///
/// # Panics
/// When the file cannot be written.
pub fn write_float(path: &Path, signal: &Signal) {
    let frames = 0..signal.frames();
    let samples = frames.flat_map(|n| signal.planes.iter().map(move |plane| plane[n] as f32));
    let data: Vec<u8> = samples.flat_map(f32::to_le_bytes).collect();
    let file = with_header(&data, FLOAT, signal.rate, signal.planes.len() as u16, 32);
    fs::write(path, file).unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
}

/// `data` behind the canonical RIFF header.
fn with_header(data: &[u8], tag: u16, rate: u32, channels: u16, bits: u16) -> Vec<u8> {
    let size = u32::try_from(data.len()).expect("a WAV file holds less than 4 GiB");
    let block = channels * bits / 8;
    let mut out = Vec::with_capacity(44 + data.len() + 1);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + size + size % 2).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16_u32.to_le_bytes());
    out.extend_from_slice(&tag.to_le_bytes());
    out.extend_from_slice(&channels.to_le_bytes());
    out.extend_from_slice(&rate.to_le_bytes());
    out.extend_from_slice(&(rate * u32::from(block)).to_le_bytes());
    out.extend_from_slice(&block.to_le_bytes());
    out.extend_from_slice(&bits.to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(data);
    if size % 2 == 1 {
        out.push(0); // chunks are padded to an even length
    }
    out
}

/// Reads a WAV file, full scale ±1.0: integer PCM of 8 to 32 bits or 32-bit float, other chunks skipped. For the test
/// kit's own output and that of the decoders it calls, not for hostile files.
///
/// # Panics
/// When the file cannot be read or is nothing of the kind.
#[must_use]
pub fn read(path: &Path) -> Signal {
    let file = fs::read(path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()));
    assert!(file.len() > 12 && &file[..4] == b"RIFF" && &file[8..12] == b"WAVE", "{}: no WAV file", path.display());
    let (mut format, mut rest) = (None, &file[12..]);
    while let Some((head, body)) = rest.split_at_checked(8) {
        let stated = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        // A writer that could not seek back (into a pipe) leaves the length unknown: then it ends with the file.
        let length = stated.min(body.len());
        match &head[..4] {
            b"fmt " => format = Some(Format::parse(&body[..length])),
            b"data" => return format.expect("`fmt ` comes before `data`").samples(&body[..length]),
            _ => {}
        }
        rest = body.get(length + length % 2..).unwrap_or_default();
    }
    panic!("{}: a WAV file without samples", path.display());
}

/// What the `fmt ` chunk says.
struct Format {
    tag: u16,
    channels: usize,
    rate: u32,
    bits: u16,
}

impl Format {
    fn parse(chunk: &[u8]) -> Self {
        let word = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
        let tag = if word(0) == EXTENSIBLE { word(24) } else { word(0) };
        let rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        Self { tag, channels: usize::from(word(2)), rate, bits: word(14) }
    }

    fn samples(&self, data: &[u8]) -> Signal {
        let width = usize::from(self.bits / 8);
        let mut planes = vec![Vec::with_capacity(data.len() / (width * self.channels)); self.channels];
        for frame in data.chunks_exact(width * self.channels) {
            for (plane, sample) in planes.iter_mut().zip(frame.chunks_exact(width)) {
                plane.push(self.sample(sample));
            }
        }
        Signal { rate: self.rate, planes }
    }

    fn sample(&self, le: &[u8]) -> f64 {
        match (self.tag, le) {
            (FLOAT, &[a, b, c, d]) => f64::from(f32::from_le_bytes([a, b, c, d])),
            (PCM, &[a]) => (f64::from(a) - 128.0) / 128.0,
            (PCM, _) => {
                // Left-justified in 32 bits, so the sign comes for free.
                let mut word = [0; 4];
                word[4 - le.len()..].copy_from_slice(le);
                f64::from(i32::from_le_bytes(word)) / 2_f64.powi(31)
            }
            _ => panic!("WAV format tag {} with {} bits is not read here", self.tag, self.bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::white_noise;

    #[test]
    fn the_header_is_the_canonical_one() {
        let signal = Signal { rate: 44_100, planes: vec![vec![0.5, -1.0], vec![0.0, 1.0]] };
        let file = bytes(&signal, 16);
        assert_eq!(
            file,
            [
                b"RIFF".as_slice(),
                &[44, 0, 0, 0],
                b"WAVEfmt ",
                &[16, 0, 0, 0, 1, 0, 2, 0, 0x44, 0xac, 0, 0, 0x10, 0xb1, 2, 0, 4, 0, 16, 0],
                b"data",
                &[8, 0, 0, 0, 0, 0x40, 0, 0, 0, 0x80, 0xff, 0x7f],
            ]
            .concat()
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        for bits in [8, 16, 24, 32] {
            for signal in [white_noise(48_000, 0.01, 1), white_noise(48_000, 0.01, 2).to_mono()] {
                write(&path, &signal, bits);
                let back = read(&path);
                assert_eq!(back.rate, 48_000);
                assert_eq!(back.to_int(bits), signal.to_int(bits), "{bits} bits");
            }
        }
    }

    #[test]
    fn odd_lengths_are_padded() {
        let file = bytes(&Signal::mono(8000, vec![0.0; 3]), 8);
        assert_eq!((file.len(), &file[4..8]), (48, [40, 0, 0, 0].as_slice()));
    }

    #[test]
    fn floats_keep_what_is_beyond_full_scale() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        let loud = Signal::mono(44_100, vec![1.5, -0.25]);
        write_float(&path, &loud);
        assert_eq!(read(&path), loud);
    }
}
