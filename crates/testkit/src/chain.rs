//! Named histories: `mp3_128_to_320_sh` and its like, as lists of steps.
//!
//! Two ways of decoding an MP3 matter. `ffmpeg` trims the encoder delay when the file has a LAME tag, so a second
//! encode falls on the same frame grid (*aligned*, `al`); `mpg123 --no-gapless` keeps it, so the two grids differ
//! (*shifted*, `sh`).

/// One program run that makes a file from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Program name, found on the `PATH`.
    pub program: &'static str,
    /// Arguments, where `{i}` stands for the input path and `{o}` for the output path.
    pub args: Vec<String>,
    /// Suffix of the output file, without the dot.
    pub suffix: &'static str,
}

impl Step {
    /// A step from a command line of words without spaces inside: `{i}`, `{o}`, options.
    #[must_use]
    pub fn new(program: &'static str, args: &str, suffix: &'static str) -> Self {
        Self { program, args: args.split_whitespace().map(String::from).collect(), suffix }
    }

    /// A LAME encode, for example `-b 128` or `-V 2`.
    #[must_use]
    pub fn lame(options: &str) -> Self {
        Self::new("lame", &format!("--quiet {options} {{i}} {{o}}"), "mp3")
    }

    /// An `ffmpeg` conversion, tags dropped and no version written, so the bytes depend on the samples alone.
    #[must_use]
    pub fn ffmpeg(options: &str, suffix: &'static str) -> Self {
        let bare = "-map_metadata -1 -fflags +bitexact -flags:a +bitexact";
        Self::new("ffmpeg", &format!("-v error -y -i {{i}} {bare} {options} {{o}}"), suffix)
    }

    /// Decodes to a 16-bit WAV, encoder delay and padding trimmed where the file tells them.
    #[must_use]
    pub fn trimmed() -> Self {
        Self::ffmpeg("-c:a pcm_s16le", "wav")
    }

    /// Decodes an MP3 to a 16-bit WAV with the encoder and decoder delay left in.
    #[must_use]
    pub fn untrimmed() -> Self {
        Self::new("mpg123", "-q --no-gapless -w {o} {i}", "wav")
    }

    /// Into a FLAC of the same depth.
    #[must_use]
    pub fn flac() -> Self {
        Self::new("flac", "--silent --force -o {o} {i}", "flac")
    }

    /// To another sample rate, 16 bits, with soxr.
    #[must_use]
    pub fn resampled(rate: u32) -> Self {
        Self::ffmpeg(&format!("-af aresample={rate}:resampler=soxr -c:a pcm_s16le"), "wav")
    }

    /// One lossy encode by codec name and rate: `mp3` with a bitrate, `V0`…`V9` or `abr160`; `shine` (another MP3
    /// encoder), `aac`, `opus`, `mp2`, `wma`, `ac3` with a bitrate in kbps; `vorbis` with a quality (`q6`).
    /// None when there is no such encode.
    #[must_use]
    pub fn encode(codec: &str, rate: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<u32>().ok();
        if codec == "mp3" {
            let options = match rate.split_at_checked(1) {
                Some(("V", level)) => format!("-V {}", number(level)?),
                _ if rate.starts_with("abr") => format!("--abr {}", number(&rate[3..])?),
                _ => format!("-b {}", number(rate)?),
            };
            return Some(Self::lame(&options));
        }
        if codec == "vorbis" {
            let quality = number(rate.strip_prefix('q')?)?;
            return Some(Self::new("oggenc", &format!("-Q -s 1 -q {quality} -o {{o}} {{i}}"), "ogg"));
        }
        let kbps = number(rate)?;
        Some(match codec {
            "shine" => Self::ffmpeg(&format!("-c:a libshine -b:a {kbps}k"), "mp3"),
            "aac" => Self::ffmpeg(&format!("-c:a aac -b:a {kbps}k"), "m4a"),
            "mp2" => Self::ffmpeg(&format!("-c:a mp2 -b:a {kbps}k"), "mp2"),
            "wma" => Self::ffmpeg(&format!("-c:a wmav2 -b:a {kbps}k"), "wma"),
            "ac3" => Self::ffmpeg(&format!("-c:a ac3 -b:a {kbps}k"), "ac3"),
            "opus" => Self::new("opusenc", &format!("--quiet --serial 1 --bitrate {kbps} {{i}} {{o}}"), "opus"),
            _ => return None,
        })
    }
}

/// The steps of a named history, from a WAV file to the delivered one. None when the name says nothing.
///
/// - `mp3_128`, `aac_256`, `vorbis_q6`, `opus_96`, …: one encode ([`Step::encode`]).
/// - `…_flac`, `…_wav`: that encode decoded into a lossless file (from Opus at 44.1 kHz).
/// - `mp3_128_to_320_al`, `…_sh`: encoded again by LAME, aligned or shifted.
/// - `aac_128_to_mp3_320`: encoded again by another codec, after a trimmed decode.
/// - `lossless_flac`; `lossless_gain` (−1.3 dB), `lossless_lp16k`, `lossless_via48` (to 48 kHz and back),
///   `lossless_quiet` (−36 dB), `lossless_mono`: genuine ones, some of them hard.
#[must_use]
pub fn chain(name: &str) -> Option<Vec<Step>> {
    let to_16_bit = |filter: &str| Step::ffmpeg(&format!("{filter} -c:a pcm_s16le"), "wav");
    let decoded = |codec: &str| if codec == "opus" { Step::resampled(44_100) } else { Step::trimmed() };
    let words: Vec<&str> = name.split('_').collect();
    Some(match words[..] {
        ["lossless", "flac"] => vec![Step::flac()],
        ["lossless", "gain"] => vec![to_16_bit("-af volume=-1.3dB"), Step::flac()],
        ["lossless", "lp16k"] => vec![Step::new("sox", "-V1 -D {i} {o} sinc -16000", "wav"), Step::flac()],
        ["lossless", "via48"] => vec![Step::resampled(48_000), Step::resampled(44_100), Step::flac()],
        ["lossless", "quiet"] => vec![to_16_bit("-af volume=-36dB"), Step::flac()],
        ["lossless", "mono"] => vec![to_16_bit("-ac 1"), Step::flac()],
        [codec, rate] => vec![Step::encode(codec, rate)?],
        [codec, rate, "wav"] => vec![Step::encode(codec, rate)?, decoded(codec)],
        [codec, rate, "flac"] => vec![Step::encode(codec, rate)?, decoded(codec), Step::flac()],
        ["mp3", first, "to", second, "al"] => {
            vec![Step::encode("mp3", first)?, Step::trimmed(), Step::encode("mp3", second)?]
        }
        ["mp3", first, "to", second, "sh"] => {
            vec![Step::encode("mp3", first)?, Step::untrimmed(), Step::encode("mp3", second)?]
        }
        [codec, rate, "to", later, again] => {
            vec![Step::encode(codec, rate)?, decoded(codec), Step::encode(later, again)?]
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(name: &str) -> Vec<&'static str> {
        chain(name).unwrap_or_default().iter().map(|step| step.program).collect()
    }

    #[test]
    fn names_become_steps() {
        assert_eq!(chain("mp3_V2"), Some(vec![Step::lame("-V 2")]));
        assert_eq!(chain("mp3_abr160"), Some(vec![Step::lame("--abr 160")]));
        assert_eq!(programs("mp3_128_flac"), ["lame", "ffmpeg", "flac"]);
        assert_eq!(programs("mp3_128_to_320_al"), ["lame", "ffmpeg", "lame"]);
        assert_eq!(programs("mp3_128_to_320_sh"), ["lame", "mpg123", "lame"]);
        assert_eq!(programs("aac_128_to_mp3_320"), ["ffmpeg", "ffmpeg", "lame"]);
        assert_eq!(programs("vorbis_q3_flac"), ["oggenc", "ffmpeg", "flac"]);
        assert_eq!(chain("opus_96_wav").and_then(|steps| steps.into_iter().nth(1)), Some(Step::resampled(44_100)));
    }

    #[test]
    fn nonsense_is_no_chain() {
        for name in ["", "mp3", "mp3_fast", "mp3_V", "mp4_128", "vorbis_6", "mp3_128_to", "mp3_128_zip", "mp3_é"] {
            assert_eq!(chain(name), None, "{name}");
        }
    }
}
