//! The `bitrater` command.
fn main() {}
