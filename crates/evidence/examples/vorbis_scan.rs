//! Prints what the Vorbis search finds in each of the files given, one JSON line per file; a tool for development.

use std::process::ExitCode;
use std::time::Instant;

use bitrater_evidence::vorbis_grid;
use bitrater_media::Pcm;

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
    }
    let start = Instant::now();
    let search = vorbis_grid::search_planes(&planes, media.facts().sample_rate, noise);
    let seconds = start.elapsed().as_secs_f64();
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some(search) = search else { return Ok(format!("{{\"path\":{name:?}}}")) };
    let scans: Vec<String> = [("blocks", &search.blocks), ("pooled", &search.pooled)]
        .iter()
        .map(|(what, scan)| {
            let peaks: Vec<String> = scan
                .peaks
                .iter()
                .take(2)
                .map(|p| format!("[{},\"{:?}\",{:.2},{:.3},{}]", p.phase, p.signal, p.strength, p.depth, p.parts))
                .collect();
            format!("\"{what}\":[{}],\"{what}_places\":{}", peaks.join(","), scan.granules)
        })
        .collect();
    let rate = search.rate.map_or_else(String::new, |rate| {
        format!(",\"rate_blocks\":{},\"kbps\":{:.1},\"zeros\":{:.3}", rate.blocks, rate.kbps, rate.zeros)
    });
    Ok(format!("{{\"path\":{name:?},\"seconds\":{seconds:.4},{}{rate}}}", scans.join(",")))
}
