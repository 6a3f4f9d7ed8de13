//! Places of a file for searches that use few frames: the loudest of each part of it.

use std::borrow::Cow;
use std::ops::Range;

use bitrater_signal::energy::difference_energy;

use crate::excerpts::Span;
use crate::signals::{Signal, taking_turns};
use crate::tally::PhaseScan;

/// The two signals of [`Place::signals`]: left and right show in the first, mid and side in the second.
pub const STEREO: [Signal; 2] = [Signal::Left, Signal::Mid];

/// A place's samples: the span, and the offset of a multiple of the period in it.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Index of the span.
    pub span: usize,
    /// First sample in it.
    pub offset: usize,
}

impl Place {
    /// The signals in which the `n`-th place is read, of `need` samples each. A mono file has one; in stereo, left and
    /// mid alternate with right and side.
    pub fn signals(self, spans: &[Span], need: usize, n: usize) -> Vec<Cow<'_, [f32]>> {
        let channels: Vec<&[f32]> =
            spans[self.span].planes.iter().map(|plane| &plane[self.offset..self.offset + need]).collect();
        taking_turns(&channels, n).into_iter().map(|(_, samples)| samples).collect()
    }
}

/// The signals that places of these spans are read in.
pub fn signals(spans: &[Span]) -> &'static [Signal] {
    if spans.iter().any(|span| span.planes.len() > 1) { &STEREO } else { &STEREO[..1] }
}

/// The loudest place of each part of the file, by its high frequencies: at most `most`, at multiples of `period`, with
/// `need` samples.
pub fn loudest(spans: &[Span], period: usize, need: usize, most: usize) -> Vec<Place> {
    let mut places = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let mut offset = (span.start.next_multiple_of(period as u64) - span.start) as usize;
        while offset + need <= span.len() {
            let energy = |plane: &Vec<f32>| difference_energy(&plane[offset..offset + need]);
            places.push((Place { span: index, offset }, span.planes.iter().map(energy).sum::<f32>()));
            offset += period;
        }
    }
    best_of_parts(&places, most, |&(_, energy)| energy).into_iter().map(|(place, _)| place).collect()
}

/// The item of each of `most` equal parts of `all` that rates highest; of equals the last.
pub fn best_of_parts<T: Copy>(all: &[T], most: usize, rate: impl Fn(&T) -> f32) -> Vec<T> {
    let count = all.len().min(most);
    (0..count)
        .filter_map(|n| {
            let part = &all[n * all.len() / count..(n + 1) * all.len() / count];
            let rated = part.iter().map(|item| (*item, rate(item)));
            rated.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(item, _)| item)
        })
        .collect()
}

/// At most `most` of all items, evenly spread.
pub fn spread<T: Copy>(all: &[T], most: usize) -> Vec<T> {
    let count = all.len().min(most);
    (0..count).map(|n| all[n * all.len() / count]).collect()
}

/// Scans about `first` of the places, evenly spread, and all of them if the result is promising but not beyond doubt.
pub fn scan_few_or_all(
    places: &[Place],
    first: usize,
    promising: &Range<f64>,
    scan: impl Fn(&[Place]) -> PhaseScan,
) -> PhaseScan {
    let every = places.len().div_ceil(first);
    let few: Vec<Place> = places.iter().copied().step_by(every).collect();
    let found = scan(&few);
    if every > 1 && promising.contains(&found.strength()) { scan(places) } else { found }
}
