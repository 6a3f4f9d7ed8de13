//! Placeholder until filled below.
fn main() {}
