//! What a search is. The collector, the catalogue, the search at lower sample rates and the reports loop over the one
//! list in `registry`, and use only what is described here.

use bitrater_media::{Codec, StreamFacts};

use crate::EvidenceSet;
use crate::bars::Bar;
use crate::excerpts::Span;
use crate::probe::Probe;
use crate::signals::Signal;
use crate::tally::GridPeak;
use crate::trace::Trace;

/// A family: the searches for one codec, or for codecs that share a filter bank, with what is done once for all of
/// them.
#[derive(Debug)]
pub struct Family {
    /// Name of the codec, as people write it.
    pub name: &'static str,
    /// Sample rates at which it is looked for.
    pub rates: Rates,
    /// Its searches, in the order of the traces that `run` returns.
    pub searches: &'static [&'static Search],
    /// Makes the searches; none for MP3, which the collector searches separately. Too little audio gives no traces.
    pub run: Option<Run>,
    /// Reads single places of a file in which the first search found a grid; none if there is no probe for the codec.
    pub probe: Option<ProbeOf>,
    /// Evidence that belongs to no single search.
    pub evidence: &'static [Entry],
}

/// Makes the searches of a family, and returns their traces in order.
pub type Run = fn(&Input<'_>) -> Option<Vec<Trace>>;

/// Makes a probe for what a search found.
pub type ProbeOf = for<'a> fn(&Input<'a>, &Trace) -> Option<Box<dyn Probe + 'a>>;

/// Sample rates at which a codec is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Whether this is one of them, in Hz.
    pub has: fn(u32) -> bool,
    /// The rates in words.
    pub words: &'static str,
}

impl Rates {
    /// Any sample rate.
    pub const ANY: Self = Self { has: |_| true, words: "all sample rates" };
}

/// One search for one kind of trace, over all phases of a frame grid.
#[derive(Debug)]
pub struct Search {
    /// Its name. The names of its evidence begin with it.
    pub name: &'static str,
    /// The codecs that it finds.
    pub codecs: &'static [Codec],
    /// What is looked for, in one sentence.
    pub looked_for: &'static str,
    /// How many phases there are, in samples.
    pub period: usize,
    /// The sample rate of those samples in Hz, if it is not the file's.
    pub clock: Option<u32>,
    /// What begins at a phase: frames, granules or blocks.
    pub frames: &'static str,
    /// Which signals are summed.
    pub signals: Signals,
    /// In which streams it is made.
    pub streams: Streams,
    /// The strength from which a peak proves something.
    pub bar: Bar,
    /// The higher bar in lossy streams, if one is needed.
    pub in_lossy: Option<Bar>,
    /// The lower bar of the phases of an uncut decode, in lossless files.
    pub uncut: Option<Uncut>,
    /// The meaning of its strength, as part of a sentence; none if its evidence is listed by hand.
    pub strength: Option<&'static str>,
    /// Whether the number of parts of the file that show the peak is listed, too.
    pub parts: bool,
    /// Other evidence.
    pub evidence: &'static [Entry],
}

impl Search {
    /// The bar of a phase in a stream of this codec.
    #[must_use]
    pub fn bar_at(&self, codec: Codec, phase: u32) -> Bar {
        let uncut = self.uncut.filter(|uncut| codec.is_lossless() && uncut.phases.contains(&phase));
        let in_lossy = self.in_lossy.filter(|_| !codec.is_lossless());
        uncut.map(|uncut| uncut.bar).or(in_lossy).unwrap_or(self.bar)
    }

    /// The strength of a peak in a stream of this codec, over its bar; it proves something from 1 on.
    #[must_use]
    pub fn margin(&self, codec: Codec, peak: &GridPeak) -> f64 {
        peak.strength / self.bar_at(codec, peak.phase).least
    }

    /// The lowest bar of any phase in any stream.
    #[must_use]
    pub const fn lowest(&self) -> &Bar {
        match &self.uncut {
            Some(uncut) if uncut.bar.least < self.bar.least => &uncut.bar,
            _ => &self.bar,
        }
    }

    /// The least strength that proves anything.
    #[must_use]
    pub const fn least(&self) -> f64 {
        self.lowest().least
    }

    /// The strength from which a peak is measured again.
    #[must_use]
    pub const fn nearly(&self) -> f64 {
        self.lowest().nearly()
    }
}

/// The lower bar of phases that are known beforehand. Chance reaches one of a few phases less often than one of all, so
/// that a lower bar fails no more genuine files. Only lossless files have it: files with a lossy stream of their own
/// show more by chance.
#[derive(Debug, Clone, Copy)]
pub struct Uncut {
    /// The phases of the grid in an uncut decode.
    pub phases: &'static [u32],
    /// Their bar.
    pub bar: Bar,
}

/// In which streams a search is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Streams {
    /// In all of them.
    All,
    /// In those of other codecs. In its own it would only find the stream itself.
    Others,
    /// In lossless ones.
    Lossless,
    /// In those of its own codec.
    Own,
}

impl Streams {
    /// Whether a search for `codecs` is made in a stream of `stream`.
    #[must_use]
    pub fn include(self, stream: Codec, codecs: &[Codec]) -> bool {
        match self {
            Self::All => true,
            Self::Others => !codecs.contains(&stream),
            Self::Lossless => stream.is_lossless(),
            Self::Own => codecs.contains(&stream),
        }
    }
}

/// Which signals the peaks of a search are named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signals {
    /// Each by itself.
    Each,
    /// Pairs that alternate, named by the first: left and right, mid and side.
    Pairs,
    /// A channel, or `Mid` for both channels together.
    Pooled,
    /// None: signals are not distinguished.
    Together,
}

impl Signals {
    /// The name of a peak's signal in a file of so many channels.
    #[must_use]
    pub fn name(self, signal: Signal, channels: u16) -> Option<&'static str> {
        match (self, signal) {
            (Self::Together, _) => None,
            _ if channels == 1 => Some("mono"),
            (Self::Pairs, Signal::Left | Signal::Right) => Some("left, right"),
            (Self::Pairs, Signal::Mid | Signal::Side) => Some("mid, side"),
            (Self::Pooled, Signal::Mid) => Some("both"),
            (_, signal) => Some(signal.name()),
        }
    }
}

/// The input of a search.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Excerpts of the file.
    pub spans: &'a [Span],
    /// What the file is; its sample rate is that of the excerpts.
    pub stream: &'a StreamFacts,
    /// Variance that rounding left per sample, full scale 1.
    pub noise: f64,
}

impl Input<'_> {
    /// Samples a second.
    #[must_use]
    pub fn rate(&self) -> u32 {
        self.stream.sample_rate
    }

    /// Codec of the stream.
    #[must_use]
    pub fn codec(&self) -> Codec {
        self.stream.codec
    }
}

/// One item of the list of evidence.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// Decimals that are meant.
    pub digits: i32,
    /// What it means, as part of a sentence.
    pub meaning: &'static str,
    /// What a model may make of it.
    pub role: Role,
    /// Its value in a file, where it was measured.
    pub value: Value,
}

/// How the value of an item is found.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    /// By a function of its own.
    Of(fn(&EvidenceSet) -> Option<f64>),
    /// It is the strength of the strongest peak of a search.
    Strength,
    /// It is the phase of that peak.
    Phase,
    /// It is the number of parts of the file that show that peak.
    Parts,
}

/// What a model may make of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It depends on the past of the file.
    Feature,
    /// It depends on the file or on the search, or the rules make better use of it. Where frames start depends on how a
    /// file was cut, and the number of frames on its length.
    Report,
}

impl Entry {
    /// An item that a model may use.
    pub const fn feature(
        name: &'static str,
        unit: &'static str,
        digits: i32,
        meaning: &'static str,
        value: fn(&EvidenceSet) -> Option<f64>,
    ) -> Self {
        Self { name, unit, digits, meaning, role: Role::Feature, value: Value::Of(value) }
    }

    /// An item that is only reported.
    pub const fn report(
        name: &'static str,
        unit: &'static str,
        digits: i32,
        meaning: &'static str,
        value: fn(&EvidenceSet) -> Option<f64>,
    ) -> Self {
        Self { role: Role::Report, ..Self::feature(name, unit, digits, meaning, value) }
    }
}
