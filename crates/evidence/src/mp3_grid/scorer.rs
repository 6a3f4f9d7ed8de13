//! How well a granule's lines lie on lattices, at neighbouring phases side by side.

use bitrater_media::layer3::BandTable;
use bitrater_signal::lattice::Fitter;
use bitrater_signal::mp3::lattice::{LARGEST, LARGEST_OF_BAND, fitter};
use bitrater_signal::mp3::{Block, Hybrid, LANES, LINES, LINES_PER_SUBBAND, Lane, Polyphase, SUBBANDS, Subbands};
use bitrater_signal::simd::{Kernel, dispatch};

use crate::coded;

/// A band's score counts only above this: the best of many steps reaches as much on lines without a lattice.
pub const CHANCE: f32 = 2.0;

/// The same of a group, for which more steps are tried.
pub const CHANCE_OF_GROUP: f32 = 2.7;

/// The first band that is fitted. Below it, bands of four lines fit some step of many by chance.
pub const FIRST_BAND: usize = 6;

/// A granule's scores deviate at least this much over phases without a grid, if it is informative: now and then one
/// band fits by chance.
pub const LEAST_SPREAD: f32 = 0.3;

/// Edges of the groups of bands that are fitted as one, by the numbers of the bands: to 2.0, 5.1 and 11 kHz at 44.1
/// kHz. No group is wider than a fit takes.
pub const GROUPS: [usize; 4] = [0, 10, 15, 19];

/// Scores of one granule a lane.
pub struct Apart {
    /// Sum over the bands, each fitted by itself: each may have a scalefactor of its own.
    pub bands: Lane,
    /// Sum over groups of neighbouring bands, each fitted by one step. At high rates most bands share one step. Many
    /// lines then show it although the values are large and most steps lie below the noise. But the gain must be that
    /// of the decoder.
    pub groups: Lane,
}

/// Sums the scores of a granule's scalefactor bands, reusing its buffers.
pub struct Scorer {
    polyphase: Polyphase,
    hybrid: Hybrid,
    fitter: Fitter,
    /// The same for many bands at once.
    joint: Fitter,
    subbands: Subbands,
    lines: Box<[Lane; LINES]>,
    /// Deviation of the noise on each of them.
    sigmas: Box<[f32; LINES]>,
    bands: &'static BandTable,
    /// Edges of the bands that are fitted, and of those below.
    edges: &'static [u16],
    /// Edges of the groups.
    groups: [usize; GROUPS.len()],
}

impl Scorer {
    /// A scorer of the lowest `count` scalefactor bands of a table.
    pub fn new(bands: &'static BandTable, count: usize) -> Self {
        Self {
            polyphase: Polyphase::new(),
            hybrid: Hybrid::new(Block::Long),
            fitter: fitter(LARGEST_OF_BAND),
            joint: fitter(LARGEST),
            subbands: Subbands::default(),
            lines: Box::new([[0.0; LANES]; LINES]),
            sigmas: Box::new([0.0; LINES]),
            bands,
            edges: &bands.long[..=count],
            groups: GROUPS.map(|band| usize::from(bands.long[band])),
        }
    }

    /// Scores at as many phases as each of `scores` holds, a multiple of the lanes: the first granule begins at column
    /// `first` of `samples`. `sigma` is the deviation of the noise per band. The first scores are sums over the bands,
    /// the second are squares of the lowest group, whose lines are the largest.
    pub fn score(&mut self, samples: &[f32], first: usize, sigma: &[f32; coded::BANDS], scores: [&mut [f32]; 2]) {
        let highest = self.highest();
        self.spread(sigma);
        self.polyphase.analyse(samples, holding(highest), &mut self.subbands);
        dispatch(Rows { scorer: self, first, highest, sigma, scores });
    }

    /// Scores of the granules whose first columns are `columns`, a lane each, with the score of every fit squared. Like
    /// a likelihood ratio, such a score grows with the square of how clearly a fit shows, so that a few clear granules
    /// are not masked by many weak ones.
    pub fn score_apart(&mut self, samples: &[f32], columns: &[usize; LANES], sigma: &[f32; coded::BANDS]) -> Apart {
        let highest = self.highest().max(self.groups[GROUPS.len() - 1]);
        self.spread(sigma);
        self.polyphase.analyse_apart(samples, columns, holding(highest), &mut self.subbands);
        dispatch(Squares { scorer: self, highest, sigma })
    }

    /// Keeps the noise of each band for its lines.
    fn spread(&mut self, sigma: &[f32; coded::BANDS]) {
        for (band, &sigma) in self.bands.long.windows(2).zip(sigma) {
            self.sigmas[usize::from(band[0])..usize::from(band[1])].fill(sigma);
        }
    }

    /// Adds up the scores of the bands above chance, for the granules that begin at `column` of the subbands. Of their
    /// lines those below `highest` are kept.
    #[inline(always)]
    fn add(&mut self, column: usize, highest: usize, sigma: &[f32; coded::BANDS], mut sum: impl FnMut(usize, f32)) {
        let Self { hybrid, fitter, subbands, lines, edges, .. } = self;
        hybrid.lines(subbands, column, holding(highest), lines);
        for (band, &sigma) in edges.windows(2).zip(sigma).skip(FIRST_BAND) {
            let fit = fitter.fit(&lines[usize::from(band[0])..usize::from(band[1])], sigma);
            for (lane, score) in fit.score.iter().enumerate() {
                sum(lane, (score - CHANCE).max(0.0));
            }
        }
    }

    /// Adds up the same of the first `count` groups, whose lines are there.
    #[inline(always)]
    fn add_groups(&mut self, count: usize, mut sum: impl FnMut(usize, f32)) {
        let Self { joint, lines, sigmas, groups, .. } = self;
        for group in groups.windows(2).take(count) {
            let fit = joint.fit_under(&lines[group[0]..group[1]], |n| sigmas[group[0] + n]);
            for (lane, score) in fit.score.iter().enumerate() {
                sum(lane, (score - CHANCE_OF_GROUP).max(0.0));
            }
        }
    }

    /// The line above those of the bands.
    fn highest(&self) -> usize {
        usize::from(self.edges[self.edges.len() - 1])
    }
}

/// The subbands that hold the lines below `highest`, and one more for the butterflies.
fn holding(highest: usize) -> usize {
    (highest.div_ceil(LINES_PER_SUBBAND) + 1).min(SUBBANDS)
}

/// The scores of one granule, from its subbands.
struct Rows<'a> {
    scorer: &'a mut Scorer,
    first: usize,
    highest: usize,
    sigma: &'a [f32; coded::BANDS],
    scores: [&'a mut [f32]; 2],
}

impl Kernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [bands, lowest] = self.scores;
        let blocks = bands.chunks_exact_mut(LANES).zip(lowest.chunks_exact_mut(LANES));
        for (block, (bands, lowest)) in blocks.enumerate() {
            bands.fill(0.0);
            lowest.fill(0.0);
            let column = self.first + block * LANES;
            self.scorer.add(column, self.highest, self.sigma, |lane, beyond| bands[lane] += beyond);
            self.scorer.add_groups(1, |lane, beyond| lowest[lane] += beyond * beyond);
        }
    }
}

/// The summed squares of the scores of one granule a lane, from its subbands.
struct Squares<'a> {
    scorer: &'a mut Scorer,
    highest: usize,
    sigma: &'a [f32; coded::BANDS],
}

impl Kernel for Squares<'_> {
    type Output = Apart;

    #[inline(always)]
    fn run(self) -> Apart {
        let mut apart = Apart { bands: [0.0; LANES], groups: [0.0; LANES] };
        self.scorer.add(0, self.highest, self.sigma, |lane, beyond| apart.bands[lane] += beyond * beyond);
        self.scorer.add_groups(GROUPS.len(), |lane, beyond| apart.groups[lane] += beyond * beyond);
        apart
    }
}
