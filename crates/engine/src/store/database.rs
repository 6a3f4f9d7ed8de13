//! The store on disk: one SQLite file with one table, which users may query.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use bitrater_verdict::Verdict;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, OptionalExtension, ToSql, TransactionBehavior, named_params};

use super::stamp::Stamp;
use super::{Answer, Key};

/// "btrt", in the header of the file.
const APPLICATION: i32 = 0x6274_7274;
/// Changes with the table.
const SCHEMA: i32 = 1;

/// How long one run waits for another to finish writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Results of files that may have the same content, at most. Long files of one size are rare, and what is read for
/// nothing costs more than it saves.
const MOST_ALIKE: i64 = 8;

const TABLE: &str = "
CREATE TABLE results (
    path ANY PRIMARY KEY NOT NULL,  -- from the root; text, or a blob where it is not UTF-8
    size INTEGER NOT NULL,          -- bytes
    modified INTEGER NOT NULL,      -- mtime, nanoseconds since 1970
    changed INTEGER NOT NULL,       -- ctime, likewise
    content TEXT NOT NULL,          -- BLAKE3 of the whole file
    extension TEXT,                 -- of the name, in lower case
    engine TEXT NOT NULL,           -- versions
    evidence INTEGER NOT NULL,
    model TEXT NOT NULL,
    setting TEXT NOT NULL,          -- what else the result depends on
    stored TEXT NOT NULL,           -- when, UTC
    status TEXT NOT NULL,           -- ok, error
    error TEXT,                     -- kind of error
    container TEXT,
    codec TEXT,
    duration REAL,                  -- seconds
    stated_class TEXT,
    verdict TEXT,
    confidence REAL,
    original_codec TEXT,
    original_class TEXT,
    original_bitrate INTEGER,
    transcoded_from TEXT,
    cutoff_hz INTEGER,
    effective_bits INTEGER,
    upsampled_from INTEGER,
    result TEXT NOT NULL            -- the whole result: {\"Ok\": …} or {\"Err\": …}
) STRICT;
CREATE INDEX results_by_size ON results (size, extension);
";

const FIND: &str = "SELECT result FROM results WHERE path = :path AND size = :size AND modified = :modified
    AND changed = :changed AND engine = :engine AND evidence = :evidence AND model = :model AND setting = :setting";

const FIND_BY_SIZE: &str = "SELECT content, result FROM results WHERE size = :size AND extension IS :extension
    AND engine = :engine AND evidence = :evidence AND model = :model AND setting = :setting LIMIT :most";

const KEEP: &str = "INSERT OR REPLACE INTO results (path, size, modified, changed, content, extension, engine, evidence,
    model, setting, stored, status, error, container, codec, duration, stated_class, verdict, confidence, original_codec,
    original_class, original_bitrate, transcoded_from, cutoff_hz, effective_bits, upsampled_from, result) VALUES (:path,
    :size, :modified, :changed, :content, :extension, :engine, :evidence, :model, :setting,
    strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), :status, :error, :container, :codec, :duration, :stated_class, :verdict,
    :confidence, :original_codec, :original_class, :original_bitrate, :transcoded_from, :cutoff_hz, :effective_bits,
    :upsampled_from, :result)";

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is something else.
    #[error("it is not a store of this version of bitrater")]
    Foreign,
    /// Its folder cannot be made.
    #[error("its folder cannot be made ({0})")]
    Folder(#[source] io::Error),
    /// SQLite's own trouble.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A result that cannot be written down.
    #[error("a result cannot be written down ({0})")]
    Result(#[from] serde_json::Error),
}

impl StoreError {
    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code(),
            _ => None,
        }
    }

    /// Whether the file is damaged or something else, so that no other run can use it either.
    pub(super) fn is_damage(&self) -> bool {
        let damaged = matches!(self.code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
        damaged || matches!(self, Self::Foreign)
    }

    /// Whether what is there can still be read.
    pub(super) fn is_want_of_space(&self) -> bool {
        matches!(self.code(), Some(ErrorCode::DiskFull | ErrorCode::ReadOnly))
    }
}

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Results, one a path.
    pub results: u64,
    /// Of these, files that hold what they claim.
    pub original: u64,
    /// Of these, files that claim more than they hold.
    pub transcode: u64,
    /// Of these, files without a verdict.
    pub inconclusive: u64,
    /// Of these, files that cannot be analysed.
    pub error: u64,
    /// Of these, results of this very version, which a run would use.
    pub current: u64,
    /// Size on disk in bytes.
    pub bytes: u64,
}

pub(super) struct Database(Connection);

/// A path as SQLite can hold it.
struct StoredPath<'a>(&'a Path);

impl ToSql for StoredPath<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0.to_str() {
            Some(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            None => ToSqlOutput::Owned(Value::Blob(self.0.as_os_str().as_encoded_bytes().to_vec())),
        })
    }
}

impl Database {
    /// Opens a store, or begins one.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(StoreError::Folder)?;
        }
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        // The first that has to begin it locks the others out.
        if is_new(&connection)? {
            let begin = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if is_new(&begin)? {
                begin.execute_batch(TABLE)?;
                begin.pragma_update(None, "application_id", APPLICATION)?;
                begin.pragma_update(None, "user_version", SCHEMA)?;
            }
            begin.commit()?;
        }
        if number(&connection, "application_id")? != APPLICATION || number(&connection, "user_version")? != SCHEMA {
            return Err(StoreError::Foreign);
        }
        // With a journal on the side readers and one writer do not wait for each other, and a run that is killed leaves
        // nothing half-written. Where the file system cannot have it, or another run is switching to it right now, the
        // ordinary journal will do.
        let _ = connection.pragma_update(None, "journal_mode", "wal");
        connection.pragma_update(None, "synchronous", "normal")?;
        for statement in [FIND, FIND_BY_SIZE, KEEP] {
            match connection.prepare_cached(statement) {
                // A table of this name, but another one.
                Err(rusqlite::Error::SqlInputError { .. }) => return Err(StoreError::Foreign),
                prepared => drop(prepared?),
            }
        }
        Ok(Self(connection))
    }

    /// The result of a file that is as it was.
    pub(super) fn find(&self, path: &Path, stamp: &Stamp, key: &Key) -> Result<Option<Answer>, StoreError> {
        let mut find = self.0.prepare_cached(FIND)?;
        let found = find.query_row(
            named_params! {
                ":path": StoredPath(path),
                ":size": integer(stamp.size),
                ":modified": stamp.modified,
                ":changed": stamp.changed,
                ":engine": key.versions.engine,
                ":evidence": key.versions.evidence,
                ":model": key.versions.model,
                ":setting": key.setting,
            },
            |row| row.get::<_, String>(0),
        );
        // A result that cannot be read is none, and will be replaced.
        Ok(found.optional()?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Results of files of a size, with the hash of their content.
    pub(super) fn find_by_size(
        &self,
        size: u64,
        extension: Option<&str>,
        key: &Key,
    ) -> Result<Vec<(String, Answer)>, StoreError> {
        let mut find = self.0.prepare_cached(FIND_BY_SIZE)?;
        let found = find.query_map(
            named_params! {
                ":size": integer(size),
                ":extension": extension,
                ":engine": key.versions.engine,
                ":evidence": key.versions.evidence,
                ":model": key.versions.model,
                ":setting": key.setting,
                ":most": MOST_ALIKE,
            },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let found: Vec<(String, String)> = found.collect::<Result<_, _>>()?;
        let read = |(hash, text): (String, String)| Some((hash, serde_json::from_str(&text).ok()?));
        Ok(found.into_iter().filter_map(read).collect())
    }

    /// Keeps a result in place of the last one of that path.
    pub(super) fn keep(
        &self,
        path: &Path,
        stamp: &Stamp,
        hash: &str,
        extension: Option<&str>,
        key: &Key,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let ok = answer.as_ref().ok();
        let result = serde_json::to_string(answer)?;
        self.0.prepare_cached(KEEP)?.execute(named_params! {
            ":path": StoredPath(path),
            ":size": integer(stamp.size),
            ":modified": stamp.modified,
            ":changed": stamp.changed,
            ":content": hash,
            ":extension": extension,
            ":engine": key.versions.engine,
            ":evidence": key.versions.evidence,
            ":model": key.versions.model,
            ":setting": key.setting,
            ":status": if ok.is_some() { "ok" } else { "error" },
            ":error": answer.as_ref().err().map(|failure| failure.kind.name()),
            ":container": ok.map(|a| a.container.as_str()),
            ":codec": ok.map(|a| a.codec.name()),
            ":duration": ok.map(|a| a.duration),
            ":stated_class": ok.map(|a| a.stated.class.to_string()),
            ":verdict": ok.map(|a| name(a.verdict)),
            ":confidence": ok.map(|a| a.confidence),
            ":original_codec": ok.map(|a| a.original.codec.name()),
            ":original_class": ok.map(|a| a.original.class.to_string()),
            ":original_bitrate": ok.and_then(|a| a.original.bitrate),
            ":transcoded_from": ok.and_then(|a| a.transcoded_from).map(|class| class.to_string()),
            ":cutoff_hz": ok.and_then(|a| a.cutoff_hz),
            ":effective_bits": ok.and_then(|a| a.resolution.effective_bits),
            ":upsampled_from": ok.and_then(|a| a.resolution.upsampled_from),
            ":result": result,
        })?;
        Ok(())
    }

    /// What is in the store at `path`, which is this one.
    pub(super) fn stats(&self, path: &Path) -> Result<Stats, StoreError> {
        let versions = bitrater_verdict::Versions::current();
        let stats = self.0.query_row(
            "SELECT count(*), count(*) FILTER (WHERE verdict = 'original'), count(*) FILTER (WHERE verdict = 'transcode'),
                count(*) FILTER (WHERE verdict = 'inconclusive'), count(*) FILTER (WHERE status = 'error'),
                count(*) FILTER (WHERE engine = ?1 AND evidence = ?2 AND model = ?3) FROM results",
            (&versions.engine, versions.evidence, &versions.model),
            |row| {
                let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
                Ok(Stats {
                    results: count(0)?,
                    original: count(1)?,
                    transcode: count(2)?,
                    inconclusive: count(3)?,
                    error: count(4)?,
                    current: count(5)?,
                    bytes: 0,
                })
            },
        )?;
        Ok(Stats { bytes: fs::metadata(path).map_or(0, |meta| meta.len()), ..stats })
    }

    /// Takes everything out and gives the space back.
    pub(super) fn clear(&self) -> Result<(), StoreError> {
        Ok(self.0.execute_batch("DELETE FROM results; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?)
    }
}

/// Whether nothing was ever put into a file.
fn is_new(connection: &Connection) -> Result<bool, StoreError> {
    let things: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    Ok(things == 0 && number(connection, "application_id")? == 0)
}

fn number(connection: &Connection, pragma: &str) -> Result<i32, StoreError> {
    Ok(connection.pragma_query_value(None, pragma, |row| row.get(0))?)
}

/// SQLite's integers have a sign; no file is as long as that.
fn integer(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Original => "original",
        Verdict::Transcode => "transcode",
        Verdict::Inconclusive => "inconclusive",
    }
}
