//! The search over all phases, in a few loud frames.

use super::PERIOD;
use super::frames::{Place, Reader, WIDTH};
use super::spectra::{MARGIN, SIGNALS, Spectra, contrast};
use crate::tally::{PhaseScan, Tally, median};

/// A frame whose contrasts deviate less than this over the phases holds digital silence in most of them.
const SILENT: f32 = 0.01;

/// Searches all phases of `places`.
pub fn scan(reader: &mut Reader, places: &[Place], spectra: &mut Spectra) -> PhaseScan {
    let signals = &SIGNALS[..if reader.stereo() { 4 } else { 1 }];
    let mut tally = Tally::new(PERIOD, signals, places.len(), SILENT);
    let mut rows = vec![vec![0.0; PERIOD]; signals.len()];
    for &place in places {
        let planes = reader.read(place);
        let means: Vec<[f32; 4]> = (0..WIDTH).map(|column| spectra.means(planes, column)).collect();
        for (s, row) in rows.iter_mut().enumerate() {
            for (phase, value) in row.iter_mut().enumerate() {
                *value = contrast(&means, phase + MARGIN, s);
            }
            if median(row.iter().map(|value| value.abs())) < SILENT {
                row.fill(0.0);
            }
        }
        tally.add(&rows);
    }
    tally.scan(0)
}
