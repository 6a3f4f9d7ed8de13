//! The Vorbis block grid: at which phases the long transform shows what an encoder wrote.
//!
//! A decoded Vorbis file is analysed by the encoder's own transform. At its own block phase the lines are floor levels
//! times small integers, and all floors share one ladder of levels ([`bitrater_signal::vorbis`]). One sample off, they
//! are smeared. An honest recording prefers no phase. Long blocks lie 1024 samples apart, but a run of k short ones
//! moves them by 1024 + 128 k, so that a file has one phase modulo 128 and up to eight modulo 1024. If hardly a line
//! stands far enough above the noise for that, the many lines that the encoder rounded to zero show the phase: they are
//! empty there and nowhere else.

mod frames;
mod holes;
mod innovation;
mod rate;
mod scan;
mod sums;
#[cfg(test)]
mod tests;
mod unity;

use bitrater_media::Codec;

use crate::bars;
use crate::excerpts::Span;
use crate::own;
use crate::search::{Entry, Family, Rates, Search, Signals, Streams};
use crate::tally::PhaseScan;
use crate::trace::Trace;

use rate::VorbisRate;

/// Samples between long blocks.
pub const PERIOD: usize = 1024;

/// Samples by which short blocks move the grid: phases are known modulo this.
pub const RESIDUES: usize = 128;

/// Fewest places that are searched.
const FEWEST: usize = 8;

/// The search for the levels of the floor.
static LADDER: Search = Search {
    name: "vorbis_ladder",
    codecs: &[Codec::Vorbis],
    looked_for: "lines that are small multiples of the floor levels of Vorbis, all of them on one ladder, at one \
                 phase of its blocks and at no other",
    period: RESIDUES,
    clock: None,
    frames: "blocks",
    signals: Signals::Pooled,
    streams: Streams::Others,
    bar: bars::VORBIS,
    in_lossy: None,
    uncut: None,
    strength: Some("how far the Vorbis phase that fits the ladder of floor levels best stands out from all others"),
    parts: false,
    evidence: &[Entry::report(
        "vorbis_rate",
        "kbps",
        0,
        "rate of the Vorbis generation, from the entropy of its residues",
        |set| set.trace(LADDER.name)?.kbps,
    )],
};

/// The search for empty lines.
static HOLES: Search = Search {
    name: "vorbis_holes",
    looked_for: "lines that are empty at one phase of the blocks of Vorbis and at no other, as they are where an \
                 encoder rounded them to zero",
    streams: Streams::Lossless,
    bar: bars::VORBIS_HOLES,
    strength: Some(
        "how far the phase at which most lines of the blocks of Vorbis are empty stands out from all others, in \
         lossless files",
    ),
    evidence: &[],
    codecs: &[Codec::Vorbis],
    period: RESIDUES,
    clock: None,
    frames: "blocks",
    signals: Signals::Pooled,
    in_lossy: None,
    uncut: None,
    parts: false,
};

/// The searches for Vorbis.
pub static FAMILY: Family = Family {
    name: "Vorbis",
    rates: Rates::ANY,
    searches: &[&LADDER, &HOLES],
    run: Some(|input| {
        let found = search(input.spans, input.rate(), input.codec(), input.noise)?;
        let kbps = found.rate.as_ref().map(|rate| rate.kbps);
        let trace = |scan| Trace { kbps, ..Trace::of(scan) };
        // The pooled scan counts pools; all of them use the same blocks.
        let ladder = PhaseScan { granules: found.blocks.granules, ..found.clearest().clone() };
        Some(vec![trace(ladder), trace(found.holes)])
    }),
    probe: None,
    evidence: &[],
};

/// What the search over all phases found. Phases are those of the first sample of a block, modulo 128.
#[derive(Debug, Clone, PartialEq)]
struct VorbisSearch {
    /// Blocks one by one, whatever their gain: strong where blocks are loud.
    blocks: PhaseScan,
    /// Blocks of each eighth of the file together, as one gain: strong where many quiet blocks agree.
    /// Its `Mid` stands for both channels together.
    pooled: PhaseScan,
    /// All blocks and channels together, as in a decode with unchanged gain, where it is strongest by far. Its `Mid`
    /// stands for both channels together, too.
    unity: PhaseScan,
    /// Lines that are empty, in all blocks and channels together. Other transform codecs leave some, too, so that only
    /// lossless files are searched. Its `Mid` stands for both channels together.
    holes: PhaseScan,
    /// The bitrate by the blocks at the strongest phase; none if nothing was found.
    rate: Option<VorbisRate>,
}

impl VorbisSearch {
    /// The scan for the ladder with the strongest peak.
    fn clearest(&self) -> &PhaseScan {
        let first = |scan: &PhaseScan| scan.peaks.first().map_or(f64::NEG_INFINITY, |peak| peak.strength);
        let pair = if first(&self.pooled) > first(&self.blocks) { &self.pooled } else { &self.blocks };
        if first(&self.unity) > first(pair) { &self.unity } else { pair }
    }
}

/// Searches all phases over `spans`.
///
/// `noise` is the variance that rounding left per sample (full scale 1): lines that are not well above it do not count.
/// Fewer than eight places, as in a third of a second, give no search. Lossy streams, by `codec`, are not searched for
/// holes.
fn search(spans: &[Span], sample_rate: u32, codec: Codec, noise: f64) -> Option<VorbisSearch> {
    let places = frames::places(spans);
    if places.len() < FEWEST {
        return None;
    }
    let [mut blocks, mut pooled, mut unity, mut holes] = scan::scan(spans, &places, noise);
    for scan in [&mut blocks, &mut pooled, &mut unity] {
        scan.peaks.retain(|peak| !own::of_vorbis(peak.phase, codec));
        scan.discount_predicted(LADDER.nearly(), |peak| Some(innovation::of_ladder(spans, peak, noise)));
    }
    if codec.is_lossless() {
        holes.discount_predicted(HOLES.nearly(), |peak| Some(innovation::of_holes(spans, peak, noise)));
    }
    let mut search = VorbisSearch { blocks, pooled, unity, holes, rate: None };
    let ladder = search.clearest().peaks.first().filter(|peak| peak.strength >= LADDER.least());
    let emptiest = search.holes.peaks.first().filter(|peak| codec.is_lossless() && peak.strength >= HOLES.least());
    if let Some(peak) = ladder.or(emptiest) {
        search.rate = rate::rate(spans, &places, peak.phase as usize, sample_rate, noise);
    }
    Some(search)
}
