//! `paths`: the path of each shown file and nothing else, byte for byte, for other programs.

use std::io;

use bitrater_verdict::Outcome;

use crate::{Report, Sink, Summary};

pub(crate) struct Paths {
    out: Sink,
    end: u8,
}

impl Paths {
    /// Ends each path with a NUL, which is no part of any path, or else with a line break.
    pub(crate) fn new(out: Sink, nul: bool) -> Self {
        Self { out, end: if nul { 0 } else { b'\n' } }
    }
}

impl Report for Paths {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.out.write_all(outcome.path.as_os_str().as_encoded_bytes())?;
        self.out.write_all(&[self.end])?;
        self.out.flush()
    }

    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Format, samples};

    #[test]
    fn paths_are_as_they_are() {
        let outcomes = [samples::transcode("a\n\u{1b}\"b.flac"), samples::error("c d")];
        let paths = |nul| samples::report(Format::Paths { nul }, &outcomes);
        assert_eq!(paths(false), "a\n\u{1b}\"b.flac\nc d\n");
        assert_eq!(paths(true), "a\n\u{1b}\"b.flac\0c d\0");
    }
}
