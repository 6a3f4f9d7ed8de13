//! The long transform of AC-3 (ATSC A/52, 7.9.4): blocks of 512 samples, 256 lines.

use crate::kaiser::derived;
use crate::mdct::Mdct;

/// Lines of a block, and samples between two of them.
pub const LINES: usize = 256;

/// Samples under a window.
pub const BLOCK: usize = 2 * LINES;

/// An orthonormal transform under the standard's window: Kaiser-Bessel derived with α = 5, to which its table 7.33 is rounded.
#[must_use]
pub fn mdct() -> Mdct {
    Mdct::new(LINES, &derived(5.0, LINES), 1.0)
}
