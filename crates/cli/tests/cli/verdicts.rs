//! Exit status and table on files of known history: cases that no future rule or model may get wrong.

use bitrater_testkit::music;

use crate::support::Library;

#[test]
fn a_lossless_file_made_from_an_mp3_is_found() {
    let library = Library::new();
    let music = music(44_100, 12.0, 3);
    let fake = library.lab.make(&music, "mp3_128_flac");
    let honest = library.lab.make(&music, "lossless_flac");
    let (fake, honest) = (fake.to_str().unwrap(), honest.to_str().unwrap());

    let clean = library.run(&["analyze", "-f", "jsonl", honest]);
    assert_eq!(clean.status, Some(0), "{}", clean.out);
    let found = library.run(&["analyze", "-f", "jsonl", fake]);
    assert_eq!(found.status, Some(1), "{}", found.out);
    assert_eq!(
        (&found.lines()[0]["verdict"], &found.lines()[0]["original"]["codec"]),
        (&"transcode".into(), &"mp3".into())
    );

    let both = library.run(&["analyze", honest, fake]);
    assert_eq!(both.status, Some(1));
    assert!(both.out.lines().nth(1).unwrap().starts_with("transcode "), "transcodes come first: {}", both.out);
    assert!(both.out.ends_with("1 transcode, 0 inconclusive, 0 errors, 1 original\n"), "{}", both.out);

    let broken = library.run(&["analyze", fake, "missing.flac"]);
    assert_eq!(broken.status, Some(2), "what failed wins");
    let hidden = library.run(&["analyze", fake, "--only", "original", "-f", "jsonl"]);
    assert_eq!((hidden.status, hidden.out.as_str()), (Some(1), ""), "the status is of all files");
}

#[test]
fn an_honest_mp3_is_what_it_claims() {
    let library = Library::new();
    let honest = library.lab.make(&music(44_100, 12.0, 4), "mp3_V2");
    let answer = library.run(&["analyze", "-f", "jsonl", honest.to_str().unwrap()]);
    assert_eq!(answer.status, Some(0), "{}", answer.out);
    assert_eq!(answer.lines()[0]["stated"]["class"], "V2");
    assert_ne!(answer.lines()[0]["verdict"], "transcode");
}

#[test]
fn an_mp3_encoded_again_on_the_same_grid_is_found() {
    let library = Library::new();
    let music = music(44_100, 12.0, 5);
    let blown_up = library.lab.make(&music, "mp3_128_to_320_al");
    let answer = library.run(&["analyze", "-f", "jsonl", blown_up.to_str().unwrap()]);
    assert_eq!(answer.status, Some(1), "{}", answer.out);
    let result = &answer.lines()[0];
    assert_eq!((&result["verdict"], &result["original"]["class"]), (&"transcode".into(), &"128".into()), "{result}");
    assert_eq!(result["history"].as_array().unwrap().len(), 2);
}

#[test]
fn the_rate_of_an_older_encode_on_the_same_grid_is_read() {
    let library = Library::new();
    for (older, kbps) in [("128", 128.0), ("192", 192.0), ("256", 256.0)] {
        let blown_up = library.lab.make(&music(44_100, 12.0, 8), &format!("mp3_{older}_to_320_al"));
        let answer = library.run(&["analyze", "-f", "jsonl", blown_up.to_str().unwrap()]);
        let result = &answer.lines()[0];
        assert_eq!(result["verdict"], "transcode", "{result}");
        let evidence = result["evidence"].as_array().unwrap();
        let read = evidence.iter().find(|item| item["name"] == "mp3_rate").unwrap()["value"].as_f64().unwrap();
        assert!((read / kbps).ln().abs() < 0.12, "{older}: {read}");
    }
}

#[test]
fn an_mp3_encoded_again_on_another_grid_is_found() {
    let library = Library::new();
    let blown_up = library.lab.make(&music(44_100, 12.0, 7), "mp3_128_to_320_sh");
    let answer = library.run(&["analyze", "-f", "jsonl", blown_up.to_str().unwrap()]);
    assert_eq!(answer.status, Some(1), "{}", answer.out);
    assert_eq!(answer.lines()[0]["history"].as_array().unwrap().len(), 2);
}

#[test]
fn an_mp3_encoded_again_at_its_own_rate_is_no_transcode() {
    let library = Library::new();
    for history in ["mp3_320_to_320_al", "mp3_320_to_320_sh"] {
        let again = library.lab.make(&music(44_100, 12.0, 6), history);
        let answer = library.run(&["analyze", "-f", "jsonl", again.to_str().unwrap()]);
        assert_eq!(answer.status, Some(0), "{}", answer.out);
        assert_eq!(answer.lines()[0]["verdict"], "original", "{history}");
    }
}
