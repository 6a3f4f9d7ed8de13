//! CPU time of an analysis against symphonia's plain decode of the same file, in one run, and what each stage takes:
//! `cargo bench -p bitrater-engine --bench cost -- [--stages] FILE...`.
//!
//! One thread, the least of several rounds in which all take turns. The bar for tracks of three minutes and more is twice the
//! decode and half a second.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has to say so and stop")]
#![expect(clippy::print_stdout, reason = "its answer")]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use bitrater_engine::{Policy, assess};
use bitrater_evidence::Collector;
use bitrater_media::plain_decode;
use rustix::time::{ClockId, clock_gettime};

const ROUNDS: usize = 5;

fn main() {
    let arguments = || std::env::args_os().skip(1).filter(|arg| arg != "--bench");
    let in_stages = arguments().any(|arg| arg == "--stages");
    let files: Vec<PathBuf> = arguments().filter(|arg| arg != "--stages").map(PathBuf::from).collect();
    assert!(!files.is_empty(), "give it audio files: cargo bench -p bitrater-engine --bench cost -- FILE...");
    println!("{:>8} {:>8} {:>6} {:>11}  file", "decode", "analyze", "ratio", "over 2x");
    for file in files {
        let (mut plain, mut analysis) = (f64::INFINITY, f64::INFINITY);
        let mut stages = Vec::new();
        for _ in 0..ROUNDS {
            plain = plain.min(cpu_seconds(|| {
                black_box(plain_decode(&file).expect("a file that decodes"));
            }));
            analysis = analysis.min(cpu_seconds(|| {
                black_box(assess(&file, &Policy::default()).expect("a file that can be analysed"));
            }));
            if in_stages {
                keep_least(&mut stages, stages_of(&file));
            }
        }
        println!(
            "{plain:7.3}s {analysis:7.3}s {:6.2} {:+10.3}s  {}",
            analysis / plain,
            analysis - 2.0 * plain,
            file.display()
        );
        for (name, seconds) in stages {
            println!("{seconds:16.3}s {:6.2}              {name}", seconds / plain);
        }
    }
}

/// CPU time of the whole process.
fn cpu_time() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}

fn cpu_seconds(work: impl FnOnce()) -> f64 {
    let start = cpu_time();
    work();
    cpu_time() - start
}

/// What each stage of an analysis takes, in seconds, in their order.
fn stages_of(file: &Path) -> Vec<(&'static str, f64)> {
    let mut stages = Vec::new();
    let mut last = cpu_time();
    let mut reading = 0.0;
    let mut collecting = 0.0;
    let mut lap = || {
        let now = cpu_time();
        now - std::mem::replace(&mut last, now)
    };
    let mut media = bitrater_media::open(file).expect("a file that opens");
    let mut collector = Collector::new(media.facts());
    while media.next_block().expect("a file that decodes").is_some() {
        reading += lap();
        let (block, frame) = media.last_block();
        collector.push(block, frame.as_ref());
        collecting += lap();
    }
    stages.push(("reading", reading + lap()));
    stages.push(("collecting", collecting));
    let facts = media.finish();
    let set = collector.finish_in_stages(facts, &mut |name| stages.push((name, lap()))).expect("enough audio");
    black_box(bitrater_verdict::assess(&set, &Policy::default()));
    stages.push(("verdict", lap()));
    stages
}

/// The least of every stage over the rounds.
fn keep_least(least: &mut Vec<(&'static str, f64)>, round: Vec<(&'static str, f64)>) {
    if least.is_empty() {
        *least = round;
        return;
    }
    for (kept, (_, seconds)) in least.iter_mut().zip(round) {
        kept.1 = kept.1.min(seconds);
    }
}
