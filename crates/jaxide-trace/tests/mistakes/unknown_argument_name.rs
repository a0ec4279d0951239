//! Names of static arguments are those of the function.
use jaxide_trace::{Array, jit};

#[jit(static_argnames = ["m"], crate = jaxide_trace)]
fn f(x: &Array, n: usize) -> Array {
    x * n
}

fn main() {}
