//! Grows one regression tree by gradients (second order; Chen & Guestrin, KDD 2016).

use bitrater_verdict::model::{Node, Tree};

use super::bins::{Binned, MISSING, MOST};

/// How a tree may grow.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Questions on a path.
    pub depth: usize,
    /// Least curvature in a branch; with weights of 1 about a quarter of its files while nothing is known.
    pub least: f64,
    /// Pulls leaves to zero.
    pub shrink: f64,
    /// Leaves are multiplied by it.
    pub rate: f64,
}

/// Sums of gradient and curvature.
#[derive(Clone, Copy, Default)]
struct Sum {
    g: f64,
    h: f64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.g += other.g;
        self.h += other.h;
    }

    fn less(self, other: Self) -> Self {
        Self { g: self.g - other.g, h: self.h - other.h }
    }

    fn score(self, shrink: f64) -> f64 {
        self.g * self.g / (self.h + shrink)
    }
}

struct Split {
    feature: usize,
    /// Bins below it go left.
    bin: usize,
    missing_left: bool,
    gain: f64,
}

/// A tree under construction.
pub struct Grower<'a> {
    pub binned: &'a Binned,
    /// Gradient and curvature of every row.
    pub gradients: &'a [(f64, f64)],
    /// Features that may be asked.
    pub features: &'a [usize],
    pub limits: Limits,
    /// What splits gained, by feature.
    pub gains: Vec<f64>,
}

impl Grower<'_> {
    /// The tree for these rows.
    pub fn grow(&mut self, rows: Vec<u32>) -> Tree {
        let mut nodes = Vec::new();
        self.branch(rows, 0, &mut nodes);
        Tree(nodes)
    }

    /// Adds the branch for these rows behind what is there.
    fn branch(&mut self, mut rows: Vec<u32>, depth: usize, nodes: &mut Vec<Node>) {
        let sum = rows.iter().fold(Sum::default(), |mut sum, &row| {
            sum.add(self.of(row));
            sum
        });
        let split = if depth < self.limits.depth { self.best(&rows, sum) } else { None };
        let Some(split) = split else {
            nodes.push(Node::Leaf((-self.limits.rate * sum.g / (sum.h + self.limits.shrink)) as f32));
            return;
        };
        self.gains[split.feature] += split.gain;
        let column = &self.binned.columns[split.feature];
        let goes_left = |row: &u32| match column[*row as usize] {
            MISSING => split.missing_left,
            bin => usize::from(bin) < split.bin,
        };
        let right_rows: Vec<u32> = rows.iter().copied().filter(|row| !goes_left(row)).collect();
        rows.retain(goes_left);
        let place = nodes.len();
        nodes.push(Node::Leaf(0.0));
        let left = nodes.len() as u16;
        self.branch(rows, depth + 1, nodes);
        let right = nodes.len() as u16;
        self.branch(right_rows, depth + 1, nodes);
        nodes[place] = Node::Split {
            feature: split.feature as u16,
            threshold: self.binned.edges[split.feature][split.bin - 1],
            missing_left: split.missing_left,
            left,
            right,
        };
    }

    fn of(&self, row: u32) -> Sum {
        let (g, h) = self.gradients[row as usize];
        Sum { g, h }
    }

    /// The split that gains most, the first of equals.
    fn best(&self, rows: &[u32], sum: Sum) -> Option<Split> {
        let shrink = self.limits.shrink;
        let mut best: Option<Split> = None;
        for &feature in self.features {
            let mut bins = [Sum::default(); MOST + 1];
            let column = &self.binned.columns[feature];
            for &row in rows {
                bins[usize::from(column[row as usize])].add(self.of(row));
            }
            let missing = bins[usize::from(MISSING)];
            let mut below = Sum::default();
            for bin in 1..=self.binned.edges[feature].len() {
                below.add(bins[bin - 1]);
                for missing_left in [false, true] {
                    let mut left = below;
                    if missing_left {
                        left.add(missing);
                    }
                    let right = sum.less(left);
                    if left.h < self.limits.least || right.h < self.limits.least {
                        continue;
                    }
                    let gain = left.score(shrink) + right.score(shrink) - sum.score(shrink);
                    if gain > best.as_ref().map_or(1e-9, |best| best.gain * (1.0 + 1e-12)) {
                        best = Some(Split { feature, bin, missing_left, gain });
                    }
                }
            }
        }
        best
    }
}
