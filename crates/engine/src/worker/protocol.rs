//! What a run and its workers say to each other: JSON, one message a line.
//!
//! ```text
//! run → worker    Setup, then any number of Requests
//! worker → run    Hello, then one Reply a Request
//! ```
//! A worker that sees the end of its input ends. There is one version of the protocol at a time, and both sides are
//! the same program as a rule: another version, or another engine, is refused.

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use bitrater_verdict::{Assessment, Failure, Judge, LoadError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::sandbox::Applied;

/// Raised with every change of a message.
pub(crate) const VERSION: u32 = 2;

/// The first message to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    pub protocol: u32,
    pub engine: String,
    /// See [`bitrater_verdict::Policy`].
    pub min_confidence: f64,
    /// Who has a say besides the rules.
    pub judge: WireJudge,
    /// Bytes of address space that the worker may use.
    pub max_memory: Option<u64>,
    /// Folders and files that it may read.
    pub readable: Vec<WirePath>,
}

/// See [`bitrater_verdict::Judge`]; a model of the user's travels as its path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WireJudge {
    Bundled,
    Rules,
    Model(WirePath),
}

impl From<Judge> for WireJudge {
    fn from(judge: Judge) -> Self {
        match judge {
            Judge::Bundled => Self::Bundled,
            Judge::Rules => Self::Rules,
            Judge::Loaded(loaded) => Self::Model(loaded.path.as_path().into()),
        }
    }
}

impl WireJudge {
    /// Reads the model where there is one to read.
    pub(crate) fn load(self) -> Result<Judge, LoadError> {
        match self {
            Self::Bundled => Ok(Judge::Bundled),
            Self::Rules => Ok(Judge::Rules),
            Self::Model(path) => Judge::load(&PathBuf::from(path)),
        }
    }
}

/// The first message of a worker, once it is ready.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub protocol: u32,
    pub engine: String,
    pub applied: Applied,
}

/// Something to do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// Analyse a file.
    Assess {
        path: WirePath,
        /// Whether to hash its content first.
        hash: bool,
        /// Contents that need no analysis.
        known: Vec<String>,
    },
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// It came to its end.
    Done {
        answer: Box<Result<Assessment, Failure>>,
        /// Of the content, where it was asked for and the file could be read.
        hash: Option<String>,
    },
    /// The content is one of those that are known.
    Known(String),
    /// The analysis panicked with this message. The worker trusts itself no more and ends.
    Panicked(String),
}

/// A path as JSON can carry it: text where it is text, else its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum WirePath {
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&Path> for WirePath {
    fn from(path: &Path) -> Self {
        path.to_str()
            .map_or_else(|| Self::Bytes(path.as_os_str().as_bytes().to_vec()), |text| Self::Text(text.to_owned()))
    }
}

impl From<WirePath> for PathBuf {
    fn from(path: WirePath) -> Self {
        match path {
            WirePath::Text(text) => text.into(),
            WirePath::Bytes(bytes) => OsString::from_vec(bytes).into(),
        }
    }
}

/// Longest message that is read. A reply has some ten kilobytes and no path is longer; a worker that a file has taken over may say anything.
pub(crate) const LONGEST: usize = 1 << 20;

/// Writes one message.
pub(crate) fn send(mut out: impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    out.write_all(&line)?;
    out.flush()
}

/// Reads one message; none at the end of the input.
pub(crate) fn receive<T: DeserializeOwned>(input: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    io::Read::take(&mut *input, LONGEST as u64).read_until(b'\n', &mut line)?;
    // A message without its end is no message: the sender died over it.
    if line.pop() != Some(b'\n') {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_line_whatever_the_path() {
        for bytes in
            [&b"a.mp3"[..], b"a\nb\"\\\x1b[2J.mp3", b"\xff\xfe/\x80.mp3", "\u{202e}\u{1f3b5}.flac".as_bytes(), b""]
        {
            let path = PathBuf::from(OsString::from_vec(bytes.to_vec()));
            let mut line = Vec::new();
            let request = Request::Assess { path: path.as_path().into(), hash: false, known: Vec::new() };
            send(&mut line, &request).unwrap();
            assert_eq!(line.iter().position(|&byte| byte == b'\n'), Some(line.len() - 1));
            let Some(Request::Assess { path: back, .. }) = receive(&mut line.as_slice()).unwrap() else {
                panic!("nothing came")
            };
            assert_eq!(PathBuf::from(back), path);
        }
    }

    #[test]
    fn half_a_message_is_the_end_and_another_one_an_error() {
        assert!(
            receive::<Request>(&mut &b"{\"assess\":{\"path\":\"a\",\"hash\":false,\"known\":[]}}"[..])
                .unwrap()
                .is_none()
        );
        assert!(receive::<Request>(&mut &b""[..]).unwrap().is_none());
        assert!(receive::<Request>(&mut &b"{\"erase\":\"a\"}\n"[..]).is_err());
    }
}
