//! `csv`: a line a result with a fixed set of columns, quoted as RFC 4180 asks, lines ended by a line feed.
//!
//! A spreadsheet may take a field that starts with `=`, `+`, `-` or `@` for a formula. Nothing is done about
//! that here, because a changed path would no longer be the path: import such columns as text.

use std::io;

use bitrater_verdict::Outcome;

use crate::name::Name;
use crate::{Group, Report, Sink, Summary};

/// The columns, in order.
const COLUMNS: [&str; 15] = [
    "path",
    "status",
    "verdict",
    "confidence",
    "stated_class",
    "original_codec",
    "original_class",
    "original_bitrate",
    "transcoded_from",
    "cutoff_hz",
    "effective_bits",
    "upsampled_from",
    "error",
    "warnings",
    "path_bytes",
];

/// Where the error and the bytes of the path stand: what a failed file has beside its path.
const ERROR: usize = 12;
const PATH_BYTES: usize = 14;

pub(crate) struct Csv {
    out: csv::Writer<Sink>,
}

impl Csv {
    pub(crate) fn new(out: Sink) -> io::Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(COLUMNS)?;
        Ok(Self { out })
    }
}

impl Report for Csv {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.out.write_record(record(outcome))?;
        self.out.flush()
    }

    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

/// The fields of one line; what does not apply is empty.
fn record(outcome: &Outcome) -> [String; COLUMNS.len()] {
    fn text(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let Name { path, path_bytes } = outcome.path.as_path().into();
    let (path, path_bytes) = (path.into_owned(), path_bytes.unwrap_or_default());
    match &outcome.result {
        Ok(a) => [
            path,
            "ok".to_owned(),
            Group::of(outcome).name().to_owned(),
            a.confidence.to_string(),
            a.stated.class.to_string(),
            a.original.codec.to_string(),
            a.original.class.to_string(),
            text(a.original.bitrate),
            text(a.transcoded_from),
            text(a.cutoff_hz),
            text(a.resolution.effective_bits),
            text(a.resolution.upsampled_from),
            String::new(),
            a.warnings.join("; "),
            path_bytes,
        ],
        Err(failure) => {
            let mut fields = [const { String::new() }; COLUMNS.len()];
            fields[0] = path;
            "error".clone_into(&mut fields[1]);
            fields[ERROR] = format!("{}: {}", failure.kind.name(), failure.message);
            fields[PATH_BYTES] = path_bytes;
            fields
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Format, samples};

    #[test]
    fn columns_are_those_of_the_contract() {
        let outcomes = [samples::transcode("a, \"b\"\n.flac"), samples::original("c.mp3"), samples::error("=1+1.wav")];
        insta::assert_snapshot!(samples::report(Format::Csv, &outcomes), @r#"
path,status,verdict,confidence,stated_class,original_codec,original_class,original_bitrate,transcoded_from,cutoff_hz,effective_bits,upsampled_from,error,warnings,path_bytes
"a, ""b""
.flac",ok,transcode,0.998,LOSSLESS,mp3,128,128,128,16020,16,,,ends in the middle of a frame,
c.mp3,ok,original,0.998,V2,mp3,V2,128,,,16,,,,
=1+1.wav,error,,,,,,,,,,,decode: no frame could be decoded,,
"#);
    }

    #[test]
    fn an_empty_run_has_its_header() {
        assert!(samples::report(Format::Csv, &[]).starts_with("path,status,verdict,"));
    }
}
