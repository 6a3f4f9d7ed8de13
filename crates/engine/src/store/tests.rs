use std::fs::File;
use std::time::{Duration, SystemTime};

use bitrater_verdict::{FailureKind, Policy};
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::Limits;

/// A folder with a store and a file.
struct Shelf {
    folder: TempDir,
}

impl Shelf {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.mp3"), "the content of a file").unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self) -> Store {
        self.open_as(Key::current(Policy::default(), &Limits::default()))
    }

    fn open_as(&self, key: Key) -> Store {
        Store::open(&self.path("store"), key)
    }

    /// Keeps an answer for a file, as a run does.
    fn keep(&self, store: &Store, name: &str, answer: &Answer) {
        let path = self.path(name);
        let Recall::Unknown(ticket) = store.recall(&path) else { panic!("{name} is known already") };
        store.keep(&path, &ticket, Some(&hash(&path).unwrap()), answer);
    }

    fn set_aside(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.retain(|name| name.contains("set-aside"));
        names
    }
}

fn answer(message: &str) -> Answer {
    Err(Failure { kind: FailureKind::Decode, message: message.to_owned() })
}

fn known(store: &Store, path: &Path) -> Option<Answer> {
    match store.recall(path) {
        Recall::Known(answer) => Some(*answer),
        Recall::Unknown(_) => None,
    }
}

fn warnings(store: &Store) -> Vec<String> {
    let text = |note| match note {
        Note::Warning(text) => Some(text),
        Note::Info(_) => None,
    };
    store.take_notes().into_iter().filter_map(text).collect()
}

#[test]
fn what_was_kept_is_known_in_the_next_run_and_unchanged_only() {
    let shelf = Shelf::new();
    shelf.keep(&shelf.open(), "a.mp3", &answer("first"));
    let path = shelf.path("a.mp3");
    assert_eq!(known(&shelf.open(), &path), Some(answer("first")));
    // The same size, written a moment later.
    fs::write(&path, "the CONTENT of a file").unwrap();
    assert_eq!(known(&shelf.open(), &path), None);
    shelf.keep(&shelf.open(), "a.mp3", &answer("second"));
    assert_eq!(known(&shelf.open(), &path), Some(answer("second")));
    // An editor that keeps the time of modification.
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "the content of A file").unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    assert_eq!(known(&shelf.open(), &path), None);
    assert_eq!(warnings(&shelf.open()), [""; 0]);
}

#[test]
fn a_content_is_known_under_any_name_of_the_same_kind() {
    let shelf = Shelf::new();
    shelf.keep(&shelf.open(), "a.mp3", &answer("kept"));
    let ticket = |name: &str| {
        fs::copy(shelf.path("a.mp3"), shelf.path(name)).unwrap();
        let path = shelf.path(name);
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(SystemTime::now() - Duration::from_hours(1))
            .unwrap();
        let Recall::Unknown(ticket) = shelf.open().recall(&path) else { panic!("by its name it is not known") };
        ticket
    };
    let content = hash(&shelf.path("a.mp3")).unwrap();
    assert_eq!(ticket("b.MP3").known(), [content.as_str()]);
    assert_eq!(ticket("b.mp3").take(&content), Some(answer("kept")));
    assert_eq!(ticket("b.mp3").take("another"), None);
    assert_eq!(ticket("b.flac").known(), [""; 0], "a warning may speak of the name");
}

#[test]
fn another_engine_model_or_setting_knows_nothing() {
    let shelf = Shelf::new();
    let key = Key::current(Policy::default(), &Limits::default());
    shelf.keep(&shelf.open(), "a.mp3", &answer("kept"));
    let mut others = vec![Key::current(Policy { min_confidence: 0.9, ..Policy::default() }, &Limits::default())];
    others.push(Key {
        versions: bitrater_verdict::Versions { engine: "0.0.9".into(), ..key.versions.clone() },
        ..key.clone()
    });
    others.push(Key { versions: bitrater_verdict::Versions { evidence: 0, ..key.versions.clone() }, ..key.clone() });
    others.push(Key {
        versions: bitrater_verdict::Versions { model: "m".into(), ..key.versions.clone() },
        ..key.clone()
    });
    others.push(Key { setting: key.setting.replace("ffmpeg", "no ffmpeg"), ..key });
    for other in others {
        assert_eq!(known(&shelf.open_as(other.clone()), &shelf.path("a.mp3")), None, "{other:?}");
    }
    assert!(known(&shelf.open(), &shelf.path("a.mp3")).is_some());
}

#[test]
fn what_the_machine_had_a_part_in_is_not_kept() {
    let shelf = Shelf::new();
    let store = shelf.open();
    for kind in [FailureKind::Io, FailureKind::NotFound, FailureKind::Crash, FailureKind::Memory, FailureKind::Timeout]
    {
        shelf.keep(&store, "a.mp3", &Err(Failure { kind, message: String::new() }));
        assert_eq!(known(&store, &shelf.path("a.mp3")), None, "{kind:?}");
    }
    // A file that changed while it was in work.
    let path = shelf.path("a.mp3");
    let Recall::Unknown(ticket) = store.recall(&path) else { panic!("nothing is known") };
    fs::write(&path, "more than there was before").unwrap();
    store.keep(&path, &ticket, Some("hash"), &answer("of what was there"));
    assert_eq!(known(&store, &path), None);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_kept_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let shelf = Shelf::new();
    let names = [&b"\xff.mp3"[..], b"\xfe.mp3", "\u{fffd}.mp3".as_bytes(), b"a\nb'\";--.mp3"].map(OsStr::from_bytes);
    for (name, message) in names.iter().zip(["1", "2", "3", "4"]) {
        let path = shelf.folder.path().join(name);
        fs::write(&path, message).unwrap();
        let Recall::Unknown(ticket) = shelf.open().recall(&path) else { panic!("nothing is known") };
        shelf.open().keep(&path, &ticket, Some(message), &answer(message));
    }
    for (name, message) in names.iter().zip(["1", "2", "3", "4"]) {
        assert_eq!(known(&shelf.open(), &shelf.folder.path().join(name)), Some(answer(message)));
    }
}

#[test]
fn damaged_and_foreign_stores_are_set_aside_and_begun_anew() {
    let foreign = |path: &Path| {
        Connection::open(path).unwrap().execute_batch("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)").unwrap();
    };
    let newer = |path: &Path| {
        Database::open(path).unwrap();
        Connection::open(path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    };
    let other_table = |path: &Path| {
        Database::open(path).unwrap();
        Connection::open(path).unwrap().execute_batch("DROP TABLE results; CREATE TABLE results (a)").unwrap();
    };
    for name in ["foreign", "newer", "other table", "noise"] {
        let shelf = Shelf::new();
        let path = shelf.path("store");
        match name {
            "foreign" => foreign(&path),
            "newer" => newer(&path),
            "other table" => other_table(&path),
            _ => fs::write(&path, b"what is this?".repeat(1000)).unwrap(),
        }
        let store = shelf.open();
        let said = warnings(&store);
        assert!(said.len() == 1 && said[0].contains("set aside"), "{name}: {said:?}");
        assert!(shelf.set_aside().contains(&"store.set-aside-1".to_owned()), "{name}: nothing is thrown away");
        shelf.keep(&store, "a.mp3", &answer("kept"));
        assert_eq!(known(&shelf.open(), &shelf.path("a.mp3")), Some(answer("kept")), "{name}");
        if name == "foreign" {
            let mine = Connection::open(shelf.path("store.set-aside-1")).unwrap();
            assert_eq!(mine.query_row("SELECT a FROM mine", (), |row| row.get::<_, i64>(0)).unwrap(), 1);
        }
    }
}

#[test]
fn damage_that_shows_later_is_dealt_with_then() {
    let shelf = Shelf::new();
    let store = shelf.open();
    for number in 0..200 {
        let name = format!("{number}.mp3");
        fs::write(shelf.path(&name), number.to_string()).unwrap();
        shelf.keep(&store, &name, &answer(&"long ".repeat(200)));
    }
    drop(store);
    // The head is whole, and the rest is not.
    let mut bytes = fs::read(shelf.path("store")).unwrap();
    bytes[8192..].fill(0x5a);
    fs::write(shelf.path("store"), bytes).unwrap();
    let store = shelf.open();
    for number in 0..200 {
        let _ = known(&store, &shelf.path(&format!("{number}.mp3")));
    }
    let said = warnings(&store);
    assert!(said.len() == 1 && said[0].contains("set aside"), "{said:?}");
    shelf.keep(&store, "a.mp3", &answer("kept"));
    assert_eq!(known(&shelf.open(), &shelf.path("a.mp3")), Some(answer("kept")));
}

#[test]
fn a_place_that_cannot_be_used_is_said_once_and_done_without() {
    let shelf = Shelf::new();
    // A folder below a file can be made by nobody.
    let store = Store::open(&shelf.path("a.mp3/below/store"), Key::current(Policy::default(), &Limits::default()));
    shelf.keep(&store, "a.mp3", &answer("not kept"));
    assert_eq!(known(&store, &shelf.path("a.mp3")), None);
    let said = warnings(&store);
    assert!(said.len() == 1 && said[0].contains("--cache") && said[0].contains("--no-cache"), "{said:?}");
    // A folder in its place.
    let store = Store::open(shelf.folder.path(), Key::current(Policy::default(), &Limits::default()));
    assert_eq!(warnings(&store).len(), 1);
}

#[test]
fn runs_share_a_store() {
    let shelf = Shelf::new();
    for number in 0..100 {
        fs::write(shelf.path(&format!("{number}.mp3")), number.to_string()).unwrap();
    }
    // All of them begin it at once, and keep the same things at once.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = shelf.open();
                for number in 0..100 {
                    let path = shelf.path(&format!("{number}.mp3"));
                    if let Recall::Unknown(ticket) = store.recall(&path) {
                        store.keep(&path, &ticket, Some("hash"), &answer(&number.to_string()));
                    }
                }
                assert_eq!(warnings(&store), [""; 0]);
            });
        }
    });
    let store = shelf.open();
    for number in 0..100 {
        assert_eq!(known(&store, &shelf.path(&format!("{number}.mp3"))), Some(answer(&number.to_string())));
    }
    assert_eq!(
        stats(&shelf.path("store")).unwrap().map(|stats| (stats.results, stats.error, stats.current)),
        Some((100, 100, 100))
    );
    clear(&shelf.path("store")).unwrap();
    assert_eq!(stats(&shelf.path("store")).unwrap().map(|stats| stats.results), Some(0));
    assert_eq!(known(&store, &shelf.path("1.mp3")), None, "an open store sees it, too");
    assert_eq!(stats(&shelf.path("nowhere")).unwrap(), None);
    assert!(!shelf.path("nowhere").exists(), "looking makes nothing");
}
