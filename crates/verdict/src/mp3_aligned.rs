//! When the integers of an MP3 stream prove an older generation on its own grid, and what that generation was.

use bitrater_evidence::mp3_aligned::AlignedSearch;
use bitrater_evidence::mp3_grid::PERIOD;
use bitrater_evidence::{Class, EvidenceSet};

use crate::ladder::nominal_bitrate;
use crate::proof::{OWN_PHASE, Proof, mp3_generation};
use crate::witness;

/// Share of the granule channels asked that must show an older lattice: of 1044 honest MP3s of 174 recordings the worst
/// reached 0.018.
const SHARE_BAR: f64 = 0.03;

/// And their number.
const SHOWING_BAR: f64 = 8.0;

/// The older encode was surely weaker where this share of the granule channels shows it…
const MOSTLY: f64 = 0.25;

/// … or where it spent this share of the stream's bits less, or where both together come near: encoded again at one
/// rate (320 after 320), recordings reached a share of 0.11 and 0.14 of the bits, for rate control differs a little from encode to
/// encode and some bands are always coarser the first time.
const MUCH_LESS: f64 = 0.2;

/// Sum of both shares, each over its bar, from which on the older encode was surely weaker.
const SURELY_WEAKER: f64 = 1.25;

/// Strength over its bar.
pub fn margin(search: &AlignedSearch) -> f64 {
    (search.share() / SHARE_BAR).min(search.showing as f64 / SHOWING_BAR)
}

/// The proof of an older generation on the stream's own grid.
pub fn proof(evidence: &EvidenceSet) -> Option<Proof> {
    let search = evidence.mp3_aligned.as_ref().filter(|search| margin(search) >= 1.0)?;
    let granules = f64::from(evidence.stream.sample_rate) / PERIOD as f64;
    let less = search.bits_less * granules / 1000.0;
    let stated = &evidence.stream.stated;
    let claimed = f64::from(stated.bitrate.or(nominal_bitrate(stated.class))?);
    let weaker = search.share() / MOSTLY + less / (MUCH_LESS * claimed) >= SURELY_WEAKER;
    let cutoff_class = if weaker { witness::mp3_class(evidence.cutoff.as_ref(), 0.0) } else { Class::V(0) };
    Some(Proof {
        generation: mp3_generation(evidence, OWN_PHASE, cutoff_class, |claimed| {
            weaker.then(|| f64::from(claimed) - less)
        }),
        margin: margin(search),
        reason: format!(
            "an MP3 generation on the stream's own frame grid: {} of {} granule channels hold only integers that a coarser quantiser leaves (mp3_aligned, e^{:.0} to 1 on average)",
            search.showing, search.asked, search.evidence
        ),
    })
}
