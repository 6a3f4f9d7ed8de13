//! The encoders and decoders on this machine.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::chain::{Action, Chain, Encoder, Treatment};

/// Programs with the Debian package that brings each.
const KNOWN: [(&str, &str); 6] = [
    ("lame", "lame"),
    ("flac", "flac"),
    ("ffmpeg", "ffmpeg"),
    ("oggenc", "vorbis-tools"),
    ("opusenc", "opus-tools"),
    ("mpg123", "mpg123"),
];

/// Where programs are, and which encoders `ffmpeg` has.
#[derive(Debug, Default)]
pub struct Programs {
    found: BTreeMap<&'static str, PathBuf>,
    encoders: BTreeSet<String>,
}

/// Something a chain needs and this machine lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// A program.
    Program(&'static str),
    /// An encoder of `ffmpeg`.
    Encoder(&'static str),
}

impl Programs {
    /// Looks for them on the `PATH`.
    pub fn find() -> Self {
        Self::find_in(&env::var_os("PATH").unwrap_or_default())
    }

    fn find_in(path: &std::ffi::OsStr) -> Self {
        let find = |name: &str| {
            env::split_paths(path)
                .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
                .find(|file| file.is_file())
        };
        let found: BTreeMap<_, _> = KNOWN.iter().filter_map(|&(name, _)| Some((name, find(name)?))).collect();
        let encoders = found.get("ffmpeg").map(|ffmpeg| encoders(ffmpeg)).unwrap_or_default();
        Self { found, encoders }
    }

    /// Where a program is; its bare name if it was not found.
    pub fn path(&self, name: &'static str) -> &Path {
        self.found.get(name).map_or(Path::new(name), PathBuf::as_path)
    }

    /// Whether it is there.
    pub fn has(&self, name: &str) -> bool {
        self.found.contains_key(name)
    }

    /// What a chain needs and is not there.
    pub fn lacks(&self, chain: &Chain) -> Vec<Lack> {
        let mut lacks = Vec::new();
        let mut need = |there: bool, lack: Lack| lacks.extend((!there).then_some(lack));
        let mut before = None;
        for step in chain.steps() {
            match before {
                Some(Encoder::Lame | Encoder::Shine) if step.shifted => {
                    need(self.has("mpg123"), Lack::Program("mpg123"));
                }
                // LAME decodes its own files as ffmpeg does, without the delay, to 16 bits.
                Some(Encoder::Lame | Encoder::Shine) if step.action != (Action::Lossless { deep: true }) => {
                    need(self.has("ffmpeg") || self.has("lame"), Lack::Program("ffmpeg"));
                }
                Some(_) => need(self.has("ffmpeg"), Lack::Program("ffmpeg")),
                None => {}
            }
            before = None;
            match step.action {
                Action::Encode(encode) => {
                    before = Some(encode.encoder);
                    let lack = match encode.encoder {
                        Encoder::Lame => Lack::Program("lame"),
                        Encoder::Vorbis => Lack::Program("oggenc"),
                        Encoder::Opus => Lack::Program("opusenc"),
                        _ if !self.has("ffmpeg") => Lack::Program("ffmpeg"),
                        encoder => Lack::Encoder(ffmpeg_encoder(encoder)),
                    };
                    need(self.holds(lack), lack);
                }
                Action::Lossless { .. } => need(self.has("flac") || self.has("ffmpeg"), Lack::Program("flac")),
                Action::Treat(Treatment::Resample(_) | Treatment::Via(_)) => {
                    need(self.has("ffmpeg"), Lack::Program("ffmpeg"));
                }
                Action::Treat(_) => {}
            }
        }
        lacks.sort_unstable();
        lacks.dedup();
        lacks
    }

    fn holds(&self, lack: Lack) -> bool {
        match lack {
            Lack::Program(name) => self.has(name),
            Lack::Encoder(name) => self.encoders.contains(name),
        }
    }
}

impl Lack {
    /// What is missing, for how many chains, and where to get it.
    pub fn sentence(self, chains: &[&Chain]) -> String {
        let example = chains.first().map(|chain| format!("`{chain}`")).unwrap_or_default();
        let more = chains.len().saturating_sub(1);
        let needers = if more == 0 { example } else { format!("{example} and {more} more chains") };
        match self {
            Self::Program(name) => {
                let package = KNOWN.iter().find(|known| known.0 == name).map_or(name, |known| known.1);
                format!("`{name}` is not installed (Debian package {package}), and {needers} cannot do without")
            }
            Self::Encoder(name) => format!("`ffmpeg` has no encoder `{name}` here, and {needers} cannot do without"),
        }
    }
}

/// What `ffmpeg` calls an encoder.
pub fn ffmpeg_encoder(encoder: Encoder) -> &'static str {
    match encoder {
        Encoder::Shine => "libshine",
        Encoder::Aac => "aac",
        Encoder::Mp2 => "mp2",
        Encoder::Wma => "wmav2",
        Encoder::Ac3 => "ac3",
        Encoder::Lame => "libmp3lame",
        Encoder::Vorbis => "libvorbis",
        Encoder::Opus => "libopus",
    }
}

/// The names in the list of encoders that `ffmpeg` prints: lines of flags, name, and words.
fn encoders(ffmpeg: &Path) -> BTreeSet<String> {
    let output = Command::new(ffmpeg).args(["-hide_banner", "-encoders"]).stdin(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().filter_map(|line| line.split_whitespace().nth(1)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(programs: &Programs, chain: &str) -> Vec<Lack> {
        programs.lacks(&chain.parse().unwrap())
    }

    #[test]
    fn a_chain_needs_what_its_steps_need() {
        let mut programs = Programs::default();
        assert_eq!(lacks(&programs, "mp3:128"), [Lack::Program("lame")]);
        assert_eq!(lacks(&programs, "aac:128"), [Lack::Program("ffmpeg")]);
        assert_eq!(lacks(&programs, "gain:-3/lossless"), [Lack::Program("flac")]);
        assert_eq!(lacks(&programs, "mp3:128/mp3:320@shifted"), [Lack::Program("lame"), Lack::Program("mpg123")]);
        programs.found.extend([("lame", PathBuf::from("lame")), ("flac", PathBuf::from("flac"))]);
        for chain in ["lossless", "mp3:V2/lossless", "mp3:128/mp3:320", "lowpass:16000/lossless"] {
            assert_eq!(lacks(&programs, chain), [], "{chain}");
        }
        assert_eq!(lacks(&programs, "mp3:128/lossless+24"), [Lack::Program("ffmpeg")]);
        programs.found.insert("ffmpeg", PathBuf::from("ffmpeg"));
        programs.encoders.insert("aac".to_owned());
        assert_eq!(lacks(&programs, "aac:128/lossless"), []);
        assert_eq!(lacks(&programs, "shine:128/lossless"), [Lack::Encoder("libshine")]);
        assert_eq!(lacks(&programs, "opus:96/lossless"), [Lack::Program("opusenc")]);
    }

    #[test]
    fn a_lack_is_said_with_its_remedy() {
        let chain: Chain = "opus:96/lossless".parse().unwrap();
        let sentence = Lack::Program("opusenc").sentence(&[&chain, &chain]);
        assert!(sentence.contains("`opusenc` is not installed (Debian package opus-tools)"), "{sentence}");
        assert!(sentence.contains("`opus:96/lossless` and 1 more chains"), "{sentence}");
    }

    #[test]
    fn nothing_is_found_on_an_empty_path() {
        assert!(Programs::find_in(std::ffi::OsStr::new("/no/such/folder")).found.is_empty());
    }
}
