//! What a result depends on besides the file.

use std::env;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use bitrater_verdict::{Policy, Versions};

use super::stamp::{Stamp, hash};

/// Everything that has a part in an answer and may change between two runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(super) versions: Versions,
    /// The rest in words: the program itself, the policy, the decoders it may call.
    pub(super) setting: String,
}

impl Key {
    /// That of this program under this policy, now.
    pub(crate) fn current(policy: Policy) -> Self {
        let setting = format!(
            "program {}; min-confidence {}; ffmpeg {}; ffprobe {}",
            program(),
            policy.min_confidence,
            decoder("ffmpeg"),
            decoder("ffprobe")
        );
        Self { versions: Versions::current(), setting }
    }
}

/// The running program by its content, since two builds of one version may differ.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let path = env::current_exe();
        let hash = path.and_then(|path| hash(&path));
        hash.map_or_else(|_| "unknown".to_owned(), |hash| hash[..16].to_owned())
    })
}

/// A decoder program by its place and stamp: another one may decode otherwise, and none not at all.
fn decoder(name: &str) -> String {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|program| is_file(program));
    let stamp = found.as_deref().and_then(Stamp::of);
    match (found, stamp) {
        (Some(program), Some(stamp)) => format!("{} {} {}", program.display(), stamp.size, stamp.modified),
        _ => "none".to_owned(),
    }
}

fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file())
}
