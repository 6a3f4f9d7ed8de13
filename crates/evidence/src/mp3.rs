//! The searches for MP3. The collector makes them first and separately: their result decides whether the others are
//! made.

use bitrater_media::Codec;

use crate::mp3_aligned::AlignedSearch;
use crate::mp3_grid::rate::GenerationRate;
use crate::mp3_grid::{CandidatePhase, GridSearch, OlderRate, PERIOD};
use crate::search::{Entry, Family, Rates, Search, Signals, Streams};
use crate::tally::GridPeak;
use crate::{EvidenceSet, bars};

/// The searches for MP3.
pub static FAMILY: Family = Family {
    name: "MP3",
    rates: Rates::ANY,
    searches: &[&HOLES, &LATTICE, &LIKELY, &ALIGNED],
    run: None,
    probe: None,
    evidence: &[
        Entry::feature(
            "mp3_rate",
            "kbps",
            1,
            "rate of the MP3 generation: the fewest bits that its integers can be written in",
            |set| Some(rate(set)?.kbps),
        ),
        Entry::report("mp3_rate_granules", "granules", 0, "granules whose integers were examined", |set| {
            Some(rate(set)?.granules as f64)
        }),
        Entry::feature("mp3_rate_read", "share", 3, "share of them that could be read well", |set| {
            Some(rate(set)?.read)
        }),
        Entry::feature("mp3_rate_upper", "kbps", 1, "the rate that a quarter of the runs of granules reach", |set| {
            Some(rate(set)?.upper)
        }),
        Entry::feature(
            "mp3_rate_swing",
            "reservoirs",
            2,
            "deviation of the bits of whole runs, in bit reservoirs: about a half at a constant rate",
            |set| Some(rate(set)?.swing),
        ),
        Entry::feature(
            "mp3_rate_amplified",
            "share",
            3,
            "share of bands with non-zero lines that a scalefactor amplified",
            |set| Some(rate(set)?.amplified),
        ),
        Entry::feature(
            "mp3_rate_fineness",
            "bits",
            2,
            "mean log2 of the size of a band's integers: how finely the quantiser resolved",
            |set| Some(rate(set)?.fineness),
        ),
        Entry::feature("mp3_rate_mid_side", "share", 3, "share of granules in mid/side stereo", |set| {
            Some(rate(set)?.mid_side)
        }),
        Entry::feature("mp3_rate_short", "share", 3, "share of granules in short blocks", |set| Some(rate(set)?.short)),
        Entry::feature(
            "mp3_older_coarser",
            "bits a line",
            3,
            "bits that the older MP3 under this one had less for a line, by the noise of its quantiser",
            |set| Some(older(set)?.coarser_bits),
        ),
        Entry::feature(
            "mp3_older_active",
            "lines",
            0,
            "lines of a granule, all channels together, that the stream codes as other than zero",
            |set| Some(older(set)?.active_lines),
        ),
        Entry::feature("mp3_older_bands", "bands", 0, "bands of the older MP3 whose step was read surely", |set| {
            Some(older(set)?.bands as f64)
        }),
    ],
};

/// What all of them have in common.
const SHARED: Search = Search {
    name: "",
    codecs: &[Codec::Mp3],
    looked_for: "",
    period: PERIOD,
    clock: None,
    frames: "granules",
    signals: Signals::Together,
    streams: Streams::All,
    bar: bars::HOLES,
    in_lossy: None,
    uncut: None,
    strength: None,
    parts: false,
    evidence: &[],
};

/// Lines that were set to zero, over all phases.
pub static HOLES: Search = Search {
    name: "mp3_holes",
    looked_for: "lines that an MP3 encoder set to zero: seen through its own filter bank they vanish at one phase \
                 of its granules and at no other",
    signals: Signals::Each,
    bar: bars::HOLES,
    evidence: &[
        Entry::report(
            "mp3_holes_granules",
            "granules",
            0,
            "granules that were searched for holes at all 576 phases",
            |set| Some(grid(set)?.holes.granules as f64),
        ),
        Entry::feature(
            "mp3_holes_strength",
            "mad",
            1,
            "how far the MP3 phase with most holes stands out from all others",
            |set| Some(hole(set, 0)?.strength),
        ),
        Entry::feature(
            "mp3_holes_depth",
            "log2",
            4,
            "drop of log2 |X|² per line at that phase against the phases next to it",
            |set| Some(hole(set, 0)?.depth),
        ),
        Entry::report(
            "mp3_holes_phase",
            "samples",
            0,
            "that phase: the first sample of a granule, modulo 576",
            |set| Some(hole(set, 0)?.phase.into()),
        ),
        Entry::feature(
            "mp3_holes_parts",
            "parts of 4",
            0,
            "parts of the file, of four, that show that phase on their own",
            |set| Some(hole(set, 0)?.parts.into()),
        ),
        Entry::feature("mp3_holes2_strength", "mad", 1, "the same of the second phase by its holes", |set| {
            Some(hole(set, 1)?.strength)
        }),
        Entry::feature("mp3_holes2_depth", "log2", 4, "drop of log2 |X|² per line at the second phase", |set| {
            Some(hole(set, 1)?.depth)
        }),
        Entry::report("mp3_holes2_phase", "samples", 0, "the second phase", |set| Some(hole(set, 1)?.phase.into())),
        Entry::feature(
            "mp3_holes2_parts",
            "parts of 4",
            0,
            "parts of the file, of four, that show the second phase on their own",
            |set| Some(hole(set, 1)?.parts.into()),
        ),
    ],
    ..SHARED
};

/// The steps of a quantiser, over all phases.
pub static LATTICE: Search = Search {
    name: "mp3_lattice",
    looked_for: "lines that stand on the steps of an MP3 quantiser, at one phase of its granules and at no other; they \
                 show where rounding has filled the holes",
    signals: Signals::Pairs,
    bar: bars::LATTICE,
    evidence: &[
        Entry::report(
            "mp3_lattice_granules",
            "granules",
            0,
            "granules that were searched for an MP3 quantiser's lattice at all 576 phases",
            |set| Some(grid(set)?.lattice.as_ref()?.granules as f64),
        ),
        Entry::feature(
            "mp3_lattice_strength",
            "mad",
            1,
            "how far the phase with the clearest lattice stands out from all others",
            |set| Some(lattice(set)?.strength),
        ),
        Entry::feature(
            "mp3_lattice_depth",
            "score",
            3,
            "rise of the summed scores of the bands at that phase",
            |set| Some(lattice(set)?.depth),
        ),
        Entry::report(
            "mp3_lattice_phase",
            "samples",
            0,
            "that phase: the first sample of a granule, modulo 576",
            |set| Some(lattice(set)?.phase.into()),
        ),
        Entry::feature(
            "mp3_lattice_parts",
            "parts of 4",
            0,
            "parts of the file, of four, that show that phase on their own",
            |set| Some(lattice(set)?.parts.into()),
        ),
    ],
    ..SHARED
};

/// The steps of a quantiser at candidate phases.
pub static LIKELY: Search = Search {
    name: "mp3_likely",
    looked_for: "the same steps in many more granules, at the phases that a decode has which nobody cut and at the \
                 best of the searches over all, against phases near them",
    bar: bars::LIKELY,
    evidence: &[
        Entry::report(
            "mp3_likely_granules",
            "granules",
            0,
            "granules that were scored at the phases of an uncut decode and at the best of the searches",
            |set| Some(candidate(set)?.granules as f64),
        ),
        Entry::feature(
            "mp3_likely_strength",
            "deviations",
            1,
            "how far the quantiser lattice at the best of them stands out from phases near them",
            |set| Some(candidate(set)?.strength),
        ),
        Entry::report(
            "mp3_likely_phase",
            "samples",
            0,
            "that phase: the first sample of a granule, modulo 576",
            |set| Some(candidate(set)?.phase.into()),
        ),
    ],
    ..SHARED
};

/// Gaps in the integers of an MP3 stream.
pub static ALIGNED: Search = Search {
    name: "mp3_aligned",
    looked_for: "gaps in the integers of an MP3 stream, such as an older, coarser quantiser on the same frame grid \
                 leaves",
    streams: Streams::Own,
    bar: bars::ALIGNED,
    evidence: &[
        Entry::report(
            "mp3_aligned_asked",
            "granule channels",
            0,
            "channels of granules of the MP3 stream whose integers were examined for an older, coarser lattice",
            |set| Some(aligned(set)?.examined as f64),
        ),
        Entry::feature("mp3_aligned_showing", "granule channels", 0, "those of them that show one", |set| {
            Some(aligned(set)?.showing as f64)
        }),
        Entry::feature("mp3_aligned_evidence", "nats", 1, "mean log Bayes factor of those", |set| {
            Some(aligned(set)?.evidence)
        }),
        Entry::feature(
            "mp3_aligned_bits_less",
            "bits a granule",
            0,
            "bits that the older encode spent less on a granule where it shows",
            |set| Some(aligned(set)?.bits_less),
        ),
    ],
    ..SHARED
};

fn grid(set: &EvidenceSet) -> Option<&GridSearch> {
    set.mp3_grid.as_ref()
}

fn hole(set: &EvidenceSet, n: usize) -> Option<&GridPeak> {
    grid(set)?.holes.peaks.get(n)
}

fn lattice(set: &EvidenceSet) -> Option<&GridPeak> {
    grid(set)?.lattice.as_ref()?.peaks.first()
}

fn candidate(set: &EvidenceSet) -> Option<&CandidatePhase> {
    grid(set)?.candidates.first()
}

fn older(set: &EvidenceSet) -> Option<&OlderRate> {
    grid(set)?.older_rate.as_ref()
}

fn rate(set: &EvidenceSet) -> Option<&GenerationRate> {
    set.mp3_rate.as_ref()
}

fn aligned(set: &EvidenceSet) -> Option<&AlignedSearch> {
    set.mp3_aligned.as_ref()
}
