//! How well a granule's lines sit on lattices, at neighbouring phases side by side.

use bitrater_media::layer3::BandTable;
use bitrater_signal::lattice::Fitter;
use bitrater_signal::mp3::lattice::fitter;
use bitrater_signal::mp3::{Block, Hybrid, LANES, LINES, LINES_PER_SUBBAND, Lane, Polyphase, SUBBANDS, Subbands};
use bitrater_signal::simd::{Kernel, dispatch};

use crate::coded;

/// A band's score counts from here on: the best of many steps reaches as much on lines that have none.
pub const CHANCE: f32 = 2.0;

/// The first band that is fitted: below, bands of four lines fit some step of many by chance.
pub const FIRST_BAND: usize = 6;

/// A granule's scores deviate at least this much over phases without a grid, if it has anything to say: one band that
/// fits by chance now and then.
pub const LEAST_SPREAD: f32 = 0.3;

/// Sums the scores of a granule's scalefactor bands, reusing its buffers.
pub struct Scorer {
    polyphase: Polyphase,
    hybrid: Hybrid,
    fitter: Fitter,
    subbands: Subbands,
    lines: Box<[Lane; LINES]>,
    /// Edges of the bands that are fitted, and of those below.
    edges: &'static [u16],
}

impl Scorer {
    /// A scorer of the lowest `count` scalefactor bands of a table.
    pub fn new(bands: &'static BandTable, count: usize) -> Self {
        Self {
            polyphase: Polyphase::new(),
            hybrid: Hybrid::new(Block::Long),
            fitter: fitter(),
            subbands: Subbands::default(),
            lines: Box::new([[0.0; LANES]; LINES]),
            edges: &bands.long[..=count],
        }
    }

    /// Scores at as many phases as `scores` holds, a multiple of the lanes: the first granule begins at column
    /// `first` of `samples`. `sigma` is the deviation of the noise per band.
    pub fn score(&mut self, samples: &[f32], first: usize, sigma: &[f32; coded::BANDS], scores: &mut [f32]) {
        self.polyphase.analyse(samples, self.needed(), &mut self.subbands);
        dispatch(Rows { scorer: self, first, sigma, scores });
    }

    /// Scores of the granules whose first columns are `columns`, a lane each, every band's squared: as a likelihood ratio does, a
    /// score then grows with the square of how clearly the band shows, and a few clear granules are not drowned by many
    /// that have little to say.
    pub fn score_apart(&mut self, samples: &[f32], columns: &[usize; LANES], sigma: &[f32; coded::BANDS]) -> Lane {
        self.polyphase.analyse_apart(samples, columns, self.needed(), &mut self.subbands);
        dispatch(Apart { scorer: self, sigma })
    }

    /// Adds up by how much the scores of the bands go beyond chance, at the granules that begin at `column` of the subbands.
    #[inline(always)]
    fn add(&mut self, column: usize, sigma: &[f32; coded::BANDS], mut sum: impl FnMut(usize, f32)) {
        let needed = self.needed();
        let Self { hybrid, fitter, subbands, lines, edges, .. } = self;
        hybrid.lines(subbands, column, needed, lines);
        for (band, &sigma) in edges.windows(2).zip(sigma).skip(FIRST_BAND) {
            let fit = fitter.fit(&lines[usize::from(band[0])..usize::from(band[1])], sigma);
            for (lane, score) in fit.score.iter().enumerate() {
                sum(lane, (score - CHANCE).max(0.0));
            }
        }
    }

    /// The subbands that hold the bands' lines, and one more for the butterflies.
    #[inline(always)]
    fn needed(&self) -> usize {
        (usize::from(self.edges[self.edges.len() - 1]).div_ceil(LINES_PER_SUBBAND) + 1).min(SUBBANDS)
    }
}

/// The summed scores of one granule, from its subbands.
struct Rows<'a> {
    scorer: &'a mut Scorer,
    first: usize,
    sigma: &'a [f32; coded::BANDS],
    scores: &'a mut [f32],
}

impl Kernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (block, scores) in self.scores.chunks_exact_mut(LANES).enumerate() {
            scores.fill(0.0);
            self.scorer.add(self.first + block * LANES, self.sigma, |lane, beyond| scores[lane] += beyond);
        }
    }
}

/// The summed squares of the scores of one granule a lane, from its subbands.
struct Apart<'a> {
    scorer: &'a mut Scorer,
    sigma: &'a [f32; coded::BANDS],
}

impl Kernel for Apart<'_> {
    type Output = Lane;

    #[inline(always)]
    fn run(self) -> Lane {
        let mut scores = [0.0; LANES];
        self.scorer.add(0, self.sigma, |lane, beyond| scores[lane] += beyond * beyond);
        scores
    }
}
