//! Takes the decoded blocks of one file and turns them into its evidence.

use bitrater_media::layer3::PackedFrame;
use bitrater_media::{Pcm, StreamFacts};
use bitrater_signal::energy::peak;

use crate::bits::BitUsage;
use crate::excerpts::Excerpts;
use crate::{
    CATALOGUE, Evidence, EvidenceSet, OtherCodecs, Resolution, cutoff, mp3_aligned, mp3_grid, mp3_rate, passages,
    source_rate, upsampling,
};

/// Why a file yields no evidence.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvidenceError {
    /// Fewer samples than the shortest extractor needs.
    #[error("only {seconds:.2} s of audio; at least {needed:.2} s are needed to tell anything")]
    TooShort {
        /// Seconds decoded.
        seconds: f64,
        /// Seconds needed.
        needed: f64,
    },
}

/// Shortest audio that is analysed, in seconds.
const SHORTEST: f64 = 0.5;

/// Channels that are searched: the front pair of any layout.
const MOST_CHANNELS: usize = 2;

/// Collects evidence block by block; memory does not grow with the length of the file.
#[derive(Debug)]
pub struct Collector {
    frames: u64,
    peak: f32,
    bits: BitUsage,
    excerpts: Excerpts,
    scaled: Vec<Vec<f32>>,
}

impl Collector {
    /// A collector for a stream of these facts.
    #[must_use]
    pub fn new(facts: &StreamFacts) -> Self {
        let channels = usize::from(facts.channels).clamp(1, MOST_CHANNELS);
        Self {
            frames: 0,
            peak: 0.0,
            bits: BitUsage::default(),
            excerpts: Excerpts::new(channels),
            scaled: vec![Vec::new(); channels],
        }
    }

    /// Takes the next block of samples, and the Layer III frame it was decoded from where there is one.
    pub fn push(&mut self, pcm: &Pcm, frame: Option<&PackedFrame<'_>>) {
        self.frames += pcm.frames() as u64;
        self.bits.add(pcm);
        match pcm {
            Pcm::Int { bits, planes } => {
                let scale = 0.5_f32.powi(*bits as i32 - 1);
                for (scaled, plane) in self.scaled.iter_mut().zip(planes) {
                    scaled.clear();
                    scaled.extend(plane.iter().map(|&sample| sample as f32 * scale));
                }
            }
            Pcm::Float { planes } => {
                for (scaled, plane) in self.scaled.iter_mut().zip(planes) {
                    scaled.clear();
                    // A float file may hold NaN or infinity; no statistic survives those.
                    scaled.extend(plane.iter().map(|&sample| if sample.is_finite() { sample } else { 0.0 }));
                }
            }
        }
        for plane in &self.scaled {
            self.peak = self.peak.max(peak(plane));
        }
        let planes: Vec<&[f32]> = self.scaled.iter().map(Vec::as_slice).collect();
        self.excerpts.push(&planes, frame);
    }

    /// Runs the extractors; `stream` holds the facts as counted at the end of the file.
    pub fn finish(self, stream: StreamFacts) -> Result<EvidenceSet, EvidenceError> {
        self.finish_in_stages(stream, &mut |_| {})
    }

    /// The same, telling `done` the name of each stage as it ends; for those who measure what they cost.
    #[doc(hidden)]
    pub fn finish_in_stages(
        self,
        stream: StreamFacts,
        done: &mut dyn FnMut(&'static str),
    ) -> Result<EvidenceSet, EvidenceError> {
        let seconds = self.frames as f64 / f64::from(stream.sample_rate.max(1));
        if seconds < SHORTEST {
            return Err(EvidenceError::TooShort { seconds, needed: SHORTEST });
        }
        let effective_bits = self.bits.effective();
        let noise = rounding_noise(effective_bits);
        let spans = self.excerpts.into_spans();
        done("excerpts");
        let spectrum = cutoff::spectrum(&spans);
        let edge = spectrum.as_deref().and_then(|db| cutoff::find(db, stream.sample_rate));
        let upsampled_from = upsampling::source_rate(stream.sample_rate, edge.as_ref());
        done("spectrum");
        let grid = mp3_grid::search(&spans, stream.sample_rate, stream.codec, noise);
        done("MP3 grids");
        let others = if grid.as_ref().is_some_and(mp3_grid::GridSearch::beyond_doubt) && stream.codec.is_lossless() {
            OtherCodecs::default()
        } else {
            OtherCodecs::search(&spans, &stream, noise, done)
        };
        let mp3_aligned = mp3_aligned::search(&spans);
        done("MP3 aligned");
        let mp3_rate = mp3_rate::search(&spans, grid.as_ref(), mp3_aligned.as_ref(), &stream, noise);
        done("MP3 rate");
        let restored = (stream.codec.is_lossless() && !source_rate::is_strong(grid.as_ref(), &others))
            .then(|| source_rate::search(&spans, &stream, edge.as_ref(), noise))
            .flatten();
        let source_rate = restored.as_ref().map(|restored| restored.rate);
        let (grid, mp3_rate, others) =
            restored.map_or((grid, mp3_rate, others), |restored| (restored.grid, restored.mp3_rate, restored.others));
        done("lower sample rates");
        let passages = (stream.codec.is_lossless() && source_rate.is_none())
            .then(|| passages::search(&spans, &stream, grid.as_ref(), mp3_rate.as_ref(), &others, noise))
            .flatten();
        done("passages");
        let mut set = EvidenceSet {
            stream,
            cutoff_hz: edge.map(|edge| edge.frequency.round() as u32),
            cutoff: edge,
            spectrum,
            resolution: Resolution { effective_bits, upsampled_from: source_rate.or(upsampled_from) },
            source_rate,
            peak: self.peak,
            mp3_grid: grid,
            mp3_rate,
            mp3_aligned,
            others,
            passages,
            items: Vec::new(),
        };
        set.items = list(&set);
        Ok(set)
    }
}

/// Variance per sample that rounding to `bits` leaves (full scale 1): Δ²/12; zero for float streams.
fn rounding_noise(bits: Option<u16>) -> f64 {
    bits.map_or(0.0, |bits| 0.25_f64.powi(i32::from(bits) - 1) / 12.0)
}

/// The flat list of what was measured, in catalogue order.
fn list(set: &EvidenceSet) -> Vec<Evidence> {
    let mut items = Vec::new();
    let mut add = |name: &'static str, value: f64, unit: &'static str, digits: i32| {
        debug_assert!(CATALOGUE.contains(&name), "{name} has to be added to the catalogue");
        let precision = 10_f64.powi(digits);
        items.push(Evidence { name: name.into(), value: (value * precision).round() / precision, unit: unit.into() });
    };
    if let Some(grid) = &set.mp3_grid {
        add("mp3_holes_granules", grid.holes.granules as f64, "granules", 0);
        let names = [
            ["mp3_holes_strength", "mp3_holes_depth", "mp3_holes_phase", "mp3_holes_parts"],
            ["mp3_holes2_strength", "mp3_holes2_depth", "mp3_holes2_phase", "mp3_holes2_parts"],
        ];
        for (names, peak) in names.iter().zip(&grid.holes.peaks) {
            add(names[0], peak.strength, "mad", 1);
            add(names[1], peak.depth, "log2", 4);
            add(names[2], f64::from(peak.phase), "samples", 0);
            add(names[3], f64::from(peak.parts), "parts of 4", 0);
        }
        if let Some(likely) = grid.likely.first() {
            add("mp3_likely_granules", likely.granules as f64, "granules", 0);
            add("mp3_likely_strength", likely.strength, "deviations", 1);
            add("mp3_likely_phase", f64::from(likely.phase), "samples", 0);
        }
        if let Some(older) = &grid.older_rate {
            add("mp3_older_coarser", older.coarser_bits, "bits a line", 3);
            add("mp3_older_active", older.active_lines, "lines", 0);
            add("mp3_older_bands", older.bands as f64, "bands", 0);
        }
        if let Some(lattice) = &grid.lattice {
            add("mp3_lattice_granules", lattice.granules as f64, "granules", 0);
            if let Some(peak) = lattice.peaks.first() {
                add("mp3_lattice_strength", peak.strength, "mad", 1);
                add("mp3_lattice_depth", peak.depth, "score", 3);
                add("mp3_lattice_phase", f64::from(peak.phase), "samples", 0);
                add("mp3_lattice_parts", f64::from(peak.parts), "parts of 4", 0);
            }
        }
    }
    if let Some(rate) = &set.mp3_rate {
        add("mp3_rate", rate.kbps, "kbps", 1);
        add("mp3_rate_granules", rate.granules as f64, "granules", 0);
        add("mp3_rate_read", rate.read, "share", 3);
        add("mp3_rate_upper", rate.upper, "kbps", 1);
        add("mp3_rate_swing", rate.swing, "reservoirs", 2);
        add("mp3_rate_amplified", rate.amplified, "share", 3);
        add("mp3_rate_fineness", rate.fineness, "bits", 2);
        add("mp3_rate_mid_side", rate.mid_side, "share", 3);
        add("mp3_rate_short", rate.short, "share", 3);
    }
    if let Some(aligned) = &set.mp3_aligned {
        add("mp3_aligned_asked", aligned.asked as f64, "granule channels", 0);
        add("mp3_aligned_showing", aligned.showing as f64, "granule channels", 0);
        add("mp3_aligned_evidence", aligned.evidence, "nats", 1);
        add("mp3_aligned_bits_less", aligned.bits_less, "bits a granule", 0);
    }
    if let Some((aac, peak)) = set.others.aac.as_ref().and_then(|aac| Some((aac, aac.lattice.peaks.first()?))) {
        add("aac_lattice_strength", peak.strength, "deviations", 1);
        add("aac_lattice_phase", f64::from(peak.phase), "samples", 0);
        add("aac_lattice_parts", f64::from(peak.parts), "parts of 4", 0);
        if let Some(rate) = &aac.rate {
            add("aac_rate", rate.kbps, "kbps", 0);
        }
    }
    list_vorbis(set, &mut add);
    if let Some((opus, peak)) = set.others.opus.as_ref().and_then(|opus| Some((opus, opus.proof.peaks.first()?))) {
        add("opus_holes_strength", peak.strength, "deviations", 1);
        add("opus_holes_phase", f64::from(peak.phase), "samples at 48 khz", 0);
        if let Some(rate) = &opus.rate {
            add("opus_rate_least", f64::from(rate.least), "kbps", 0);
        }
    }
    if let Some((subband, peak)) =
        set.others.subband.as_ref().and_then(|subband| Some((subband, subband.lattice.peaks.first()?)))
    {
        add("subband_lattice_strength", peak.strength, "mad", 1);
        add("subband_lattice_phase", f64::from(peak.phase), "samples", 0);
        add("subband_lattice_parts", f64::from(peak.parts), "parts of 4", 0);
        if let Some(ladder) = &subband.ladder {
            add("subband_ladder_layer2", ladder.layer, "share", 2);
            add("subband_ladder_musepack", ladder.musepack, "share", 2);
            add("subband_rate", ladder.kbps, "kbps", 0);
        }
    }
    list_blocks(set, &mut add);
    list_passages(set, &mut add);
    if let Some(rate) = set.source_rate {
        add("source_rate", f64::from(rate), "hz", 0);
    }
    list_cutoff(set, &mut add);
    add("peak", 20.0 * f64::from(set.peak.max(1e-9)).log10(), "dbfs", 1);
    items
}

/// Ladder and holes of Vorbis.
fn list_vorbis(set: &EvidenceSet, add: &mut impl FnMut(&'static str, f64, &'static str, i32)) {
    if let Some((vorbis, peak)) = set.others.vorbis.as_ref().and_then(|vorbis| Some((vorbis, vorbis.strongest()?))) {
        add("vorbis_ladder_strength", peak.strength, "mad", 1);
        add("vorbis_ladder_phase", f64::from(peak.phase), "samples", 0);
        if let Some(rate) = &vorbis.rate {
            add("vorbis_rate", rate.kbps, "kbps", 0);
        }
        if let Some(holes) = vorbis.emptiest() {
            add("vorbis_holes_strength", holes.strength, "mad", 1);
            add("vorbis_holes_phase", f64::from(holes.phase), "samples", 0);
        }
    }
}

/// Block grids of AC-3 and Windows Media Audio.
fn list_blocks(set: &EvidenceSet, add: &mut impl FnMut(&'static str, f64, &'static str, i32)) {
    if let Some(peak) = set.others.ac3.as_ref().and_then(|ac3| ac3.mantissas.peaks.first()) {
        add("ac3_mantissas_strength", peak.strength, "mad", 1);
        add("ac3_mantissas_phase", f64::from(peak.phase), "samples", 0);
        add("ac3_mantissas_parts", f64::from(peak.parts), "parts of 4", 0);
    }
    if let Some(peak) = set.others.wma.as_ref().and_then(|wma| wma.holes.peaks.first()) {
        add("wma_holes_strength", peak.strength, "mad", 1);
        add("wma_holes_phase", f64::from(peak.phase), "samples", 0);
        add("wma_holes_parts", f64::from(peak.parts), "parts of 4", 0);
    }
}

/// Which seconds are lossy.
fn list_passages(set: &EvidenceSet, add: &mut impl FnMut(&'static str, f64, &'static str, i32)) {
    if let Some((passages, longest)) = set.passages.as_ref().and_then(|passages| Some((passages, passages.longest()?)))
    {
        add("passage_count", passages.lossy.len() as f64, "passages", 0);
        add("passage_share", passages.share, "share", 3);
        add("passage_start", longest.start, "s", 2);
        add("passage_end", longest.end, "s", 2);
        add("passage_within", passages.within, "s", 2);
    }
}

/// Where the spectrum ends.
fn list_cutoff(set: &EvidenceSet, add: &mut impl FnMut(&'static str, f64, &'static str, i32)) {
    if let Some(cutoff) = &set.cutoff {
        add("cutoff", cutoff.frequency, "hz", 0);
        add("cutoff_drop", cutoff.drop_db, "db", 1);
        add("cutoff_width", cutoff.width, "hz", 0);
        add("cutoff_floor", cutoff.floor_db, "db", 1);
    }
}
