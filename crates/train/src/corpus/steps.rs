//! One step of a chain as a file made from a file: by a program, or here.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use super::programs::{Programs, ffmpeg_encoder};
use super::{CorpusError, treat, wav};
use crate::chain::{Encode, Encoder, Rate, Treatment};

/// Characters of a program's complaint that are kept.
const COMPLAINT: usize = 300;

/// Runs steps with the programs of this machine.
pub struct Workshop<'a> {
    pub programs: &'a Programs,
}

impl Workshop<'_> {
    /// Encodes a WAV file.
    pub fn encode(&self, encode: Encode, input: &Path, output: &Path) -> Result<(), CorpusError> {
        let Encode { encoder, rate, switches } = encode;
        match encoder {
            Encoder::Lame => {
                let mut args: Vec<String> = match rate {
                    Rate::V(level) => vec!["-V".into(), level.to_string()],
                    Rate::Abr(kbps) => vec!["--abr".into(), kbps.to_string()],
                    _ => vec!["-b".into(), encode.nominal().to_string()],
                };
                args.extend(switches.effort.into_iter().flat_map(|effort| ["-q".into(), effort.to_string()]));
                args.extend(switches.stereo.into_iter().flat_map(|mode| ["-m".into(), mode.to_string()]));
                let khz = |hz: u32| format!("{:.1}", f64::from(hz) / 1000.0);
                args.extend(switches.lowpass.into_iter().flat_map(|hz| ["--lowpass".into(), khz(hz)]));
                args.extend(switches.unfiltered.then(|| "-k".into()));
                self.run("lame", words(&["--quiet"]).chain(args.into_iter().map(OsString::from)), &[input, output], &[])
            }
            Encoder::Vorbis => {
                let quality = match rate {
                    Rate::Quality(quality) => quality.to_string(),
                    other => other.to_string(),
                };
                self.run("oggenc", words(&["-Q", "-s", "1", "-q", &quality, "-o"]), &[output, input], &[])
            }
            Encoder::Opus => {
                let kbps = encode.nominal().to_string();
                self.run("opusenc", words(&["--quiet", "--serial", "1", "--bitrate", &kbps]), &[input, output], &[])
            }
            encoder => {
                let kbps = format!("{}k", encode.nominal());
                let (spec, _) = wav::shape(input)?;
                // A WAV file of 24 bits may call its one channel the left one, which encoders refuse.
                let centre: &[&str] =
                    if spec.channels == 1 { &["-af", "channelmap=map=0:channel_layout=mono"] } else { &[] };
                self.ffmpeg(input, &[&["-c:a", ffmpeg_encoder(encoder), "-b:a", &kbps], centre].concat(), output)
            }
        }
    }

    /// Decodes an encode to WAV with `bits` (16 or 24); `rate` is what it had before the encode.
    pub fn decode(
        &self,
        encoder: Encoder,
        shifted: bool,
        bits: u16,
        rate: u32,
        input: &Path,
        output: &Path,
    ) -> Result<(), CorpusError> {
        if shifted {
            let format: &[&str] =
                if bits == 24 { &["-q", "--no-gapless", "-e", "s24", "-w"] } else { &["-q", "--no-gapless", "-w"] };
            return self.run("mpg123", words(format), &[output, input], &[]);
        }
        if encoder.is_mp3() && !self.programs.has("ffmpeg") {
            return self.run("lame", words(&["--quiet", "--decode"]), &[input, output], &[]);
        }
        let format = format!("pcm_s{bits}le");
        let rate = rate.to_string();
        // Opus knows one rate only; whoever decodes it for a library brings it back to that of the source.
        let back: &[&str] = if encoder == Encoder::Opus { &["-ar", &rate] } else { &[] };
        self.ffmpeg(input, &[&["-c:a", &format], back].concat(), output)
    }

    /// Changes the samples of a WAV file.
    pub fn treat(&self, treatment: Treatment, input: &Path, output: &Path, seed: u64) -> Result<(), CorpusError> {
        let (spec, _) = wav::shape(input)?;
        let format = format!("pcm_s{}le", spec.bits_per_sample);
        let resample = |input: &Path, hz: u32, output: &Path| {
            self.ffmpeg(input, &["-c:a", &format, "-ar", &hz.to_string()], output)
        };
        match treatment {
            Treatment::Resample(hz) => resample(input, hz, output),
            Treatment::Via(hz) => {
                let there = output.with_extension("via.wav");
                resample(input, hz, &there)?;
                resample(&there, spec.sample_rate, output)?;
                std::fs::remove_file(&there).map_err(CorpusError::io(there))
            }
            treatment => treat::apply(treatment, input, output, seed),
        }
    }

    /// Packs a WAV file as FLAC.
    pub fn flac(&self, input: &Path, output: &Path) -> Result<(), CorpusError> {
        if self.programs.has("flac") {
            return self.run("flac", words(&["--silent", "--force", "-o"]), &[output, input], &[]);
        }
        self.ffmpeg(input, &["-c:a", "flac"], output)
    }

    /// No tags, no versions: the bytes depend on the samples alone. One thread, as the budget counts processes.
    fn ffmpeg(&self, input: &Path, options: &[&str], output: &Path) -> Result<(), CorpusError> {
        let before = words(&["-v", "error", "-nostdin", "-y", "-threads", "1", "-i"]);
        let bare = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-threads", "1"];
        let after: Vec<OsString> =
            bare.iter().chain(options).map(OsString::from).chain([output.as_os_str().to_owned()]).collect();
        self.run("ffmpeg", before, &[input], &after)
    }

    fn run(
        &self,
        program: &'static str,
        args: impl Iterator<Item = OsString>,
        files: &[&Path],
        more: &[OsString],
    ) -> Result<(), CorpusError> {
        let mut command = Command::new(self.programs.path(program));
        command.args(args).args(files).args(more).stdin(Stdio::null()).stdout(Stdio::null());
        let output = command.output().map_err(CorpusError::io(program))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim();
        let from = said.char_indices().rev().nth(COMPLAINT).map_or(0, |(index, _)| index);
        let message = if said.is_empty() { output.status.to_string() } else { said[from..].to_owned() };
        Err(CorpusError::Program { program, message })
    }
}

fn words(words: &[&str]) -> impl Iterator<Item = OsString> {
    words.iter().map(OsString::from).collect::<Vec<_>>().into_iter()
}
