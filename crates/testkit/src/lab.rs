//! A temporary folder that turns signals into files of known history.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::run;
use crate::{Signal, Step, chain, wav};

/// A folder of its own for one test, removed with the value.
#[derive(Debug)]
pub struct Lab {
    dir: TempDir,
}

impl Lab {
    /// An empty lab in the system's temporary folder.
    ///
    /// # Panics
    /// When no folder can be made there.
    #[must_use]
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The folder itself.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Where a file of that name lies or would lie.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A file with these bytes: a broken one, usually.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
        path
    }

    /// The signal as `name`.wav with `bits` bits.
    #[must_use]
    pub fn wav(&self, name: &str, signal: &Signal, bits: u32) -> PathBuf {
        let path = self.path(&format!("{name}.wav"));
        wav::write(&path, signal, bits);
        path
    }

    /// One step: makes `name`.*suffix* from `input`.
    ///
    /// # Panics
    /// When the step's program is missing or fails.
    #[must_use]
    pub fn step(&self, input: &Path, step: &Step, name: &str) -> PathBuf {
        let output = self.path(&format!("{name}.{}", step.suffix));
        let place = |arg: &String| match arg.as_str() {
            "{i}" => input.as_os_str().to_owned(),
            "{o}" => output.as_os_str().to_owned(),
            _ => arg.into(),
        };
        run(step.program, &step.args.iter().map(place).collect::<Vec<_>>());
        output
    }

    /// The signal, at 16 bits, through a history named as in [`chain`]: gives the delivered file, called after
    /// the history. The files in between are removed.
    ///
    /// # Panics
    /// When there is no such history, or a program of it is missing or fails.
    #[must_use]
    pub fn make(&self, signal: &Signal, history: &str) -> PathBuf {
        let source = self.wav(&format!("{history}.source"), signal, 16);
        let delivered = self.convert(&source, history);
        fs::remove_file(source).expect("the source was just written");
        delivered
    }

    /// The same for a WAV file that is there already; it is kept.
    ///
    /// # Panics
    /// When there is no such history, or a program of it is missing or fails.
    #[must_use]
    pub fn convert(&self, source: &Path, history: &str) -> PathBuf {
        let steps = chain(history).unwrap_or_else(|| panic!("no history is called `{history}`"));
        let mut current = source.to_owned();
        for (i, step) in steps.iter().enumerate() {
            let last = i + 1 == steps.len();
            let name = if last { history.to_owned() } else { format!("{history}.step{i}") };
            let next = self.step(&current, step, &name);
            if current != source {
                fs::remove_file(&current).expect("a step before wrote it");
            }
            current = next;
        }
        current
    }

    /// What `ffmpeg` decodes the file to, in floats, encoder delay trimmed where the file tells it: the reference for
    /// other decoders.
    ///
    /// # Panics
    /// When `ffmpeg` is missing or fails.
    #[must_use]
    pub fn decode(&self, file: &Path) -> Signal {
        wav::read(&self.step(file, &Step::ffmpeg("-c:a pcm_f32le", "wav"), "decoded"))
    }

    /// What `mpg123` decodes an MP3 to, in floats, with every delay left in.
    ///
    /// # Panics
    /// When `mpg123` is missing or fails.
    #[must_use]
    pub fn decode_untrimmed(&self, file: &Path) -> Signal {
        wav::read(&self.step(file, &Step::new("mpg123", "-q --no-gapless -e f32 -w {o} {i}", "wav"), "decoded"))
    }
}

impl Default for Lab {
    fn default() -> Self {
        Self::new()
    }
}
