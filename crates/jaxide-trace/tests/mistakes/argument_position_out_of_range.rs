//! Positions of static arguments count from 0.
use jaxide_trace::{Array, jit};

#[jit(static_argnums = [5], crate = jaxide_trace)]
fn f(x: &Array) -> Array {
    x.clone()
}

fn main() {}
