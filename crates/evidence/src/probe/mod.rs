//! Probes read one place at a time: does it show the frame grid of a known phase, and would it if it had been coded
//! there?
//!
//! A search sums over many frames and shows that a file has a grid. A probe shows where, and `passages` joins the
//! places.

pub mod informative;

/// Reads single places of a file, in file order.
pub trait Probe {
    /// Number of places.
    fn count(&self) -> usize;
    /// The samples of the file that place `n` depends on: the first, and the one behind the last.
    fn extent(&self, n: usize) -> (u64, u64);
    /// How loud place `n` is, in any unit.
    fn loudness(&self, n: usize) -> f32;
    /// Reads place `n` at a phase.
    fn read(&mut self, n: usize, phase: u32) -> Reading;
}

/// What one place shows of a phase. Of several phases the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Nothing: it is too quiet, too sparse or clipped.
    Uninformative,
    /// No grid, although one would show.
    Absent,
    /// The grid.
    Present,
}

impl Reading {
    /// The reading of a place that shows the grid or not, and that is informative or not.
    pub fn new(shows: bool, is_informative: bool) -> Self {
        match (shows, is_informative) {
            (true, _) => Self::Present,
            (false, true) => Self::Absent,
            (false, false) => Self::Uninformative,
        }
    }
}
