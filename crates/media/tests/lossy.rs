//! AAC, Vorbis, Opus and what only `ffmpeg` decodes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod common;

use bitrater_media::{Class, Codec, Mode, StreamFacts};
use common::{Bench, Signal, distance, f32_plane, read_ok};

fn bench(rate: u32, channels: u16) -> Bench {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(16, rate, channels, 3.0));
    bench
}

fn kbps(facts: &StreamFacts) -> u32 {
    let Class::Rate { codec, kbps } = facts.stated.class else { panic!("{:?}", facts.stated) };
    assert_eq!((codec, Some(kbps)), (facts.codec, facts.stated.bitrate));
    kbps
}

#[test]
fn aac_in_mp4_and_adts() {
    let bench = bench(44_100, 2);
    let codec = ["-i", "a.wav", "-c:a", "aac", "-b:a", "128k"];
    bench.ffmpeg(&[&codec[..], &["a.m4a"]].concat());
    bench.ffmpeg(&["-i", "a.m4a", "-c", "copy", "a.aac"]);
    bench.ffmpeg(&["-flags2", "+skip_manual", "-i", "a.aac", "-f", "f32le", "a.raw"]);
    let theirs = f32_plane(&bench.read("a.raw"), 0, 2);
    for (name, container) in [("a.m4a", "mp4"), ("a.aac", "adts")] {
        let (planes, facts) = read_ok(&bench.path(name));
        assert_eq!((facts.container.as_str(), facts.codec), (container, Codec::Aac));
        let ours = &planes.floats()[0];
        assert_eq!(ours.len() % 1024, 0, "whole frames, untrimmed");
        assert_eq!(ours.len(), theirs.len());
        assert!(distance(ours, &theirs) < 1e-4, "{name}: {}", distance(ours, &theirs));
        assert!(kbps(&facts).abs_diff(128) < 16, "{}", kbps(&facts));
        assert_eq!(facts.warnings, Vec::<String>::new());
    }
    assert!(read_ok(&bench.path("a.m4a")).1.stated.encoder.unwrap().starts_with("Lavf"));
}

#[test]
fn aac_that_goes_to_ffmpeg() {
    let six = bench(44_100, 6);
    six.ffmpeg(&["-i", "a.wav", "-c:a", "aac", "-b:a", "300k", "a.m4a"]);
    let (planes, facts) = read_ok(&six.path("a.m4a"));
    assert_eq!((planes.floats().len(), facts.channels, facts.codec), (6, 6, Codec::Aac));
    let half = bench(22_050, 2);
    half.ffmpeg(&["-i", "a.wav", "-c:a", "aac", "a.m4a"]);
    assert_eq!(read_ok(&half.path("a.m4a")).1.sample_rate, 22_050);
}

#[test]
fn vorbis() {
    let bench = bench(44_100, 2);
    bench.run("oggenc", &["-Q", "-q", "5", "a.wav", "-o", "a.ogg"]);
    bench.ffmpeg(&["-i", "a.ogg", "-f", "f32le", "a.raw"]);
    let (planes, facts) = read_ok(&bench.path("a.ogg"));
    let theirs = f32_plane(&bench.read("a.raw"), 1, 2);
    assert!(planes.floats()[1].len() >= theirs.len() && theirs.len() > 44_100 * 2);
    assert!(distance(&planes.floats()[1], &theirs) < 1e-4);
    assert_eq!((facts.codec, facts.stated.mode), (Codec::Vorbis, Some(Mode::Vbr)));
    assert!((100..300).contains(&kbps(&facts)));
    assert!(facts.stated.encoder.as_deref().unwrap().contains("libVorbis"));
    let open = bitrater_media::open(&bench.path("a.ogg")).unwrap();
    assert_eq!(kbps(open.facts()), 160, "the nominal rate of -q 5");
}

/// Without the feature, ffmpeg's own decoder does it, which is not as close to libopus (0.2 off at 24 kbps mono).
#[cfg(feature = "opus")]
#[test]
fn opus_in_every_mode() {
    for (channels, args) in [
        (2, &["--bitrate", "128"][..]),
        (2, &["--bitrate", "64", "--framesize", "10"]),
        (2, &["--bitrate", "96", "--framesize", "2.5"]),
        (1, &["--bitrate", "24"]),
        (1, &["--bitrate", "20", "--speech", "--framesize", "60"]),
        (2, &["--bitrate", "36", "--speech"]),
        (2, &["--bitrate", "160", "--hard-cbr"]),
        (6, &["--bitrate", "256"]),
    ] {
        let bench = bench(48_000, channels);
        bench.run("opusenc", &[&["--quiet"], args, &["a.wav", "a.opus"]].concat());
        bench.run("opusdec", &["--quiet", "--float", "--force-wav", "a.opus", "b.wav"]);
        bench.ffmpeg(&["-i", "b.wav", "-f", "f32le", "a.raw"]);
        let (planes, facts) = read_ok(&bench.path("a.opus"));
        let n = usize::from(channels);
        assert_eq!((facts.sample_rate, facts.codec, planes.floats().len()), (48_000, Codec::Opus, n));
        // The pre-skip of the header stays in.
        let file = bench.read("a.opus");
        let head = file.windows(8).position(|w| w == b"OpusHead").unwrap();
        let skip = usize::from(u16::from_le_bytes([file[head + 10], file[head + 11]]));
        let theirs = f32_plane(&bench.read("a.raw"), 0, n);
        let worst = distance(&planes.floats()[0][skip..], &theirs);
        assert!(worst < 2e-4 && theirs.len() == 48_000 * 3, "{args:?}: {worst} over {}", theirs.len());
        assert!(kbps(&facts) > 10);
        if args.contains(&"--hard-cbr") {
            assert_eq!(facts.stated.mode, Some(Mode::Cbr));
            assert!(kbps(&facts).abs_diff(160) < 4);
        }
        assert!(facts.stated.encoder.unwrap().contains("opusenc"));
    }
}

#[test]
fn wma_and_ac3_through_ffmpeg() {
    let bench = bench(44_100, 2);
    for (name, args, container, codec, rate) in [
        ("a.wma", &["-c:a", "wmav2", "-b:a", "128k"][..], "asf", Codec::Wma, 128),
        ("b.wma", &["-c:a", "wmav1", "-b:a", "160k"], "asf", Codec::Wma, 160),
        ("a.ac3", &["-c:a", "ac3", "-b:a", "192k"], "ac3", Codec::Ac3, 192),
    ] {
        bench.ffmpeg(&[&["-i", "a.wav"], args, &[name]].concat());
        let (planes, facts) = read_ok(&bench.path(name));
        assert_eq!((facts.container.as_str(), facts.codec, kbps(&facts)), (container, codec, rate));
        assert!(planes.floats()[0].len() >= 44_100 * 3, "{name} is untrimmed");
        assert_eq!(facts.warnings, Vec::<String>::new());
    }
}
