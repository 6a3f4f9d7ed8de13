//! Seeded signals, the real encoders, and reading a file to its end. A missing encoder fails the test that needs it.

#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::expect_used, reason = "a test that cannot be set up has to fail loudly")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bitrater_media::{MediaError, Pcm, StreamFacts};

/// A folder for one test's files.
pub struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("room for a test file");
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("a file made before")
    }

    /// Runs a program in the folder.
    pub fn run(&self, program: &str, args: &[&str]) {
        let out = Command::new(program).current_dir(self.dir.path()).args(args).stdin(Stdio::null()).output();
        let out = out.unwrap_or_else(|error| panic!("{program} has to be installed for this test: {error}"));
        assert!(out.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    pub fn ffmpeg(&self, args: &[&str]) {
        self.run("ffmpeg", &[&["-v", "error", "-nostdin", "-y"], args].concat());
    }

    /// Writes a WAV of `WAVE_FORMAT_EXTENSIBLE`, whose depth need not be a multiple of eight.
    pub fn wav_extensible(&self, name: &str, signal: &Signal) -> PathBuf {
        let bytes = signal.bits.div_ceil(8);
        let shift = bytes * 8 - signal.bits;
        let data: Vec<u8> =
            signal.samples.iter().flat_map(|s| (s << shift).to_le_bytes().into_iter().take(bytes as usize)).collect();
        let align = signal.channels * bytes as u16;
        let mut wav = b"RIFF".to_vec();
        wav.extend((60 + data.len() as u32).to_le_bytes());
        wav.extend(b"WAVEfmt \x28\0\0\0\xfe\xff");
        wav.extend(signal.channels.to_le_bytes());
        wav.extend(signal.rate.to_le_bytes());
        wav.extend((signal.rate * u32::from(align)).to_le_bytes());
        wav.extend(align.to_le_bytes());
        wav.extend((bytes as u16 * 8).to_le_bytes());
        wav.extend(b"\x16\0");
        wav.extend((signal.bits as u16).to_le_bytes());
        wav.extend(b"\x03\0\0\0\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71data");
        wav.extend((data.len() as u32).to_le_bytes());
        wav.extend(data);
        self.write(name, &wav)
    }

    /// Writes interleaved `samples` as a plain PCM WAV of 8 (unsigned), 16, 24 or 32 bits.
    pub fn wav(&self, name: &str, signal: &Signal) -> PathBuf {
        let bytes = usize::try_from(signal.bits).expect("a small number").div_ceil(8);
        let mut data = Vec::new();
        for &sample in &signal.samples {
            if bytes == 1 {
                data.push(u8::try_from(sample + 128).expect("an 8-bit sample"));
            } else {
                data.extend(&sample.to_le_bytes()[..bytes]);
            }
        }
        let (rate, channels) = (signal.rate, signal.channels);
        let align = channels * bytes as u16;
        let mut wav = b"RIFF".to_vec();
        wav.extend((36 + data.len() as u32).to_le_bytes());
        wav.extend(b"WAVEfmt \x10\0\0\0\x01\0");
        wav.extend(channels.to_le_bytes());
        wav.extend(rate.to_le_bytes());
        wav.extend((rate * u32::from(align)).to_le_bytes());
        wav.extend(align.to_le_bytes());
        wav.extend((bytes as u16 * 8).to_le_bytes());
        wav.extend(b"data");
        wav.extend((data.len() as u32).to_le_bytes());
        wav.extend(data);
        self.write(name, &wav)
    }
}

/// Interleaved integer samples.
#[derive(Clone)]
pub struct Signal {
    pub bits: u32,
    pub rate: u32,
    pub channels: u16,
    pub samples: Vec<i32>,
}

impl Signal {
    /// Two tones and noise that differ by channel, at about −6 dB full scale, the same on every run.
    pub fn new(bits: u32, rate: u32, channels: u16, seconds: f64) -> Self {
        let mut noise = 0x2545_f491_4f6c_dd1d_u64;
        let full = f64::from(1u32 << (bits - 1));
        let frames = (seconds * f64::from(rate)) as usize;
        let mut samples = Vec::with_capacity(frames * usize::from(channels));
        for frame in 0..frames {
            let t = frame as f64 / f64::from(rate);
            for channel in 0..channels {
                noise ^= noise << 13;
                noise ^= noise >> 7;
                noise ^= noise << 17;
                let white = (noise >> 11) as f64 / (1u64 << 53) as f64 - 0.5;
                let pitch = 220.0 * f64::from(channel + 1);
                let wave = 0.25 * (std::f64::consts::TAU * pitch * t).sin()
                    + 0.15 * (std::f64::consts::TAU * (3000.0 + 500.0 * t) * t).sin()
                    + 0.2 * white;
                samples.push((wave * full).round() as i32);
            }
        }
        Self { bits, rate, channels, samples }
    }

    /// The samples of one channel.
    pub fn plane(&self, channel: usize) -> Vec<i32> {
        self.samples.iter().skip(channel).step_by(usize::from(self.channels)).copied().collect()
    }
}

/// All samples of a file by channel.
#[derive(Debug, Clone, PartialEq)]
pub enum Planes {
    Int(u32, Vec<Vec<i32>>),
    Float(Vec<Vec<f32>>),
}

impl Planes {
    pub fn ints(&self) -> (u32, &[Vec<i32>]) {
        match self {
            Self::Int(bits, planes) => (*bits, planes),
            Self::Float(_) => panic!("integer samples were expected"),
        }
    }

    pub fn floats(&self) -> &[Vec<f32>] {
        match self {
            Self::Float(planes) => planes,
            Self::Int(..) => panic!("float samples were expected"),
        }
    }
}

/// Reads a file to its end.
pub fn read(path: &Path) -> Result<(Planes, StreamFacts), MediaError> {
    let mut media = bitrater_media::open(path)?;
    let mut all: Option<Planes> = None;
    while let Some(block) = media.next_block()? {
        assert!(block.frames() > 0);
        match (block, all.as_mut()) {
            (Pcm::Int { bits, planes }, None) => all = Some(Planes::Int(*bits, planes.clone())),
            (Pcm::Float { planes }, None) => all = Some(Planes::Float(planes.clone())),
            (Pcm::Int { bits, planes }, Some(Planes::Int(known, into))) => {
                assert_eq!((bits, planes.len()), (&*known, into.len()));
                into.iter_mut().zip(planes).for_each(|(into, plane)| into.extend(plane));
            }
            (Pcm::Float { planes }, Some(Planes::Float(into))) => {
                assert_eq!(planes.len(), into.len());
                into.iter_mut().zip(planes).for_each(|(into, plane)| into.extend(plane));
            }
            _ => panic!("the kind of samples changed within the file"),
        }
    }
    Ok((all.expect("an error where there are no samples"), media.finish()))
}

/// Reads a file that has to be readable.
pub fn read_ok(path: &Path) -> (Planes, StreamFacts) {
    read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Little-endian 32-bit floats, interleaved, of one channel.
pub fn f32_plane(bytes: &[u8], channel: usize, channels: usize) -> Vec<f32> {
    let all = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b));
    all.skip(channel).step_by(channels).collect()
}

/// The greatest difference of two signals over their common length.
pub fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}
