//! The two searches for an MP3 grid over all phases, with their bars.

use bitrater_evidence::mp3_grid::GridSearch;
use bitrater_evidence::{GridPeak, bars};

use crate::Reason;
use crate::proof::agrees;
use crate::reason::Mp3Scan;

/// One of the two searches for an MP3 grid over all phases.
pub struct Scan {
    /// Makes its reason.
    pub reason: fn(Mp3Scan) -> Reason,
    /// Least strength that proves.
    pub bar: f64,
    /// Whether a proof under an MP3 stream needs integers that can be read.
    pub needs_integers: bool,
    /// Granules that were searched.
    pub granules: usize,
}

/// Every peak of every scan.
pub fn scans(search: &GridSearch) -> impl Iterator<Item = (Scan, &GridPeak)> {
    let kinds = [
        (Reason::Mp3Holes as fn(Mp3Scan) -> Reason, bars::HOLES.least, false, Some(&search.holes)),
        (Reason::Mp3Lattice, bars::LATTICE.least, true, search.lattice.as_ref()),
    ];
    kinds
        .into_iter()
        .filter_map(|(reason, bar, needs_integers, scan)| Some((reason, bar, needs_integers, scan?)))
        .flat_map(|(reason, bar, needs_integers, scan)| {
            let granules = scan.granules;
            scan.peaks.iter().map(move |peak| (Scan { reason, bar, needs_integers, granules }, peak))
        })
}

/// Whether a search over all phases proves a grid at this one.
pub fn is_scanned(search: &GridSearch, phase: u32) -> bool {
    scans(search).any(|(scan, peak)| peak.phase == phase && agrees(peak, scan.bar))
}
