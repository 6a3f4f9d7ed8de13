//! A folder of broken files: every one is answered, and one bad file costs one line.

use bitrater_testkit::{Rng, wav, white_noise};

use crate::support::Library;

/// A WAV header that claims whatever it likes.
fn wav_header(channels: u16, rate: u32, bits: u16, size: u32) -> Vec<u8> {
    let mut bytes = b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0\x01\0".to_vec();
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate.wrapping_mul(4)).to_le_bytes());
    bytes.extend((channels.wrapping_mul(bits / 8)).to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(size.to_le_bytes());
    bytes
}

/// Thirty files, each broken in a way of its own.
fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let mut rng = Rng::new(7);
    let mut random = |length: usize| -> Vec<u8> { (0..length).map(|_| (rng.next_u64() >> 56) as u8).collect() };
    let good = wav::bytes(&white_noise(44_100, 1.0, 1), 16);
    let with = |head: &[u8], rest: Vec<u8>| [head.to_vec(), rest].concat();
    vec![
        ("01 empty.mp3", Vec::new()),
        ("02 empty.flac", Vec::new()),
        ("03 empty.wav", Vec::new()),
        ("04 one byte.ogg", vec![0]),
        ("05 zeros.mp3", vec![0; 50_000]),
        ("06 ones.mp3", vec![0xff; 5_000]),
        ("07 random.m4a", random(30_000)),
        ("08 random.opus", random(30_000)),
        ("09 text.flac", b"This is a letter, not a song.\n".repeat(50)),
        ("10 html.mp3", b"<!DOCTYPE html><html><body>404 Not Found</body></html>".to_vec()),
        ("11 picture.flac", with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", random(2_000))),
        ("12 archive.mp3", with(b"PK\x03\x04\x14\0\0\0\x08\0", random(2_000))),
        ("13 only the tag.mp3", with(b"ID3\x03\0\0\0\0\x07\x76", vec![0; 1_014])),
        ("14 tag of 256 MB.mp3", with(b"ID3\x04\0\0\x7f\x7f\x7f\x7f", random(500))),
        ("15 only an old tag.mp3", with(b"TAG", vec![b' '; 125])),
        ("16 only the magic.flac", b"fLaC".to_vec()),
        ("17 magic and rubbish.flac", with(b"fLaC\x80\0\0\x22", random(5_000))),
        ("18 endless block.flac", with(b"fLaC\x81\xff\xff\xff", random(500))),
        ("19 only the page.ogg", with(b"OggS\0\x02\0\0\0\0\0\0\0\0", random(5_000))),
        ("20 page of nothing.opus", with(b"OggS\0\x02", vec![0; 200])),
        ("21 only the brand.m4a", b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0".to_vec()),
        ("22 box of everything.m4a", with(b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff", random(300))),
        ("23 no channels.wav", with(&wav_header(0, 44_100, 16, 4_000), vec![1; 4_000])),
        ("24 no rate.wav", with(&wav_header(2, 0, 16, 4_000), vec![1; 4_000])),
        ("25 many channels.wav", with(&wav_header(u16::MAX, 44_100, 16, 4_000), vec![1; 4_000])),
        ("26 no bits.wav", with(&wav_header(2, 44_100, 0, 4_000), vec![1; 4_000])),
        ("27 only the header.wav", good[..44].to_vec()),
        ("28 half a header.wav", good[..30].to_vec()),
        ("29 very short.wav", with(&wav_header(2, 44_100, 16, 40), vec![1; 40])),
        ("30 only the form.aiff", b"FORM\xff\xff\xff\xffAIFF".to_vec()),
    ]
}

#[test]
fn thirty_broken_files_get_thirty_answers() {
    let library = Library::new();
    let files = broken();
    for (name, bytes) in &files {
        library.file(name, bytes);
    }
    library.noise("31 good.wav");
    let answer = library.run(&["analyze", ".", "-f", "jsonl", "--threads", "2"]);
    assert_eq!((answer.status, answer.err.as_str()), (Some(2), ""), "only results are said");
    let lines = answer.lines();
    assert_eq!(lines.len(), 31);
    for (line, (name, _)) in lines.iter().zip(&files) {
        assert_eq!(line["path"], format!("./{name}"));
        assert_eq!(line["status"], "error", "{name}: {line}");
        let kind = line["error"]["kind"].as_str().unwrap();
        assert!(["unsupported", "decode", "too_short", "limit"].contains(&kind), "{name}: {}", line["error"]);
        assert!(line["error"]["message"].as_str().unwrap().len() > 10, "{name}: {}", line["error"]);
    }
    assert_eq!(lines[30]["status"], "ok", "{}", lines[30]);
}
