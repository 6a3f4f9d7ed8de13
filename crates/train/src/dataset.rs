//! A labelled folder as a list of files with their truth: from its manifest, or from the names of its folders.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bitrater_media::{Class, Codec, is_audio_path};

use crate::manifest::{self, ManifestError};

/// One labelled file.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Where it is.
    pub path: PathBuf,
    /// Files of one recording never stand on both sides of a split.
    pub recording: String,
    /// Codec of its weakest lossy generation; `lossless` if there is none.
    pub codec: Codec,
    /// Class of that generation, as reports write it.
    pub class: String,
    /// Its bitrate in kbps; none for lossless.
    pub bitrate: Option<u32>,
    /// Whether it claims more than it holds; none where only what it states can tell.
    pub fake: Option<bool>,
    /// What it is counted with: its history, or its class where that is not known.
    pub group: String,
}

/// Why a folder is no labelled one.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The manifest is unreadable.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The folder is unreadable.
    #[error("`{}` cannot be read ({source})", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing labelled in it.
    #[error(
        "`{}` holds no labelled files: neither a manifest.jsonl nor folders named by class (lossless, 128, v2, 192, v0, 256, 320), at the top or in encoded/lossy; `bitrater transcode` makes such a folder",
        .0.display()
    )]
    Empty(PathBuf),
}

/// Averages in kbps that a class of VBR stands for where nothing was measured.
const V_AVERAGE: [u32; 10] = [245, 225, 190, 175, 165, 130, 115, 100, 85, 65];

/// The files of a labelled folder, in the order of their paths.
pub fn read(folder: &Path) -> Result<Vec<Item>, DatasetError> {
    let items = match manifest::read(&folder.join(manifest::NAME))? {
        Some(rows) => rows.into_iter().map(|row| from_row(folder, row)).collect(),
        None => from_folders(folder)?,
    };
    if items.is_empty() { Err(DatasetError::Empty(folder.to_path_buf())) } else { Ok(items) }
}

/// The files of several labelled folders, one folder after the other. Recordings of the same name are the same.
pub fn read_all(folders: &[PathBuf]) -> Result<Vec<Item>, DatasetError> {
    folders.iter().map(|folder| read(folder)).collect::<Result<Vec<_>, _>>().map(|items| items.concat())
}

fn from_row(folder: &Path, row: manifest::Row) -> Item {
    let group = match (row.varied_from, row.chain.is_empty()) {
        (Some(plain), _) => format!("{plain} ~"),
        (None, true) => row.label.class.clone(),
        (None, false) => row.chain,
    };
    Item {
        path: folder.join(&row.path),
        recording: row.recording,
        codec: row.label.codec,
        class: row.label.class,
        bitrate: row.label.bitrate,
        fake: Some(row.label.fake),
        group,
    }
}

/// `lossless/`, and classes at the top or in `encoded/lossy/`.
fn from_folders(folder: &Path) -> Result<Vec<Item>, DatasetError> {
    let mut items = Vec::new();
    for parent in [folder.to_path_buf(), folder.join("encoded/lossy")] {
        for entry in entries(&parent)?.unwrap_or_default() {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            let Some((codec, class, bitrate)) = class(&name) else { continue };
            for path in entries(&entry)?.unwrap_or_default() {
                if !is_audio_path(&path) {
                    continue;
                }
                let recording = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                items.push(Item {
                    path,
                    recording,
                    codec,
                    class: class.clone(),
                    bitrate,
                    fake: (codec == Codec::Lossless).then_some(false),
                    group: class.clone(),
                });
            }
        }
    }
    Ok(items)
}

/// What a folder's name says.
fn class(name: &str) -> Option<(Codec, String, Option<u32>)> {
    if name == "lossless" {
        return Some((Codec::Lossless, Class::Lossless.to_string(), None));
    }
    if let Some(level) = name.strip_prefix('v').and_then(|level| level.parse().ok()) {
        let kbps = V_AVERAGE.get(usize::from(level)).copied()?;
        return Some((Codec::Mp3, Class::V(level).to_string(), Some(kbps)));
    }
    let codecs = [Codec::Aac, Codec::Vorbis, Codec::Opus, Codec::Mp2, Codec::Wma, Codec::Musepack, Codec::Ac3];
    let named = codecs.into_iter().find_map(|codec| Some((codec, name.strip_prefix(codec.name())?)));
    let (codec, kbps) = named.unwrap_or((Codec::Mp3, name));
    let kbps = kbps.parse().ok().filter(|kbps| (8..=640).contains(kbps))?;
    Some((codec, Class::Rate { codec, kbps }.to_string(), Some(kbps)))
}

/// The sorted paths in a folder; none if there is no such folder.
fn entries(folder: &Path) -> Result<Option<Vec<PathBuf>>, DatasetError> {
    let failed = |source| DatasetError::Io { path: folder.to_path_buf(), source };
    let listed = match fs::read_dir(folder) {
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => {
            return Ok(None);
        }
        listed => listed.map_err(failed)?,
    };
    let mut paths =
        listed.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    paths.sort();
    Ok(Some(paths))
}

/// A fold for every item, by recording: folds differ by one recording at most, and `seed` deals them out.
#[must_use]
pub fn folds(items: &[Item], count: usize, seed: u64) -> Vec<usize> {
    let mut recordings: BTreeMap<&str, u64> = BTreeMap::new();
    for item in items {
        let order = crate::rng::Rng::new(seed, &["fold", &item.recording]).next();
        recordings.insert(&item.recording, order);
    }
    let mut dealt: Vec<(u64, &str)> = recordings.iter().map(|(&recording, &order)| (order, recording)).collect();
    dealt.sort_unstable();
    let places: BTreeMap<&str, usize> =
        dealt.iter().enumerate().map(|(place, &(_, recording))| (recording, place % count.max(1))).collect();
    items.iter().map(|item| places.get(item.recording.as_str()).copied().unwrap_or(0)).collect()
}

/// Two folds: 0 for about this share of the recordings, at least one of them and not all, and 1 for the rest.
#[must_use]
pub fn hold_out(items: &[Item], share: f64, seed: u64) -> Vec<usize> {
    let recordings = items.iter().map(|item| item.recording.as_str()).collect::<BTreeSet<_>>().len();
    let held = ((share * recordings as f64).round() as usize).clamp(1, recordings.saturating_sub(1).max(1));
    folds(items, recordings, seed).into_iter().map(|place| usize::from(place >= held)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(folder: &Path, files: &[&str]) {
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"").unwrap();
        }
    }

    #[test]
    fn folders_of_both_layouts_are_read() {
        let folder = tempfile::tempdir().unwrap();
        touch(
            folder.path(),
            &[
                "lossless/a.flac",
                "encoded/lossy/V2/a.mp3",
                "128/b.mp3",
                "aac256/c.flac",
                "other/d.mp3",
                "128/cover.jpg",
            ],
        );
        let items = read(folder.path()).unwrap();
        let told: Vec<_> =
            items.iter().map(|item| (item.recording.as_str(), item.class.as_str(), item.bitrate, item.fake)).collect();
        assert_eq!(
            told,
            [
                ("b", "128", Some(128), None),
                ("c", "aac256", Some(256), None),
                ("a", "LOSSLESS", None, Some(false)),
                ("a", "V2", Some(190), None),
            ]
        );
        assert_eq!(items[1].codec, Codec::Aac);
        let folders = [folder.path().to_path_buf(), folder.path().join("encoded/lossy")];
        assert_eq!(read_all(&folders).unwrap().len(), 5, "the V2 is in both");
        assert!(matches!(read_all(&[folder.path().join("other")]), Err(DatasetError::Empty(_))));
    }

    #[test]
    fn a_manifest_alone_is_read() {
        let folder = tempfile::tempdir().unwrap();
        touch(folder.path(), &["lossless/a.flac"]);
        let row =
            r#"{"path":"x/1.flac","recording":"r","codec":"mp3","class":"V0","bitrate":251,"chain":"c","fake":true"#;
        fs::write(folder.path().join("manifest.jsonl"), format!("{row}}}\n{row},\"varied_from\":\"p\"}}\n")).unwrap();
        let items = read(folder.path()).unwrap();
        assert_eq!(items.iter().map(|item| item.group.as_str()).collect::<Vec<_>>(), ["c", "p ~"]);
        assert_eq!((items[0].fake, items[0].bitrate), (Some(true), Some(251)));
    }

    #[test]
    fn a_folder_without_labels_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        touch(folder.path(), &["music/a.flac"]);
        assert!(read(folder.path()).unwrap_err().to_string().contains("bitrater transcode"));
    }

    #[test]
    fn a_recording_falls_into_one_fold_and_folds_are_even() {
        let item = |recording: usize| Item {
            path: PathBuf::new(),
            recording: recording.to_string(),
            codec: Codec::Mp3,
            class: String::new(),
            bitrate: None,
            fake: None,
            group: String::new(),
        };
        let items: Vec<Item> = (0..60).map(|number| item(number % 23)).collect();
        let folds = folds(&items, 5, 1);
        for number in 0..37 {
            assert_eq!(folds[number], folds[number + 23]);
        }
        let sizes: Vec<usize> = (0..5).map(|fold| folds[..23].iter().filter(|&&other| other == fold).count()).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 23);
        assert!(sizes.iter().all(|&size| size == 4 || size == 5), "{sizes:?}");
        assert_ne!(folds, super::folds(&items, 5, 2));
        let held = hold_out(&items, 0.3, 1);
        assert_eq!(held[..23].iter().filter(|&&fold| fold == 0).count(), 7);
        assert_eq!(hold_out(&items[..23], 0.01, 1).iter().filter(|&&fold| fold == 0).count(), 1);
    }
}
