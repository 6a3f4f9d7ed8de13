//! Grids that lie between the samples: a file that was cut after its resampling to 44.1 kHz.

use bitrater_signal::celt::CODED_LINES;

use super::frames::{Place, Reader};
use super::spectra::{MARGIN, Spectra};
use super::{holes, proof};
use crate::places::spread;
use crate::tally::PhaseScan;

/// Offsets that are searched, in samples of 48 kHz: a cut at 44.1 kHz moves the grid by any multiple of 1/147, and a
/// tenth of a sample leaves a third of the trace.
const OFFSETS: [f64; 4] = [0.2, 0.4, 0.6, 0.8];

/// Frames that are searched at each of them.
const SEARCHED: usize = 4;

/// Candidates that are looked at again.
const CANDIDATES: usize = 3;

/// Steps by which an offset is refined, one after another, after a look at the offset itself.
const STEPS: [f64; 5] = [0.0, 0.1, 0.05, 0.025, 0.0125];

/// A phase between the samples, and its proof.
pub struct Between {
    /// Fraction of a sample.
    pub offset: f64,
    /// The second look at the one phase.
    pub proof: PhaseScan,
}

/// Searches the offsets in some of the `searched` places, and proves the best candidate in `unseen` ones.
pub fn search(reader: &mut Reader, searched: &[Place], unseen: &[Place], spectra: &mut Spectra) -> Option<Between> {
    let few = spread(searched, SEARCHED);
    let mut candidates: Vec<(f64, f64, u32)> = Vec::new();
    for offset in OFFSETS {
        reader.set_offset(offset);
        let scan = holes::scan(reader, &few, spectra);
        candidates.extend(scan.peaks.iter().map(|peak| (peak.strength, offset, peak.phase)));
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
    candidates.truncate(CANDIDATES);
    let refined = candidates.iter().map(|&(_, offset, phase)| {
        let (depth, offset) = refine(reader, searched, offset, phase, spectra);
        (depth, offset, phase)
    });
    let (_, offset, phase) = refined.max_by(|a, b| a.0.total_cmp(&b.0))?;
    reader.set_offset(offset);
    Some(Between { offset, proof: proof::look(reader, unseen, &[phase], spectra) })
}

/// The offset near `offset` at which `phase` is deepest, after that depth.
pub fn refine(reader: &mut Reader, places: &[Place], offset: f64, phase: u32, spectra: &mut Spectra) -> (f64, f64) {
    let mut best = (f64::NEG_INFINITY, offset);
    for step in STEPS {
        for trial in [best.1 - step, best.1 + step] {
            reader.set_offset(trial);
            let depth = proof::look(reader, places, &[phase], spectra).peaks.first().map_or(0.0, |peak| peak.depth);
            if depth > best.0 {
                best = (depth, trial);
            }
        }
    }
    best
}

/// Lines above everything that Opus codes and below what resamplers remove: 20.8 to 21.8 kHz.
const ABOVE: std::ops::Range<usize> = 832..872;

/// Whether there is more above 20.8 kHz than a decoder and a resampler leave: ten times the rounding noise and a tenth
/// of the power just below 20 kHz.
pub fn has_content_above(reader: &mut Reader, places: &[Place], spectra: &mut Spectra) -> bool {
    let (mut above, mut below, mut channels) = (0.0, 0.0, 0.0);
    let mean = |values: &[f32]| values.iter().map(|x| f64::from(x * x)).sum::<f64>() / values.len() as f64;
    for &place in places {
        for lines in spectra.lines(reader.read(place), MARGIN) {
            above += mean(&lines[ABOVE]);
            below += mean(&lines[CODED_LINES - 80..CODED_LINES]);
            channels += 1.0;
        }
    }
    let floor = channels * f64::from(spectra.floors()[ABOVE.start]);
    above > 10.0 * floor && above > 0.1 * below
}
