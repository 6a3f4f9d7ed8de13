//! Passages of files that are lossy in part, whole, or not at all.

use bitrater_media::{Codec, StreamFacts};
use bitrater_testkit::{Lab, music, wav};

use super::*;

const RATE: u32 = 44_100;

/// Variance of rounding to 16 bits.
const ROUNDING: f64 = 1.0 / 32_768.0 / 32_768.0 / 12.0;

type Planes = Vec<Vec<f32>>;

/// Twelve seconds of music, and the same after `history`.
fn music_and(history: &str, seed: u64) -> (Planes, Planes) {
    let signal = music(RATE, 12.0, seed);
    let lab = Lab::new();
    let read = |path: &std::path::Path| -> Planes {
        let planes = wav::read(path).planes;
        planes.iter().map(|plane| plane.iter().map(|&x| x as f32).collect()).collect()
    };
    (read(&lab.wav("clean", &signal, 16)), read(&lab.make(&signal, history)))
}

/// The samples of `inner` in the seconds given, those of `outer` elsewhere.
fn spliced(outer: &Planes, inner: &Planes, seconds: &[(f64, f64)]) -> Planes {
    let mut planes = outer.clone();
    for &(start, end) in seconds {
        let range = (start * f64::from(RATE)) as usize..(end * f64::from(RATE)) as usize;
        for (plane, inner) in planes.iter_mut().zip(inner) {
            plane[range.clone()].copy_from_slice(&inner[range.clone()]);
        }
    }
    planes
}

fn found(planes: Planes) -> Option<Passages> {
    let duration = planes[0].len() as f64 / f64::from(RATE);
    let stream = StreamFacts { duration, ..StreamFacts::fixture(Codec::Flac, RATE) };
    let spans = [Span::from(planes)];
    let grid = mp3_grid::search(&spans, RATE, Codec::Flac, ROUNDING);
    let traces = crate::others::search(&spans, &stream, ROUNDING, &mut |_| {});
    search(&Input { spans: &spans, stream: &stream, noise: ROUNDING }, grid.as_ref(), None, &traces)
}

fn near(passage: Passage, start: f64, end: f64) -> bool {
    (passage.start - start).abs() < 0.15 && (passage.end - end).abs() < 0.15
}

#[test]
fn a_lossy_passage_is_found_where_it_is() {
    for history in ["mp3_128_wav", "mp3_V0_wav"] {
        let (clean, lossy) = music_and(history, 81);
        let passages = found(spliced(&clean, &lossy, &[(3.0, 7.5)])).unwrap();
        assert!(passages.lossy.len() == 1 && near(passages.lossy[0], 3.0, 7.5), "{history}: {passages:?}");
        assert!((passages.share - 0.375).abs() < 0.02 && passages.within < 0.2, "{history}: {passages:?}");
    }
}

#[test]
fn a_passage_of_aac_is_found_where_it_is() {
    let (clean, lossy) = music_and("aac_128_wav", 81);
    let passages = found(spliced(&clean, &lossy, &[(3.0, 9.5)])).unwrap();
    assert_eq!((passages.codec, passages.lossy.len()), (Codec::Aac, 1), "{passages:?}");
    assert!(near(passages.lossy[0], 3.0, 9.5), "{passages:?}");
}

#[test]
fn a_passage_of_opus_is_found_where_it_is() {
    let (clean, lossy) = music_and("opus_96_wav", 87);
    let passages = found(spliced(&clean, &lossy, &[(3.0, 8.0)])).unwrap();
    assert_eq!((passages.codec, passages.lossy.len()), (Codec::Opus, 1), "{passages:?}");
    assert!(near(passages.lossy[0], 3.0, 8.0), "{passages:?}");
}

#[test]
fn a_repaired_passage_leaves_two_lossy_ones() {
    let (clean, lossy) = music_and("mp3_192_wav", 82);
    let passages = found(spliced(&lossy, &clean, &[(4.0, 8.0)])).unwrap();
    assert_eq!(passages.lossy.len(), 2, "{passages:?}");
    let seconds = passages.lossy[1].end;
    assert!(
        near(passages.lossy[0], 0.0, 4.0) && near(passages.lossy[1], 8.0, seconds) && seconds > 11.8,
        "{passages:?}"
    );
}

#[test]
fn a_whole_decode_has_no_passages() {
    for history in ["mp3_128_wav", "mp3_320_wav", "aac_128_wav"] {
        let (_, lossy) = music_and(history, 83);
        assert_eq!(found(lossy), None, "{history}");
    }
}

#[test]
fn a_decode_that_was_cut_is_lossy_throughout() {
    let (_, lossy) = music_and("mp3_128_wav", 84);
    // The first half, and what follows 1000 samples later: another phase.
    let cut: Planes = lossy
        .iter()
        .map(|plane| plane[..6 * RATE as usize].iter().chain(&plane[6 * RATE as usize + 1000..]).copied().collect())
        .collect();
    assert_eq!(found(cut), None);
}

/// Pieces of a decode of so many seconds each, 1000 samples lost between them: each has another phase.
fn cut_every(lossy: &Planes, seconds: f64) -> Planes {
    let piece = (seconds * f64::from(RATE)) as usize;
    let cut = |chunk: &[f32]| chunk[..piece.min(chunk.len())].to_vec();
    lossy.iter().map(|plane| plane.chunks(piece + 1000).flat_map(cut).collect()).collect()
}

#[test]
fn a_decode_in_many_pieces_is_lossy_throughout() {
    let (_, lossy) = music_and("mp3_128_wav", 84);
    for seconds in [3.9, 2.3, 1.4] {
        assert_eq!(found(cut_every(&lossy, seconds)), None, "{seconds}");
    }
}

#[test]
fn a_passage_that_was_cut_is_one_passage() {
    let (clean, lossy) = music_and("mp3_128_wav", 88);
    let cut = cut_every(&lossy, 6.0);
    let clean: Planes = clean.iter().map(|plane| plane[..cut[0].len()].to_vec()).collect();
    let passages = found(spliced(&clean, &cut, &[(3.5, 8.5)])).unwrap();
    assert!(passages.lossy.len() == 1 && near(passages.lossy[0], 3.5, 8.5), "{passages:?}");
}

#[test]
fn the_rate_is_read_where_the_file_shows_the_grid() {
    let (clean, lossy) = music_and("mp3_128_wav", 81);
    let planes = spliced(&clean, &lossy, &[(4.0, 8.0)]);
    let spans = [Span { start: 0, planes, coded: Vec::new() }];
    let only = with_mp3(&spans, RATE, 0, ROUNDING);
    let seconds = |sample: u64| sample as f64 / f64::from(RATE);
    let is_near =
        |&(from, until): &(u64, u64)| (3.5..4.1).contains(&seconds(from)) && (7.9..8.5).contains(&seconds(until));
    assert!(only.len() == 1 && only.iter().all(is_near), "{only:?}");
    let read = |only: &[(u64, u64)]| mp3_grid::rate::read(&spans, RATE, 0, Some(ROUNDING), only).unwrap();
    let (inside, all) = (read(&only), read(&[]));
    assert!(inside.read > 0.9 && all.read < 0.6, "{inside:?} {all:?}");
    assert!((inside.kbps - 128.0).abs() < 16.0, "{inside:?}");
    assert_eq!(read(&[(200_000, 210_000)]), all, "too short for a rate");
    let whole = [Span { start: 0, planes: lossy, coded: Vec::new() }];
    assert!(with_mp3(&whole, RATE, 0, ROUNDING).is_empty());
}

#[test]
fn a_range_is_covered_by_others_that_hold_half_of_it() {
    assert!(is_covered((10, 20), &[(0, 12), (15, 18)]));
    assert!(!is_covered((10, 20), &[(0, 12), (18, 40)]));
    assert!(!is_covered((10, 20), &[]));
}

#[test]
fn silence_belongs_to_no_side() {
    let (_, mut lossy) = music_and("mp3_128_wav", 85);
    for plane in &mut lossy {
        plane[4 * RATE as usize..8 * RATE as usize].fill(0.0);
    }
    assert_eq!(found(lossy), None);
}

#[test]
fn genuine_music_has_no_passages() {
    let (clean, _) = music_and("mp3_128_wav", 86);
    assert_eq!(found(clean), None);
}
