//! MPEG audio: samples as other decoders compute them, at a stated place, and the class that a file claims.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod common;

use bitrater_media::{Class, Codec, Mode, StreamFacts};
use common::{Bench, Signal, distance, f32_plane, read, read_ok};

/// A bench with `a.wav` in it.
fn bench(rate: u32, channels: u16) -> Bench {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(16, rate, channels, 3.0));
    bench
}

fn lame(bench: &Bench, args: &[&str]) -> StreamFacts {
    bench.run("lame", &[&["--quiet"], args, &["a.wav", "a.mp3"]].concat());
    read_ok(&bench.path("a.mp3")).1
}

const fn mp3(kbps: u32) -> Class {
    Class::Rate { codec: Codec::Mp3, kbps }
}

#[test]
fn samples_and_their_place_agree_with_mpg123() {
    for (rate, channels, args) in [
        (44_100, 2, ["-b", "128"]),
        (44_100, 2, ["-V", "0"]),
        (48_000, 1, ["-b", "96"]),
        (32_000, 2, ["-b", "160"]),
        (22_050, 2, ["-b", "64"]),
        (16_000, 1, ["-b", "32"]),
    ] {
        let bench = bench(rate, channels);
        lame(&bench, &args);
        // Untrimmed on both sides: mpg123 leaves the decoder's delay in, and skips the info frame as well.
        bench.run("mpg123", &["-q", "--no-gapless", "-e", "f32", "-O", "a.raw", "a.mp3"]);
        let raw = bench.read("a.raw");
        let (planes, facts) = read_ok(&bench.path("a.mp3"));
        for (channel, plane) in planes.floats().iter().enumerate() {
            let theirs = f32_plane(&raw, channel, usize::from(channels));
            assert_eq!(plane.len(), theirs.len(), "{rate} {args:?}");
            let worst = distance(plane, &theirs);
            assert!(worst < 1e-5, "{rate} {args:?}: {worst}");
        }
        let samples = facts.mp3.unwrap().frames * if rate < 32_000 { 576 } else { 1152 };
        assert_eq!(planes.floats()[0].len() as u64, samples, "the info frame is no audio");
    }
}

#[test]
fn nothing_is_trimmed_and_the_delay_is_where_it_is_documented() {
    // A click at a known place comes out at its place + LAME's delay of 576 + the decoder's 529.
    let bench = Bench::new();
    let mut signal = Signal::new(16, 44_100, 1, 1.0);
    signal.samples.fill(0);
    signal.samples[20_000] = 30_000;
    bench.wav("a.wav", &signal);
    for args in [&["-b", "320"][..], &["-b", "320", "-t"], &["-V", "0"]] {
        lame(&bench, args);
        let (planes, _) = read_ok(&bench.path("a.mp3"));
        let plane = &planes.floats()[0];
        let peak = (0..plane.len()).max_by(|&a, &b| plane[a].abs().total_cmp(&plane[b].abs())).unwrap();
        assert_eq!(peak, 20_000 + 576 + 529, "{args:?}");
    }
}

#[test]
fn overshoot_is_kept() {
    let bench = Bench::new();
    let mut signal = Signal::new(16, 44_100, 1, 1.0);
    for (at, sample) in signal.samples.iter_mut().enumerate() {
        *sample = if at / 60 % 2 == 0 { 32_767 } else { -32_768 };
    }
    bench.wav("a.wav", &signal);
    lame(&bench, &["-b", "128"]);
    let (planes, _) = read_ok(&bench.path("a.mp3"));
    assert!(planes.floats()[0].iter().any(|s| s.abs() > 1.05));
}

#[test]
fn constant_rates() {
    let bench = bench(44_100, 2);
    for kbps in [64, 96, 112, 128, 160, 192, 224, 256, 320] {
        let facts = lame(&bench, &["-b", &kbps.to_string()]);
        assert_eq!(
            (facts.stated.class, facts.stated.bitrate, facts.stated.mode),
            (mp3(kbps), Some(kbps), Some(Mode::Cbr))
        );
        assert_eq!(facts.stated.class.to_string(), kbps.to_string());
        assert_eq!(facts.stated.encoder.as_deref(), Some("LAME3.100"));
        let mp3 = facts.mp3.unwrap();
        assert_eq!((mp3.delay, mp3.bitrate_range), (Some(576), Some((kbps, kbps))));
        assert!(mp3.lame_lowpass.is_some() && mp3.padding.is_some());
        assert_eq!(facts.warnings, Vec::<String>::new());
    }
}

#[test]
fn levels_of_variable_rate() {
    for (rate, channels) in [(44_100, 2), (48_000, 1), (22_050, 2)] {
        let bench = bench(rate, channels);
        for level in 0..=9u8 {
            // LAME resamples at the low levels by itself; here the rate is kept.
            let keep = (f64::from(rate) / 1000.0).to_string();
            let facts = lame(&bench, &["-V", &level.to_string(), "--resample", &keep]);
            assert_eq!((facts.stated.class, facts.stated.mode), (Class::V(level), Some(Mode::Vbr)), "{rate} V{level}");
            assert!(facts.stated.bitrate.is_some());
            assert_eq!((facts.sample_rate, facts.channels), (rate, channels));
        }
    }
}

#[test]
fn average_rate() {
    let bench = bench(44_100, 2);
    let facts = lame(&bench, &["--abr", "200"]);
    assert_eq!((facts.stated.class, facts.stated.mode), (mp3(200), Some(Mode::Abr)));
    assert!(facts.stated.bitrate.unwrap().abs_diff(200) < 30, "{:?}", facts.stated.bitrate);
}

#[test]
fn without_a_tag() {
    let bench = bench(44_100, 2);
    let facts = lame(&bench, &["-t", "-b", "192"]);
    assert_eq!((facts.stated.class, facts.stated.mode), (mp3(192), Some(Mode::Cbr)));
    assert_eq!(facts.mp3.unwrap().delay, None);
    let facts = lame(&bench, &["-t", "-V", "2"]);
    let average = facts.stated.bitrate.unwrap();
    let Class::V(level) = facts.stated.class else { panic!("{:?}", facts.stated) };
    assert_eq!(facts.stated.mode, Some(Mode::Vbr));
    let nearest = [245u32, 225, 190, 175, 165, 130, 115, 100, 85, 65];
    let distance = nearest[usize::from(level)].abs_diff(average);
    assert!(nearest.iter().all(|v| v.abs_diff(average) >= distance), "V{level} at {average}");
}

#[test]
fn through_ffmpeg_s_muxer() {
    let bench = bench(44_100, 2);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "libmp3lame", "-b:a", "192k", "c.mp3"]);
    let facts = read_ok(&bench.path("c.mp3")).1;
    assert_eq!((facts.stated.class, facts.stated.mode), (mp3(192), Some(Mode::Cbr)));
    assert!(facts.stated.encoder.unwrap().starts_with("Lav"));
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "libmp3lame", "-q:a", "2", "v.mp3"]);
    let facts = read_ok(&bench.path("v.mp3")).1;
    assert_eq!(facts.stated.mode, Some(Mode::Vbr));
    assert!(matches!(facts.stated.class, Class::V(_)));
}

#[test]
fn layer_two() {
    let bench = bench(48_000, 2);
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "mp2", "-b:a", "192k", "a.mp2"]);
    bench.run("mpg123", &["-q", "--no-gapless", "-e", "f32", "-O", "a.raw", "a.mp2"]);
    let (planes, facts) = read_ok(&bench.path("a.mp2"));
    let theirs = f32_plane(&bench.read("a.raw"), 0, 2);
    assert_eq!(planes.floats()[0].len(), theirs.len());
    assert!(distance(&planes.floats()[0], &theirs) < 1e-5);
    assert_eq!((facts.codec, facts.stated.class.to_string().as_str()), (Codec::Mp2, "mp2192"));
    assert_eq!(facts.mp3, None);
}

#[test]
fn a_frame_lost_in_the_middle_moves_nothing() {
    let bench = bench(44_100, 2);
    lame(&bench, &["-b", "128"]);
    let whole = read_ok(&bench.path("a.mp3")).0;
    let mut bytes = bench.read("a.mp3");
    // Side information of one frame in the middle; its header stays.
    let at = (bytes.len() / 2..bytes.len()).find(|&at| bytes[at..].starts_with(&[0xff, 0xfb])).unwrap();
    bytes[at + 4..at + 36].fill(0xff);
    bench.write("hurt.mp3", &bytes);
    let (planes, facts) = read_ok(&bench.path("hurt.mp3"));
    let (hurt, whole) = (&planes.floats()[0], &whole.floats()[0]);
    assert_eq!(hurt.len(), whole.len());
    let tail = whole.len() - 20 * 1152;
    assert_eq!(hurt[tail..], whole[tail..]);
    assert_eq!(facts.warnings, ["1 damaged packet was passed over"]);
}

#[test]
fn junk_and_tags_around_the_frames() {
    let bench = bench(44_100, 2);
    lame(&bench, &["-b", "128", "--id3v2-only", "--tt", "x"]);
    let (whole, facts) = read_ok(&bench.path("a.mp3"));
    assert_eq!(facts.warnings, Vec::<String>::new());
    let mut bytes = vec![0x41; 3000];
    bytes.extend(bench.read("a.mp3"));
    bytes.extend(b"TAG");
    bytes.extend([0; 125]);
    bench.write("b.mp3", &bytes);
    let (planes, facts) = read_ok(&bench.path("b.mp3"));
    assert!(planes == whole);
    assert_eq!(facts.warnings.len(), 1, "{:?}", facts.warnings);
}

#[test]
fn cut_and_changing_streams_are_read_up_to_there() {
    let bench = bench(44_100, 2);
    lame(&bench, &["-b", "128"]);
    let bytes = bench.read("a.mp3");
    bench.write("cut.mp3", &bytes[..bytes.len() / 2]);
    let (_, facts) = read_ok(&bench.path("cut.mp3"));
    assert!((1.0..2.0).contains(&facts.duration));
    assert!(facts.warnings.iter().any(|w| w.contains("states")), "{:?}", facts.warnings);

    let other = self::bench(48_000, 1);
    lame(&other, &["-b", "64", "-t"]);
    bench.write("joined.mp3", &[bytes, other.read("a.mp3")].concat());
    let (_, facts) = read_ok(&bench.path("joined.mp3"));
    assert!((3.0..3.2).contains(&facts.duration), "{}", facts.duration);
    assert!(facts.warnings.iter().any(|w| w.contains("changes after 3")), "{:?}", facts.warnings);
}

#[test]
fn noise_is_no_mp3() {
    let bench = Bench::new();
    let noise: Vec<u8> = Signal::new(16, 44_100, 2, 5.0).samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    bench.write("noise.mp3", &noise);
    let error = read(&bench.path("noise.mp3")).map(|(_, facts)| facts).unwrap_err();
    assert_eq!(error.kind(), "unsupported");
}
