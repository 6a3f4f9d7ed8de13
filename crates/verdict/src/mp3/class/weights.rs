//! The weights of the scores of [`super`], each with the constant last.
//!
//! Made by `cargo run --release -p bitrater-train --example bars -- classes`, which see in `docs/training.md`, of
//! `crates/train/data/classes.json`. A test of `bitrater-train` compares the two.

/// Amplified bands, l = ln(kbps / 200), distances of the rate and of the upper one to a standard rate, fineness, edges of 128, of 192
/// and V2, of 256 or 320, and none.
pub(super) const VARIABLE: [f64; 10] = [17.8, 1.25, 47.6, 21.2, 1.0, -2.6, -0.6, -4.6, 3.0, -13.6];

/// Fineness, l, an edge of 192 and V2, and none.
pub(super) const V0: [f64; 5] = [2.56, 7.0, -3.0, 3.9, -5.4];

/// Amplified bands, l, l², fineness, edges of 128, of 192 and V2, of 256, and one that the stream's own encoder leaves: for each class
/// under 320 kbps.
pub(super) const UNDER_320: [[f64; 9]; 5] = [
    // 128
    [-12.3, -5.1, 9.5, -1.7, 4.7, -1.5, -0.7, 0.6, 8.3],
    // 192
    [-9.7, -3.7, -17.5, -0.6, -1.6, 3.0, -1.8, -0.7, 8.1],
    // 256
    [-3.0, 6.3, -3.0, 0.9, -1.4, -2.8, 4.2, -1.3, 0.2],
    // V0
    [15.0, 4.3, 3.4, 1.5, -1.9, -1.9, -0.8, 1.8, -11.9],
    // V2
    [10.0, -1.8, 7.6, -0.1, 0.2, 3.2, -1.0, -0.5, -4.7],
];
