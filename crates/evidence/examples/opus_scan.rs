//! Prints what the search for an Opus frame grid finds in some files, one JSON line per file.
//!
//! A development tool: it mounts the extractor's own modules, so that nothing has to be public for its sake.
#![allow(dead_code)]

#[path = "../src/bits.rs"]
mod bits;
#[path = "../src/opus_grid/mod.rs"]
mod opus_grid;
#[path = "../src/signals.rs"]
mod signals;
#[path = "../src/tally.rs"]
mod tally;

/// The whole file as one span.
mod excerpts {
    /// A contiguous run of samples.
    pub struct Span {
        /// Index of the first sample in the file.
        pub start: u64,
        /// Samples by channel.
        pub planes: Vec<Vec<f32>>,
    }
}

use std::path::Path;
use std::time::Instant;

use bitrater_media::{MediaError, Pcm};

/// One file's line.
fn line(path: &str) -> Result<String, MediaError> {
    let mut media = bitrater_media::open(Path::new(path))?;
    let rate = media.facts().sample_rate;
    let channels = usize::from(media.facts().channels).clamp(1, 2);
    let mut span = excerpts::Span { start: 0, planes: vec![Vec::new(); channels] };
    let mut usage = bits::BitUsage::default();
    while let Some(block) = media.next_block()? {
        usage.add(block);
        match block {
            Pcm::Int { bits, planes } => {
                let scale = 0.5_f32.powi(bits.cast_signed() - 1);
                for (kept, plane) in span.planes.iter_mut().zip(planes) {
                    kept.extend(plane.iter().map(|&x| x as f32 * scale));
                }
            }
            Pcm::Float { planes } => {
                for (kept, plane) in span.planes.iter_mut().zip(planes) {
                    kept.extend_from_slice(plane);
                }
            }
        }
    }
    let noise = usage.effective().map_or(0.0, |bits| 0.25_f64.powi(i32::from(bits) - 1) / 12.0);
    let started = Instant::now();
    let found = opus_grid::search(&[span], rate, noise);
    let ms = started.elapsed().as_secs_f64() * 1e3;
    let list = |scan: Option<&tally::PhaseScan>| -> String {
        let peaks = scan.map_or(&[][..], |scan| &scan.peaks);
        let peaks: Vec<String> = peaks
            .iter()
            .map(|p| {
                format!(
                    r#"{{"phase":{},"signal":"{:?}","strength":{:.2},"depth":{:.4},"parts":{}}}"#,
                    p.phase, p.signal, p.strength, p.depth, p.parts
                )
            })
            .collect();
        format!("[{}]", peaks.join(","))
    };
    let (peaks, proof) = (list(found.as_ref().map(|f| &f.holes)), list(found.as_ref().map(|f| &f.proof)));
    let rest = found.as_ref().map_or(String::from(r#""offset":0,"least":0,"below":0"#), |f| {
        let (least, below) = f.rate.map_or((0, 0), |rate| (rate.least, rate.below));
        format!(r#""offset":{:.4},"least":{least},"below":{below}"#, f.offset)
    });
    Ok(format!(r#"{{"path":{path:?},"rate":{rate},"ms":{ms:.1},"peaks":{peaks},"proof":{proof},{rest}}}"#))
}

fn main() {
    for path in std::env::args().skip(1) {
        match line(&path) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
}
