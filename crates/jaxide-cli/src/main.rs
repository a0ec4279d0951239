//! The jaxide command line.
fn main() {}
