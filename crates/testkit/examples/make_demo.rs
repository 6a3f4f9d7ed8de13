//! Writes the sources of the demo files: three synthetic pieces and a chip tune, as WAV files in the folder given.
//! `scripts/make_demo.sh` calls it and encodes what it wrote.

use std::path::Path;

use bitrater_testkit::{chip_music, music, wav};

/// Seconds of audio in each piece: enough for three hundred granules, small enough to be kept in a repository.
const SECONDS: f64 = 4.0;

fn main() {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: make_demo FOLDER");
        std::process::exit(2);
    };
    let folder = Path::new(&folder);
    for seed in 1..=3 {
        let piece = music(44_100, SECONDS, seed).dithered(16, seed);
        wav::write(&folder.join(format!("music{seed}.wav")), &piece, 16);
    }
    wav::write(&folder.join("chip.wav"), &chip_music(44_100, SECONDS, 4), 16);
}
