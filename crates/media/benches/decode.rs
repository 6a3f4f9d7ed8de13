//! What opening and reading a file costs over symphonia's plain decode of the same bytes. Run with
//! `cargo bench -p bitrater-media`; needs `lame`, `flac` and `sox`.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has to say so and stop")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use bitrater_media::plain_decode;
use divan::{Bencher, black_box};

/// A minute of coloured noise and sweeps, encoded once per run.
static FILES: LazyLock<(tempfile::TempDir, PathBuf, PathBuf)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| dir.path().join(name);
    let run = |program: &str, args: &[&str]| {
        let status = Command::new(program).current_dir(dir.path()).args(args).status();
        assert!(status.is_ok_and(|status| status.success()), "{program} must be installed and work");
    };
    run(
        "sox",
        &[
            "-R",
            "-n",
            "-r",
            "44100",
            "-c",
            "2",
            "-b",
            "16",
            "a.wav",
            "synth",
            "60",
            "pinknoise",
            "sine",
            "200-9000",
            "gain",
            "-6",
        ],
    );
    run("lame", &["--quiet", "-b", "192", "a.wav", "a.mp3"]);
    run("flac", &["-s", "a.wav"]);
    let (mp3, flac) = (at("a.mp3"), at("a.flac"));
    (dir, mp3, flac)
});

fn main() {
    divan::main();
}

fn ours(path: &Path) -> usize {
    let mut media = bitrater_media::open(path).expect("a file that opens");
    let mut frames = 0;
    while let Some(block) = media.next_block().expect("a file that decodes") {
        frames += black_box(block).frames();
    }
    black_box(media.finish());
    frames
}

#[divan::bench(sample_count = 30)]
fn mp3_ours(bencher: Bencher) {
    bencher.bench(|| ours(&FILES.1));
}

#[divan::bench(sample_count = 30)]
fn mp3_plain(bencher: Bencher) {
    bencher.bench(|| plain_decode(&FILES.1).expect("a file that decodes"));
}

#[divan::bench(sample_count = 30)]
fn flac_ours(bencher: Bencher) {
    bencher.bench(|| ours(&FILES.2));
}

#[divan::bench(sample_count = 30)]
fn flac_plain(bencher: Bencher) {
    bencher.bench(|| plain_decode(&FILES.2).expect("a file that decodes"));
}
