//! Inside `jit` a comparison is not known yet.
use jaxide_trace::{Array, jit};

fn negative(x: &Array) -> bool {
    x < 0.0
}

fn main() {
    let _ = jit(negative);
}
