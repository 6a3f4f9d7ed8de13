//! Lossless streams come out bit for bit, at their own depth, from every container.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod common;

use bitrater_media::{Class, Codec, Mode};
use common::{Bench, Signal, read_ok};

fn assert_exact(bench: &Bench, name: &str, signal: &Signal, container: &str, codec: Codec) {
    let (planes, facts) = read_ok(&bench.path(name));
    let (bits, planes) = planes.ints();
    assert_eq!(bits, signal.bits, "{name}");
    assert_eq!(planes.len(), usize::from(signal.channels), "{name}");
    for (channel, plane) in planes.iter().enumerate() {
        assert!(*plane == signal.plane(channel), "{name}: channel {channel} differs");
    }
    assert_eq!((facts.container.as_str(), facts.codec), (container, codec), "{name}");
    assert_eq!(u32::from(facts.bit_depth.unwrap()), signal.bits, "{name}");
    assert_eq!((facts.stated.class, facts.stated.mode), (Class::Lossless, Some(Mode::Lossless)), "{name}");
    assert_eq!(facts.stated.bitrate, None, "{name}");
    assert_eq!((facts.sample_rate, facts.channels), (signal.rate, signal.channels), "{name}");
    let seconds = planes[0].len() as f64 / f64::from(signal.rate);
    assert!((facts.duration - seconds).abs() < 1e-9, "{name}");
    assert_eq!(facts.warnings, Vec::<String>::new(), "{name}");
}

#[test]
fn wav_aiff_flac_alac_at_16_and_24_bits() {
    for (bits, channels, rate) in [(16, 2, 44_100), (16, 1, 48_000), (24, 2, 96_000), (24, 1, 44_100)] {
        let bench = Bench::new();
        let signal = Signal::new(bits, rate, channels, 1.3);
        bench.wav("a.wav", &signal);
        assert_exact(&bench, "a.wav", &signal, "wav", Codec::Pcm);
        let (be, alac, flac) = if bits == 16 { ("pcm_s16be", "s16p", "s16") } else { ("pcm_s24be", "s32p", "s32") };
        bench.ffmpeg(&["-i", "a.wav", "-c:a", be, "a.aiff"]);
        assert_exact(&bench, "a.aiff", &signal, "aiff", Codec::Pcm);
        bench.ffmpeg(&["-i", "a.wav", "-c:a", "alac", "-sample_fmt", alac, "a.m4a"]);
        assert_exact(&bench, "a.m4a", &signal, "mp4", Codec::Alac);
        bench.ffmpeg(&["-i", "a.wav", "-c:a", "alac", "-sample_fmt", alac, "alac.caf"]);
        assert_exact(&bench, "alac.caf", &signal, "caf", Codec::Alac);
        bench.run("flac", &["-s", "-0", "-o", "a0.flac", "a.wav"]);
        assert_exact(&bench, "a0.flac", &signal, "flac", Codec::Flac);
        bench.run("flac", &["-s", "-8", "-o", "a8.flac", "a.wav"]);
        assert_exact(&bench, "a8.flac", &signal, "flac", Codec::Flac);
        bench.ffmpeg(&["-i", "a.wav", "-c:a", "flac", "-sample_fmt", flac, "a.mka"]);
        assert_exact(&bench, "a.mka", &signal, "matroska", Codec::Flac);
        bench.ffmpeg(&["-i", "a.wav", "-c:a", "flac", "-sample_fmt", flac, "a.oga"]);
        assert_exact(&bench, "a.oga", &signal, "ogg", Codec::Flac);
    }
}

#[test]
fn eight_bits_come_out_signed_and_odd_depths_as_stated() {
    let bench = Bench::new();
    let signal = Signal::new(8, 44_100, 2, 0.5);
    bench.wav("u8.wav", &signal);
    assert_exact(&bench, "u8.wav", &signal, "wav", Codec::Pcm);
    bench.run("flac", &["-s", "u8.wav"]);
    assert_exact(&bench, "u8.flac", &signal, "flac", Codec::Flac);

    // Depths that fill no whole bytes: WAVE_FORMAT_EXTENSIBLE states the valid bits, on the left of their container.
    for bits in [12, 20] {
        let signal = Signal::new(bits, 44_100, 2, 0.5);
        bench.wav_extensible("odd.wav", &signal);
        assert_exact(&bench, "odd.wav", &signal, "wav", Codec::Pcm);
        bench.run("flac", &["-s", "-f", "odd.wav"]);
        assert_exact(&bench, "odd.flac", &signal, "flac", Codec::Flac);
        bench.run("flac", &["-s", "-f", "-d", "odd.flac", "-o", "odd.aiff"]);
        assert_exact(&bench, "odd.aiff", &signal, "aiff", Codec::Pcm);
    }
}

#[test]
fn full_scale_survives() {
    let bench = Bench::new();
    for bits in [16, 24] {
        let top = (1 << (bits - 1)) - 1;
        let mut signal = Signal::new(bits, 44_100, 1, 0.2);
        signal.samples[5] = top;
        signal.samples[6] = -top - 1;
        bench.wav("a.wav", &signal);
        bench.run("flac", &["-s", "-f", "a.wav"]);
        assert_exact(&bench, "a.wav", &signal, "wav", Codec::Pcm);
        assert_exact(&bench, "a.flac", &signal, "flac", Codec::Flac);
    }
}

#[test]
fn float_wav_stays_float() {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(24, 44_100, 2, 0.5));
    bench.ffmpeg(&["-i", "a.wav", "-c:a", "pcm_f32le", "-af", "volume=9dB", "f.wav"]);
    bench.ffmpeg(&["-i", "f.wav", "-f", "f32le", "f.raw"]);
    let (planes, facts) = read_ok(&bench.path("f.wav"));
    assert_eq!((facts.codec, facts.bit_depth, facts.stated.class), (Codec::Pcm, Some(32), Class::Lossless));
    assert_eq!(planes.floats()[1], common::f32_plane(&bench.read("f.raw"), 1, 2));
    assert!(planes.floats()[0].iter().any(|s| s.abs() > 1.0), "samples beyond full scale are kept");
}

#[test]
fn wavpack_tta_and_others_through_ffmpeg() {
    for bits in [16, 24] {
        let bench = Bench::new();
        let signal = Signal::new(bits, 44_100, 2, 1.0);
        bench.wav("a.wav", &signal);
        let depth =
            ["-sample_fmt", if bits == 16 { "s16p" } else { "s32p" }, "-bits_per_raw_sample", &bits.to_string()];
        bench.ffmpeg(&[&["-i", "a.wav"], &depth[..], &["a.wv"]].concat());
        assert_exact(&bench, "a.wv", &signal, "wv", Codec::Wavpack);
        let depth = ["-sample_fmt", if bits == 16 { "s16" } else { "s32" }, "-bits_per_raw_sample", &bits.to_string()];
        bench.ffmpeg(&[&["-i", "a.wav"], &depth[..], &["a.tta"]].concat());
        assert_exact(&bench, "a.tta", &signal, "tta", Codec::Tta);
        bench.ffmpeg(&["-i", "a.wav", "-c:a", if bits == 16 { "pcm_s16le" } else { "pcm_s24le" }, "a.w64"]);
        assert_exact(&bench, "a.w64", &signal, "w64", Codec::Pcm);
    }
}

#[test]
fn encoder_names_of_flac() {
    let bench = Bench::new();
    bench.wav("a.wav", &Signal::new(16, 44_100, 2, 0.3));
    bench.run("flac", &["-s", "a.wav"]);
    bench.ffmpeg(&["-i", "a.wav", "-map_metadata", "-1", "b.flac"]);
    let name = |file: &str| read_ok(&bench.path(file)).1.stated.encoder.unwrap();
    assert!(name("a.flac").starts_with("reference libFLAC 1."), "{}", name("a.flac"));
    assert!(name("b.flac").starts_with("Lav"), "{}", name("b.flac"));
}

#[test]
fn tags_around_a_flac_do_not_disturb() {
    let bench = Bench::new();
    let signal = Signal::new(16, 44_100, 2, 0.5);
    bench.wav("a.wav", &signal);
    bench.run("flac", &["-s", "a.wav"]);
    let mut bytes = b"ID3\x04\0\0\0\0\x02\0".to_vec();
    bytes.extend([0; 256]);
    bytes.extend(bench.read("a.flac"));
    bytes.extend(b"TAG");
    bytes.extend([0x20; 125]);
    bench.write("tagged.flac", &bytes);
    assert_exact(&bench, "tagged.flac", &signal, "flac", Codec::Flac);
}
