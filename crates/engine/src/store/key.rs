//! What a result depends on besides the file.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bitrater_verdict::{Model, Policy, Versions};

use super::stamp::{Stamp, hash};
use crate::Limits;

/// Everything that has a part in an answer and may change between two runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(super) versions: Versions,
    /// The rest in words: the program itself, the policy, the model, the decoders it may call.
    pub(super) setting: String,
}

impl Key {
    /// That of this program under this policy, now.
    pub(crate) fn current(policy: Policy, limits: &Limits) -> Self {
        let setting = format!(
            "program {}; min-confidence {}; model {}; max-memory {:?}; ffmpeg {}; ffprobe {}",
            program(),
            policy.min_confidence,
            policy.judge.model().map_or("none".to_owned(), Model::fingerprint),
            // A decoder program that does not fit into it may be replaced by one of our own that does.
            limits.memory,
            decoder("ffmpeg"),
            decoder("ffprobe")
        );
        Self { versions: Versions::of(policy.judge), setting }
    }
}

/// This program by its content, since two builds of one version may differ.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let path = mapped().map_or_else(env::current_exe, Ok);
        let hash = path.and_then(|path| hash(&path));
        hash.map_or_else(|_| "unknown".to_owned(), |hash| hash[..16].to_owned())
    })
}

/// The file that this very code was loaded from, where Linux tells: in a program that has this library as a module
/// it is the module.
fn mapped() -> Option<PathBuf> {
    let here = (program as fn() -> &'static str) as usize;
    let maps = fs::read("/proc/self/maps").ok()?;
    // A line is `from-to rights offset device inode   path` (proc_pid_maps(5)).
    let covers = |line: &str| {
        let (from, to) = line.split_once(' ')?.0.split_once('-')?;
        Some((usize::from_str_radix(from, 16).ok()?..usize::from_str_radix(to, 16).ok()?).contains(&here))
    };
    let maps = String::from_utf8_lossy(&maps);
    let line = maps.lines().find(|line| covers(line) == Some(true))?;
    let path = PathBuf::from(line.get(line.find('/')?..)?);
    path.is_file().then_some(path)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_code_is_found_where_it_was_loaded_from() {
        assert_eq!(mapped(), env::current_exe().ok(), "a test is a program of its own");
        assert_eq!(program().len(), 16);
    }
}
