//! One regression tree.

/// A node of a tree: a question, or an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Node {
    /// Below the threshold goes left, else right; a value that was not measured goes left if `missing_left`.
    Split {
        /// Which feature.
        feature: u16,
        /// Finite.
        threshold: f32,
        /// Where a missing value goes.
        missing_left: bool,
        /// Indices of both branches in the tree, behind this node.
        left: u16,
        /// See `left`.
        right: u16,
    },
    /// A finite value.
    Leaf(f32),
}

/// A tree. Its root is the first node, and branches come after their fork.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree(pub Vec<Node>);

impl Tree {
    /// The answer for these features, where NaN is a missing value.
    #[must_use]
    pub fn value(&self, features: &[f32]) -> f64 {
        let mut place = 0_usize;
        loop {
            match self.0.get(place) {
                Some(&Node::Split { feature, threshold, missing_left, left, right }) => {
                    let value = features.get(usize::from(feature)).copied().unwrap_or(f32::NAN);
                    let goes_left = if value.is_nan() { missing_left } else { value < threshold };
                    // Branches come after their fork, so this ends.
                    place = usize::from(if goes_left { left } else { right });
                }
                Some(&Node::Leaf(value)) => return f64::from(value),
                None => return 0.0,
            }
        }
    }

    /// Whether every path through the tree ends in a leaf, and every number is one.
    #[must_use]
    pub fn is_sound(&self, features: usize) -> bool {
        !self.0.is_empty()
            && self.0.iter().enumerate().all(|(place, node)| match *node {
                Node::Leaf(value) => value.is_finite(),
                Node::Split { feature, threshold, left, right, .. } => {
                    let behind = |branch: u16| (place + 1..self.0.len()).contains(&usize::from(branch));
                    usize::from(feature) < features && threshold.is_finite() && behind(left) && behind(right)
                }
            })
    }
}
