//! The two searches for an MP3 grid over all phases, with their bars.

use std::iter;

use bitrater_evidence::mp3_grid::GridSearch;
use bitrater_evidence::{GridPeak, bars};

use crate::Reason;
use crate::proof::agrees;
use crate::reason::Mp3Scan;

/// One of the two searches for an MP3 grid over all phases.
#[derive(Clone, Copy)]
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
    let holes = Scan {
        reason: Reason::Mp3Holes,
        bar: bars::HOLES.least,
        needs_integers: false,
        granules: search.holes.granules,
    };
    let lattice = search.lattice.as_ref().map(|scan| {
        let granules = scan.granules;
        (Scan { reason: Reason::Mp3Lattice, bar: bars::LATTICE.least, needs_integers: true, granules }, scan)
    });
    iter::once((holes, &search.holes))
        .chain(lattice)
        .flat_map(|(kind, scan)| scan.peaks.iter().map(move |peak| (kind, peak)))
}

/// Whether a search over all phases proves a grid at this one.
pub fn is_scanned(search: &GridSearch, phase: u32) -> bool {
    scans(search).any(|(scan, peak)| peak.phase == phase && agrees(peak, scan.bar))
}
