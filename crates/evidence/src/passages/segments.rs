//! From readings of single places to stretches: the most likely path through two states, lossy and clean.

use crate::probe::Reading;

/// A reading with its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timed {
    /// Number of the place.
    pub place: usize,
    /// What it shows.
    pub reading: Reading,
}

/// A stretch of one kind, from its first informative place to its last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Whether it shows the grid.
    pub lossy: bool,
    /// Number of its first informative place.
    pub first: usize,
    /// Number of its last.
    pub last: usize,
    /// Number of the first place that shows the grid, if any does.
    pub first_shown: usize,
    /// Number of the last.
    pub last_shown: usize,
    /// Informative places in it that were examined.
    pub informative: usize,
    /// Those of them that show the grid.
    pub shows: usize,
}

/// Share of places off any grid that show one by chance: measured as 0.002 at the bar of a place, and doubled twice for
/// safety.
const BY_CHANCE: f64 = 0.01;

/// Bounds of the share of informative places that show an existing grid. Short blocks do not show it, and no place is
/// certain to.
const SHOWING: (f64, f64) = (0.3, 0.95);

/// If a smaller share than this shows the grid, its absence means too little.
const LEAST_SHOWING: f64 = 0.5;

/// What an uninformative place counts against a grid, in nats: most places of a lossy stretch show it, even where they
/// need not. A single place that shows a grid by chance then cannot extend a passage over a quiet stretch. By itself
/// this makes no stretch clean.
const QUIET: f64 = 0.15;

/// The cost of a change of state, in nats: it is unlikely in any file.
const CHANGE: f64 = 12.0;

/// The cost if only suspects are searched.
const SUSPECT: f64 = 3.0;

/// Least evidence of a segment against the other kind, in nats.
const SURE: f64 = 30.0;

/// Fewest readings of a kind that make a segment: neighbouring places share most of their samples.
const FEWEST: usize = 8;

/// Rounds in which the share and the segments are fitted to one another.
const ROUNDS: usize = 4;

/// The stretches that look as if they showed no grid.
pub fn suspects(readings: &[Timed]) -> Vec<Segment> {
    let (mut segments, showing) = fit(readings, SUSPECT);
    segments.retain(|segment| !segment.lossy && -segment.evidence(showing) >= SUSPECT);
    segments
}

/// The ranges of places in which more must be examined, because neither kind is certain.
pub fn unsure(readings: &[Timed], is_long: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let (segments, showing) = fit(readings, SUSPECT);
    let unsure = segments.iter().enumerate().filter(|(_, segment)| !segment.is_sure(showing, &is_long));
    unsure
        .map(|(n, segment)| {
            let before = n.checked_sub(1).map_or(segment.first, |n| segments[n].last);
            (before, segments.get(n + 1).map_or(segment.last, |next| next.first))
        })
        .collect()
}

/// The segments of a file that certainly has both kinds. `is_long` decides whether a clean stretch from one place to
/// another is long enough.
pub fn split(readings: &[Timed], is_long: impl Fn(usize, usize) -> bool) -> Option<Vec<Segment>> {
    let (mut segments, showing) = fit(readings, CHANGE);
    if showing < LEAST_SHOWING {
        return None;
    }
    // Uncertain segments join their neighbours, the lossy ones first: a clean verdict needs more certainty.
    segments.retain(|segment| segment.is_sure(showing, &is_long));
    segments.dedup_by(|next, last| {
        let same = next.lossy == last.lossy;
        if same {
            last.join(next);
        }
        same
    });
    (segments.len() > 1).then_some(segments)
}

/// The most likely segments, and the share of informative places that show the grid in the lossy ones.
fn fit(readings: &[Timed], change: f64) -> (Vec<Segment>, f64) {
    let mut showing = 0.8;
    let mut segments = Vec::new();
    for _ in 0..ROUNDS {
        segments = runs(readings, &way(readings, showing, change));
        let (mut shows, mut all) = (0, 0);
        for segment in segments.iter().filter(|segment| segment.lossy) {
            shows += segment.shows;
            all += segment.informative;
        }
        if all == 0 {
            break;
        }
        showing = (f64::from(shows as u32) / f64::from(all as u32)).clamp(SHOWING.0, SHOWING.1);
    }
    (segments, showing)
}

/// The most likely state of each reading (Viterbi): true is lossy.
fn way(readings: &[Timed], showing: f64, change: f64) -> Vec<bool> {
    let mut sums = [0.0_f64; 2];
    let mut came: Vec<[bool; 2]> = Vec::with_capacity(readings.len());
    for timed in readings {
        let likelihood = match timed.reading {
            Reading::Present => [BY_CHANCE.ln(), showing.ln()],
            Reading::Absent => [(1.0 - BY_CHANCE).ln(), (1.0 - showing).ln()],
            Reading::Uninformative => [0.0, -QUIET],
        };
        let stay_clean = sums[0] >= sums[1] - change;
        let stay_lossy = sums[1] >= sums[0] - change;
        came.push([!stay_clean, stay_lossy]);
        sums = [
            likelihood[0] + if stay_clean { sums[0] } else { sums[1] - change },
            likelihood[1] + if stay_lossy { sums[1] } else { sums[0] - change },
        ];
    }
    let mut lossy = sums[1] >= sums[0];
    let mut states = vec![false; readings.len()];
    for (state, came) in states.iter_mut().zip(&came).rev() {
        *state = lossy;
        lossy = came[usize::from(lossy)];
    }
    states
}

/// Runs of informative places in equal states.
fn runs(readings: &[Timed], states: &[bool]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (&Timed { place, reading }, &lossy) in readings.iter().zip(states) {
        if reading == Reading::Uninformative {
            continue;
        }
        let new = Segment::of(place, reading, lossy);
        match segments.last_mut().filter(|segment| segment.lossy == lossy) {
            // A place that shows a grid by chance is counted, but a clean stretch does not extend to it.
            Some(segment) if !lossy && reading == Reading::Present => {
                segment.informative += 1;
                segment.shows += 1;
            }
            None if !lossy && reading == Reading::Present => {}
            Some(segment) => segment.join(&new),
            None => segments.push(new),
        }
    }
    segments
}

impl Segment {
    /// A segment of one place.
    fn of(place: usize, reading: Reading, lossy: bool) -> Self {
        let shows = usize::from(reading == Reading::Present);
        Self { lossy, first: place, last: place, first_shown: place, last_shown: place, informative: 1, shows }
    }

    /// Evidence that it is lossy, in nats, where a share of the informative places `showing` shows the grid.
    fn evidence(&self, showing: f64) -> f64 {
        let clean = self.informative - self.shows;
        self.shows as f64 * (showing / BY_CHANCE).ln() - clean as f64 * ((1.0 - BY_CHANCE) / (1.0 - showing)).ln()
    }

    /// Whether its kind is certain.
    fn is_sure(&self, showing: f64, is_long: impl Fn(usize, usize) -> bool) -> bool {
        let evidence = self.evidence(showing);
        if self.lossy {
            evidence >= SURE && self.shows >= FEWEST
        } else {
            -evidence >= SURE && self.informative - self.shows >= FEWEST && is_long(self.first, self.last)
        }
    }

    /// Appends a later one.
    fn join(&mut self, next: &Self) {
        if next.shows > 0 {
            if self.shows == 0 {
                self.first_shown = next.first_shown;
            }
            self.last_shown = next.last_shown;
        }
        self.last = next.last;
        self.informative += next.informative;
        self.shows += next.shows;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(readings: &[Timed]) -> Option<Vec<Segment>> {
        super::split(readings, |first, last| last - first >= 10)
    }

    /// Marks by letter: s shows, c clean, u uninformative.
    fn readings(letters: &str) -> Vec<Timed> {
        let reading = |letter| match letter {
            's' => Reading::Present,
            'c' => Reading::Absent,
            _ => Reading::Uninformative,
        };
        letters.chars().enumerate().map(|(place, letter)| Timed { place, reading: reading(letter) }).collect()
    }

    #[test]
    fn stretches_of_both_kinds_are_told_apart() {
        let letters = "c".repeat(30) + &"sssc".repeat(12) + &"u".repeat(10) + &"c".repeat(40);
        let segments = split(&readings(&letters)).unwrap();
        let kinds: Vec<bool> = segments.iter().map(|segment| segment.lossy).collect();
        assert_eq!(kinds, [false, true, false]);
        assert_eq!((segments[1].first_shown, segments[1].last_shown), (30, 76));
    }

    #[test]
    fn one_place_by_chance_draws_no_edge_over_a_quiet_stretch() {
        let letters = "c".repeat(40) + &"u".repeat(20) + "s" + &"u".repeat(60) + &"s".repeat(40);
        let segments = split(&readings(&letters)).unwrap();
        assert_eq!((segments.len(), segments[1].first_shown, segments[0].last), (2, 121, 39), "{segments:?}");
    }

    #[test]
    fn uninformative_places_are_of_no_kind() {
        assert_eq!(split(&readings(&("s".repeat(40) + &"u".repeat(200) + &"s".repeat(9)))), None);
        assert_eq!(split(&readings(&"u".repeat(100))), None);
    }

    #[test]
    fn a_few_places_are_no_stretch() {
        let few = "s".repeat(60) + "cccccc" + &"s".repeat(60);
        assert_eq!(split(&readings(&few)), None);
        assert_eq!(suspects(&readings(&few)).len(), 1);
        assert!(suspects(&readings(&"ssssssc".repeat(14))).is_empty());
    }

    #[test]
    fn a_short_stretch_is_not_clean() {
        let letters = "s".repeat(60) + &"c".repeat(30) + &"s".repeat(60);
        assert!(split(&readings(&letters)).is_some());
        assert_eq!(super::split(&readings(&letters), |first, last| last - first >= 30), None);
    }

    #[test]
    fn more_is_examined_between_the_neighbours_of_uncertain_segments() {
        let letters = "s".repeat(40) + "uuccccuu" + &"s".repeat(40);
        assert_eq!(unsure(&readings(&letters), |first, last| last - first >= 10), [(39, 48)]);
        assert_eq!(unsure(&readings(&("sss".to_owned() + &"c".repeat(40))), |_, _| true), [(0, 3)]);
    }

    #[test]
    fn where_few_places_show_the_grid_its_absence_means_nothing() {
        assert_eq!(split(&readings(&("ssccc".repeat(40) + &"c".repeat(200)))), None);
    }
}
