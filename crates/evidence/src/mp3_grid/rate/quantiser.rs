//! The quantiser of one channel of a granule, read from its lines: global gain, the amplification of each band, and the
//! integers.
//!
//! Each band alone would do if it holds enough lines. But the standard links the bands (ISO/IEC 11172-3, 2.4.3.4.7): `e
//! = global_gain − 210 − 2k`, with k ≥ 0 from scalefactor, preflag, `scalefac_scale` and `subblock_gain`. The shortest
//! description of all bands together, k included, is chosen.

use bitrater_media::layer3::{BandTable, LINES};
use bitrater_signal::mp3::codelength::{Describer, FINEST, Lengths, STEPS};
use bitrater_signal::mp3::lattice::LARGEST;
use bitrater_signal::mp3::{Block, LINE_NOISE, SHORT_LINE_NOISE};
use bitrater_signal::rounding::nearest;
use bitrater_signal::simd::{Kernel, dispatch};

use super::noise::LineNoise;

/// Bits that an unamplified and an amplified band need beside their lines.
const PLAIN: f32 = 1.0;
const AMPLIFIED: f32 = 2.5;

/// Additional bits for each half step: large amplifications are rare.
const PER_AMPLIFICATION: f32 = 0.4;

/// A second reading is made if the emptiest subband holds this many times the rounding noise.
const NOISIER: f32 = 1.25;

/// Leakage of a strong line into its neighbours through the polyphase banks of decoder and encoder, as a share of it:
/// the banks are perfect to about −90 dB.
const LEAKAGE: f32 = 3e-5;

/// A step is read if it is at least this many deviations of the noise. If it is smaller, zeros and ones mix.
const READABLE: f32 = 3.5;

/// A line is a stray from this many deviations on.
const FAR: f32 = 4.5;

/// One channel of a granule as its quantiser left it.
#[derive(Debug, Clone)]
pub struct Quantised {
    /// Its window.
    pub block: Block,
    /// Integers in the order of the bitstream.
    pub integers: [i16; LINES],
    /// Amplification k of each band, in half steps of the quantiser; none where all its lines are zero. Long bands, or
    /// short ones window by window.
    pub amplified: Vec<Option<u8>>,
    /// Bits of the shortest description.
    pub length: f32,
    /// Non-zero lines in bands whose step stands above the noise.
    pub read: usize,
    /// Those in other bands.
    pub unread: usize,
    /// Lines that lie far off their lattice points.
    pub strays: usize,
}

impl Quantised {
    /// Whether this reading is so good that no other need be tried.
    pub fn fits(&self) -> bool {
        20 * self.unread <= self.read && 40 * self.strays <= self.read.max(40)
    }
}

/// Integers whose powers are kept.
const KEPT: usize = 256;

/// Reads channels, reusing its buffers.
#[derive(Debug)]
pub struct QuantiserReader {
    describer: Describer,
    lengths: Vec<Lengths>,
    /// n^(4/3).
    powers: [f32; KEPT],
}

impl Default for QuantiserReader {
    fn default() -> Self {
        let powers = std::array::from_fn(|n| power(n as f32));
        Self { describer: Describer::default(), lengths: Vec::new(), powers }
    }
}

impl QuantiserReader {
    /// Reads the quantiser of `lines`, which are as [`bitrater_signal::mp3::GranuleBank::lines`] gives them, of signal
    /// `signal` (left, right, mid, side) under `noise`.
    ///
    /// Clipped samples, or rounding that is the same in both channels, leave more noise than rounding should. The
    /// emptiest subband shows the most that it can be. The noise with the shorter description is used.
    pub fn read(
        &mut self,
        lines: &[f32; LINES],
        block: Block,
        bands: &'static BandTable,
        signal: usize,
        noise: &LineNoise,
    ) -> Quantised {
        let layout = Layout::new(block, bands);
        let ordered = layout.order(lines);
        let first = self.under(&layout, &ordered, signal, noise);
        let &LineNoise::White(white) = noise else { return first };
        let emptiest = lines.chunks(18).map(|lines| lines.iter().map(|x| x * x).sum::<f32>() / 18.0);
        let most = emptiest.fold(f32::INFINITY, f32::min).sqrt() / layout.noise_gain();
        if most < NOISIER * white || first.fits() {
            return first;
        }
        let mut second = self.under(&layout, &ordered, signal, &LineNoise::White(most));
        // A wider density costs every line.
        second.length += LINES as f32 * (most / white).log2();
        if second.length < first.length { second } else { first }
    }

    fn under(&mut self, layout: &Layout, ordered: &[f32; LINES], signal: usize, noise: &LineNoise) -> Quantised {
        let bands = layout.bands();
        self.lengths.resize(bands, [0.0; STEPS]);
        // Energies of the first lines, as many as the index.
        let mut energies = [0.0_f64; LINES + 1];
        for (n, x) in ordered.iter().enumerate() {
            energies[n + 1] = energies[n] + f64::from(x * x);
        }
        let mut sigmas = Vec::with_capacity(bands);
        for (band, lengths) in self.lengths.iter_mut().enumerate() {
            let lines = layout.lines(band);
            let near = lines.start.saturating_sub(36)..(lines.end + 36).min(LINES);
            let level = ((energies[near.end] - energies[near.start]) / near.len() as f64).sqrt() as f32;
            let known = layout.noise_gain() * noise.around(signal, layout.hybrid_lines(band));
            let sigma = known.hypot(LEAKAGE * level);
            self.describer.measure(&ordered[lines], sigma, lengths);
            sigmas.push(sigma);
        }
        let (gain, length) = self.gain(layout);
        let mut quantised = Quantised {
            block: layout.block,
            integers: [0; LINES],
            amplified: Vec::with_capacity(bands),
            length,
            read: 0,
            unread: 0,
            strays: 0,
        };
        for (band, sigma) in sigmas.into_iter().enumerate() {
            let k = layout.choice(band).best(&self.lengths[band], gain);
            let step = (0.25 * (gain as i32 + FINEST - 2 * k as i32) as f32).exp2();
            let lines = layout.lines(band);
            let integers = &mut quantised.integers[lines.clone()];
            let (nonzero, strays) =
                dispatch(Quantise { lines: &ordered[lines], step, far: FAR * sigma, powers: &self.powers, integers });
            quantised.strays += strays;
            if step >= READABLE * sigma {
                quantised.read += nonzero;
            } else {
                quantised.unread += nonzero;
            }
            quantised.amplified.push((nonzero > 0).then_some(k as u8));
        }
        quantised
    }

    /// The global gain, as an index of steps, of the shortest description, and its length.
    fn gain(&self, layout: &Layout) -> (usize, f32) {
        let mut sums = [0.0; STEPS];
        // Bands with free amplification come first: computed several side by side, they wait less for one another's
        // last step.
        let (together, rest) = self.lengths[..layout.freely_amplified()].as_chunks::<4>();
        for lengths in together {
            Choice::Any.add(lengths, &mut sums);
        }
        for lengths in rest {
            Choice::Any.add(std::array::from_ref(lengths), &mut sums);
        }
        for (band, lengths) in self.lengths.iter().enumerate().skip(layout.freely_amplified()) {
            layout.choice(band).add(std::array::from_ref(lengths), &mut sums);
        }
        // The coarsest of the equally short ones: where all lines are zero, they are equal.
        let best = (0..STEPS).rev().min_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0);
        (best, sums[best])
    }
}

fn power(n: f32) -> f32 {
    n * n.cbrt()
}

/// Rounds the lines of a band to the integers of one step. Returns the number of non-zero ones, and of the lines that
/// are off by more than `far`.
struct Quantise<'a> {
    lines: &'a [f32],
    step: f32,
    far: f32,
    powers: &'a [f32; KEPT],
    integers: &'a mut [i16],
}

impl Kernel for Quantise<'_> {
    type Output = (usize, usize);

    #[inline(always)]
    fn run(self) -> (usize, usize) {
        let (mut nonzero, mut strays) = (0, 0);
        for (integer, line) in self.integers.iter_mut().zip(self.lines) {
            let root = (line.abs() / self.step).sqrt();
            let magnitude = nearest((root * root.sqrt()).min(LARGEST)).max(0.0);
            *integer = magnitude.copysign(*line) as i16;
        }
        for (integer, line) in self.integers.iter().zip(self.lines) {
            let n = usize::from(integer.unsigned_abs());
            let power = if n < KEPT { self.powers[n] } else { power(n as f32) };
            nonzero += usize::from(n > 0);
            strays += usize::from((line.abs() - power * self.step).abs() > self.far);
        }
        (nonzero, strays)
    }
}

/// What one step of `subblock_gain` amplifies, in those of scalefactors.
const WIDEST_STRIDE: usize = 4;

/// Which amplifications a band may have.
#[derive(Debug, Clone, Copy)]
enum Choice {
    /// None: the highest band of a long block has no scalefactor.
    None,
    /// Those of `subblock_gain` alone: the highest bands of a short block.
    WindowGain,
    /// Any.
    Any,
}

impl Choice {
    /// Smallest k but zero.
    fn stride(self) -> Option<usize> {
        match self {
            Self::None => None,
            Self::WindowGain => Some(WIDEST_STRIDE),
            Self::Any => Some(1),
        }
    }

    /// Adds the shortest descriptions of some bands under each global gain.
    #[inline(always)]
    fn add<const N: usize>(self, lengths: &[Lengths; N], sums: &mut Lengths) {
        let stride = self.stride();
        // The shortest with k > 0 of the last gains, each further stride costing the same.
        let mut amplified = [[f32::INFINITY; N]; 2 * WIDEST_STRIDE];
        for gain in 0..STEPS {
            let amplified = &mut amplified[stride.map_or(0, |stride| gain % (2 * stride))];
            for n in 0..N {
                if let Some((finer, stride)) = stride.and_then(|stride| Some((gain.checked_sub(2 * stride)?, stride))) {
                    let more = PER_AMPLIFICATION * stride as f32;
                    amplified[n] = (lengths[n][finer] + AMPLIFIED).min(amplified[n]) + more;
                }
                sums[gain] += (lengths[n][gain] + PLAIN).min(amplified[n]);
            }
        }
    }

    /// The k that describes a band best under a global gain.
    fn best(self, lengths: &Lengths, gain: usize) -> usize {
        let length =
            |k: usize| lengths[gain - 2 * k] + if k == 0 { PLAIN } else { AMPLIFIED + PER_AMPLIFICATION * k as f32 };
        let amplified = self.stride().into_iter().flat_map(|stride| (stride..=gain / 2).step_by(stride));
        std::iter::once(0).chain(amplified).min_by(|&a, &b| length(a).total_cmp(&length(b))).unwrap_or(0)
    }
}

/// Where the bands of a block are.
struct Layout {
    block: Block,
    /// Ends of the bands in the order of the bitstream, from 0 on.
    edges: Vec<usize>,
    /// Short bands in lines of one window.
    short: &'static [u16],
}

impl Layout {
    fn new(block: Block, bands: &'static BandTable) -> Self {
        let edges = if block == Block::Short {
            let mut edges = vec![0];
            for band in bands.short.windows(2) {
                for _ in 0..3 {
                    edges.push(edges[edges.len() - 1] + usize::from(band[1] - band[0]));
                }
            }
            edges
        } else {
            bands.long.iter().map(|&edge| usize::from(edge)).collect()
        };
        Self { block, edges, short: &bands.short }
    }

    fn bands(&self) -> usize {
        self.edges.len() - 1
    }

    fn lines(&self, band: usize) -> std::ops::Range<usize> {
        self.edges[band]..self.edges[band + 1]
    }

    /// The lines of a long block that have the frequencies of a band.
    fn hybrid_lines(&self, band: usize) -> std::ops::Range<usize> {
        if self.block != Block::Short {
            return self.lines(band);
        }
        let edge = |band: usize| 3 * usize::from(self.short[band]);
        edge(band / 3)..edge(band / 3 + 1)
    }

    /// Deviation of noise on its lines, relative to those of long blocks.
    fn noise_gain(&self) -> f32 {
        if self.block == Block::Short { SHORT_LINE_NOISE / LINE_NOISE } else { 1.0 }
    }

    fn choice(&self, band: usize) -> Choice {
        match self.block {
            _ if band < self.freely_amplified() => Choice::Any,
            Block::Short => Choice::WindowGain,
            _ => Choice::None,
        }
    }

    /// Number of bands, the first ones, that may have any amplification.
    fn freely_amplified(&self) -> usize {
        self.bands() - if self.block == Block::Short { 3 } else { 1 }
    }

    /// Lines of the hybrid bank in the order of the bitstream.
    fn order(&self, lines: &[f32; LINES]) -> [f32; LINES] {
        if self.block != Block::Short {
            return *lines;
        }
        let mut ordered = [0.0; LINES];
        for band in 0..self.bands() {
            let first = usize::from(self.short[band / 3]);
            for (k, line) in ordered[self.lines(band)].iter_mut().enumerate() {
                *line = lines[3 * (first + k) + band % 3];
            }
        }
        ordered
    }
}
