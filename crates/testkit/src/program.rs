//! Runs the external encoders and decoders that fixtures are made with.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

/// Runs `program` to its end and gives its standard output.
///
/// # Panics
/// When the program is not installed (naming the script that installs it) or fails (with what it said).
pub fn run<S: AsRef<OsStr>>(program: &str, args: &[S]) -> Vec<u8> {
    let output = match Command::new(program).args(args).stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            panic!("this test needs `{program}`, which is not installed: install it with scripts/setup.sh")
        }
        Err(e) => panic!("cannot run `{program}`: {e}"),
    };
    assert!(
        output.status.success(),
        "`{program} {}` ended with {}: {}",
        args.iter().map(|arg| arg.as_ref().to_string_lossy()).collect::<Vec<_>>().join(" "),
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    output.stdout
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_what_the_program_prints() {
        assert_eq!(run("printf", &["%s", "heard"]), b"heard");
    }

    #[test]
    #[should_panic(expected = "install it with scripts/setup.sh")]
    fn names_a_missing_program_and_its_remedy() {
        run("no-such-encoder", &["-h"]);
    }

    #[test]
    #[should_panic(expected = "ended with exit status")]
    fn tells_a_failure() {
        run("false", &["loudly"]);
    }
}
