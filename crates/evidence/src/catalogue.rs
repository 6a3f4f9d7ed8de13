//! The names of all evidence, in the order of a feature vector: what a file has not got is missing from its list, but
//! keeps its place here.

/// Every piece of evidence: its name, and what it means in words.
const ENTRIES: [(&str, &str); 68] = [
    ("mp3_holes_granules", "granules that were searched for holes at all 576 phases"),
    ("mp3_holes_strength", "how far the MP3 phase with most holes stands out from all others"),
    ("mp3_holes_depth", "drop of log2 |X|² per line at that phase against the phases next to it"),
    ("mp3_holes_phase", "that phase: the first sample of a granule, modulo 576"),
    ("mp3_holes_parts", "parts of the file, of four, that show that phase on their own"),
    ("mp3_holes2_strength", "the same of the second phase by its holes"),
    ("mp3_holes2_depth", "drop of log2 |X|² per line at the second phase"),
    ("mp3_holes2_phase", "the second phase"),
    ("mp3_holes2_parts", "parts of the file, of four, that show the second phase on their own"),
    (
        "mp3_likely_granules",
        "granules that were asked at the phases which an uncut decode has, and at the best of the searches",
    ),
    ("mp3_likely_strength", "how far the quantiser lattice at the best of them stands out from phases near them"),
    ("mp3_likely_phase", "that phase: the first sample of a granule, modulo 576"),
    ("mp3_older_coarser", "bits that the older MP3 under this one had less for a line, by the noise of its quantiser"),
    ("mp3_older_active", "lines of a granule, all channels together, that the stream codes as other than zero"),
    ("mp3_older_bands", "bands of the older MP3 whose step was read surely"),
    ("mp3_lattice_granules", "granules that were searched for an MP3 quantiser's lattice at all 576 phases"),
    ("mp3_lattice_strength", "how far the phase with the clearest lattice stands out from all others"),
    ("mp3_lattice_depth", "rise of the summed scores of the bands at that phase"),
    ("mp3_lattice_phase", "that phase: the first sample of a granule, modulo 576"),
    ("mp3_lattice_parts", "parts of the file, of four, that show that phase on their own"),
    ("mp3_rate", "rate of the MP3 generation: the fewest bits that its integers can be written in"),
    ("mp3_rate_granules", "granules whose integers were asked"),
    ("mp3_rate_read", "share of them that could be read well"),
    ("mp3_rate_upper", "the rate that a quarter of the runs of granules reach"),
    ("mp3_rate_swing", "deviation of the bits of whole runs, in bit reservoirs: about a half at a constant rate"),
    ("mp3_rate_amplified", "share of bands with non-zero lines that a scalefactor amplified"),
    ("mp3_rate_fineness", "mean log2 of the size of a band's integers: how finely the quantiser resolved"),
    ("mp3_rate_mid_side", "share of granules in mid/side stereo"),
    ("mp3_rate_short", "share of granules in short blocks"),
    (
        "mp3_aligned_asked",
        "channels of granules of the MP3 stream whose integers were asked for an older, coarser lattice",
    ),
    ("mp3_aligned_showing", "those of them that show one"),
    ("mp3_aligned_evidence", "mean log Bayes factor of those"),
    ("mp3_aligned_bits_less", "bits that the older encode spent less on a granule where it shows"),
    (
        "aac_lattice_strength",
        "how far the AAC phase with the clearest quantiser lattice stands above the others and its neighbours",
    ),
    ("aac_lattice_phase", "that phase: the first sample of a frame, modulo 1024"),
    ("aac_lattice_parts", "parts of the file, of four, that show that phase on their own"),
    ("aac_rate", "rate of the AAC generation, estimated from the frames that could be read"),
    (
        "vorbis_ladder_strength",
        "how far the Vorbis phase that fits the ladder of floor levels best stands out from all others",
    ),
    ("vorbis_ladder_phase", "that phase: the first sample of a block, modulo 128"),
    ("vorbis_rate", "rate of the Vorbis generation, from the entropy of its residues"),
    (
        "vorbis_holes_strength",
        "how far the phase at which most lines of the blocks of Vorbis are empty stands out from all others, in lossless files",
    ),
    ("vorbis_holes_phase", "that phase: the first sample of a block, modulo 128"),
    (
        "opus_holes_strength",
        "how far the holes at the best Opus phase stand out, in frames that the search had not seen",
    ),
    ("opus_holes_phase", "that phase: the first sample of a frame at 48 kHz, modulo 960"),
    ("opus_rate_least", "least rate at which Opus codes the bands in stereo that it coded so"),
    (
        "subband_lattice_strength",
        "how far the phase at which blocks of subband samples fit a quantiser of MPEG Layer II or Musepack best stands out",
    ),
    ("subband_lattice_phase", "that phase: the first sample of a block of twelve slots, modulo 384"),
    ("subband_lattice_parts", "parts of the file, of four, that show that phase on their own"),
    ("subband_ladder_layer2", "how well the scalefactors there fit the ladder of MPEG Layer I and II, 0 to 1"),
    ("subband_ladder_musepack", "how well they fit the ladder of Musepack, 0 to 1"),
    ("subband_rate", "rate of that generation, estimated from the levels of the quantisers that could be read"),
    (
        "ac3_mantissas_strength",
        "how far the AC-3 phase at which the lines fall on fewest points of an octave stands out from all others",
    ),
    ("ac3_mantissas_phase", "that phase: the first sample of a block, modulo 256"),
    ("ac3_mantissas_parts", "parts of the file, of four, that show that phase on their own"),
    (
        "wma_holes_strength",
        "how far the holes at the best phase of Windows Media Audio stand out from all other phases",
    ),
    ("wma_holes_phase", "that phase: the first sample of a block, modulo 2048"),
    ("wma_holes_parts", "parts of the file, of four, that show that phase on their own"),
    ("passage_count", "lossy passages of a file that is lossy in part only"),
    ("passage_share", "share of the file that they fill"),
    ("passage_start", "where the longest of them begins"),
    ("passage_end", "where it ends"),
    ("passage_within", "how far off these may be, by the distance of the samples that were asked"),
    (
        "source_rate",
        "lower sample rate that the samples were brought back to, where grids were found there and not at the file's own",
    ),
    ("cutoff", "middle of the edge where the long-term spectrum ends"),
    ("cutoff_drop", "drop over that edge"),
    ("cutoff_width", "width of that edge between a quarter and three quarters of the drop"),
    ("cutoff_floor", "level above that edge, against white noise of full scale"),
    ("peak", "largest sample, against full scale"),
];

/// Every name that evidence can have. New ones are added at the end of their group; a vector then grows, and whoever
/// stored one knows the names that it was made with.
pub const CATALOGUE: [&str; ENTRIES.len()] = {
    let mut names = [""; ENTRIES.len()];
    let mut n = 0;
    while n < names.len() {
        names[n] = ENTRIES[n].0;
        n += 1;
    }
    names
};

/// What evidence of this name means, as part of a sentence; none for a name that is not in the catalogue.
#[must_use]
pub fn meaning(name: &str) -> Option<&'static str> {
    ENTRIES.iter().find(|entry| entry.0 == name).map(|entry| entry.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once_and_means_something() {
        for (n, name) in CATALOGUE.iter().enumerate() {
            assert_eq!(CATALOGUE.iter().position(|other| other == name), Some(n), "{name} is there twice");
            assert!(meaning(name).is_some_and(|meaning| meaning.len() > 10), "{name}");
        }
        assert_eq!(meaning("no_such_name"), None);
    }
}
