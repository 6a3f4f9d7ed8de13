//! The Vorbis block grid: at which phases the long transform sees what an encoder wrote.
//!
//! A decoded Vorbis file, analysed by the encoder's own transform at its own block phase, has lines that are
//! floor levels times small integers, and all floors share one ladder of levels ([`bitrater_signal::vorbis`]);
//! one sample off, they are smeared. An honest recording prefers no phase. Long blocks lie 1024 samples apart,
//! but a run of k short ones moves them by 1024 + 128 k, so a file has one phase modulo 128 and up to eight
//! modulo 1024. Where hardly a line stands far enough above the noise for that, the many that the encoder rounded to zero show the
//! phase: they are empty there and nowhere else.

mod frames;
mod holes;
mod new;
mod rate;
mod scan;
mod sums;
#[cfg(test)]
mod tests;
mod unity;

use bitrater_media::Codec;

use crate::excerpts::Span;
use crate::own;
use crate::tally::{GridPeak, PhaseScan};

pub use rate::VorbisRate;

/// Samples between long blocks.
pub const PERIOD: usize = 1024;

/// Samples by which short blocks move the grid: phases are told modulo this.
pub const RESIDUES: usize = 128;

/// Fewest places that a search is worth.
const FEWEST: usize = 8;

/// A peak this strong, in MADs, is a grid; no genuine recording of the evaluation reaches it.
pub const FOUND: f64 = 12.0;

/// Holes this strong, in MADs, are a grid; of 1044 genuine files one shows 10.1, the others 8.3 at most.
pub const HOLES_FOUND: f64 = 14.0;

/// What the search over all phases found. Phases are those of the first sample of a block, modulo 128.
#[derive(Debug, Clone, PartialEq)]
pub struct VorbisSearch {
    /// Blocks one by one, whatever their gain: strong where blocks are loud.
    pub blocks: PhaseScan,
    /// Blocks of each eighth of the file together, as one gain: strong where many quiet blocks agree.
    /// Its `Mid` stands for both channels together.
    pub pooled: PhaseScan,
    /// All blocks and channels together, as a decode whose gain nobody changed: strongest by far where that is so. Its
    /// `Mid` stands for both channels together, too.
    pub unity: PhaseScan,
    /// Lines that are empty, in all blocks and channels together: other transform codecs leave some, too, so that this is asked of lossless files
    /// only. Its `Mid` stands for both channels together.
    pub holes: Option<PhaseScan>,
    /// What the blocks at the strongest phase say of the bitrate; none if nothing was found.
    pub rate: Option<VorbisRate>,
}

impl VorbisSearch {
    /// The strongest peak of all scans for the ladder.
    #[must_use]
    pub fn strongest(&self) -> Option<&GridPeak> {
        self.clearest().peaks.first()
    }

    /// The scan for the ladder with the strongest peak.
    #[must_use]
    pub fn clearest(&self) -> &PhaseScan {
        let first = |scan: &PhaseScan| scan.peaks.first().map_or(f64::NEG_INFINITY, |peak| peak.strength);
        let pair = if first(&self.pooled) > first(&self.blocks) { &self.pooled } else { &self.blocks };
        if first(&self.unity) > first(pair) { &self.unity } else { pair }
    }

    /// The phase whose holes stand out most.
    #[must_use]
    pub fn emptiest(&self) -> Option<&GridPeak> {
        self.holes.as_ref()?.peaks.first()
    }
}

/// One run of samples of the file.
#[derive(Debug, Clone, Copy)]
struct Run<'a> {
    /// Index of the first sample in the file as decoded.
    start: u64,
    /// Samples by channel, full scale ±1.0; every channel has the same length.
    planes: &'a [Vec<f32>],
}

impl Run<'_> {
    /// Samples per channel.
    fn len(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }

    /// Channels that are searched: the front pair of any layout.
    fn channels(&self) -> usize {
        self.planes.len().min(2)
    }
}

/// Searches all phases over `spans`.
///
/// `noise` is the variance that rounding left per sample (full scale 1): lines that do not stand well above it do
/// not count. Fewer than eight places, as in a third of a second, give no search. In a lossy stream, which `codec` tells, holes are not looked for.
pub(crate) fn search(spans: &[Span], sample_rate: u32, codec: Codec, noise: f64) -> Option<VorbisSearch> {
    let runs: Vec<Run> = spans.iter().map(|span| Run { start: span.start, planes: &span.planes }).collect();
    let mut search = search_runs(&runs, sample_rate, codec, noise)?;
    if !codec.is_lossless() {
        search.holes = None;
    }
    Some(search)
}

/// Searches one run of samples by channel from the start of a file, full scale ±1.0, as [`search`] does; for tools.
#[doc(hidden)]
#[must_use]
pub fn search_planes(planes: &[Vec<f32>], sample_rate: u32, noise: f64) -> Option<VorbisSearch> {
    search_runs(&[Run { start: 0, planes }], sample_rate, Codec::Flac, noise)
}

fn search_runs(runs: &[Run], sample_rate: u32, codec: Codec, noise: f64) -> Option<VorbisSearch> {
    let places = frames::places(runs);
    if places.len() < FEWEST {
        return None;
    }
    let [mut blocks, mut pooled, mut unity, mut holes] = scan::scan(runs, &places, noise);
    for scan in [&mut blocks, &mut pooled, &mut unity] {
        scan.peaks.retain(|peak| !own::of_vorbis(peak.phase, codec));
        scan.keep_new(FOUND, |peak| Some(new::of_ladder(runs, peak, noise)));
    }
    holes.keep_new(HOLES_FOUND, |peak| Some(new::of_holes(runs, peak, noise)));
    let mut search = VorbisSearch { blocks, pooled, unity, holes: Some(holes), rate: None };
    let ladder = search.strongest().filter(|peak| peak.strength >= FOUND);
    if let Some(peak) = ladder.or(search.emptiest().filter(|peak| peak.strength >= HOLES_FOUND)) {
        search.rate = rate::rate(runs, &places, peak.phase as usize, sample_rate, noise);
    }
    Some(search)
}
