//! Prints what the AAC search finds in each of the files given, one JSON line per file; a tool for development.

use std::process::ExitCode;
use std::time::Instant;

use bitrater_evidence::aac_grid;
use bitrater_media::Pcm;

/// Samples per channel that are kept: what the excerpts of a long file hold.
const MOST_SAMPLES: usize = 128 * 12_672;

fn main() -> ExitCode {
    for path in std::env::args().skip(1) {
        match line(&path) {
            Ok(line) => println!("{line}"),
            Err(error) => {
                eprintln!("{path}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// The result of one file.
fn line(path: &str) -> Result<String, bitrater_media::MediaError> {
    let mut media = bitrater_media::open(path.as_ref())?;
    let sample_rate = media.facts().sample_rate;
    let mut planes: Vec<Vec<f32>> = Vec::new();
    let mut noise = 0.0;
    while let Some(block) = media.next_block()? {
        planes.resize(block.channels().min(2), Vec::new());
        match block {
            Pcm::Int { bits, planes: samples } => {
                noise = 0.25_f64.powi(*bits as i32 - 1) / 12.0;
                let scale = 0.5_f32.powi(*bits as i32 - 1);
                for (kept, plane) in planes.iter_mut().zip(samples) {
                    kept.extend(plane.iter().map(|&sample| sample as f32 * scale));
                }
            }
            Pcm::Float { planes: samples } => {
                for (kept, plane) in planes.iter_mut().zip(samples) {
                    kept.extend_from_slice(plane);
                }
            }
        }
        if planes[0].len() >= MOST_SAMPLES {
            break;
        }
    }
    let start = Instant::now();
    let search = aac_grid::search_planes(&planes, sample_rate, noise);
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut line = format!("{{\"f\":{name:?},\"ms\":{milliseconds:.1}");
    if let Some(search) = search {
        for (n, peak) in search.lattice.peaks.iter().take(2).enumerate() {
            line += &format!(
                ",\"ph{n}\":{},\"s{n}\":{:.2},\"d{n}\":{:.2},\"parts{n}\":{},\"signal{n}\":\"{:?}\"",
                peak.phase, peak.strength, peak.depth, peak.parts, peak.signal
            );
        }
        line += &format!(",\"shape\":\"{:?}\"", search.shape);
        if let Some(rate) = search.rate {
            line += &format!(
                ",\"kbps\":{:.1},\"frames\":{},\"tried\":{},\"zeros\":{:.3},\"mid_side\":{:.2}",
                rate.kbps, rate.frames, rate.tried, rate.zeros, rate.mid_side
            );
        }
    }
    Ok(line + "}")
}
