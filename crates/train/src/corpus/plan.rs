//! Everything that can be known before the first encoder runs.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use bitrater_engine::{Discovery, DiscoveryOptions};
use bitrater_media::StreamFacts;

use super::programs::{Lack, Programs};
use super::{CorpusError, space};
use crate::chain::{Action, Chain, vary};
use crate::manifest::{self, Row};
use crate::rng::Rng;

/// What to make.
#[derive(Debug, Clone, Default)]
pub struct CorpusOptions {
    /// Folder of lossless files. A `manifest.jsonl` there gives their `recording`s.
    pub source_dir: PathBuf,
    /// Folder to fill.
    pub output_dir: PathBuf,
    /// Histories to give to every recording.
    pub chains: Vec<Chain>,
    /// Random variations of every history, besides the plain one.
    pub augment: u32,
    /// At most so many of all these files for every recording, drawn at random; all of them if `None`.
    pub per_source: Option<usize>,
    /// Seed of the variations and of what is drawn.
    pub seed: u64,
    /// Only that much of the middle of every recording.
    pub seconds: Option<f64>,
    /// Leave out chains whose programs are missing.
    pub skip_missing: bool,
    /// Workers, each with one program at a time.
    pub jobs: usize,
}

/// Work for one worker: the files of one recording that are not there yet.
#[derive(Debug)]
pub(super) struct Job {
    pub source: PathBuf,
    pub rows: Vec<(Chain, Row)>,
}

/// What will be made, and what is there already.
#[derive(Debug)]
pub struct Plan {
    pub(super) output: PathBuf,
    pub(super) programs: Programs,
    pub(super) jobs: Vec<Job>,
    pub(super) kept: Vec<Row>,
    pub(super) workers: usize,
    pub(super) seconds: Option<f64>,
    /// Held while the plan lives, so that two runs do not write to one folder.
    _lock: File,
    sources: usize,
    bytes: f64,
    warnings: Vec<String>,
}

/// A lossless file and its place in the corpus.
struct Source {
    path: PathBuf,
    facts: StreamFacts,
    name: String,
    recording: String,
}

impl Plan {
    /// Looks at sources, programs, what is there already, and the space on the disk.
    pub fn new(options: &CorpusOptions) -> Result<Self, CorpusError> {
        let mut warnings = Vec::new();
        refuse_nesting(options)?;
        let programs = Programs::find();
        let chains = possible(options, &programs, &mut warnings)?;
        let sources = sources(&options.source_dir, &mut warnings)?;
        if sources.is_empty() {
            return Err(CorpusError::NoSources(options.source_dir.clone()));
        }
        let output = &options.output_dir;
        fs::create_dir_all(output).map_err(CorpusError::io(output))?;
        let lock = lock(output)?;
        let mut there = there(output)?;
        let (mut jobs, mut kept, mut bytes, mut largest) = (Vec::new(), Vec::new(), 0.0, 0.0_f64);
        for source in &sources {
            let mut rows = Vec::new();
            for (chain, row) in planned(source, &chains, options) {
                if let Some(old) = there.remove(&row.path).filter(|old| is_same(old, &row)) {
                    kept.push(old);
                } else {
                    bytes += space::delivered_bytes(&chain, &source.facts, options.seconds);
                    rows.push((chain, row));
                }
            }
            // Equal beginnings side by side, so that they are made once.
            rows.sort_by(|a, b| a.0.cmp(&b.0));
            if !rows.is_empty() {
                largest = largest.max(space::wav_bytes(&source.facts, options.seconds));
                jobs.push(Job { source: source.path.clone(), rows });
            }
        }
        // Files of other chains, made before, stay in the manifest.
        kept.extend(there.into_values());
        let steps = chains.iter().map(|chain| chain.steps().len() + 1).max().unwrap_or(1);
        let between = 1.5 * largest * (steps * options.jobs.min(jobs.len())) as f64;
        space::check(output, bytes + between)?;
        Ok(Self {
            output: output.clone(),
            programs,
            jobs,
            kept,
            workers: options.jobs.max(1),
            seconds: options.seconds,
            _lock: lock,
            sources: sources.len(),
            bytes,
            warnings,
        })
    }

    /// Recordings found.
    #[must_use]
    pub fn sources(&self) -> usize {
        self.sources
    }

    /// Files still to be made.
    #[must_use]
    pub fn files(&self) -> usize {
        self.jobs.iter().map(|job| job.rows.len()).sum()
    }

    /// Files that are there already.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept.len()
    }

    /// About what the files will take, for people.
    #[must_use]
    pub fn size(&self) -> String {
        space::people(self.bytes)
    }

    /// What was left out, and why.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

fn refuse_nesting(options: &CorpusOptions) -> Result<(), CorpusError> {
    let source = fs::canonicalize(&options.source_dir).map_err(CorpusError::io(&options.source_dir))?;
    // The output need not be there yet; what of it is there tells where it will be.
    let existing = options
        .output_dir
        .ancestors()
        .find_map(|folder| fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).ok());
    if existing.is_some_and(|folder| folder.starts_with(&source)) {
        return Err(CorpusError::OutputInSource(options.source_dir.clone()));
    }
    Ok(())
}

/// The chains that can be made here, each once.
fn possible(
    options: &CorpusOptions,
    programs: &Programs,
    warnings: &mut Vec<String>,
) -> Result<Vec<Chain>, CorpusError> {
    let mut lacking: BTreeMap<Lack, Vec<&Chain>> = BTreeMap::new();
    let mut chains = Vec::new();
    for chain in options.chains.iter().collect::<BTreeSet<_>>() {
        let lacks = programs.lacks(chain);
        if lacks.is_empty() {
            chains.push(chain.clone());
        }
        for lack in lacks {
            lacking.entry(lack).or_default().push(chain);
        }
    }
    let sentences: Vec<String> = lacking.iter().map(|(lack, chains)| lack.sentence(chains)).collect();
    if !options.skip_missing && !sentences.is_empty() {
        return Err(CorpusError::Missing(sentences));
    }
    warnings.extend(sentences.into_iter().map(|sentence| format!("{sentence}: left out")));
    if chains.is_empty() { Err(CorpusError::NothingPossible) } else { Ok(chains) }
}

/// The lossless files below a folder, in order, each with a name of its own.
fn sources(folder: &Path, warnings: &mut Vec<String>) -> Result<Vec<Source>, CorpusError> {
    let rows = manifest::read(&folder.join(manifest::NAME))?.unwrap_or_default();
    let recordings: HashMap<String, String> = rows.into_iter().map(|row| (row.path, row.recording)).collect();
    let mut names = BTreeSet::new();
    let mut sources = Vec::new();
    for found in Discovery::new([folder.to_path_buf()], DiscoveryOptions::default()) {
        let path = match found {
            Ok(path) => path,
            Err(outcome) => {
                let why = outcome.result.err().map(|failure| failure.message).unwrap_or_default();
                warnings.push(format!("`{}` {why}: left out", outcome.path.display()));
                continue;
            }
        };
        let facts = match bitrater_media::open(&path) {
            Ok(media) => media.facts().clone(),
            Err(error) => {
                warnings.push(format!("`{}` cannot be a source ({error}): left out", path.display()));
                continue;
            }
        };
        if !facts.codec.is_lossless() {
            warnings.push(format!("`{}` is {}, no lossless file: left out", path.display(), facts.codec));
            continue;
        }
        let relative = path.strip_prefix(folder).unwrap_or(&path);
        let parts: Vec<_> =
            relative.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let name = unique(clean(&parts.join("_")), &mut names);
        let slashed: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
        let recording = recordings.get(&slashed.join("/")).cloned().unwrap_or_else(|| name.clone());
        sources.push(Source { path, facts, name, recording });
    }
    Ok(sources)
}

/// Letters, digits and a few signs that every file system takes; not longer than they take.
fn clean(name: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let name: String = name.chars().map(keep).take(60).collect();
    if name.starts_with('.') { format!("_{name}") } else { name }
}

fn unique(name: String, names: &mut BTreeSet<String>) -> String {
    let candidates = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}-{number}")));
    // File systems of other systems do not tell case apart.
    let free = candidates.into_iter().find(|candidate| names.insert(candidate.to_lowercase()));
    free.unwrap_or(name)
}

/// The rows of one recording: every chain, plain and varied.
fn planned(source: &Source, chains: &[Chain], options: &CorpusOptions) -> Vec<(Chain, Row)> {
    let mut rows = Vec::new();
    for plain in chains {
        for variation in 0..=options.augment {
            let (chain, name) = if variation == 0 {
                (plain.clone(), source.name.clone())
            } else {
                let number = variation.to_string();
                let chain = vary(plain, options.seed, &[&source.name, &plain.to_string(), &number]);
                (chain, format!("{}~{number}", source.name))
            };
            let row = Row {
                path: format!("{}/{name}.{}", folder(plain), chain.suffix()),
                recording: source.recording.clone(),
                label: chain.label(),
                chain: chain.to_string(),
                varied_from: (variation > 0).then(|| plain.to_string()),
                seconds: options.seconds,
            };
            rows.push((chain, row));
        }
    }
    if let Some(number) = options.per_source {
        draw(&mut rows, number, options.seed);
    }
    rows
}

/// Keeps so many rows, drawn at random. A row's lot is its own: those that other chains bring along do not change it.
fn draw(rows: &mut Vec<(Chain, Row)>, number: usize, seed: u64) {
    rows.sort_by_cached_key(|(_, row)| (Rng::new(seed, &["draw", &row.path]).next(), row.path.clone()));
    rows.truncate(number);
}

/// Folder of a chain: the classes lie where a reader without a manifest looks for them.
fn folder(chain: &Chain) -> String {
    match chain.steps() {
        [step] => match step.action {
            Action::Lossless { deep: false } => "lossless".to_owned(),
            Action::Encode(encode)
                if encode.encoder.is_mp3() && encode.switches == crate::chain::Switches::default() =>
            {
                format!("encoded/lossy/{}", chain.folder().trim_start_matches("mp3-").to_lowercase())
            }
            _ => format!("chains/{}", chain.folder()),
        },
        _ => format!("chains/{}", chain.folder()),
    }
}

fn lock(output: &Path) -> Result<File, CorpusError> {
    let path = output.join(super::run::LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(CorpusError::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(CorpusError::Busy(output.to_path_buf())),
        Err(fs::TryLockError::Error(error)) => Err(CorpusError::io(&path)(error)),
    }
}

/// Rows of files that are there, by path: of the manifest, and of the log of a run that was killed.
fn there(output: &Path) -> Result<BTreeMap<String, Row>, CorpusError> {
    let manifest = manifest::read(&output.join(manifest::NAME))?.unwrap_or_default();
    let log = manifest::read_interrupted(&output.join(super::run::LOG))?;
    let rows = manifest.into_iter().chain(log).map(|row| (row.path.clone(), row));
    Ok(rows.filter(|(path, _)| output.join(path).is_file()).collect())
}

/// Whether a file that is there is the one that is planned. Its bitrate may have been measured.
fn is_same(old: &Row, new: &Row) -> bool {
    (old.chain.as_str(), old.recording.as_str(), old.seconds)
        == (new.chain.as_str(), new.recording.as_str(), new.seconds)
}
