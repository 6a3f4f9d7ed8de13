//! `{"bitrater": {versions}, "result": {…}, "searches": […]}`: the result is, to the byte, the one that `analyze` reports.

use std::io::{self, Write};

use bitrater_verdict::Versions;

use super::Explanation;
use crate::line::Line;

impl Explanation<'_> {
    /// Writes the explanation as one JSON document.
    pub fn write_json(&self, out: &mut dyn Write, versions: &Versions) -> io::Result<()> {
        out.write_all(b"{\"bitrater\":")?;
        serde_json::to_writer(&mut *out, versions)?;
        out.write_all(b",\n\"result\":")?;
        serde_json::to_writer(&mut *out, &Line::from(self.outcome))?;
        out.write_all(b",\n\"searches\":[")?;
        for (n, finding) in self.findings.iter().enumerate() {
            out.write_all(if n == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, finding)?;
        }
        out.write_all(b"\n]}\n")?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use crate::Format;

    #[test]
    fn the_document_holds_result_and_searches() {
        let sample = samples::fake("/music/b.flac");
        let text = sample.json();
        insta::assert_snapshot!(text);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let of_analyze = crate::samples::report(Format::JsonLines, std::slice::from_ref(&sample.outcome));
        assert_eq!(json["result"], serde_json::from_str::<serde_json::Value>(&of_analyze).unwrap());
        assert!(text.contains(&format!("\"result\":{},\n", of_analyze.trim_end())), "the same to the byte");
    }

    #[test]
    fn a_failed_file_has_a_result_and_no_searches() {
        let json: serde_json::Value = serde_json::from_str(&samples::failed("gone.flac").json()).unwrap();
        assert_eq!(json["result"]["error"]["kind"], "decode");
        assert_eq!(json["searches"], serde_json::json!([]));
    }
}
