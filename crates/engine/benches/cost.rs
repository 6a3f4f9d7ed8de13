//! CPU time of an analysis against symphonia's plain decode of the same file, in one run:
//! `cargo bench -p bitrater-engine --bench cost -- FILE...`.
//!
//! One thread, the least of several rounds in which both take turns. The bar for tracks of three minutes and more is twice the
//! decode and half a second.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has to say so and stop")]
#![expect(clippy::print_stdout, reason = "its answer")]

use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use bitrater_engine::{Policy, assess};
use rustix::time::{ClockId, clock_gettime};
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

const ROUNDS: usize = 5;

fn main() {
    let files: Vec<PathBuf> = std::env::args_os().skip(1).filter(|arg| arg != "--bench").map(PathBuf::from).collect();
    assert!(!files.is_empty(), "give it audio files: cargo bench -p bitrater-engine --bench cost -- FILE...");
    println!("{:>8} {:>8} {:>6} {:>11}  file", "decode", "analyze", "ratio", "over 2x");
    for file in files {
        let (mut plain, mut analysis) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            plain = plain.min(cpu_seconds(|| decode(&file)));
            analysis = analysis.min(cpu_seconds(|| {
                black_box(assess(&file, &Policy::default()).expect("a file that can be analysed"));
            }));
        }
        println!(
            "{plain:7.3}s {analysis:7.3}s {:6.2} {:+10.3}s  {}",
            analysis / plain,
            analysis - 2.0 * plain,
            file.display()
        );
    }
}

/// CPU time of the whole process.
fn cpu_seconds(work: impl FnOnce()) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
    };
    let start = now();
    work();
    now() - start
}

fn decode(path: &Path) {
    let source =
        MediaSourceStream::new(Box::new(File::open(path).expect("the file")), MediaSourceStreamOptions::default());
    let mut reader = symphonia::default::get_probe()
        .probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default())
        .expect("a known format");
    let track = reader.default_track(TrackType::Audio).expect("a track");
    let parameters = track.codec_params.as_ref().and_then(|p| p.audio()).expect("audio");
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default().gapless(false))
        .expect("a decoder");
    while let Ok(Some(packet)) = reader.next_packet() {
        black_box(decoder.decode(&packet).expect("a packet that decodes").frames());
    }
}
