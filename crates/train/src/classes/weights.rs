//! The weights, and the source text that the verdict holds them in.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::measures::Reading;

/// A score that is fitted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score {
    /// VBR against CBR.
    Variable,
    /// V0 against V2.
    V0,
    /// The classes under a stream of 320 kbps.
    Under320,
}

impl Score {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Variable, Self::V0, Self::Under320];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Variable => "VBR or CBR",
            Self::V0 => "V0 or V2",
            Self::Under320 => "class under 320 kbps",
        }
    }
}

/// Classes under a stream of 320 kbps, in the order of the weights.
pub(super) const CLASSES_UNDER_320: [&str; 5] = ["128", "192", "256", "V0", "V2"];

/// The weights of all scores; the constant of each stands last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Above zero where the rate followed the music.
    pub variable: Vec<f64>,
    /// Above zero for V0, below for V2.
    pub v0: Vec<f64>,
    /// The largest names the class.
    pub under_320: Vec<Vec<f64>>,
}

fn score(weights: &[f64], measures: &[f64]) -> f64 {
    weights.iter().zip(measures.iter().chain(&[1.0])).map(|(weight, measure)| weight * measure).sum()
}

impl Weights {
    /// Whether a score is right of a generation.
    pub(super) fn is_right(&self, question: Score, reading: &Reading) -> bool {
        match question {
            Score::Variable => (score(&self.variable, &reading.variable()) > 0.0) == reading.class.starts_with('V'),
            Score::V0 => (score(&self.v0, &reading.v0()) > 0.0) == (reading.class == "V0"),
            Score::Under320 => {
                let measures = reading.under_320();
                let of = |n: &usize| score(&self.under_320[*n], &measures);
                let best = (0..self.under_320.len()).max_by(|a, b| of(a).total_cmp(&of(b)));
                best.is_some_and(|best| CLASSES_UNDER_320[best] == reading.class)
            }
        }
    }

    /// JSON with one row a line.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let row = serde_json::to_string::<Vec<f64>>;
        let rows: Vec<String> = self.under_320.iter().map(row).collect::<Result<_, _>>()?;
        let (variable, v0, rows) = (row(&self.variable)?, row(&self.v0)?, rows.join(",\n"));
        Ok(format!("{{\n\"variable\":{variable},\n\"v0\":{v0},\n\"under_320\":[\n{rows}\n]}}\n"))
    }

    /// The source of `crates/verdict/src/mp3/class/weights.rs`.
    #[must_use]
    pub fn source(&self) -> String {
        let list = |weights: &[f64]| weights.iter().map(|weight| format!("{weight:?}")).collect::<Vec<_>>().join(", ");
        let mut text = String::from(
            "//! The weights of the scores of [`super`], each with the constant last.\n\
             //!\n\
             //! Made by `cargo run --release -p bitrater-train --example bars -- classes`, which see in `docs/training.md`, of\n\
             //! `crates/train/data/classes.json`. A test of `bitrater-train` compares the two.\n\n",
        );
        let mut item = |what: &str, name: &str, weights: &[f64]| {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "/// {what}\npub(super) const {name}: [f64; {}] = [{}];\n",
                weights.len(),
                list(weights)
            );
        };
        item(
            "Amplified bands, l = ln(kbps / 200), distances of the rate and of the upper one to a standard rate, fineness, edges of 128, of 192\n\
             /// and V2, of 256 or 320, and none.",
            "VARIABLE",
            &self.variable,
        );
        item("Fineness, l, an edge of 192 and V2, and none.", "V0", &self.v0);
        let _ = writeln!(
            text,
            "/// Amplified bands, l, l², fineness, edges of 128, of 192 and V2, of 256, and one that the stream's own encoder leaves: for each class\n\
             /// under 320 kbps.\n\
             pub(super) const UNDER_320: [[f64; {}]; {}] = [",
            self.under_320.first().map_or(0, Vec::len),
            self.under_320.len(),
        );
        for (row, class) in self.under_320.iter().zip(CLASSES_UNDER_320) {
            let _ = writeln!(text, "    // {class}\n    [{}],", list(row));
        }
        text.push_str("];\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use bitrater_evidence::cutoff::Cutoff;
    use bitrater_evidence::mp3_grid::GridSearch;
    use bitrater_evidence::mp3_grid::rate::GenerationRate;
    use bitrater_evidence::{Codec, EvidenceSet, GridPeak, PhaseScan, Signal, StreamFacts};
    use bitrater_verdict::{Judge, Policy, assess};

    use super::super::measures::Under;
    use super::super::measures::tests::reading;
    use super::*;

    /// A phase that is no MP3 stream's own.
    const PHASE: u32 = 5;

    /// The class that the rules name where holes prove a generation.
    fn by_the_rules(reading: &Reading) -> String {
        let codec = if reading.under == Under::Lossless { Codec::Flac } else { Codec::Mp3 };
        let mut set = EvidenceSet::unmeasured(StreamFacts::fixture(codec, 44_100));
        let peak = GridPeak {
            phase: PHASE,
            signal: Signal::Mid,
            strength: 30.0,
            depth: 1.0,
            parts: 4,
            by_part: [15.0; bitrater_evidence::PARTS],
        };
        let holes = PhaseScan { granules: 100, peaks: vec![peak], curve: Vec::new() };
        set.mp3_grid = Some(GridSearch { holes, lattice: None, candidates: Vec::new(), older_rate: None });
        set.mp3_rate = Some(GenerationRate {
            phase: PHASE,
            granules: 380,
            read: 1.0,
            kbps: reading.kbps,
            upper: reading.upper,
            swing: 0.5,
            amplified: reading.amplified,
            fineness: reading.fineness,
            mid_side: 0.5,
            short: 0.0,
        });
        let cutoff = |frequency| Cutoff { frequency, drop_db: 40.0, floor_db: -120.0, width: 150.0 };
        set.cutoff = reading.edge.map(cutoff);
        let policy = Policy { judge: Judge::Rules, ..Policy::default() };
        assess(&set, &policy).original.class.to_string()
    }

    #[test]
    fn the_verdict_weighs_the_same_measures() {
        let weights: Weights = serde_json::from_str(include_str!("../../data/classes.json")).unwrap();
        let edges =
            [None, Some(16_500.0), Some(17_700.0), Some(18_700.0), Some(19_400.0), Some(20_100.0), Some(21_000.0)];
        let mut named = std::collections::BTreeSet::new();
        for (n, edge) in (0..700).zip(edges.into_iter().cycle()) {
            let share = |prime: u32| f64::from(n * prime % 101) / 100.0;
            let mut any = reading("r", "", 110.0 + 150.0 * share(37), share(53), edge);
            any.fineness = 0.8 + 2.0 * share(71);
            any.upper = any.kbps * (1.0 + 0.05 * share(11));
            let class = by_the_rules(&any);
            any.class.clone_from(&class);
            assert!(weights.is_right(Score::Variable, &any), "{any:?}");
            assert!(!class.starts_with('V') || weights.is_right(Score::V0, &any), "{any:?}");
            any.under = Under::Mp3At320;
            any.class = by_the_rules(&any);
            assert!(weights.is_right(Score::Under320, &any), "{any:?}");
            named.extend([class, format!("{} under 320", any.class)]);
        }
        assert!(["V0", "V2", "128 under 320", "V0 under 320"].iter().all(|class| named.contains(*class)), "{named:?}");
    }
}
