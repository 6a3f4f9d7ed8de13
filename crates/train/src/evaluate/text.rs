//! The figures as tables for people.

use std::fmt::{self, Display, Formatter};

use super::{Evaluation, Share};

/// Columns of a confusion matrix that fit a page; beyond it the matrix is left to the JSON.
const WIDEST: usize = 24;

impl Display for Share {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| 100.0 * share;
        write!(
            f,
            "{} of {} = {:.2} % (95 %: {:.2} to {:.2})",
            self.count,
            self.of,
            percent(self.share),
            percent(self.low),
            percent(self.high)
        )
    }
}

impl Display for Evaluation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} files of {} recordings, {} failed\n",
            self.protocol, self.files, self.recordings, self.failed
        )?;
        for (name, share) in [
            ("right", &self.right),
            ("wrong", &self.wrong),
            ("inconclusive", &self.inconclusive),
            ("transcodes found", &self.found),
            ("false accusations", &self.false_accusations),
            ("  of lossless files", &self.false_accusations_lossless),
            ("  of lossy files", &self.false_accusations_lossy),
            ("  recordings accused", &self.falsely_accused_recordings),
        ] {
            writeln!(f, "{name:<22} {share}")?;
        }
        self.chains(f)?;
        self.classes(f)?;
        self.confusion(f)?;
        self.calibration(f)
    }
}

impl Evaluation {
    fn chains(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let width = self.chains.iter().map(|group| group.chain.chars().count()).max().unwrap_or(0).max(5);
        writeln!(
            f,
            "\n{:width$} {:>6} {:>7} {:>13} {:>6} {:>6} {:>6} {:>7} {:>7} {:>7}",
            "chain", "files", "right", "95 %", "wrong", "incon", "recs", "class", "codec", "kbps"
        )?;
        for group in &self.chains {
            let of = group.right.of;
            let percent = |part: usize, of: usize| {
                if of == 0 { "-".to_owned() } else { format!("{:.1}%", 100.0 * part as f64 / of as f64) }
            };
            writeln!(
                f,
                "{:width$} {:>6} {:>7} {:>13} {:>6} {:>6} {:>6} {:>7} {:>7} {:>7}",
                group.chain,
                of,
                percent(group.right.count, of),
                format!("{:.1}-{:.1}", 100.0 * group.right.low, 100.0 * group.right.high),
                group.wrong,
                group.inconclusive,
                group.wrong_recordings,
                percent(group.class, of),
                percent(group.codec, of),
                percent(group.bitrate.count, group.bitrate.of),
            )?;
        }
        Ok(())
    }

    fn classes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{:10} {:>6} {:>9} {:>7} {:>7}", "class", "files", "precision", "recall", "F1")?;
        for score in &self.classes {
            let (class, support) = (&score.class, score.support);
            writeln!(f, "{class:10} {support:>6} {:>9.3} {:>7.3} {:>7.3}", score.precision, score.recall, score.f1)?;
        }
        Ok(())
    }

    fn confusion(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let confusion = &self.confusion;
        if confusion.classes.len() > WIDEST {
            return Ok(());
        }
        let width = confusion.classes.iter().map(String::len).max().unwrap_or(0).max(5);
        write!(f, "\n{:width$}", "is \\ called")?;
        for class in &confusion.classes {
            write!(f, " {class:>width$}")?;
        }
        writeln!(f)?;
        for (class, row) in confusion.classes.iter().zip(&confusion.counts) {
            if row.iter().all(|&count| count == 0) {
                continue;
            }
            let heading = "is \\ called".len().max(width);
            write!(f, "{class:heading$}")?;
            for &count in row {
                let cell = if count == 0 { ".".to_owned() } else { count.to_string() };
                write!(f, " {cell:>width$}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn calibration(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let calibration = &self.calibration;
        writeln!(
            f,
            "\nexpected calibration error {:.4}, Brier score {:.4}\n{:>10} {:>6} {:>10} {:>7}",
            calibration.ece, calibration.brier, "confidence", "files", "mean", "right"
        )?;
        for bin in &calibration.bins {
            let range = format!("{:.1}-{:.1}", bin.from, bin.from + 0.1);
            writeln!(f, "{range:>10} {:>6} {:>10.3} {:>7.3}", bin.files, bin.confidence, bin.right)?;
        }
        Ok(())
    }
}
