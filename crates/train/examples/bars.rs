//! Where the bars stand: measures honest files, writes the table of decision 0007, and fits the weights of MP3 classes.
//!
//! ```sh
//! cargo run --release -p bitrater-train --example bars -- measure A.jsonl B.jsonl --out crates/train/data/bars.json
//! cargo run --release -p bitrater-train --example bars -- table crates/train/data/bars.json
//! cargo run --release -p bitrater-train --example bars -- classes FOLDER/manifest.jsonl ANSWERS.jsonl
//! ```
//! See "Setting the bars" in `docs/training.md`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use bitrater_train::bars::contradictions::{KNOWN, denied, find};
use bitrater_train::bars::{Measured, in_document, measure, read};
use bitrater_train::classes::{self, Reading, Under, Weights, settle};
use bitrater_train::evaluate::Share;

const USAGE: &str = "usage: bars measure ANSWERS.jsonl... --out FILE
       bars table FILE [DOCUMENT]
       bars classes MANIFEST.jsonl ANSWERS.jsonl...";

/// The decision that the table belongs to.
const DECISION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/decisions/0007-bars.md");

/// The committed weights, and the source of the verdict that is made of them.
const WEIGHTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/classes.json");
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../verdict/src/mp3/class/weights.rs");

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["measure", ref answers @ .., "--out", out] if !answers.is_empty() => extract(answers, Path::new(out)),
        ["classes", manifest, ref answers @ ..] if !answers.is_empty() => fit_classes(Path::new(manifest), answers),
        ["table", data] => write_table(Path::new(data), Path::new(DECISION)),
        ["table", data, document] => write_table(Path::new(data), Path::new(document)),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bars: {error}");
            ExitCode::from(2)
        }
    }
}

/// Makes the extract, and says what of it contradicts the bars.
fn extract(answers: &[&str], out: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for path in answers {
        files.extend(read(Path::new(path))?);
    }
    let measured = measure(&files)?;
    fs::write(out, measured.to_json()?)?;
    println!("{} files, {} rows, schema {} of evidence", files.len(), measured.rows.len(), measured.evidence);
    for found in find(&measured) {
        let group = found.group;
        let known = if KNOWN.iter().any(|known| known.is(&found)) { "known: " } else { "" };
        println!(
            "{known}{} in {} streams, {}: {:?}, {} where the bar is {}",
            group.name(),
            group.stream.name(),
            group.sounds.name(),
            found.question,
            found.strength,
            group.bar().least
        );
    }
    for (group, half, strength) in denied(&measured) {
        let name = group.name();
        println!(
            "{name}: music of half {half:?} shows {strength}, genuine files are said to stay below {}",
            group.bar().genuine.below
        );
    }
    Ok(())
}

fn write_table(data: &Path, document: &Path) -> Result<(), Box<dyn Error>> {
    let measured: Measured = serde_json::from_str(&fs::read_to_string(data)?)?;
    fs::write(document, in_document(&fs::read_to_string(document)?, &measured)?)?;
    Ok(())
}

/// Fits the scores, reports, and writes the weights: fitted ones where they are better, the committed ones otherwise.
fn fit_classes(manifest: &Path, answers: &[&str]) -> Result<(), Box<dyn Error>> {
    let answers: Vec<&Path> = answers.iter().map(Path::new).collect();
    let readings = classes::read(manifest, &answers)?;
    let committed: Weights = serde_json::from_str(&fs::read_to_string(WEIGHTS)?)?;
    let lossless: Vec<&Reading> = readings.iter().filter(|reading| reading.under == Under::Lossless).collect();
    let right = lossless.iter().filter(|reading| reading.answered == reading.class).count();
    println!(
        "{} generations with integers that were read; the program names the class of {right} of {} in lossless files",
        readings.len(),
        lossless.len()
    );
    let settled = settle(&readings, &committed);
    for outcome in &settled.outcomes {
        let (files, recordings) = outcome.fitted_on;
        let of = |share: Share| {
            let [low, high] = [share.low, share.high].map(|bound| 100.0 * bound);
            format!("{} of {} ({:.1} %, {low:.1} to {high:.1})", share.count, share.of, 100.0 * share.share)
        };
        println!("{}: fitted on {files} files of {recordings} recordings", outcome.score.name());
        println!(
            "  on the other {} recordings the committed weights are right of {}",
            outcome.recordings,
            of(outcome.committed)
        );
        match outcome.fitted {
            Some(fitted) => println!(
                "  the fitted ones of {}: {}",
                of(fitted),
                if outcome.is_better() { "taken" } else { "not taken" }
            ),
            None => println!("  too few recordings to fit them"),
        }
    }
    fs::write(WEIGHTS, settled.weights.to_json()?)?;
    fs::write(SOURCE, settled.weights.source())?;
    Ok(())
}
