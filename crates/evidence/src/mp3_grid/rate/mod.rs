//! The bitrate of a proven MP3 generation, from the integers that its encoder wrote.
//!
//! At the proven phase the hybrid bank returns the lines that the encoder quantised. From them its window, stereo mode,
//! steps and integers are read (`granule`, `quantiser`), and from those the fewest bits in which Layer III can write
//! them (`bits`). LAME writes within 0.1 % of that. Padding cannot be detected, so the rate is a lower bound. It is a
//! rough one where the steps of most lines are below the rounding noise.

mod bits;
mod granule;
mod noise;
mod quantiser;
mod summary;
#[cfg(test)]
mod tests;

use bitrater_signal::mp3::{GRANULE_NEED, SLOTS, Slot};

use super::{PERIOD, TRIMMED_COLUMN};
use crate::excerpts::Span;
use crate::places::spread;
use granule::{CodedPair, GranuleReader};
use noise::LineNoise;
use summary::Summary;

pub use summary::GenerationRate;

/// Most consecutive granules that are read together, 0.5 s at 44.1 kHz. The longer a run, the less the bit reservoir
/// matters.
const LONGEST_RUN: usize = 38;

/// Granules that are read, in evenly spread runs.
const MOST_GRANULES: usize = 380;

/// The same where little can be read, because each reading is then slow and shows little, and where only a part of the
/// file shows the generation.
const FEWER_GRANULES: usize = 190;

/// Fewest runs in the part of a file that shows the generation. One or two depend more on the music there than on the
/// rate.
const FEWEST_RUNS: usize = 3;

/// Slots of the polyphase bank per granule.
const SLOTS_PER_GRANULE: usize = SLOTS / 2;

/// Reads the generation whose granules begin at `phase`.
///
/// `rounding` is the variance per sample that rounding left; none under an MP3 stream, whose own frames give the noise.
/// If `only` some ranges of samples show the generation, these are read, and fewer granules.
pub(crate) fn read(
    spans: &[Span],
    sample_rate: u32,
    phase: u32,
    rounding: Option<f64>,
    only: &[(u64, u64)],
) -> Option<GenerationRate> {
    let mut reader = GranuleReader::new(sample_rate);
    let mut summary = Summary::default();
    let runs = runs(spans, phase, only);
    // Two passes over the file. The first decides whether the second is needed.
    for (n, run) in runs.iter().step_by(2).chain(runs.iter().skip(1).step_by(2)).enumerate() {
        if n >= runs.len().div_ceil(2)
            && summary.granules() >= FEWER_GRANULES
            && 2 * summary.well() < summary.granules()
        {
            break;
        }
        read_run(&spans[run.span], run, rounding, &mut reader, &mut summary);
    }
    summary.rate(spans.first()?.planes.len(), sample_rate, phase)
}

fn read_run(span: &Span, run: &Run, rounding: Option<f64>, reader: &mut GranuleReader, summary: &mut Summary) {
    let need = GRANULE_NEED + (run.granules - 1) * PERIOD;
    let slots: Vec<Vec<Slot>> =
        span.planes.iter().take(2).map(|plane| reader.slots(&plane[run.offset..run.offset + need])).collect();
    let mut before: Option<CodedPair> = None;
    summary.begin_run();
    for g in 0..run.granules {
        let noise = match rounding {
            Some(variance) => Some(LineNoise::rounding(variance)),
            None => LineNoise::of_stream(span, run.offset + g * PERIOD),
        };
        let Some(noise) = noise else { continue };
        let first = g * SLOTS_PER_GRANULE;
        let channels: Vec<&[Slot; SLOTS]> =
            slots.iter().filter_map(|slots| slots[first..first + SLOTS].try_into().ok()).collect();
        let pair = reader.read(&channels, before.as_ref(), &noise);
        summary.add(&pair, reader.bands());
        before = Some(pair);
    }
}

/// Consecutive granules of a span.
#[derive(Debug, Clone, Copy)]
struct Run {
    span: usize,
    /// Oldest sample of the first granule.
    offset: usize,
    granules: usize,
}

/// Evenly spread runs of equal length, as long as the spans allow: all, or those within one of the ranges `only` if
/// these hold enough.
fn runs(spans: &[Span], phase: u32, only: &[(u64, u64)]) -> Vec<Run> {
    let column = (phase as usize + TRIMMED_COLUMN) % PERIOD;
    let first = |span: &Span| (column + PERIOD - (span.start % PERIOD as u64) as usize) % PERIOD;
    let granules = |span: &Span| {
        let usable = span.len().saturating_sub(first(span) + GRANULE_NEED - PERIOD);
        usable / PERIOD
    };
    let length = spans.iter().map(granules).max().unwrap_or(0).min(LONGEST_RUN);
    if length == 0 {
        return Vec::new();
    }
    let all: Vec<Run> = spans
        .iter()
        .enumerate()
        .flat_map(|(index, span)| {
            let first = first(span);
            (0..granules(span) / length).map(move |n| Run {
                span: index,
                offset: first + n * length * PERIOD,
                granules: length,
            })
        })
        .collect();
    let inside = |run: &Run| {
        let first = spans[run.span].start + run.offset as u64;
        let end = first + (GRANULE_NEED + (run.granules - 1) * PERIOD) as u64;
        only.iter().any(|&(from, until)| from <= first && end <= until)
    };
    let inside: Vec<Run> = all.iter().copied().filter(inside).collect();
    let (all, most) = if inside.len() < FEWEST_RUNS { (all, MOST_GRANULES) } else { (inside, FEWER_GRANULES) };
    spread(&all, most / length)
}
