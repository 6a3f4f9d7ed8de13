//! `ffprobe`: what kind of stream it is, before any sample is asked for.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::error::{DecodeFailure, MediaError, Unsupported};
use crate::facts::{Codec, Stated};
use crate::{limits, text};

/// Most that is read of ffprobe's answer.
const MAX_ANSWER: u64 = 1 << 20;
/// ffmpeg's own score for "only the name fits"; what lies above was found in the content.
const MIN_SCORE: u32 = 26;

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    streams: Vec<StreamAnswer>,
    format: Option<FormatAnswer>,
}

#[derive(Debug, Deserialize)]
struct StreamAnswer {
    index: u32,
    codec_name: Option<String>,
    sample_rate: Option<String>,
    channels: Option<u64>,
    sample_fmt: Option<String>,
    bits_per_sample: Option<u64>,
    bits_per_raw_sample: Option<String>,
    bit_rate: Option<String>,
    duration: Option<String>,
    tags: Option<Tags>,
}

#[derive(Debug, Deserialize)]
struct FormatAnswer {
    format_name: Option<String>,
    duration: Option<String>,
    bit_rate: Option<String>,
    probe_score: Option<u32>,
    tags: Option<Tags>,
}

#[derive(Debug, Deserialize)]
struct Tags {
    #[serde(alias = "ENCODER", alias = "Encoder", alias = "WM/EncodingSettings")]
    encoder: Option<String>,
}

/// What ffprobe said of the first audio stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Probed {
    pub index: u32,
    pub container: String,
    pub codec: Codec,
    pub sample_rate: u32,
    pub channels: u16,
    /// Depth of integer samples; none where float is to be asked for.
    pub int_bits: Option<u32>,
    pub bit_depth: Option<u16>,
    pub duration: f64,
    pub stated: Stated,
}

/// Asks ffprobe about the file.
pub(super) fn probe(path: &Path, words: &'static str) -> Result<Probed, MediaError> {
    let mut child = Command::new("ffprobe")
        .args(super::input(path))
        .args(["-select_streams", "a", "-of", "json", "-show_entries"])
        .arg(
            "stream=index,codec_name,sample_rate,channels,sample_fmt,bits_per_sample,bits_per_raw_sample,bit_rate,duration\
             :stream_tags=encoder:format=format_name,duration,bit_rate,probe_score:format_tags",
        )
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| super::pipe::spawn_error(error, words))?;
    let mut answer = Vec::new();
    let read = child.stdout.take().map_or(Ok(0), |out| out.take(MAX_ANSWER).read_to_end(&mut answer));
    // Dropping the pipe ends a child that would say more; it is reaped in any case.
    let status = child.wait()?;
    read?;
    if !status.success() {
        super::pipe::has_run("ffprobe", status)?;
        return Err(Unsupported::NotAudio.into());
    }
    let answer: Answer = serde_json::from_slice(&answer)
        .map_err(|_| DecodeFailure::Malformed { format: words, detail: "ffprobe gave no readable answer" })?;
    let format = answer.format.ok_or(Unsupported::NotAudio)?;
    if format.probe_score.unwrap_or(0) < MIN_SCORE {
        return Err(Unsupported::NotAudio.into());
    }
    let stream = answer.streams.into_iter().next().ok_or(Unsupported::NoAudioTrack { container: words })?;
    read_answer(stream, &format)
}

fn read_answer(stream: StreamAnswer, format: &FormatAnswer) -> Result<Probed, MediaError> {
    let number =
        |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite() && *n > 0.0);
    let name = stream.codec_name.as_deref().unwrap_or_default();
    let (codec, lossless) = codec_of(name);
    let sample_fmt = stream.sample_fmt.as_deref().unwrap_or_default();
    let is_float = sample_fmt.starts_with("flt") || sample_fmt.starts_with("dbl");
    let stated_bits = stream
        .bits_per_raw_sample
        .and_then(|bits| bits.parse().ok())
        .or(stream.bits_per_sample)
        .filter(|bits| (1..=32).contains(bits));
    let int_bits = if lossless && !is_float {
        let width = match sample_fmt.trim_end_matches('p') {
            "u8" => 8,
            "s16" => 16,
            _ => 32,
        };
        Some(limits::bit_depth(stated_bits.unwrap_or(width))?)
    } else {
        None
    };
    let bit_depth = match (lossless, int_bits) {
        (true, Some(bits)) => u16::try_from(bits).ok(),
        (true, None) => Some(32),
        (false, _) => None,
    };
    let duration = number(stream.duration.as_deref()).or_else(|| number(format.duration.as_deref())).unwrap_or(0.0);
    let rate = number(stream.bit_rate.as_deref()).or_else(|| number(format.bit_rate.as_deref()));
    let kbps = rate.map(|rate| (rate / 1000.0).round() as u32);
    let encoder = stream.tags.or_else(|| format.tags.as_ref().map(|tags| Tags { encoder: tags.encoder.clone() }));
    let encoder = encoder.and_then(|tags| tags.encoder).and_then(|name| text::clean(name.as_bytes()));
    let stated = if lossless { Stated::lossless(codec, encoder) } else { Stated::rate(codec, kbps, None, encoder) };
    Ok(Probed {
        index: stream.index,
        container: container_of(format.format_name.as_deref().unwrap_or_default()),
        codec,
        sample_rate: limits::sample_rate(stream.sample_rate.and_then(|rate| rate.parse().ok()).unwrap_or(0))?,
        channels: limits::channels(stream.channels.unwrap_or(0))?,
        int_bits,
        bit_depth,
        duration,
        stated,
    })
}

/// One word for ffmpeg's list of names.
fn container_of(names: &str) -> String {
    let first = names.split(',').next().unwrap_or_default();
    match first {
        "mov" => "mp4",
        "aac" => "adts",
        other => other,
    }
    .to_owned()
}

/// The codec by ffmpeg's name, and whether it is lossless.
fn codec_of(name: &str) -> (Codec, bool) {
    let codec = match name {
        "flac" => Codec::Flac,
        "alac" => Codec::Alac,
        "mp3" | "mp3float" | "mp3on4" => Codec::Mp3,
        "mp2" => Codec::Mp2,
        "mp1" => Codec::Mp1,
        "aac" | "aac_latm" => Codec::Aac,
        "vorbis" => Codec::Vorbis,
        "opus" => Codec::Opus,
        "wmav1" | "wmav2" | "wmapro" | "wmavoice" => Codec::Wma,
        "wmalossless" => Codec::WmaLossless,
        "musepack7" | "musepack8" => Codec::Musepack,
        "ac3" | "eac3" => Codec::Ac3,
        "ape" => Codec::Ape,
        "wavpack" => Codec::Wavpack,
        "tta" => Codec::Tta,
        // Companded and differential forms lose; the rest of the family does not.
        "pcm_alaw" | "pcm_mulaw" | "pcm_vidc" | "pcm_f16le" => Codec::Unknown,
        name if name.starts_with("pcm_") => Codec::Pcm,
        _ => Codec::Unknown,
    };
    (codec, codec.is_lossless() || matches!(name, "tak" | "shorten" | "mlp" | "truehd" | "als"))
}
