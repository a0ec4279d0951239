//! `#[jit]` finds at compile time what is neither traced nor static.
use jaxide_trace::{Array, jit};

#[jit(crate = jaxide_trace)]
fn f(x: &Array, n: usize) -> Array {
    x * n
}

fn main() {}
