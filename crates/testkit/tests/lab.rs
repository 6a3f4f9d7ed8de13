//! The lab against the real encoders.

use bitrater_testkit::{Lab, Signal, Step, music, wav};

/// Signal-to-difference ratio in dB between `a` and `b` over the frames they share.
fn match_db(a: &Signal, b: &Signal) -> f64 {
    let (mut signal, mut difference) = (0.0, 1e-20);
    for (x, y) in a.planes.iter().zip(&b.planes).flat_map(|(p, q)| p.iter().zip(q)) {
        signal += x * x;
        difference += (x - y) * (x - y);
    }
    10.0 * (signal / difference).log10()
}

#[test]
fn lossless_steps_keep_every_sample() {
    let lab = Lab::new();
    let piece = music(44_100, 0.5, 1);
    for bits in [16, 24] {
        let source = lab.wav("piece", &piece, bits);
        let flac = lab.step(&source, &Step::flac(), "piece");
        let back = lab.step(&flac, &Step::ffmpeg(&format!("-c:a pcm_s{bits}le"), "wav"), "back");
        assert_eq!(wav::read(&back).to_int(bits), piece.to_int(bits), "{bits} bits");
    }
}

#[test]
fn a_trimmed_decode_is_aligned_and_an_untrimmed_one_is_not() {
    let lab = Lab::new();
    let piece = music(44_100, 1.0, 2);
    let mp3 = lab.make(&piece, "mp3_320");
    let aligned = lab.decode(&mp3);
    let full = lab.decode_untrimmed(&mp3);
    assert!(match_db(&piece, &aligned) > 15.0, "{} dB", match_db(&piece, &aligned));
    assert!(match_db(&piece, &full) < 3.0, "{} dB", match_db(&piece, &full));
    // LAME's encoder delay of 576 samples and the decoder's own 529.
    let shifted = full.skip(576 + 529);
    assert!(match_db(&piece, &shifted) > 15.0, "{} dB", match_db(&piece, &shifted));
}

#[test]
fn every_kind_of_history_can_be_made() {
    let lab = Lab::new();
    let piece = music(44_100, 0.5, 3);
    let histories = [
        ("lossless_flac", "flac"),
        ("lossless_lp16k", "flac"),
        ("lossless_via48", "flac"),
        ("lossless_mono", "flac"),
        ("mp3_V2_wav", "wav"),
        ("mp3_128_to_320_sh", "mp3"),
        ("shine_128_flac", "flac"),
        ("aac_128_to_mp3_320", "mp3"),
        ("vorbis_q3_flac", "flac"),
        ("opus_96_flac", "flac"),
        ("mp2_192", "mp2"),
        ("wma_128", "wma"),
        ("ac3_192", "ac3"),
    ];
    for (history, suffix) in histories {
        let file = lab.make(&piece, history);
        assert_eq!(file, lab.path(&format!("{history}.{suffix}")));
        let decoded = lab.decode(&file);
        assert!((0.4..0.7).contains(&decoded.seconds()), "{history}: {} s", decoded.seconds());
        assert!(decoded.rms() > 0.02, "{history}: {} rms", decoded.rms());
        std::fs::remove_file(lab.path("decoded.wav")).unwrap();
        std::fs::remove_file(file).unwrap();
        assert_eq!(std::fs::read_dir(lab.dir()).unwrap().count(), 0, "{history} left files behind");
    }
}
