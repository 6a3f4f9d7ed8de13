//! Places of a file that searches with few frames look at: the loudest of each part of it.

use std::borrow::Cow;

use crate::excerpts::Span;
use crate::signals::Signal;

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
    /// The signals in which the `n`-th place is read, of `need` samples each: a channel, and of two the sum or difference, taking turns.
    pub fn signals(self, spans: &[Span], need: usize, n: usize) -> Vec<Cow<'_, [f32]>> {
        let planes = &spans[self.span].planes;
        let samples = |channel: usize| &planes[channel][self.offset..self.offset + need];
        if planes.len() < 2 {
            return vec![Cow::Borrowed(samples(0))];
        }
        let (channel, sign) = if n.is_multiple_of(2) { (0, 1.0) } else { (1, -1.0) };
        let mix = |(l, r): (&f32, &f32)| (l + sign * r) * std::f32::consts::FRAC_1_SQRT_2;
        vec![Cow::Borrowed(samples(channel)), Cow::Owned(samples(0).iter().zip(samples(1)).map(mix).collect())]
    }
}

/// The signals that places of these spans are read in.
pub fn signals(spans: &[Span]) -> &'static [Signal] {
    if spans.iter().any(|span| span.planes.len() > 1) { &STEREO } else { &STEREO[..1] }
}

/// The loudest place of each part of the file, by its high frequencies: at most `most`, at multiples of `period`, with `need` samples.
pub fn loudest(spans: &[Span], period: usize, need: usize, most: usize) -> Vec<Place> {
    let mut places = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let mut offset = (span.start.next_multiple_of(period as u64) - span.start) as usize;
        while offset + need <= span.len() {
            let energy = |plane: &Vec<f32>| -> f32 {
                plane[offset..offset + need].windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum()
            };
            places.push((Place { span: index, offset }, span.planes.iter().map(energy).sum::<f32>()));
            offset += period;
        }
    }
    let count = places.len().min(most);
    (0..count)
        .filter_map(|n| {
            let part = &places[n * places.len() / count..(n + 1) * places.len() / count];
            part.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|&(place, _)| place)
        })
        .collect()
}
