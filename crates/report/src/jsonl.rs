//! `jsonl`: one JSON object a line, written and flushed as each result arrives.

use std::io;

use bitrater_verdict::Outcome;

use crate::line::Line;
use crate::{Report, Sink, Summary};

pub(crate) struct JsonLines {
    out: Sink,
}

impl JsonLines {
    pub(crate) fn new(out: Sink) -> Self {
        Self { out }
    }
}

impl Report for JsonLines {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &Line::from(outcome))?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }

    /// Counts are not results, so there is no line for them.
    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Format, samples};

    #[test]
    fn each_result_is_one_line() {
        let lines = samples::report(Format::JsonLines, &[samples::transcode("a\nb.flac"), samples::error("c")]);
        insta::assert_snapshot!(lines, @r#"
{"path":"a\nb.flac","status":"ok","error":null,"container":"flac","codec":"flac","sample_rate":44100,"channels":2,"bit_depth":16,"duration":243.1,"stated":{"codec":"flac","class":"LOSSLESS","bitrate":null,"mode":"lossless","encoder":"reference libFLAC 1.4.2"},"original":{"codec":"mp3","class":"128","bitrate":128,"mode":"cbr"},"verdict":"transcode","confidence":0.998,"transcoded_from":"128","quality_gap":6,"history":[{"codec":"mp3","class":"128","bitrate":128,"mode":"cbr","phase":559}],"cutoff_hz":16020,"resolution":{"effective_bits":16,"upsampled_from":null},"reasons":["an MP3 frame grid at phase 559 of 576: its holes stand 31.3 MADs beyond all other phases (mp3_holes) over 128 granules, in 4 of 4 parts of the file","the spectrum ends near 16.0 kHz, as an MP3 of class 128 does (cutoff)"],"reasons_data":[{"kind":"mp3_holes","phase":559,"period":576,"older":false,"raised":null,"strength":31.3,"parts":4,"granules":128,"integers":null},{"kind":"cutoff","khz":16.0,"as_class":"128"}],"evidence":[{"name":"mp3_grid_depth","value":-1.05,"unit":"log10"}],"warnings":["ends in the middle of a frame"],"versions":{"engine":"0.1.0","evidence":1,"model":"rules-1"}}
{"path":"c","status":"error","error":{"kind":"decode","message":"no frame could be decoded"},"container":null,"codec":null,"sample_rate":null,"channels":null,"bit_depth":null,"duration":null,"stated":null,"original":null,"verdict":null,"confidence":null,"transcoded_from":null,"quality_gap":null,"history":null,"cutoff_hz":null,"resolution":null,"reasons":null,"reasons_data":null,"evidence":null,"warnings":null,"versions":null}
"#);
    }

    #[test]
    fn nothing_in_nothing_out() {
        assert_eq!(samples::report(Format::JsonLines, &[]), "");
    }
}
