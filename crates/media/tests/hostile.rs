//! Files that are broken, lie, or are no files. Every one is answered, none panics or hangs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod common;

use std::path::Path;
use std::process::Command;

use bitrater_media::{MediaError, NodeKind, TooShort, Unsupported};
use common::{Bench, Signal, read, read_ok};

fn kind(path: &Path) -> &'static str {
    match read(path) {
        Ok((_, facts)) => panic!("{} was read: {facts:?}", path.display()),
        Err(error) => error.kind(),
    }
}

#[test]
fn what_is_no_regular_file() {
    let bench = Bench::new();
    assert!(matches!(read(&bench.path("none.flac")), Err(MediaError::NotFound)));
    let folder = read(&bench.path(".")).unwrap_err();
    assert!(matches!(folder, MediaError::Unsupported(Unsupported::NotAFile(NodeKind::Directory))));
    assert!(Command::new("mkfifo").arg(bench.path("pipe.mp3")).status().unwrap().success());
    let pipe = read(&bench.path("pipe.mp3")).unwrap_err();
    assert!(matches!(pipe, MediaError::Unsupported(Unsupported::NotAFile(NodeKind::Special))));
    assert_eq!(kind(Path::new("/dev/zero")), "unsupported");
}

#[test]
fn empty_tags_only_and_garbage() {
    let bench = Bench::new();
    assert!(matches!(read(&bench.write("a.mp3", b"")), Err(MediaError::TooShort(TooShort::Empty))));
    let mut tag = b"ID3\x04\0\0\0\0\x02\0".to_vec();
    tag.extend([0; 256]);
    assert!(matches!(read(&bench.write("b.mp3", &tag)), Err(MediaError::TooShort(TooShort::TagsOnly))));
    tag.extend(b"TAG");
    tag.extend([0; 125]);
    assert!(matches!(read(&bench.write("c.flac", &tag)), Err(MediaError::TooShort(TooShort::TagsOnly))));
    for (name, bytes) in [("d.flac", &b"hello, this is a text"[..]), ("e.wav", &[0; 5000]), ("f.mp3", &[0xff; 5000])] {
        assert_eq!(kind(&bench.write(name, bytes)), "unsupported", "{name}");
    }
}

#[test]
fn a_name_that_lies_is_a_warning() {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(16, 44_100, 2, 1.0));
    bench.run("lame", &["--quiet", "a.wav", "a.mp3"]);
    let path = bench.write("liar.flac", &bench.read("a.mp3"));
    let (planes, facts) = read_ok(&path);
    assert!(planes == read_ok(&bench.path("a.mp3")).0);
    assert_eq!(facts.warnings, ["the name ends in .flac, but the content is MP3"]);
}

#[test]
fn names_that_look_like_options_or_urls() {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(16, 44_100, 2, 0.5));
    bench.ffmpeg(&["-i", "a.wav", "a.tta"]);
    for name in ["-i.tta", "http:x.tta", "concat:a|b.tta", "with space\nand line.tta", "%03d.tta", "ünï.tta"] {
        let (planes, _) = read_ok(&bench.write(name, &bench.read("a.tta")));
        assert_eq!(planes.ints().1[0].len(), 22_050, "{name}");
    }
}

#[test]
fn a_playlist_opens_nothing() {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(16, 44_100, 2, 0.5));
    let wav = bench.path("a.wav");
    let wav = wav.display();
    for (name, text) in [
        ("a.m3u8", format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{wav}\n#EXT-X-ENDLIST\n")),
        ("b.wma", format!("ffconcat version 1.0\nfile '{wav}'\n")),
    ] {
        assert_eq!(kind(&bench.write(name, text.as_bytes())), "unsupported", "{name}");
    }
}

#[test]
fn headers_beyond_the_limits() {
    let bench = Bench::new();
    let path = bench.wav("a.wav", &Signal::new(16, 44_100, 2, 0.1));
    let mut wav = bench.read("a.wav");
    for (at, value) in [(22, 60_000u16), (22, 0), (24, 0)] {
        let mut bytes = wav.clone();
        bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
        if at == 24 {
            bytes[26..28].fill(0xff);
        }
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(kind(&path), "limit" | "decode" | "unsupported"), "{at}: {value}");
    }
    // More data promised than there is, and a recorder that never wrote the outer length: read up to the end.
    for data in [0x7fff_0000, u32::MAX] {
        wav[4..8].fill(0);
        wav[40..44].copy_from_slice(&data.to_le_bytes());
        std::fs::write(&path, &wav).unwrap();
        let (planes, facts) = read_ok(&path);
        assert!(planes.ints().1[0].len() > 3000);
        assert_eq!(facts.warnings.is_empty(), data == u32::MAX);
    }
}

#[test]
fn a_broken_middle_is_read_up_to_there() {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(16, 44_100, 2, 4.0));
    bench.run("flac", &["-s", "a.wav"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "alac", "-movflags", "+faststart", "a.m4a"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "aac", "-movflags", "+faststart", "b.m4a"]);
    bench.ffmpeg(&["-i", "a.wav", "a.wv"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "flac", "a.mka"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "aac", "a.aac"]);
    bench.ffmpeg(&["-i", "a.wav", "a.aiff"]);
    bench.run("oggenc", &["-Q", "a.wav", "-o", "a.ogg"]);
    bench.run("opusenc", &["--quiet", "a.wav", "a.opus"]);
    for name in ["a.wav", "a.flac", "a.m4a", "b.m4a", "a.wv", "a.mka", "a.aac", "a.aiff", "a.ogg", "a.opus"] {
        let bytes = bench.read(name);
        let path = bench.write(&format!("cut-{name}"), &bytes[..bytes.len() * 6 / 10]);
        let (_, facts) = read_ok(&path);
        assert!((1.5..3.0).contains(&facts.duration), "{name}: {}", facts.duration);
        assert!(!facts.warnings.is_empty(), "{name}");
    }
    assert_eq!(kind(&bench.write("stub.flac", &bench.read("a.flac")[..60])), "decode");
}

#[test]
fn a_damaged_flac_frame_becomes_silence_of_its_length() {
    let bench = Bench::new();
    let signal = Signal::new(16, 44_100, 1, 4.0);
    bench.wav("a.wav", &signal);
    bench.run("flac", &["-s", "a.wav"]);
    let mut bytes = bench.read("a.flac");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0x5a);
    bench.write("hurt.flac", &bytes);
    let (planes, facts) = read_ok(&bench.path("hurt.flac"));
    let (_, planes) = planes.ints();
    let whole = signal.plane(0);
    assert_eq!(planes[0].len(), whole.len());
    assert_eq!(planes[0][..60_000], whole[..60_000]);
    assert_eq!(planes[0][120_000..], whole[120_000..]);
    assert_eq!(facts.warnings, ["1 damaged packet was passed over"]);
}

/// Bytes changed, cut out and cut off by a seeded generator, in files of every format that is decoded in here.
#[test]
fn mutations_never_panic() {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(16, 44_100, 2, 0.7));
    bench.run("flac", &["-s", "a.wav"]);
    bench.run("lame", &["--quiet", "a.wav", "a.mp3"]);
    bench.run("oggenc", &["-Q", "a.wav", "-o", "a.ogg"]);
    bench.run("opusenc", &["--quiet", "a.wav", "a.opus"]);
    bench.run("opusenc", &["--quiet", "--speech", "--bitrate", "20", "a.wav", "s.opus"]);
    bench.ffmpeg(&["-i", "a.wav", "a.aiff"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "alac", "l.m4a"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "aac", "a.m4a"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "aac", "a.aac"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "mp2", "a.mp2"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "flac", "a.mka"]);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "pcm_s24be", "a.caf"]);
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below
    };
    let rounds: usize = std::env::var("BITRATER_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let names = [
        "a.wav", "a.flac", "a.mp3", "a.ogg", "a.opus", "s.opus", "a.aiff", "l.m4a", "a.m4a", "a.aac", "a.mp2", "a.mka",
        "a.caf",
    ];
    for name in names {
        let whole = bench.read(name);
        for round in 0..rounds {
            let mut bytes = whole.clone();
            // Half of the rounds aim at the headers.
            let reach = if round % 2 == 0 { bytes.len().min(600) } else { bytes.len() };
            for _ in 0..=next(12) {
                let at = next(reach);
                bytes[at] = next(256) as u8;
            }
            if round % 3 == 0 {
                let at = next(bytes.len() - 100);
                bytes.drain(at..at + next(100));
            }
            if round % 5 == 0 {
                bytes.truncate(next(bytes.len()));
            }
            let path = bench.write(&format!("mutant-{name}"), &bytes);
            if let Err(payload) = std::panic::catch_unwind(|| read(&path).map(drop)) {
                let keep = std::env::temp_dir().join(format!("bitrater-mutant-{round}-{name}"));
                std::fs::copy(&path, &keep).unwrap();
                panic!("{name}, round {round} (kept as {}): {:?}", keep.display(), payload.downcast_ref::<String>());
            }
        }
    }
}
