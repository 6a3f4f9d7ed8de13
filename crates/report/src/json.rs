//! `json`: one document, `{"bitrater": {…}, "results": […], "summary": {…}}`, streamed: a result is written when it
//! arrives and none is kept. Each stands on a line of its own.

use std::io;

use bitrater_verdict::{Outcome, Versions};

use crate::line::Line;
use crate::{Report, Sink, Summary};

pub(crate) struct Json {
    out: Sink,
    empty: bool,
}

impl Json {
    pub(crate) fn new(mut out: Sink, versions: &Versions) -> io::Result<Self> {
        out.write_all(b"{\"bitrater\":")?;
        serde_json::to_writer(&mut out, versions)?;
        out.write_all(b",\"results\":[")?;
        Ok(Self { out, empty: true })
    }
}

impl Report for Json {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.out.write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        serde_json::to_writer(&mut self.out, &Line::from(outcome))?;
        self.out.flush()
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.out.write_all(if self.empty { b"],\"summary\":" } else { b"\n],\"summary\":" })?;
        serde_json::to_writer(&mut self.out, summary)?;
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Format, samples};

    #[test]
    fn a_document_holds_versions_results_and_counts() {
        let outcomes = [samples::transcode("a.flac"), samples::error("b"), samples::original("c.mp3")];
        let text = samples::report(Format::Json, &outcomes);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["bitrater"]["evidence"], 1);
        assert_eq!(json["results"].as_array().unwrap().len(), 3);
        assert_eq!(json["results"][1]["error"]["kind"], "decode");
        insta::assert_snapshot!(json["summary"], @r#"
{"error":1,"files":3,"inconclusive":0,"interrupted":false,"left":0,"original":1,"passed_over":{"excluded":0,"linked_folders":0,"not_audio":0,"repeated":0,"unreadable":0},"seconds":1.5,"transcode":1,"warning":1}
"#);
        assert!(text.starts_with("{\"bitrater\":{\"engine\":"), "{text}");
        assert_eq!(text.lines().count(), 5);
    }

    #[test]
    fn an_empty_run_is_a_document_too() {
        let json: serde_json::Value = serde_json::from_str(&samples::report(Format::Json, &[])).unwrap();
        assert_eq!(json["results"], serde_json::json!([]));
        assert_eq!(json["summary"]["files"], 0);
    }

    #[test]
    fn hostile_names_stay_inside_their_string() {
        let text = samples::report(Format::Json, &[samples::error("\u{1b}[2J\n\"},{\u{202e}")]);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["results"][0]["path"], "\u{1b}[2J\n\"},{\u{202e}");
        assert!(!text.contains('\u{1b}'), "JSON escapes control characters");
    }
}
