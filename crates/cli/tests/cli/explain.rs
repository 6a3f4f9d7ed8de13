//! All the evidence of one file, as text, as JSON and as a picture.

use bitrater_testkit::music;
use serde_json::Value;

use crate::support::Library;

#[test]
fn the_evidence_of_a_fake_is_shown_in_every_form() {
    let library = Library::new();
    let fake = library.lab.make(&music(44_100, 12.0, 3), "mp3_128_flac");
    let fake = fake.to_str().unwrap();

    let text = library.run(&["explain", fake]);
    assert_eq!((text.status, text.err.as_str()), (Some(0), ""), "a transcode is no failure here: {}", text.out);
    assert!(text.out.lines().nth(1).unwrap().starts_with("transcode "), "{}", text.out);
    for part in ["Why", "Lossy generations", "mp3_holes  ", "proof", "genuine files stayed below", "Evidence", "cutoff"]
    {
        assert!(text.out.contains(part), "{part} in {}", text.out);
    }

    let picture = library.lab.path("fake.svg");
    let json = library.run(&["explain", fake, "--format", "json", "--plot", picture.to_str().unwrap()]);
    assert_eq!(json.status, Some(0), "{}", json.err);
    let document = json.json();
    let analyzed = library.run(&["analyze", "-f", "jsonl", fake]);
    assert_eq!(document["result"], analyzed.lines()[0], "one file has one answer");
    assert_eq!(document["bitrater"], document["result"]["versions"]);
    let answers = |answer: &str| -> Vec<&Value> {
        document["searches"].as_array().unwrap().iter().filter(|search| search["answer"] == answer).collect()
    };
    let proof = answers("proof")[0];
    let phase = &document["result"]["history"][0]["phase"];
    assert_eq!((&proof["name"], &proof["peaks"][0]["phase"]), (&"mp3_holes".into(), phase));
    assert!(proof["strength"].as_f64() > proof["bar"]["least"].as_f64());
    assert!(answers("not_asked").iter().all(|search| search["note"].as_str().is_some_and(|note| !note.is_empty())));

    let svg = std::fs::read_to_string(picture).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("mp3_holes: proof") && svg.contains("cutoff"), "{svg}");
}

#[test]
fn pixels_are_drawn_too() {
    let library = Library::new();
    library.noise("a.wav");
    let answer = library.run(&["explain", "a.wav", "--plot", "a.PNG"]);
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(std::fs::read(library.lab.path("a.PNG")).unwrap().starts_with(b"\x89PNG\r\n"));
}

#[test]
fn a_wrong_name_of_a_picture_is_said_before_anything_is_done() {
    let library = Library::new();
    for (plot, said) in [("a.jpg", ".svg or .png"), ("no/such/folder/a.svg", "cannot be written")] {
        let answer = library.run(&["explain", "missing.flac", "--plot", plot]);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""));
        assert!(answer.err.contains(said) && !answer.err.contains("missing.flac"), "{}", answer.err);
    }
}

#[test]
fn a_file_that_cannot_be_analysed_is_no_success() {
    let library = Library::new();
    library.file("b\x1b[2J.mp3", b"nothing of the kind");
    let text = library.run(&["explain", "b\x1b[2J.mp3", "--plot", "b.svg"]);
    assert_eq!((text.status, text.out.as_str()), (Some(2), ""));
    assert!(text.err.contains("b\\u{1b}[2J.mp3") && !text.err.contains('\x1b'), "{}", text.err);
    assert!(!library.lab.path("b.svg").exists(), "no picture of nothing");
    let json = library.run(&["explain", "missing.flac", "-f", "json"]);
    assert_eq!((json.status, &json.json()["result"]["error"]["kind"]), (Some(2), &"not_found".into()));
}
