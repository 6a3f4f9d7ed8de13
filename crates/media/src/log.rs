//! What goes wrong while a stream is read without ending it; becomes the warnings of the facts.

use crate::error::MediaError;

/// Collects oddities; each kind becomes one sentence, however often it happens.
#[derive(Debug, Default)]
pub(crate) struct Log {
    bad_packets: u64,
    format_change: bool,
    notes: Vec<String>,
    ended_by: Option<MediaError>,
}

impl Log {
    /// A packet did not decode and was passed over.
    pub fn bad_packet(&mut self) {
        self.bad_packets += 1;
    }

    /// How many packets did not decode.
    pub fn bad_packets(&self) -> u64 {
        self.bad_packets
    }

    /// Sample rate, channel count or codec change from here on.
    pub fn format_change(&mut self) {
        self.format_change = true;
    }

    /// One sentence of its own.
    pub fn note(&mut self, sentence: String) {
        self.notes.push(sentence);
    }

    /// Reading stopped before the end.
    pub fn ended_by(&mut self, error: MediaError) {
        self.ended_by = Some(error);
    }

    /// The sentences, for a stream of which `seconds` were read.
    pub fn into_warnings(self, seconds: f64) -> Vec<String> {
        let mut warnings = self.notes;
        match self.bad_packets {
            0 => {}
            1 => warnings.push("1 damaged packet was passed over".to_owned()),
            n => warnings.push(format!("{n} damaged packets were passed over")),
        }
        if self.format_change {
            warnings.push(format!(
                "the sample rate or channel count changes after {seconds:.1} s; only the part before that was analysed"
            ));
        }
        if let Some(error) = self.ended_by {
            warnings.push(format!("the file breaks after {seconds:.1} s and was analysed up to there: {error}"));
        }
        warnings
    }
}
