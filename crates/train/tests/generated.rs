//! What is generated is what is committed, and the bars are not contradicted by what honest files showed.

use std::fs;
use std::path::PathBuf;

use bitrater_train::bars::contradictions::{KNOWN, denied, find};
use bitrater_train::bars::{Measured, in_document};
use bitrater_train::classes::Weights;

fn text(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn measured() -> Measured {
    serde_json::from_str(&text("data/bars.json")).unwrap_or_else(|error| panic!("data/bars.json: {error}"))
}

#[test]
fn the_table_of_the_bars_is_that_of_the_extract() {
    let document = text("../../docs/decisions/0007-bars.md");
    let again = in_document(&document, &measured()).expect("a place for the table");
    assert!(again == document, "run `cargo run -p bitrater-train --example bars -- table crates/train/data/bars.json`");
}

#[test]
fn the_weights_of_the_verdict_are_the_committed_ones() {
    let committed = text("data/classes.json");
    let weights: Weights = serde_json::from_str(&committed).expect("weights");
    assert!(weights.to_json().expect("JSON") == committed, "data/classes.json is not as the command writes it");
    let source = text("../verdict/src/mp3/class/weights.rs");
    assert!(weights.source() == source, "the verdict has other weights than data/classes.json");
}

#[test]
fn no_bar_is_contradicted_but_where_that_is_known() {
    let found = find(&measured());
    let unknown: Vec<String> = found
        .iter()
        .filter(|found| !KNOWN.iter().any(|known| known.is(found)))
        .map(|found| {
            let group = &found.group;
            let (name, stream, sounds) = (group.name(), group.stream.name(), group.sounds.name());
            format!("{name} in {stream} streams, {sounds}: {:?}, {}", found.question, found.strength)
        })
        .collect();
    assert!(unknown.is_empty(), "bars that honest files contradict:\n{}", unknown.join("\n"));
    let stale: Vec<_> = KNOWN.iter().filter(|known| !found.iter().any(|found| known.is(found))).collect();
    assert!(stale.is_empty(), "contradictions that are none any more: {stale:#?}");
    assert!(KNOWN.iter().all(|known| known.why.len() > 8));
}

#[test]
fn genuine_files_stayed_below_what_the_bars_say_of_them() {
    let denied = denied(&measured());
    let denied: Vec<String> = denied
        .iter()
        .map(|(group, half, strength)| {
            let (name, stream) = (group.name(), group.stream.name());
            format!(
                "{name} in {stream} streams: half {half:?} shows {strength}, not below {}",
                group.bar().genuine.below
            )
        })
        .collect();
    assert!(denied.is_empty(), "{}", denied.join("\n"));
}
