//! Parameters are not changed in place.
use jaxide_trace::{Array, jit};

fn f(a: &mut Array) -> Array {
    a.clone()
}

fn main() {
    let _ = jit(f);
}
