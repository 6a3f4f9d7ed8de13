//! One place at a time: does it show the frame grid of a known phase, and would it if it had been coded there?
//!
//! A search sums over many frames and says that a file has a grid. A probe says where, which `passages` puts together.

pub mod informative;

/// Reads single places of a file, in file order.
pub trait Probe {
    /// Number of places.
    fn count(&self) -> usize;
    /// The samples of the file that place `n` depends on: the first, and the one behind the last.
    fn extent(&self, n: usize) -> (u64, u64);
    /// How loud place `n` is, in any unit.
    fn loudness(&self, n: usize) -> f32;
    /// What place `n` says of a phase.
    fn read(&mut self, n: usize, phase: u32) -> Reading;
}

/// What one place says of a phase. Of several phases the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Nothing: it is too quiet, too sparse or clipped.
    Uninformative,
    /// The grid is not there, and would show if it were.
    Absent,
    /// It shows the grid.
    Present,
}

impl Reading {
    /// Of a place that shows the grid or not, and that would show it if it were there or not.
    pub fn new(shows: bool, is_informative: bool) -> Self {
        match (shows, is_informative) {
            (true, _) => Self::Present,
            (false, true) => Self::Absent,
            (false, false) => Self::Uninformative,
        }
    }
}
