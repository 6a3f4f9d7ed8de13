//! `manifest.jsonl`: the truth about the files of a labelled folder, one JSON object a line.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use bitrater_media::Codec;
use serde::{Deserialize, Serialize};

/// Name of the file in a labelled folder.
pub const NAME: &str = "manifest.jsonl";

/// What a perfect tool answers for a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Codec of the weakest lossy generation; `lossless` if there is none.
    pub codec: Codec,
    /// Its class, as reports write it.
    pub class: String,
    /// Its bitrate in kbps: nominal for CBR, average otherwise; none for lossless.
    #[serde(default)]
    pub bitrate: Option<u32>,
    /// Whether the file claims more than it holds.
    pub fake: bool,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Path relative to the folder of the manifest, with `/` on every system.
    pub path: String,
    /// Which recording it comes from; files of one recording never stand on both sides of a split.
    pub recording: String,
    /// The truth.
    #[serde(flatten)]
    pub label: Label,
    /// Its history.
    #[serde(default)]
    pub chain: String,
    /// The plain chain that this one is a random variation of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub varied_from: Option<String>,
    /// Seconds that were asked of the recording; none for all of it.
    #[serde(default)]
    pub seconds: Option<f64>,
}

/// Why a manifest cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The system refuses.
    #[error("`{}` cannot be read or written ({source})", path.display())]
    Io {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is no row.
    #[error("line {line} of `{}` is no row of a manifest ({source}); mend it or remove the file", path.display())]
    Row {
        /// The manifest.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// A path that leads out of the folder.
    #[error("line {line} of `{}` names a file outside of the folder; paths are relative and without `..`", path.display())]
    Outside {
        /// The manifest.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
    },
}

/// Longest line that is read: a row has some hundred bytes.
const LONGEST: u64 = 1 << 20;

/// All rows of a manifest, none if there is no such file. Every line has to be one.
pub fn read(path: &Path) -> Result<Option<Vec<Row>>, ManifestError> {
    let rows = read_lines(path, false)?;
    Ok(rows)
}

/// The rows of a manifest that may end in the middle of a line, because its writer was killed.
pub fn read_interrupted(path: &Path) -> Result<Vec<Row>, ManifestError> {
    Ok(read_lines(path, true)?.unwrap_or_default())
}

fn read_lines(path: &Path, interrupted: bool) -> Result<Option<Vec<Row>>, ManifestError> {
    let failed = |source| ManifestError::Io { path: path.to_path_buf(), source };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(failed)?,
    };
    let mut reader = BufReader::new(file);
    let mut rows = Vec::new();
    for line in 1.. {
        let mut text = Vec::new();
        if io::Read::take(&mut reader, LONGEST).read_until(b'\n', &mut text).map_err(failed)? == 0 {
            break;
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Row>(&text) {
            Ok(row) if !is_inside(&row.path) => return Err(ManifestError::Outside { path: path.to_path_buf(), line }),
            Ok(row) => rows.push(row),
            Err(_) if interrupted => break,
            Err(source) => return Err(ManifestError::Row { path: path.to_path_buf(), line, source }),
        }
    }
    Ok(Some(rows))
}

/// Whether a path stays in the folder.
fn is_inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Writes a manifest as a whole, in the order of paths: under its name is the old one or the new one.
pub fn write(path: &Path, rows: &mut [Row]) -> Result<(), ManifestError> {
    let failed = |source| ManifestError::Io { path: path.to_path_buf(), source };
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    let temporary = path.with_extension("jsonl.tmp");
    let mut out = BufWriter::new(File::create(&temporary).map_err(failed)?);
    for row in rows.iter() {
        write_row(&mut out, row).map_err(failed)?;
    }
    out.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
    fs::rename(&temporary, path).map_err(failed)
}

/// Writes one line.
pub fn write_row(out: &mut impl Write, row: &Row) -> io::Result<()> {
    let mut line = serde_json::to_vec(row)?;
    line.push(b'\n');
    out.write_all(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"path":"a/b.mp3","recording":"b","codec":"mp3","class":"128","bitrate":128,"chain":"mp3:128","fake":false}"#;

    fn folder(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn rows_of_others_are_read_and_own_ones_come_back() {
        let other = r#"{"path":"c.flac","recording":"c","codec":"lossless","class":"LOSSLESS","bitrate":null,"fake":false,"group":"genuine"}"#;
        let (_folder, path) = folder(&format!("{other}\n\n{ROW}"));
        let mut rows = read(&path).unwrap().unwrap();
        assert_eq!(rows[0].label.codec, Codec::Lossless);
        assert_eq!((rows[1].label.bitrate, rows[1].chain.as_str(), rows[1].seconds), (Some(128), "mp3:128", None));
        write(&path, &mut rows).unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), rows);
        assert_eq!(rows[0].path, "a/b.mp3", "sorted by path");
    }

    #[test]
    fn what_is_no_manifest_is_refused_with_its_line() {
        for (text, complaint) in [
            (format!("{ROW}\nnonsense\n"), "line 2"),
            (ROW.replace("a/b.mp3", "../b.mp3"), "outside"),
            (ROW.replace("a/b.mp3", "/b.mp3"), "outside"),
            (ROW.replace("\"mp3\",\"class\"", "\"mp4\",\"class\""), "line 1"),
        ] {
            let (_folder, path) = folder(&text);
            let error = read(&path).unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
        assert!(read(Path::new("no/such/folder/manifest.jsonl")).unwrap().is_none());
    }

    #[test]
    fn a_half_line_ends_an_interrupted_manifest() {
        let (_folder, path) = folder(&format!("{ROW}\n{}", &ROW[..40]));
        assert_eq!(read_interrupted(&path).unwrap().len(), 1);
        assert!(read(&path).is_err());
    }
}
