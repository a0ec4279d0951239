//! Build runner.
fn main() {}
