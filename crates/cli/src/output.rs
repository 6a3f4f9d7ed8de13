//! Where the report goes: standard output, or a file that is replaced as a whole once the report is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::Context;
use bitrater_report::Sink;
use tempfile::NamedTempFile;

/// An opened target. It is opened before the long run, so that a run is not lost to a mistyped name.
pub(crate) struct Output {
    sink: Option<Sink>,
    /// The file being written, and the name that it gets in the end.
    pending: Option<(NamedTempFile, PathBuf)>,
}

impl Output {
    /// Opens `file`, or standard output.
    pub(crate) fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else {
            return Ok(Self { sink: Some(Box::new(BufWriter::new(io::stdout()))), pending: None });
        };
        Self::open_as(file, "--output")
    }

    /// Opens a file that this option names.
    pub(crate) fn open_as(file: &Path, option: &str) -> anyhow::Result<Self> {
        Self::open_file(file)
            .with_context(|| format!("`{}` cannot be written; name another file with {option}", file.display()))
    }

    fn open_file(file: &Path) -> io::Result<Self> {
        let meta = fs::metadata(file).ok();
        if meta.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // A pipe or a device cannot be replaced, only written to.
        if meta.as_ref().is_some_and(|meta| !meta.is_file()) {
            let sink = BufWriter::new(File::options().write(true).open(file)?);
            return Ok(Self { sink: Some(Box::new(sink)), pending: None });
        }
        // Through a link to where the file is: the link stays.
        let target = if meta.is_some() { fs::canonicalize(file)? } else { file.to_path_buf() };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temporary = tempfile_like(meta.as_ref()).tempfile_in(folder)?;
        let sink = BufWriter::new(temporary.as_file().try_clone()?);
        Ok(Self { sink: Some(Box::new(sink)), pending: Some((temporary, target)) })
    }

    /// What to write to; there is one.
    pub(crate) fn sink(&mut self) -> Sink {
        self.sink.take().unwrap_or_else(|| Box::new(io::sink()))
    }

    /// Gives a complete report its name.
    pub(crate) fn commit(self) -> anyhow::Result<()> {
        let Some((temporary, target)) = self.pending else { return Ok(()) };
        let name = target.display().to_string();
        temporary.persist(target).with_context(|| format!("`{name}` cannot be replaced"))?;
        Ok(())
    }
}

/// A maker of temporary files with the permissions of the file to replace, or those of any new file.
fn tempfile_like(replaced: Option<&fs::Metadata>) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bitrater-").suffix(".tmp");
    if let Some(meta) = replaced {
        builder.permissions(meta.permissions());
    } else {
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    builder
}
