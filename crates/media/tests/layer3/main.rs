//! The Layer III parser against real encoders and real decoders: what it reads is decoded by a naive reference
//! and has to give the samples that everybody else gets.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod craft;
mod hostile;
mod programs;
mod reference;

use std::fs;
use std::path::Path;

use bitrater_media::layer3::{BandTable, FrameReader, huffman_bits};
use programs::{ffmpeg, mpg123, run, wav};
use reference::{Decoded, decode};

/// Largest difference to a real decoder, full scale 1. Those work in 32-bit floats.
const TOLERANCE: f64 = 2e-6;

/// Largest difference of our samples to interleaved ones of another decoder, scaled down where the audio goes beyond
/// full scale.
fn difference(ours: &Decoded, theirs: &[f32]) -> f64 {
    let channels = ours.channels.len();
    let length = ours.channels[0].len();
    assert_eq!(theirs.len(), channels * length);
    let mut largest = 0f64;
    let mut peak = 1f64;
    for (theirs, n) in theirs.chunks_exact(channels).zip(0..length) {
        for (theirs, ours) in theirs.iter().zip(&ours.channels) {
            largest = largest.max((f64::from(*theirs) - ours[n]).abs());
            peak = peak.max(ours[n].abs());
        }
    }
    largest / peak
}

/// Decodes a file with all three and compares. Prints the figures, for `--nocapture`.
fn compare(name: &str, path: &Path) -> Decoded {
    let file = fs::read(path).unwrap();
    let ours = decode(&file);
    let by_mpg123 = difference(&ours, &mpg123(path));
    // Without its tag, nobody trims anything.
    let bare = path.with_extension("bare.mp3");
    fs::write(&bare, &file[tag_end(&file)..]).unwrap();
    let by_ffmpeg = if ours.free_format { 0.0 } else { difference(&ours, &ffmpeg(&bare)) };
    println!(
        "{name:34} {:4} frames, blocks {:?}, M/S {}, reservoir {}, unused bits {}, stuffing {}: \
         mpg123 {by_mpg123:.1e}, ffmpeg {by_ffmpeg:.1e}",
        ours.frames, ours.blocks, ours.mid_side_frames, ours.reservoir_frames, ours.unused_bits, ours.stuffing_bits
    );
    assert_eq!(ours.unreadable, 0, "{name}");
    // At 24 kHz FFmpeg starts a band at line 330 that encoders, and mpg123, start at 332: no witness there.
    let agrees = by_ffmpeg < TOLERANCE || ours.sample_rate == 24_000;
    assert!(by_mpg123 < TOLERANCE && agrees, "{name}: {by_mpg123:e} {by_ffmpeg:e}");
    ours
}

/// Where the audio starts: behind the tag frame, if there is one.
fn tag_end(file: &[u8]) -> usize {
    let mut reader = FrameReader::new(file);
    let is_tag = reader.next_frame().unwrap().unwrap().is_tag;
    if is_tag { reader.position() as usize } else { 0 }
}

/// Encodes with LAME and compares.
fn lame(name: &str, rate: u32, channels: u16, options: &[&str]) -> Decoded {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("in.wav"), folder.path().join("out.mp3"));
    wav(&source, rate, channels, 1.5);
    let mut arguments = vec!["--quiet"];
    arguments.extend_from_slice(options);
    arguments.extend([source.to_str().unwrap(), target.to_str().unwrap()]);
    run("lame", &arguments);
    compare(&format!("lame {rate} {name}"), &target)
}

#[test]
fn lame_at_every_bitrate_and_quality() {
    let mut seen = Decoded::default();
    for options in [
        ["-b", "128"],
        ["-b", "160"],
        ["-b", "192"],
        ["-b", "256"],
        ["-b", "320"],
        ["-V", "0"],
        ["-V", "2"],
        ["-V", "4"],
        ["-V", "6"],
        ["-V", "9"],
        ["--abr", "150"],
    ] {
        let ours = lame(&options.join(" "), 44_100, 2, &options);
        assert_eq!(ours.tags, 1);
        seen.mid_side_frames += ours.mid_side_frames;
        seen.reservoir_frames += ours.reservoir_frames;
        for (sum, blocks) in seen.blocks.iter_mut().zip(ours.blocks) {
            *sum += blocks;
        }
    }
    assert!(seen.mid_side_frames > 100 && seen.reservoir_frames > 100);
    assert!(seen.blocks[..4].iter().all(|&count| count > 100), "{:?}", seen.blocks);
}

#[test]
fn lame_in_every_mode() {
    let plain = lame("-m s", 44_100, 2, &["-b", "192", "-m", "s"]);
    assert_eq!(plain.mid_side_frames, 0);
    let forced = lame("-m f", 44_100, 2, &["-b", "192", "-m", "f"]);
    assert_eq!(forced.mid_side_frames, forced.frames - 1);
    let mono = lame("-m m", 44_100, 2, &["-b", "96", "-m", "m"]);
    assert_eq!(mono.channels.len(), 1);
    lame("-m d", 44_100, 2, &["-b", "160", "-m", "d"]);
    let alone = lame("--nores", 44_100, 2, &["-b", "256", "--nores"]);
    assert_eq!(alone.reservoir_frames, 0);
    lame("-p", 44_100, 2, &["-b", "128", "-p"]);
    lame("--freeformat", 44_100, 2, &["-b", "400", "--freeformat", "-t"]);
    lame("-q 9", 44_100, 2, &["-b", "128", "-q", "9"]);
    lame("-q 0 -Y", 44_100, 2, &["-V", "1", "-q", "0", "-Y"]);
}

#[test]
fn lame_at_every_sample_rate() {
    for rate in [48_000, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000] {
        let resample = format!("{}", f64::from(rate) / 1000.0);
        for (name, channels, options) in
            [("-V 3", 2, ["-V", "3"]), ("-b 64", 2, ["-b", "64"]), ("-b 32 mono", 1, ["-b", "32"])]
        {
            let mut options = options.to_vec();
            options.extend(["--resample", &resample]);
            lame(name, rate, channels, &options);
        }
    }
}

#[test]
fn other_encoders() {
    let folder = tempfile::tempdir().unwrap();
    for (codec, rate, channels, bitrate) in [
        ("libshine", 44_100, 2, "128k"),
        ("libshine", 44_100, 2, "320k"),
        ("libshine", 48_000, 2, "192k"),
        ("libshine", 32_000, 1, "64k"),
        ("libmp3lame", 44_100, 2, "320k"),
        ("libmp3lame", 22_050, 2, "80k"),
    ] {
        let (source, target) = (folder.path().join("in.wav"), folder.path().join("out.mp3"));
        wav(&source, rate, channels, 1.5);
        let (source, out) = (source.to_str().unwrap(), target.to_str().unwrap());
        run("ffmpeg", &["-v", "error", "-y", "-i", source, "-c:a", codec, "-b:a", bitrate, out]);
        compare(&format!("{codec} {rate} {bitrate}"), &target);
    }
}

#[test]
fn the_fewest_bits_are_what_a_good_encoder_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("in.wav"), folder.path().join("out.mp3"));
    wav(&source, 44_100, 2, 2.0);
    for (options, most) in [(["-b", "128"], 1.02), (["-b", "320"], 1.02), (["-V", "2"], 1.02)] {
        let mut arguments = options.to_vec();
        arguments.extend(["--quiet", source.to_str().unwrap(), target.to_str().unwrap()]);
        run("lame", &arguments);
        let file = fs::read(&target).unwrap();
        let mut reader = FrameReader::new(&file[..]);
        let (mut spent, mut fewest) = (0, 0);
        while let Some(frame) = reader.next_frame().unwrap() {
            let bands = BandTable::of(&frame.header);
            for channel in frame.granules().flatten() {
                let bits = huffman_bits(&channel.quantised, channel.info.block_type, bands);
                assert!(bits <= u32::from(channel.huffman_bits), "{bits} of {}", channel.huffman_bits);
                spent += u32::from(channel.huffman_bits);
                fewest += bits;
            }
        }
        let ratio = f64::from(spent) / f64::from(fewest);
        println!("{options:?}: {spent} bits written, {fewest} needed, ratio {ratio:.4}");
        assert!(fewest > 10_000 && ratio < most, "{options:?}: {ratio}");
    }
}
