//! The search on files that `ffmpeg` coded at several sample rates, and on what was never coded.

use bitrater_testkit::{Lab, Signal, music, wav};

use super::*;
use crate::test_signals::{ROUNDING, excerpt, uncoded};

fn searched(signal: &Signal, cut: usize) -> SubbandSearch {
    search(&excerpt(signal, cut), signal.rate, ROUNDING).unwrap()
}

#[test]
fn layer_two_is_found_and_named_at_every_rate_wherever_it_was_cut() {
    for rate in [48_000, 44_100, 32_000] {
        let signal = wav::read(&Lab::new().make(&music(rate, 5.0, 60), "mp2_192_wav"));
        for cut in [0, 77] {
            let search = searched(&signal, cut);
            let peak = search.lattice.peaks[0];
            assert!(peak.strength > 15.0 && peak.parts == 4, "{rate}: {peak:?}");
            // The decoder's delay of 481 samples is left in; blocks often share a scalefactor with the next.
            assert_eq!((peak.phase as usize + cut) % SLOT, 481 % SLOT, "{rate}");
            let ladder = search.ladder.unwrap();
            assert!(ladder.layer > 0.5 && ladder.musepack < 0.2, "{rate}: {ladder:?}");
            assert!((140.0..240.0).contains(&ladder.kbps), "{rate}: {ladder:?}");
        }
    }
}

#[test]
fn what_was_never_coded_has_no_grid() {
    for (name, signal) in uncoded(61, 48_000.0 / 64.0 * 9.5) {
        let peak = searched(&signal, 0).lattice.peaks[0];
        assert!(peak.strength < 8.0, "{name}: {peak:?}");
    }
}

#[test]
fn too_little_audio_gives_no_search() {
    assert!(search(&[Span::from(vec![vec![0.1; 3000]])], 44_100, ROUNDING).is_none());
}
