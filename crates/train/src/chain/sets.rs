//! Names for whole sets of chains.

use super::{Chain, ChainError};

/// The six MP3 classes of the quality ladder.
pub const CLASSES: [&str; 6] = ["128", "V2", "192", "V0", "256", "320"];

/// Sets by name, and what is in them. `standard` is all of them.
pub const SETS: [(&str, &[&str]); 5] = [
    // Genuine files, most of them of the hard kind.
    (
        "genuine",
        &[
            "lossless",
            "gain:-1.3/lossless",
            "gain:-36/lossless",
            "lowpass:16000/lossless",
            "lowpass:19000/lossless",
            "via:48000/lossless",
            "mono/lossless",
        ],
    ),
    // One MP3 generation in a lossless file.
    (
        "decoded",
        &[
            "mp3:128/lossless",
            "mp3:V2/lossless",
            "mp3:192/lossless",
            "mp3:V0/lossless",
            "mp3:256/lossless",
            "mp3:320/lossless",
        ],
    ),
    // Other rates and another encoder of MP3.
    (
        "rates",
        &[
            "mp3:96/lossless",
            "mp3:160/lossless",
            "mp3:V4/lossless",
            "mp3:abr160/lossless",
            "mp3:224/lossless",
            "shine:128/lossless",
            "shine:192/lossless",
        ],
    ),
    // Two MP3 generations, on the same grid and on another.
    (
        "twice",
        &[
            "mp3:128/mp3:320",
            "mp3:V2/mp3:320",
            "mp3:192/mp3:320",
            "mp3:V0/mp3:320",
            "mp3:256/mp3:320",
            "mp3:128/mp3:320@shifted",
            "mp3:V2/mp3:320@shifted",
            "mp3:192/mp3:320@shifted",
            "mp3:V0/mp3:320@shifted",
            "mp3:256/mp3:320@shifted",
        ],
    ),
    // Other codecs, decoded and encoded again.
    (
        "others",
        &[
            "aac:128/lossless",
            "aac:192/lossless",
            "aac:256/lossless",
            "vorbis:q3/lossless",
            "vorbis:q6/lossless",
            "opus:96/lossless",
            "opus:128/lossless",
            "aac:128/mp3:320",
        ],
    ),
];

/// The name of all sets together.
pub const STANDARD: &str = "standard";

/// The chains of a list entry: a set by its name, or one chain.
pub fn expand(entry: &str) -> Result<Vec<Chain>, ChainError> {
    let all = entry == STANDARD;
    let chosen: Vec<&str> =
        SETS.iter().filter(|(name, _)| all || *name == entry).flat_map(|(_, set)| *set).copied().collect();
    if chosen.is_empty() { Ok(vec![entry.parse()?]) } else { chosen.into_iter().map(str::parse).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chain_of_every_set_is_one() {
        let standard = expand(STANDARD).unwrap();
        assert_eq!(standard.len(), SETS.iter().map(|(_, set)| set.len()).sum::<usize>());
        assert_eq!(expand("twice").unwrap().len(), 10);
        assert_eq!(expand("mp3:128").unwrap().len(), 1);
        assert!(expand("thrice").is_err());
    }
}
