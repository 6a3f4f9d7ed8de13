//! The readings of the places of a file. A few are read first, and more where those do not decide.

use bitrater_media::StreamFacts;

use super::segments::{self, Segment, Timed};
use super::{MOST_PHASES, Passage};
use crate::probe::{Probe, Reading};

/// Places that are examined first, the loudest of as many parts of the file.
const FIRST: usize = 64;

/// Places that are examined in each stretch that did not show the grid, before more are read.
const CLOSER: usize = 32;

/// Places that are examined if such a stretch remains.
const MANY: usize = 600;

/// Most uncertain stretches in which more places are examined for a rough answer.
const MOST_UNSURE: usize = 6;

/// Shortest stretch that is called clean, in seconds. In 390 whole decodes of MP3 the longest run of blocks that showed
/// nothing (short blocks in noise) was 1.3 s.
const LEAST_CLEAN: f64 = 2.0;

/// What the places of a file showed so far.
pub struct Timeline<'a> {
    probe: Box<dyn Probe + 'a>,
    phases: Vec<u32>,
    sample_rate: u32,
    /// The reading of each place at the phases that show most, and the number of phases at which it was read.
    readings: Vec<(Reading, usize)>,
    /// Which places were read since the last phase was added.
    listed: Vec<bool>,
}

impl<'a> Timeline<'a> {
    pub fn new(probe: Box<dyn Probe + 'a>, phases: Vec<u32>, sample_rate: u32) -> Self {
        let count = probe.count();
        Self {
            probe,
            phases,
            sample_rate,
            readings: vec![(Reading::Uninformative, 0); count],
            listed: vec![false; count],
        }
    }

    /// Whether the places may be examined at these phases, too.
    pub fn may_have(&self, others: &[u32]) -> bool {
        !others.iter().any(|phase| self.phases.contains(phase)) && self.phases.len() + others.len() <= MOST_PHASES
    }

    /// Has the places read at other phases as well, from the beginning. Their earlier readings remain.
    pub fn add(&mut self, others: &[u32]) {
        self.phases.extend(others);
        self.listed.fill(false);
    }

    /// Reads a few places; returns whether some stretch may not show a grid.
    pub fn look(&mut self) -> bool {
        let count = self.probe.count();
        let first = count.min(FIRST);
        for part in 0..first {
            let places = part * count / first..(part + 1) * count / first;
            let loudest = places.max_by(|&a, &b| self.probe.loudness(a).total_cmp(&self.probe.loudness(b)));
            if let Some(loudest) = loudest {
                self.read(loudest);
            }
        }
        // Most suspects are a few short blocks, which lie among places that do show the grid.
        for suspect in segments::suspects(&self.timed()) {
            self.read_some(suspect.first, suspect.last, CLOSER);
        }
        !segments::suspects(&self.timed()).is_empty()
    }

    /// The stretches of a file that certainly has lossy and clean ones, by a few places, after `look`.
    pub fn rough(&mut self) -> Option<Vec<Segment>> {
        let listed = self.listed.clone();
        let unsure = segments::unsure(&self.timed(), |first, last| self.is_long(first, last));
        for (first, last) in unsure.into_iter().take(MOST_UNSURE) {
            self.read_some(first, last, CLOSER);
        }
        let segments = self.split();
        // The edges are found among evenly spread places. If one stretch had many more, some of them would show a grid
        // by chance.
        self.listed = listed;
        segments
    }

    /// The stretches of a file that has lossy and clean ones, after `look`.
    pub fn segments(&mut self) -> Option<Vec<Segment>> {
        let count = self.probe.count();
        let step = count.div_ceil(MANY).max(1);
        for place in (0..count).step_by(step) {
            self.read(place);
        }
        let rough = self.split()?;
        for pair in rough.windows(2) {
            for place in pair[0].last..=pair[1].first {
                self.read(place);
            }
        }
        self.split()
    }

    fn split(&self) -> Option<Vec<Segment>> {
        segments::split(&self.timed(), |first, last| self.is_long(first, last))
    }

    /// Whether a clean stretch from one place to another is long enough for one.
    fn is_long(&self, first: usize, last: usize) -> bool {
        let least = (LEAST_CLEAN * f64::from(self.sample_rate)) as u64;
        self.probe.extent(last).1.saturating_sub(self.probe.extent(first).0) >= least
    }

    /// Reads at most about `most` places from the first to the last.
    fn read_some(&mut self, first: usize, last: usize, most: usize) {
        let step = (last - first).div_ceil(most).max(1);
        for place in (first..=last).step_by(step) {
            self.read(place);
        }
    }

    fn read(&mut self, place: usize) {
        let (reading, examined) = &mut self.readings[place];
        // No reading is greater than `Present`.
        while *reading != Reading::Present && *examined < self.phases.len() {
            *reading = (*reading).max(self.probe.read(place, self.phases[*examined]));
            *examined += 1;
        }
        self.listed[place] = true;
    }

    /// The places that were examined.
    fn timed(&self) -> Vec<Timed> {
        let listed = self.readings.iter().zip(&self.listed).enumerate().filter(|(_, (_, listed))| **listed);
        listed.map(|(place, (&(reading, _), _))| Timed { place, reading }).collect()
    }

    /// The samples of the clean segments.
    pub fn clean(&self, segments: &[Segment]) -> Vec<(u64, u64)> {
        segments.iter().filter(|segment| !segment.lossy).map(|segment| self.extent(segment)).collect()
    }

    /// The samples of the lossy segments, from the clean one before to the one behind.
    pub fn between_clean(&self, segments: &[Segment]) -> Vec<(u64, u64)> {
        let lossy = segments.iter().enumerate().filter(|(_, segment)| segment.lossy);
        lossy
            .map(|(n, _)| {
                let from = n.checked_sub(1).map_or(0, |n| self.extent(&segments[n]).1);
                (from, segments.get(n + 1).map_or(u64::MAX, |next| self.extent(next).0))
            })
            .collect()
    }

    /// The samples of a segment.
    fn extent(&self, segment: &Segment) -> (u64, u64) {
        (self.probe.extent(segment.first).0, self.probe.extent(segment.last).1)
    }

    /// The lossy segments in seconds, and by how much their edges may lie further out.
    ///
    /// A passage reaches as far as it shows, and half way into a gap between excerpts. Its edge may lie anywhere
    /// between that and the nearest place that clearly shows nothing.
    pub fn passages(&self, segments: &[Segment], stream: &StreamFacts) -> (Vec<Passage>, f64) {
        let rate = f64::from(stream.sample_rate.max(1));
        let seconds = |sample: u64| sample as f64 / rate;
        let mut within = 0.0_f64;
        let mut lossy = Vec::new();
        for (n, segment) in segments.iter().enumerate().filter(|(_, segment)| segment.lossy) {
            let (first, last) = (self.probe.extent(segment.first_shown).0, self.probe.extent(segment.last_shown).1);
            let before = segment.first_shown.checked_sub(1).map_or(0, |place| self.probe.extent(place).1);
            let after = segment.last_shown + 1;
            let after = if after < self.probe.count() { seconds(self.probe.extent(after).0) } else { stream.duration };
            // Neighbouring places overlap.
            let start = 0.5 * (seconds(first) + seconds(before.min(first)));
            let end = 0.5 * (seconds(last) + after.max(seconds(last)));
            let clean_before = n.checked_sub(1).map_or(0.0, |n| seconds(self.extent(&segments[n]).1));
            let clean_after = segments.get(n + 1).map_or(stream.duration, |next| seconds(self.extent(next).0));
            within = within.max(start - clean_before).max(clean_after - end);
            let start = if segment.first_shown == 0 { 0.0 } else { start };
            lossy.push(Passage { start, end });
        }
        (lossy, within)
    }
}
