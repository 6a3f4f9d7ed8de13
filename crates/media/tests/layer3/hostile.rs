//! Bytes that mean harm, and files that were cut.

use std::fs;
use std::io::Cursor;
use std::sync::OnceLock;

use bitrater_media::layer3::{Frame, FrameError, FrameParser, FrameReader, LINES};
use proptest::prelude::*;

use crate::programs::{run, wav};

/// A short LAME file with reservoir, short blocks and a tag; made once.
fn real() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let (source, target) = (folder.path().join("in.wav"), folder.path().join("out.mp3"));
        wav(&source, 44_100, 2, 1.5);
        run("lame", &["--quiet", "-b", "160", source.to_str().unwrap(), target.to_str().unwrap()]);
        fs::read(target).unwrap()
    })
}

/// Reads a file to its end and gives back each frame's error and integers, once all bytes are accounted for.
fn read(file: &[u8]) -> Vec<(Result<(), FrameError>, Vec<i16>)> {
    let mut reader = FrameReader::new(Cursor::new(file));
    let (mut frames, mut bytes) = (Vec::new(), 0);
    while let Some(frame) = reader.next_frame().unwrap() {
        bytes += frame.len as u64;
        let mut integers = Vec::new();
        for granule in frame.granules() {
            for channel in granule {
                let mut exponents = [0; LINES];
                channel.step_exponents(&mut exponents);
                assert!(exponents.iter().all(|e| (-390..=45).contains(e)));
                assert!(channel.quantised.iter().all(|q| q.abs() <= 8206));
                integers.extend(channel.quantised);
            }
        }
        frames.push((frame.main_data, integers));
    }
    assert_eq!(bytes + reader.skipped_bytes(), file.len() as u64);
    assert_eq!(reader.position(), file.len() as u64);
    frames
}

#[test]
fn a_cut_reservoir_is_reported_and_the_rest_is_the_same() {
    let whole = read(real());
    assert!(whole.iter().all(|(main_data, _)| main_data.is_ok()));
    // Somewhere inside frame 20 or so: the frames after it lean on bytes that are gone.
    let cut = read(&real()[10_000..]);
    let missing = cut.iter().take_while(|(main_data, _)| main_data.is_err()).count();
    assert!(missing > 0 && missing < 5);
    for (main_data, integers) in &cut[..missing] {
        assert!(matches!(main_data, Err(FrameError::MissingReservoir { .. })) && integers.is_empty());
    }
    assert_eq!(cut[missing..], whole[whole.len() - cut.len() + missing..]);
}

#[test]
fn sync_is_found_again_behind_garbage() {
    let whole = read(real());
    let mut file = real()[..10_000].to_vec();
    file.extend([0xff, 0xfb, 0x90, 0x64].repeat(500));
    file.extend(&real()[10_000..]);
    let frames = read(&file);
    assert!(frames.len() >= whole.len() - 2);
    assert_eq!(frames[frames.len() - 20..], whole[whole.len() - 20..]);
}

#[test]
fn tags_around_the_audio_are_passed_over() {
    let whole = read(real());
    let mut file = b"ID3\x04\0\0\0\0\x7d\0".to_vec();
    file.extend(&real()[..16_000]); // a "picture" that looks like frames
    file.extend(real());
    file.extend(b"TAG");
    file.extend([0; 125]);
    assert_eq!(read(&file), whole);
}

#[test]
fn frames_cut_by_somebody_else_read_the_same() {
    let mut reader = FrameReader::new(real());
    let mut parser = FrameParser::new();
    let mut at = 0;
    while let Some(frame) = reader.next_frame().unwrap() {
        let next = at + frame.len;
        assert_eq!(parser.parse(&real()[at..next]).unwrap(), frame);
        at = next;
    }
    assert_eq!(at, real().len());
    assert!(matches!(parser.parse(&real()[..20]), Err(FrameError::Truncated { got: 20, .. })));
}

#[test]
fn frames_unpacked_later_are_the_same() {
    let (mut parser, mut skimmer) = (FrameParser::new(), FrameParser::new());
    let mut unpacked = Frame::empty();
    let mut reader = FrameReader::new(real());
    let (mut at, mut packed) = (0, Vec::new());
    while let Some(frame) = reader.next_frame().unwrap() {
        let bytes = &real()[at..at + frame.len];
        at += frame.len;
        let whole = parser.parse(bytes).unwrap();
        match skimmer.skim(bytes).unwrap() {
            Some(frame) => packed.push((frame.into_owned(), whole.clone())),
            None => assert!(whole.is_tag || whole.main_data.is_err()),
        }
        assert_eq!(skimmer.frame().granules().len(), 0);
    }
    assert!(packed.len() > 20);
    for (packed, whole) in packed {
        packed.unpack(&mut unpacked).unwrap();
        assert_eq!(unpacked, whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..6000)) {
        read(&bytes);
        let _ = FrameParser::new().parse(&bytes);
    }

    #[test]
    fn random_frames_never_panic(
        version in prop::sample::select(vec![0xfa, 0xfb, 0xf2, 0xf3, 0xe2, 0xe3]),
        head in any::<[u8; 2]>(),
        bytes in prop::collection::vec(any::<u8>(), 0..3000),
    ) {
        let mut frame = vec![0xff, version, head[0], head[1]];
        frame.extend(bytes);
        let mut parser = FrameParser::new();
        for _ in 0..3 {
            let _ = parser.parse(&frame);
        }
        read(&frame.repeat(3));
    }

    #[test]
    fn damaged_files_never_panic(damage in prop::collection::vec((0usize..30_000, any::<u8>()), 1..200)) {
        let mut file = real().to_vec();
        let len = file.len();
        for (at, byte) in damage {
            file[at % len] = byte;
        }
        read(&file);
    }

    #[test]
    fn files_with_holes_never_panic(holes in prop::collection::vec((0usize..30_000, 0usize..900), 1..6)) {
        let mut file = real().to_vec();
        for (at, len) in holes {
            let at = at % file.len();
            let end = (at + len).min(file.len());
            file.drain(at..end);
            prop_assume!(!file.is_empty());
        }
        read(&file);
    }
}
