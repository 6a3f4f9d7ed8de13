//! Real encoders and decoders, and the audio they are given. A missing program fails the test.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs a program and gives back what it wrote to its standard output.
pub fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    output.stdout
}

/// A small generator of evenly spread numbers (Knuth's MMIX constants), so that every run sees the same audio.
pub struct Random(pub u64);

impl Random {
    /// `width` random bits, up to 32.
    pub fn bits(&mut self, width: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 32) >> (32 - width)) as u32
    }

    /// A whole number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        ((u64::from(self.bits(32)) * u64::from(limit)) >> 32) as u32
    }

    fn noise(&mut self) -> f64 {
        f64::from(self.bits(32)) / f64::from(1u32 << 31) - 1.0
    }
}

/// Tones, noise and clicks, unlike enough in both channels that every coding tool has a use; 16-bit WAV.
pub fn wav(path: &Path, rate: u32, channels: u16, seconds: f64) {
    let mut random = Random(7);
    let frames = (f64::from(rate) * seconds) as usize;
    let mut data = Vec::with_capacity(4 * frames);
    for n in 0..frames {
        let t = n as f64 / f64::from(rate);
        // A click every 0.13 s asks for short blocks; a pause in every second saves bits for the reservoir.
        let since_click = t % 0.13;
        let click = (-since_click * 400.0).exp() * random.noise();
        let loudness = if t % 1.0 < 0.2 { 0.001 } else { 1.0 };
        let tone = |hertz: f64| (t * hertz * std::f64::consts::TAU).sin();
        let middle = 0.2 * tone(220.0) + 0.1 * tone(1234.5) + 0.05 * tone(3100.0) + 0.03 * random.noise();
        let side = 0.05 * tone(331.0) + if t % 0.7 < 0.3 { 0.1 * random.noise() } else { 0.0 };
        for sign in [1.0, -1.0].into_iter().take(channels.into()) {
            let sample = loudness * (middle + sign * side) + 0.4 * click;
            data.extend_from_slice(&((sample * 32767.0).round() as i16).to_le_bytes());
        }
    }
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data.len() as u32).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&(rate * u32::from(channels) * 2).to_le_bytes());
    file.extend_from_slice(&(channels * 2).to_le_bytes());
    file.extend_from_slice(b"\x10\0data");
    file.extend_from_slice(&(data.len() as u32).to_le_bytes());
    file.extend_from_slice(&data);
    fs::write(path, file).unwrap();
}

/// All samples of an MP3 file as mpg123 decodes them, nothing trimmed, interleaved.
pub fn mpg123(path: &Path) -> Vec<f32> {
    floats(&run("mpg123", &["-q", "--no-gapless", "-e", "f32", "-s", path.to_str().unwrap()]))
}

/// All samples of an MP3 file without tags as `FFmpeg` decodes them, interleaved.
pub fn ffmpeg(path: &Path) -> Vec<f32> {
    let arguments = ["-v", "fatal", "-f", "mp3", "-i", path.to_str().unwrap(), "-f", "f32le", "-"];
    floats(&run("ffmpeg", &arguments))
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|sample| f32::from_le_bytes(sample.try_into().unwrap())).collect()
}
