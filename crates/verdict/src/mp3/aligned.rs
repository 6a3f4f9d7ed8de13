//! When the integers of an MP3 stream prove an older generation on its own grid, and what that generation was.

use bitrater_evidence::EvidenceSet;
use bitrater_evidence::bars::ALIGNED;
use bitrater_evidence::mp3_aligned::{AlignedSearch, SHOWING};
use bitrater_evidence::mp3_grid::{OWN_PHASE, PERIOD};

use super::class;
use super::generation::{of_class, rated, weaker_class};
use crate::ladder::nominal_bitrate;
use crate::numbers::written;
use crate::proof::Proof;
use crate::reason::{Grid, Integers, Mp3Aligned};
use crate::{Reason, witness};

/// Share of the examined granule channels that must show an older lattice. At least [`SHOWING`] of them must.
const SHARE_BAR: f64 = ALIGNED.least;

/// The older encode was certainly weaker if this share of the granule channels shows it…
const MOSTLY: f64 = 0.25;

/// … or if it spent this share of the stream's bits less, or if both together come near.
const MUCH_LESS: f64 = 0.2;

/// Sum of both shares, each over its bar, from which the older encode was certainly weaker. Files encoded twice at one
/// rate (320 after 320, 174 recordings) reached 1.2, because rate control differs a little from encode to encode and
/// some bands are always coarser the first time.
const SURELY_WEAKER: f64 = 1.25;

/// Strength over its bar.
pub fn margin(search: &AlignedSearch) -> f64 {
    (search.share() / SHARE_BAR).min(search.showing as f64 / SHOWING as f64)
}

/// The proof of an older generation on the stream's own grid.
pub fn proof(evidence: &EvidenceSet) -> Option<Proof> {
    let search = evidence.mp3_aligned.as_ref().filter(|search| margin(search) >= 1.0)?;
    let granules = f64::from(evidence.stream.sample_rate) / PERIOD as f64;
    let less = search.bits_less * granules / 1000.0;
    let stated = &evidence.stream.stated;
    let claimed = stated.bitrate.or(nominal_bitrate(stated.class))?;
    let weaker = search.share() / MOSTLY + less / (MUCH_LESS * f64::from(claimed)) >= SURELY_WEAKER;
    let rate = evidence.mp3_rate.as_ref().filter(|rate| rate.phase == OWN_PHASE);
    let generation = match rate.filter(|_| claimed >= class::UNDER_320) {
        _ if !weaker => of_class(stated.class, OWN_PHASE),
        Some(rate) => rated(class::under_320(rate, evidence.cutoff.as_ref()), OWN_PHASE),
        None => {
            let cut = witness::mp3_class(evidence.cutoff.as_ref(), 0.0);
            let kbps = rate.map_or(f64::from(claimed) - less, |rate| rate.kbps);
            weaker_class(cut, claimed, Some(kbps), OWN_PHASE)
        }
    };
    Some(Proof {
        generation,
        margin: margin(search),
        reason: Reason::Mp3Aligned(Mp3Aligned {
            grid: Grid::of(evidence, OWN_PHASE, PERIOD),
            showing: search.showing,
            granule_channels: search.examined,
            evidence: written(search.evidence, 0),
            integers: Integers::of(evidence, OWN_PHASE),
        }),
    })
}
