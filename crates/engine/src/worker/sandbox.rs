//! What a worker gives up before it reads its first file.
//!
//! Everywhere on Unix: core dumps. On Linux also: outliving its parent, new privileges, and with landlock (Linux 5.13,
//! where it is switched on) all access to files but reading the inputs, running programs of the system (`ffmpeg` decodes
//! what this program does not), and all TCP. What the kernel does not have is left out and said.

use std::fmt;
use std::io;
use std::path::PathBuf;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};

/// How far landlock confines a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Landlock {
    /// All that was asked for.
    Full,
    /// The kernel is older than what was asked for.
    Partial,
    /// The kernel has no landlock, or it is switched off.
    None,
}

/// What could be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Applied {
    /// Ends with its parent, even in the middle of a file.
    pub ends_with_parent: bool,
    /// Cannot gain privileges, nor can any program that it runs.
    pub no_new_privileges: bool,
    /// File and network access.
    pub landlock: Landlock,
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let landlock = match self.landlock {
            Landlock::Full => "landlock lets them read the inputs and write nothing",
            Landlock::Partial => "landlock lets them read the inputs and write nothing, as far as this kernel has it",
            Landlock::None => "without landlock, which this system does not have",
        };
        let privileges = if self.no_new_privileges { "no new privileges" } else { "no bar on new privileges" };
        let parent = if self.ends_with_parent {
            "ended with their parent"
        } else {
            "ended with their next file if not by their parent"
        };
        write!(f, "workers are confined: {landlock}; {privileges}; {parent}")
    }
}

/// Limits the address space of this process, and of every program it runs, to `bytes`.
pub(crate) fn limit_memory(bytes: u64) -> io::Result<()> {
    let limit = Some(bytes.min(getrlimit(Resource::As).maximum.unwrap_or(u64::MAX)));
    Ok(setrlimit(Resource::As, Rlimit { current: limit, maximum: limit })?)
}

/// Gives up what a worker does not need; `readable` are the folders and files of the inputs.
pub(crate) fn apply(readable: &[PathBuf]) -> Applied {
    // A core of a decoder that crashed helps nobody, and a damaged library would fill the disk with them.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    system::apply(readable)
}

#[cfg(target_os = "linux")]
mod system {
    use std::env;
    use std::path::{Path, PathBuf};

    use landlock::{
        ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
        path_beneath_rules,
    };
    use rustix::process::{Signal, set_parent_process_death_signal};
    use rustix::thread::set_no_new_privs;

    use super::{Applied, Landlock};

    /// The newest landlock that this was written for: file access, TCP, and signals to other processes.
    const LANDLOCK: ABI = ABI::V6;

    /// Where programs and their libraries lie.
    const SYSTEM: [&str; 11] = [
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/opt",
        "/nix/store",
        "/gnu/store",
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
    ];
    /// What programs read of the system: how many CPUs there are, random numbers.
    const LOOKED_AT: [&str; 3] = ["/sys/devices/system/cpu", "/dev/urandom", "/dev/random"];
    /// Where a decoder program's unused streams go.
    const NOWHERE: [&str; 1] = ["/dev/null"];

    pub(super) fn apply(readable: &[PathBuf]) -> Applied {
        let ends_with_parent = set_parent_process_death_signal(Some(Signal::KILL)).is_ok();
        let no_new_privileges = set_no_new_privs(true).is_ok();
        Applied { ends_with_parent, no_new_privileges, landlock: confine(readable).unwrap_or(Landlock::None) }
    }

    fn confine(readable: &[PathBuf]) -> Result<Landlock, RulesetError> {
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let status = Ruleset::default()
            .handle_access(AccessFs::from_all(LANDLOCK))?
            .handle_access(AccessNet::from_all(LANDLOCK))?
            .scope(Scope::from_all(LANDLOCK))?
            .create()?
            .add_rules(path_beneath_rules(readable, read))?
            .add_rules(path_beneath_rules(LOOKED_AT, read))?
            .add_rules(path_beneath_rules(
                SYSTEM.iter().map(PathBuf::from).chain(decoders()),
                read | AccessFs::Execute,
            ))?
            .add_rules(path_beneath_rules(NOWHERE, AccessFs::ReadFile | AccessFs::WriteFile))?
            .restrict_self()?;
        Ok(match status.ruleset {
            RulesetStatus::FullyEnforced => Landlock::Full,
            RulesetStatus::PartiallyEnforced => Landlock::Partial,
            RulesetStatus::NotEnforced => Landlock::None,
        })
    }

    /// The folders that the decoder programs lie in, wherever the `PATH` leads to, and those of their own libraries.
    fn decoders() -> impl Iterator<Item = PathBuf> {
        let folders: Vec<PathBuf> = env::var_os("PATH").iter().flat_map(env::split_paths).collect();
        let programs = ["ffmpeg", "ffprobe"].into_iter();
        let found =
            programs.filter_map(move |name| folders.iter().find_map(|folder| folder.join(name).canonicalize().ok()));
        let libraries = env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let libraries: Vec<PathBuf> = env::split_paths(&libraries).filter(|folder| folder.is_absolute()).collect();
        found.filter_map(|program| program.parent().map(Path::to_path_buf)).chain(libraries)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::path::PathBuf;

    use super::{Applied, Landlock};

    pub(super) fn apply(_readable: &[PathBuf]) -> Applied {
        Applied { ends_with_parent: false, no_new_privileges: false, landlock: Landlock::None }
    }
}
