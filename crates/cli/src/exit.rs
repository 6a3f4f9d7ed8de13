//! The exit status, which scripts rely on.

use std::process::ExitCode;

use bitrater_report::Summary;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Done; every file was analysed and none is a transcode. Also when the reader of the output has left.
    Clean,
    /// At least one transcode.
    Transcode,
    /// A usage error, nothing to analyse, or at least one file that could not be analysed.
    Failed,
    /// Ended by Ctrl-C or SIGTERM.
    Interrupted,
}

impl ExitStatus {
    /// The number that the system gets.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Transcode => 1,
            Self::Failed => 2,
            Self::Interrupted => 130,
        }
    }

    /// The status of a run that came to its end. A run that found no file at all has failed: a gate that
    /// was pointed at the wrong folder must not open.
    pub(crate) fn of(summary: &Summary) -> Self {
        if summary.error > 0 || summary.files == 0 {
            Self::Failed
        } else if summary.transcode > 0 {
            Self::Transcode
        } else {
            Self::Clean
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        status.code().into()
    }
}

#[cfg(test)]
mod tests {
    use bitrater_report::Counts;

    use super::*;

    #[test]
    fn what_failed_wins_over_what_was_found() {
        let status = |files, transcode, error| {
            let counts = Counts { files, transcode, error, ..Counts::default() };
            ExitStatus::of(&Summary { counts, ..Summary::default() })
        };
        assert_eq!(status(3, 0, 0).code(), 0);
        assert_eq!(status(3, 1, 0).code(), 1);
        assert_eq!(status(3, 1, 1).code(), 2);
        assert_eq!(status(0, 0, 0).code(), 2);
    }
}
