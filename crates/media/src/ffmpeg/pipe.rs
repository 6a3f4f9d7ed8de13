//! `ffmpeg`: samples out of a pipe. The child is killed and reaped when the stream is dropped.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use super::probe::{Probed, probe};
use crate::error::{DecodeFailure, MediaError, Unsupported};
use crate::facts::StreamFacts;
use crate::log::Log;
use crate::pcm::Pcm;
use crate::stream::Stream;
use crate::text::Clean;

/// Sample frames in a block.
const BLOCK: usize = 4096;
/// Bytes kept of what ffmpeg complains about.
const MAX_COMPLAINT: u64 = 4096;

/// A running `ffmpeg`.
pub(crate) struct FfmpegStream {
    child: Child,
    out: ChildStdout,
    complaints: Option<JoinHandle<Vec<u8>>>,
    words: &'static str,
    channels: usize,
    int_bits: Option<u32>,
    bytes: Vec<u8>,
}

/// Opens `path` through `ffprobe` and `ffmpeg`; `words` names the format in messages.
pub(crate) fn open(path: &Path, words: &'static str) -> Result<(FfmpegStream, StreamFacts), MediaError> {
    let probed = probe(path, words)?;
    let stream = FfmpegStream::start(path, &probed, words)?;
    let facts = StreamFacts {
        container: probed.container,
        codec: probed.codec,
        sample_rate: probed.sample_rate,
        channels: probed.channels,
        bit_depth: probed.bit_depth,
        duration: probed.duration,
        stated: probed.stated,
        mp3: None,
        warnings: Vec::new(),
    };
    Ok((stream, facts))
}

/// A missing program is an unsupported format; anything else is trouble with the machine.
pub(super) fn spawn_error(error: io::Error, words: &'static str) -> MediaError {
    match error.kind() {
        io::ErrorKind::NotFound => Unsupported::NeedsFfmpeg { format: words }.into(),
        _ => MediaError::Io(error),
    }
}

/// Whether a program that failed got as far as its work: a shell's statuses for what cannot be run are also those of the
/// loader, and a signal is nothing that a program does by itself.
pub(super) fn has_run(program: &'static str, status: ExitStatus) -> Result<(), DecodeFailure> {
    match status.code().unwrap_or(-1) {
        status @ (-1 | 126 | 127) => Err(DecodeFailure::NotRun { program, status }),
        _ => Ok(()),
    }
}

impl FfmpegStream {
    fn start(path: &Path, probed: &Probed, words: &'static str) -> Result<Self, MediaError> {
        let form = if probed.int_bits.is_some() { "s32le" } else { "f32le" };
        let mut child = Command::new("ffmpeg")
            // Encoder delay stays in: the frame grid is counted from the decoder's first sample.
            .args(["-nostdin", "-threads", "1", "-flags2", "+skip_manual"])
            .args(super::input(path))
            .args(["-map", &format!("0:{}", probed.index), "-vn", "-sn", "-dn", "-threads", "1"])
            .args(["-ac", &probed.channels.to_string(), "-ar", &probed.sample_rate.to_string()])
            .args(["-c:a", &format!("pcm_{form}"), "-f", form, "pipe:1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| spawn_error(error, words))?;
        let (Some(out), Some(mut err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(MediaError::Io(io::ErrorKind::BrokenPipe.into()));
        };
        // It only waits: keeps the first complaints and lets the rest pass, so that the child never blocks on them.
        let complaints = std::thread::spawn(move || {
            let mut first = Vec::new();
            let _ = err.by_ref().take(MAX_COMPLAINT).read_to_end(&mut first);
            let _ = io::copy(&mut err, &mut io::sink());
            first
        });
        let channels = usize::from(probed.channels);
        let bytes = vec![0; BLOCK * channels * 4];
        Ok(Self { child, out, complaints: Some(complaints), words, channels, int_bits: probed.int_bits, bytes })
    }

    /// Fills the byte buffer as far as the pipe gives.
    fn fill(&mut self) -> io::Result<usize> {
        let mut filled = 0;
        while filled < self.bytes.len() {
            match self.out.read(&mut self.bytes[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Waits for the end of the child and says what it complained about.
    fn reap(&mut self, log: &mut Log) -> Result<(), MediaError> {
        let Some(complaints) = self.complaints.take() else { return Ok(()) };
        let status = self.child.wait()?;
        let complaints = complaints.join().unwrap_or_default();
        let line = complaints.split(|&b| b == b'\n').find(|line| !line.is_empty()).unwrap_or_default();
        let detail = Clean::new(line);
        if !status.success() {
            has_run("ffmpeg", status)?;
            let status = status.code().unwrap_or(-1);
            return Err(DecodeFailure::Ffmpeg { format: self.words, status, detail }.into());
        }
        if !line.is_empty() {
            log.note(format!("ffmpeg found damage and went on: {detail}"));
        }
        Ok(())
    }
}

impl Stream for FfmpegStream {
    fn read(&mut self, block: &mut Pcm, log: &mut Log) -> Result<bool, MediaError> {
        let filled = self.fill()?;
        let frames = filled / (4 * self.channels);
        if frames == 0 {
            self.reap(log)?;
            return Ok(false);
        }
        let step = 4 * self.channels;
        let samples = |channel: usize| {
            let words = self.bytes[..frames * step].chunks_exact(step);
            words.map(move |frame| {
                let at = 4 * channel;
                [frame[at], frame[at + 1], frame[at + 2], frame[at + 3]]
            })
        };
        if let Some(bits) = self.int_bits {
            for (channel, plane) in block.int_planes(bits, self.channels).iter_mut().enumerate() {
                plane.clear();
                plane.extend(samples(channel).map(|b| i32::from_le_bytes(b) >> (32 - bits)));
            }
        } else {
            for (channel, plane) in block.float_planes(self.channels).iter_mut().enumerate() {
                plane.clear();
                plane.extend(samples(channel).map(f32::from_le_bytes));
            }
        }
        Ok(true)
    }

    fn complete(&self, facts: &mut StreamFacts, seconds: f64) {
        if facts.stated.mode.is_none() && facts.stated.bitrate.is_none() && seconds > 0.0 {
            facts.warnings.push("the file does not state its bitrate".to_owned());
        }
    }
}

impl Drop for FfmpegStream {
    fn drop(&mut self) {
        if self.complaints.is_some() {
            // Nothing can be done here if it is gone already.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
