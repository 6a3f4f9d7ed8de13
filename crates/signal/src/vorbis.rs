//! The long transform of Vorbis I and the lattice of its floor: what an encoder wrote.

mod long;
mod steps;

pub use long::{LONG, LongBlocks, window};
pub use steps::{Phasor, STEPS_PER_OCTAVE, Sums};
