//! The bitrate by the stereo coding.
//!
//! From some band on, both channels of a CELT frame are one signal at two levels (intensity stereo). At the true phase
//! the lines of left and right are then proportional, to within the rounding noise, and at no other. libopus chooses
//! that band from the bitrate alone (`celt_encoder.c`, `intensity_thresholds`), so the band gives a ladder of nominal
//! bitrates.

use bitrater_signal::celt::BANDS;

use super::PERIOD;
use super::frames::{Place, Reader};
use super::spectra::{MARGIN, Spectra};
use crate::trace::RateRange;

/// Nominal kbps from which libopus codes each band in stereo.
const THRESHOLDS: [u32; 21] = [1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 36, 44, 50, 56, 62, 67, 72, 79, 88, 106, 134];

/// Lowest band that is examined: at the rates of the bands below, music is not coded in stereo.
const LOWEST: usize = 11;

/// Distance in samples of the phase that the true one is compared with.
const ASIDE: usize = 317;

/// A band must be informative in one of this many frames.
const FEWEST: usize = 3;

/// Per cent of those frames with proportional channels below which a band is coded in stereo, and above which it is
/// not. Bands that merely run out of bits lose their side now and then.
const SHARE: std::ops::Range<usize> = 60..75;

/// Reads the bitrate from the frames of `places` at `phase`; none for mono files, where the channels are too similar,
/// and where no band shows intensity stereo.
pub fn range(reader: &mut Reader, places: &[Place], phase: u32, spectra: &mut Spectra) -> Option<RateRange> {
    if !reader.stereo() {
        return None;
    }
    // Per band: informative frames, and those of them in which the channels are proportional.
    let mut counts = [[0_usize; 2]; BANDS.len() - 1];
    let column = phase as usize % PERIOD;
    for &place in places {
        let planes = reader.read(place);
        let aside = residues(spectra, planes, (column + ASIDE) % PERIOD + MARGIN);
        let here = residues(spectra, planes, column + MARGIN);
        for ((count, here), aside) in counts.iter_mut().zip(here).zip(aside) {
            if aside > CLEAR {
                count[0] += 1;
                count[1] += usize::from(here < PROPORTIONAL);
            }
        }
    }
    let mut start = counts.len();
    while start > LOWEST {
        let [informative, proportional] = counts[start - 1];
        if informative * FEWEST < places.len() {
            return None;
        }
        let share = 100 * proportional / informative;
        if share < SHARE.start {
            break;
        }
        if SHARE.contains(&share) {
            return None;
        }
        start -= 1;
    }
    // If every band is in stereo, the rate may be high, but some frames at low rates look the same.
    Some(RateRange { least: THRESHOLDS[start - 1], below: *THRESHOLDS.get(start)? })
}

/// Residue, in units of the noise, from which the channels of a band are clearly not proportional.
const CLEAR: f32 = 12.0;

/// Residue below which they may be.
const PROPORTIONAL: f32 = 2.5;

/// What remains of the weaker principal component of (left, right) in each band, in units of the rounding noise.
fn residues(spectra: &mut Spectra, planes: &[Vec<f32>], column: usize) -> [f32; BANDS.len() - 1] {
    let lines = spectra.lines(planes, column);
    let sums: [[f32; 3]; BANDS.len() - 1] = std::array::from_fn(|band| {
        let mut sums = [0.0_f32; 3];
        let band = BANDS[band]..BANDS[band + 1];
        for (x, y) in lines[0][band.clone()].iter().zip(&lines[1][band]) {
            sums[0] += x * x;
            sums[1] += y * y;
            sums[2] += x * y;
        }
        sums
    });
    std::array::from_fn(|band| {
        let [xx, yy, xy] = sums[band].map(f64::from);
        let half = 0.5 * (xx + yy);
        let spread = (0.25 * (xx - yy) * (xx - yy) + xy * xy).sqrt();
        let noise: f32 = spectra.floors()[BANDS[band]..BANDS[band + 1]].iter().sum();
        // Resampling back from 44.1 kHz is exact to about −70 dB near 20 kHz.
        ((half - spread) / (f64::from(noise) + 1e-7 * half)) as f32
    })
}
