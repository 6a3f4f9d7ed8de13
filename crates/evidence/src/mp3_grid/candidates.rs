//! Candidate phases, scored with as many granules as there are.
//!
//! A decode that nobody cut begins on one of two phases. It is 0 if the decoder removed the delay that the file's tag
//! names, and 529 if it did not (every Layer III decoder delays by 528 + 1 samples). These and the best phases of the
//! searches over all 576 are the candidate phases. They are scored side by side, a lane each, and some neighbours of
//! each serve as controls. That leaves time for many granules.

use bitrater_media::layer3::BandTable;
use bitrater_signal::mp3::LANES;

use super::granules::{self, MARGIN, Place};
use super::lattice::{is_stereo, signals_of};
use super::noise::Noise;
use super::scorer::{LEAST_SPREAD, Scorer};
use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;
use crate::tally::median;

/// Most granules that are scored.
const MOST_GRANULES: usize = 600;

/// Most candidate phases. Each needs a lane, and more lanes for its controls.
const MOST_PHASES: usize = 5;

/// Scalefactor bands that are fitted, 0 to 9.1 kHz at 44.1 kHz.
pub const BANDS: usize = 18;

/// Lane of the phase itself among its neighbours.
const CENTRE: usize = LANES / 2;

/// Lanes of the controls. The direct neighbours are not used because they see part of a lattice themselves.
const CONTROLS: [usize; 13] = [5, 11, 2, 14, 6, 10, 1, 15, 3, 13, 4, 12, 0];

/// The lattice at one candidate phase, scored in many granules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CandidatePhase {
    /// Phase, 0..576.
    pub phase: u32,
    /// Granules that were scored.
    pub granules: usize,
    /// How far the sum of its scores lies above that of its controls, in standard deviations of the controls. Bands and
    /// groups of bands are summed separately; the larger result counts.
    pub strength: f64,
    /// The same of bands alone.
    pub by_bands: f64,
    /// The strength without the granules that gave the phase most. Little is left where a click or two happened to fit.
    pub without_best: f64,
}

/// Granules that [`CandidatePhase::without_best`] leaves out in every signal.
const BEST: usize = 3;

/// Shares of all granules after which candidates that show too little are abandoned.
const LOOKS: [f64; 6] = [0.15, 0.25, 0.35, 0.5, 0.7, 1.0];

/// Strength that a real grid reaches in the end. It grows with the root of the number of granules, with a deviation of
/// one.
const EXPECTED: f64 = 7.0;

/// Deviations by which a phase may stay behind that growth. A grid that shows in a few notes only grows in steps.
const PATIENCE: f64 = 2.5;

/// Strength beyond which more granules are not needed.
const PLENTY: f64 = 20.0;

/// Scores the lattice at the first [`MOST_PHASES`] of the distinct `phases`; the strongest first.
///
/// Any number of first granules is spread over the whole file, so that phases without a grid can be abandoned after a
/// third of them.
pub fn score(
    spans: &[Span],
    places: &[Place],
    bands: &'static BandTable,
    noise: Noise,
    phases: &[u32],
) -> Vec<CandidatePhase> {
    let phases = &phases[..phases.len().min(MOST_PHASES)];
    let chosen = granules::loudest(places, MOST_GRANULES);
    let order = spread_order(chosen.len());
    let signals = if is_stereo(spans) { 2 } else { 1 };
    let lanes = lanes(phases);
    // By signal, once for the scores of bands and once for those of groups of bands.
    let mut tallies: [[LaneTally; 2]; 2] = Default::default();
    let mut scorer = Scorer::new(bands, BANDS);
    let mut examined = 0;
    let mut strengths = vec![[0.0; 2]; phases.len()];
    for look in LOOKS {
        let until = (look * chosen.len() as f64).round() as usize;
        for n in examined..until {
            let place = chosen[order[n]];
            for ((signal, samples), [bands, groups]) in signals_of(place, spans, n).into_iter().zip(&mut tallies) {
                let Some(sigma) = noise.sigma(spans, place, signal) else { continue };
                let scores = scorer.score_apart(&samples, &lanes, &sigma);
                bands.add(scores.bands.map(f64::from), phases.len());
                groups.add(scores.groups.map(f64::from), phases.len());
            }
        }
        examined = until;
        for (n, strengths) in strengths.iter_mut().enumerate() {
            for (way, strength) in strengths.iter_mut().enumerate() {
                let by_signal = tallies[..signals].iter().map(|ways| ways[way].strength(n, phases.len()));
                *strength = by_signal.fold(f64::NEG_INFINITY, f64::max);
            }
        }
        let best = strengths.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
        if best < EXPECTED * look.sqrt() - PATIENCE || best > PLENTY {
            break;
        }
    }
    let mut candidates: Vec<CandidatePhase> = phases
        .iter()
        .zip(strengths)
        .enumerate()
        .map(|(n, (&phase, [by_bands, by_groups]))| {
            let each = tallies[..signals].iter().flatten();
            let without_best = each.map(|tally| tally.without_best(n, phases.len())).fold(f64::NEG_INFINITY, f64::max);
            CandidatePhase { phase, granules: examined, strength: by_bands.max(by_groups), by_bands, without_best }
        })
        .collect();
    candidates.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    candidates
}

/// Granules in which a phase is compared with those that lie a divisor of the period away.
const COMPARED: usize = 40;

/// Distances of these.
const DIVISORS: [usize; LANES - 1] = [288, 192, 144, 96, 72, 64, 48, 36, 32, 24, 18, 16, 12, 9, 8];

/// Share of a phase's score that another phase must reach to count as a repetition.
const PERIODIC: f64 = 0.5;

/// The share of a phase's score that another phase has as well, if that lies a divisor of the period away. A sound
/// whose own period has that divisor in common with the granule's fits equally at both. 0 if no such phase has much of
/// the score.
pub fn periodic_share(spans: &[Span], places: &[Place], bands: &'static BandTable, noise: Noise, phase: u32) -> f64 {
    let lanes = std::array::from_fn(|lane| {
        let apart = if lane == 0 { 0 } else { DIVISORS[lane - 1] };
        (phase as usize + apart + TRIMMED_COLUMN) % PERIOD + MARGIN
    });
    let mut scorer = Scorer::new(bands, BANDS);
    let mut sums = [0.0; LANES];
    for (n, place) in granules::loudest(places, COMPARED).into_iter().enumerate() {
        for (signal, samples) in signals_of(place, spans, n) {
            let Some(sigma) = noise.sigma(spans, place, signal) else { continue };
            let scores = scorer.score_apart(&samples, &lanes, &sigma);
            for (sum, (bands, groups)) in sums.iter_mut().zip(scores.bands.iter().zip(&scores.groups)) {
                *sum += f64::from(bands + groups);
            }
        }
    }
    let usual = f64::from(median(sums.iter().map(|&sum| sum as f32)));
    let own = sums[0] - usual;
    let other = sums[1..].iter().fold(0.0, |most, sum| f64::max(most, sum - usual));
    if other > PERIODIC * own { (other / own.max(f64::MIN_POSITIVE)).min(1.0) } else { 0.0 }
}

/// The first columns of the granules in each lane: the phases first, then controls of each in turn.
fn lanes(phases: &[u32]) -> [usize; LANES] {
    let columns: Vec<usize> =
        phases.iter().map(|&phase| (phase as usize + TRIMMED_COLUMN) % PERIOD + MARGIN - CENTRE).collect();
    std::array::from_fn(|l| {
        let Some(&column) = columns.get(l % columns.len().max(1)) else { return 0 };
        column + (l / columns.len()).checked_sub(1).map_or(CENTRE, |n| CONTROLS[n % CONTROLS.len()])
    })
}

/// The numbers below `count`, each once, in steps of the golden section.
fn spread_order(count: usize) -> Vec<usize> {
    let gcd = |mut a: usize, mut b: usize| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let golden = (0.618 * count as f64) as usize;
    let step = (golden.max(1)..=count.max(1)).find(|&step| gcd(step, count) == 1).unwrap_or(1);
    (0..count).map(|n| n * step % count).collect()
}

/// Scores summed lane by lane.
#[derive(Debug, Clone, Default)]
struct LaneTally {
    granules: usize,
    sums: [f64; LANES],
    /// Sum over the granules of the variance that each found among its controls.
    variance: f64,
    /// By how much each granule scores above the controls, for each phase.
    rises: Vec<[f64; MOST_PHASES]>,
}

impl LaneTally {
    fn add(&mut self, scores: [f64; LANES], phases: usize) {
        self.granules += 1;
        for (sum, score) in self.sums.iter_mut().zip(scores) {
            *sum += score;
        }
        self.variance += within(&scores, phases);
        self.rises.push(std::array::from_fn(|n| {
            if n < phases { scores[n] - mean_of_controls(&scores, n, phases).0 } else { 0.0 }
        }));
    }

    /// [`Self::strength`] without the granules that gave most.
    fn without_best(&self, n: usize, phases: usize) -> f64 {
        let mut rises: Vec<f64> = self.rises.iter().map(|rises| rises[n]).collect();
        rises.sort_by(|a, b| b.total_cmp(a));
        let best: f64 = rises.iter().take(BEST).filter(|&&rise| rise > 0.0).sum();
        let mut rest = LaneTally { rises: Vec::new(), ..*self };
        rest.sums[n] -= best;
        rest.strength(n, phases)
    }

    /// How far the n-th phase lies above its own controls. The deviation of a sum is measured twice: between the sums
    /// of the controls, which includes what repeats from granule to granule, and within the granules, which are many.
    /// The larger one counts.
    fn strength(&self, n: usize, phases: usize) -> f64 {
        let (mean, controls) = mean_of_controls(&self.sums, n, phases);
        // Where hardly any band could be fitted, the deviation is hardly more than zero.
        let least = f64::from(LEAST_SPREAD) * (self.granules as f64).sqrt();
        let deviation = within(&self.sums, phases).max(self.variance).sqrt().max(least).max(f64::MIN_POSITIVE);
        (self.sums[n] - mean) / (deviation * (1.0 + 1.0 / controls).sqrt())
    }
}

/// Mean and number of the controls of the n-th of the `phases`.
fn mean_of_controls(values: &[f64; LANES], n: usize, phases: usize) -> (f64, f64) {
    let controls = values[phases..].iter().skip(n).step_by(phases);
    let (sum, count) = controls.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (sum / count, count)
}

/// Variance of the controls about the mean of their phases.
fn within(values: &[f64; LANES], phases: usize) -> f64 {
    let squares: f64 = (phases..LANES)
        .map(|lane| {
            let apart = values[lane] - mean_of_controls(values, lane % phases, phases).0;
            apart * apart
        })
        .sum();
    squares / (LANES - 2 * phases) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_fits_by_chance_are_no_grid() {
        let mut tally = LaneTally { granules: 100, ..LaneTally::default() };
        tally.sums[1] = 1.2;
        assert!(tally.strength(1, 3) < 1.0);
        tally.sums[1] = 60.0;
        assert!(tally.strength(1, 3) > 15.0);
        assert!(tally.strength(0, 3).abs() < 0.1);
    }

    #[test]
    fn each_phase_is_measured_by_its_own_controls() {
        let phases = 3;
        let mut tally = LaneTally::default();
        for n in 0..400_u32 {
            // The controls of the second phase lie five higher than those of the others; nothing stands out.
            let scores = std::array::from_fn(|lane| {
                let noise = f64::from(n * 7919 % 1009 + lane as u32 * 541 % 1009) / 1009.0;
                noise.fract() + if lane % phases == 1 { 5.0 } else { 0.0 }
            });
            tally.add(scores, phases);
        }
        for n in 0..phases {
            assert!(tally.strength(n, phases).abs() < 3.0, "{n}: {}", tally.strength(n, phases));
        }
        let spread = tally.variance.sqrt();
        tally.sums[2] += 10.0 * spread;
        assert!(tally.strength(2, phases) > 5.0 && tally.strength(0, phases) < 3.0);
    }

    #[test]
    fn a_few_granules_that_fit_leave_little_without_them() {
        let strengths = |fitting: u32| {
            let mut tally = LaneTally::default();
            for n in 0..200_u32 {
                let mut scores: [f64; LANES] =
                    std::array::from_fn(|lane| f64::from(n * 7919 % 1009 + lane as u32 * 541 % 1009) / 1009.0 % 1.0);
                // The n-th granules are spread over all of them.
                scores[0] += if n * fitting % 200 < fitting { 90.0 / f64::from(fitting) } else { 0.0 };
                tally.add(scores, 2);
            }
            (tally.strength(0, 2), tally.without_best(0, 2))
        };
        let (few, rest_of_few) = strengths(2);
        let (many, rest_of_many) = strengths(40);
        assert!(few > 15.0 && rest_of_few < 1.0, "{few}, {rest_of_few}");
        assert!(many > 15.0 && rest_of_many > 0.85 * many, "{many}, {rest_of_many}");
    }

    #[test]
    fn every_phase_has_a_lane_and_controls_near_it() {
        for phases in [&[0_u32][..], &[0, 529], &[482, 17, 300], &[0, 529, 3, 575], &[0, 529, 3, 575, 99]] {
            let lanes = lanes(phases);
            for (n, &phase) in phases.iter().enumerate() {
                let own = (phase as usize + TRIMMED_COLUMN) % PERIOD + MARGIN;
                assert_eq!(lanes[n], own);
                let controls = lanes[phases.len()..].iter().filter(|&&lane| (2..=CENTRE).contains(&lane.abs_diff(own)));
                assert!(controls.count() >= 2, "{phases:?}");
            }
            let mut different = lanes.to_vec();
            different.sort_unstable();
            different.dedup();
            assert!(different.len() >= 13, "{phases:?}");
        }
    }

    #[test]
    fn the_order_visits_every_granule_once_and_spreads_the_first() {
        for count in [1, 2, 7, 100, 600] {
            let mut order = spread_order(count);
            let quarters = order.iter().take(count / 6).fold([0; 4], |mut sums, n| {
                sums[4 * n / count] += 1;
                sums
            });
            if count == 600 {
                assert!(quarters.iter().all(|quarter| (23..=27).contains(quarter)), "{quarters:?}");
            }
            order.sort_unstable();
            assert_eq!(order, (0..count).collect::<Vec<_>>());
        }
    }
}
