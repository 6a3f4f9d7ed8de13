//! Sums a statistic over granules, phase by phase, and finds the phases that stand out.

use crate::signals::Signal;

/// A granule's contrast counts at most this many of its own MADs, so that no frame decides alone.
const CLIP: f32 = 8.0;

/// Rows that correlate more than this count once.
const REPEATED: f32 = 0.8;

/// Parts of the file that are examined one by one.
pub const PARTS: usize = 4;

/// A sum of granules deviates at least by this share of what as many informative ones do.
const LEAST_SPREAD: f32 = 0.5;

/// Phases nearer than this to a peak belong to it.
const SHADOW: usize = 8;

/// Peaks that are reported.
const MOST_PEAKS: usize = 4;

/// A part shows a phase on its own from this many MADs on.
const PART_BAR: f32 = 3.0;

/// One phase that stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridPeak {
    /// Phase: first sample of a frame (a granule for MP3) in the file as decoded, modulo the frame period; an
    /// encode whose delay was trimmed away exactly has phase 0.
    pub phase: u32,
    /// Signal in which it is strongest.
    pub signal: Signal,
    /// How far the statistic stands out from the other phases, in MADs of the file's own phases.
    pub strength: f64,
    /// Mean of the statistic itself: for holes the drop of log2 |X|² per line against the neighbouring
    /// phases, for lattices the rise of the summed band scores.
    pub depth: f64,
    /// How many of the four parts of the file show the phase on their own, 0 to 4.
    pub parts: u32,
    /// Strength within each of those parts.
    pub by_part: [f64; PARTS],
}

/// What the search over all phases found.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseScan {
    /// Granules that were searched.
    pub granules: usize,
    /// Strongest phases first, whatever their strength; at most four.
    pub peaks: Vec<GridPeak>,
    /// Strength at every phase, in the signal where it is greatest, for pictures. Empty if not all phases were
    /// searched.
    pub curve: Vec<f32>,
}

impl PhaseScan {
    /// Strength of the strongest phase; 0 where there is none.
    #[must_use]
    pub fn strength(&self) -> f64 {
        self.peaks.first().map_or(0.0, |peak| peak.strength)
    }

    /// Weakens each peak of strength `least` or more by the share that repetition explains, and sorts the peaks again.
    /// `share` is the share of a peak that earlier frames do not predict, or none for a peak that the stream's own
    /// encode explains: that one stays as it is.
    ///
    /// A peak that is weaker than one that repetition explains is weakened as much.
    pub fn discount_predicted(&mut self, least: f64, share: impl FnMut(&GridPeak) -> Option<f64>) {
        self.discount_predicted_apart_from(least, usize::MAX, share);
    }

    /// The same if phases that lie a multiple of `slot` away show the same grid.
    pub fn discount_predicted_apart_from(
        &mut self,
        least: f64,
        slot: usize,
        mut share: impl FnMut(&GridPeak) -> Option<f64>,
    ) {
        let mut most = 1.0_f64;
        for peak in self.peaks.iter_mut().filter(|peak| peak.strength >= least) {
            let Some(share) = share(peak) else { continue };
            let alone = 1.0 - periodic_share(&self.curve, peak, slot);
            most = if alone > 0.0 { most.min(share) } else { 0.0 };
            peak.weaken(alone * most);
        }
        self.peaks.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    }
}

impl GridPeak {
    /// Multiplies its strength by a share.
    pub fn weaken(&mut self, share: f64) {
        self.strength *= share;
        self.by_part = self.by_part.map(|part| part * share);
    }
}

/// Phases that lie a divisor of the period apart are compared down to this distance.
const LEAST_DIVISOR: usize = 8;

/// Share of a peak that such phases must reach to count as a repetition. An MP3 grid leaves at most 0.4 at other phases
/// of the same slots.
const PERIODIC: f32 = 0.5;

/// The share of a peak that phases show as well which lie multiples of some divisor of the period away. A sound whose
/// own period has that divisor in common with the frame's shows at all of them. 0 if they show little.
fn periodic_share(curve: &[f32], peak: &GridPeak, slot: usize) -> f64 {
    let period = curve.len();
    let strength = peak.strength as f32;
    let others = (LEAST_DIVISOR..period).filter(|&divisor| period.is_multiple_of(divisor)).map(|divisor| {
        let apart = (1..period / divisor).map(|n| n * divisor).filter(|apart| !apart.is_multiple_of(slot));
        let others = apart.map(|apart| curve[(peak.phase as usize + apart) % period]);
        median(others) / strength
    });
    let most = others.fold(0.0, f32::max);
    if most > PERIODIC { f64::from(most.min(1.0)) } else { 0.0 }
}

/// Sums of the statistic; larger means more like a grid.
pub struct Tally {
    period: usize,
    signals: &'static [Signal],
    expected: usize,
    least: f32,
    granules: usize,
    /// Sums of the clipped statistic, `[part][signal][phase]`.
    parts: Vec<Vec<Vec<f32>>>,
    /// Sums of the statistic itself, `[signal][phase]`.
    raw: Vec<Vec<f32>>,
    /// The clipped rows of the last two granules, `[signal][granule][phase]`.
    last: Vec<[Vec<f32>; 2]>,
}

impl Tally {
    /// A tally of `signals` over the phases of one frame `period` that will be given `expected` frames.
    ///
    /// `least` is the smallest deviation of the statistic of one frame over phases without a grid. If most phases show
    /// nothing, the deviation of the few that do is no measure for each other.
    pub fn new(period: usize, signals: &'static [Signal], expected: usize, least: f32) -> Self {
        Self {
            period,
            signals,
            expected: expected.max(1),
            least,
            granules: 0,
            parts: vec![vec![vec![0.0; period]; signals.len()]; PARTS],
            raw: vec![vec![0.0; period]; signals.len()],
            last: vec![[vec![0.0; period], vec![0.0; period]]; signals.len()],
        }
    }

    /// Adds the statistic of the next granule, one row of phases (columns) per signal, each row centred on
    /// zero.
    ///
    /// A row that repeats one of the two before adds nothing: a periodic signal prefers some phases again and again. A
    /// codec's grid repeats at its one phase only.
    pub fn add<R: AsRef<[f32]>>(&mut self, rows: &[R]) {
        let part = (self.granules * PARTS / self.expected).min(PARTS - 1);
        self.granules += 1;
        for (s, row) in rows.iter().enumerate() {
            let row = row.as_ref();
            let unit = 1.0 / deviation(row).max(self.least);
            let clipped: Vec<f32> = row.iter().map(|value| (value * unit).clamp(-CLIP, CLIP)).collect();
            let repeats = self.last[s].iter().any(|last| correlation(&clipped, last) > REPEATED);
            if !repeats {
                let sums = &mut self.parts[part][s];
                for (((sum, raw), clipped), value) in sums.iter_mut().zip(&mut self.raw[s]).zip(&clipped).zip(row) {
                    *sum += clipped;
                    *raw += value;
                }
            }
            self.last[s].swap(0, 1);
            self.last[s][1] = clipped;
        }
    }

    /// The phases that stand out most; the frame at column c begins at phase `(c − trimmed) mod period`.
    pub fn scan(&self, trimmed: usize) -> PhaseScan {
        // Rows of deviation one sum to the root of their number. A sum that deviates much less comes from granules of
        // which most show nothing, so that the few others are no measure for each other.
        let standard = |row: &[f32], granules: f32| -> Vec<f32> {
            let unit = 1.0 / deviation(row).max(LEAST_SPREAD * granules.max(1.0).sqrt());
            row.iter().map(|value| value * unit).collect()
        };
        let granules = self.granules as f32;
        let in_part = granules / PARTS as f32;
        let parts: Vec<Vec<Vec<f32>>> =
            self.parts.iter().map(|part| part.iter().map(|row| standard(row, in_part)).collect()).collect();
        let total: Vec<Vec<f32>> = (0..self.signals.len())
            .map(|s| {
                let sum: Vec<f32> =
                    (0..self.period).map(|phase| self.parts.iter().map(|part| part[s][phase]).sum()).collect();
                standard(&sum, granules)
            })
            .collect();
        let mut columns: Vec<usize> = Vec::new();
        let mut peaks = Vec::new();
        while peaks.len() < MOST_PEAKS {
            let strongest = (0..self.period)
                .filter(|&column| columns.iter().all(|&taken| self.distance(column, taken) > SHADOW))
                .flat_map(|column| (0..self.signals.len()).map(move |s| (column, s)))
                .max_by(|&(p, s), &(q, t)| total[s][p].total_cmp(&total[t][q]));
            let Some((column, s)) = strongest else { break };
            columns.push(column);
            peaks.push(GridPeak {
                phase: ((column + self.period - trimmed) % self.period) as u32,
                signal: self.signals[s],
                strength: f64::from(total[s][column]),
                depth: f64::from(self.raw[s][column]) / self.granules.max(1) as f64,
                parts: parts.iter().filter(|part| part[s][column] > PART_BAR).count() as u32,
                by_part: std::array::from_fn(|part| f64::from(parts[part][s][column])),
            });
        }
        let strongest = |column: usize| total.iter().map(|row| row[column]).fold(f32::NEG_INFINITY, f32::max);
        let curve = (0..self.period).map(|phase| strongest((phase + trimmed) % self.period)).collect();
        PhaseScan { granules: self.granules, peaks, curve }
    }

    /// Distance of two phases on the circle.
    fn distance(&self, a: usize, b: usize) -> usize {
        let d = a.abs_diff(b);
        d.min(self.period - d)
    }
}

/// Correlation of two rows; 0 where one of them is nothing but zeros.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let energy = product(a, a) * product(b, b);
    if energy > 0.0 { product(a, b) / energy.sqrt() } else { 0.0 }
}

/// Median absolute value: the deviation of a row that is centred on zero.
fn deviation(row: &[f32]) -> f32 {
    median(row.iter().map(|value| value.abs()))
}

/// Median of some values; 0 of none.
pub fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reproducible value in −1..1.
    fn scatter(k: usize) -> f32 {
        ((k * 7919 + 13) % 10_007) as f32 / 5003.5 - 1.0
    }

    #[test]
    fn a_phase_that_is_always_a_little_higher_stands_out() {
        let mut tally = Tally::new(576, &[Signal::Left], 100, 1e-4);
        for g in 0..100 {
            let mut row: Vec<f32> = (0..576).map(|phase| scatter(phase + 577 * g)).collect();
            row[100] += 1.0;
            tally.add(&[row]);
        }
        let scan = tally.scan(48);
        assert_eq!(scan.granules, 100);
        assert_eq!(scan.peaks[0].phase, 52);
        assert!(scan.peaks[0].strength > 10.0, "{:?}", scan.peaks[0]);
        assert_eq!(scan.peaks[0].parts, 4);
        assert!(scan.peaks[1].strength < 6.0, "{:?}", scan.peaks[1]);
        assert!(scan.peaks[0].by_part.iter().all(|&strength| strength > 3.0), "{:?}", scan.peaks[0]);
        let highest = (0..576).max_by(|&a, &b| scan.curve[a].total_cmp(&scan.curve[b])).unwrap();
        assert_eq!((scan.curve.len(), highest), (576, 52), "the curve counts phases as the peaks do");
    }

    #[test]
    fn uninformative_granules_do_not_lower_the_deviation() {
        let mut tally = Tally::new(576, &[Signal::Left], 32, 1e-4);
        for g in 0..32 {
            let mut row = vec![0.0; 576];
            if g % 20 == 5 {
                row[100] = 0.02;
            }
            tally.add(&[row]);
        }
        assert!(tally.scan(48).peaks[0].strength < 6.0, "{:?}", tally.scan(48).peaks[0]);
    }

    #[test]
    fn what_repeats_itself_at_every_phase_is_no_grid() {
        let mut tally = Tally::new(576, &[Signal::Left], 100, 1e-4);
        for g in 0..100 {
            tally.add(&[(0..576)
                .map(|phase| scatter(phase + 577 * (g % 2)) * if phase == 7 { 30.0 } else { 1.0 })
                .collect::<Vec<_>>()]);
        }
        assert!(tally.scan(48).peaks[0].strength < 6.0, "{:?}", tally.scan(48).peaks[0]);
    }

    #[test]
    fn one_granule_alone_cannot_decide() {
        let mut tally = Tally::new(576, &[Signal::Left], 100, 1e-4);
        for g in 0..100 {
            let mut row: Vec<f32> = (0..576).map(|phase| scatter(phase + 577 * g)).collect();
            if g == 50 {
                row[100] += 1e6;
            }
            tally.add(&[row]);
        }
        let peak = tally.scan(48).peaks[0];
        assert!(peak.parts <= 2 && peak.strength < 8.0, "{peak:?}");
    }

    #[test]
    fn the_streams_own_peak_takes_nothing_from_an_older_one() {
        let peak = |phase, strength| GridPeak {
            phase,
            signal: Signal::Left,
            strength,
            depth: 1.0,
            parts: 4,
            by_part: [0.5 * strength; PARTS],
        };
        let mut curve = vec![0.0; 576];
        (1..576).step_by(32).for_each(|phase| curve[phase] = 60.0);
        curve[100] = 20.0;
        let found = PhaseScan { granules: 100, peaks: vec![peak(1, 60.0), peak(100, 20.0)], curve };
        let mut own = found.clone();
        own.discount_predicted(8.0, |peak| (peak.phase != 1).then_some(0.9));
        assert_eq!(
            own.peaks.iter().map(|peak| (peak.phase, peak.strength)).collect::<Vec<_>>(),
            [(1, 60.0), (100, 18.0)]
        );
        let mut foreign = found;
        foreign.discount_predicted(8.0, |_| Some(0.9));
        assert!(foreign.strength() <= 0.0, "what repeats every 32 samples explains the weaker one, too");
    }
}
