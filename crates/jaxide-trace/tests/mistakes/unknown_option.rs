//! The attribute lists its options.
use jaxide_trace::{Array, jit};

#[jit(donate = [0], crate = jaxide_trace)]
fn f(x: &Array) -> Array {
    x.clone()
}

fn main() {}
