//! One static cache cannot serve many types.
use jaxide_trace::{Array, Tree, jit};

#[jit(crate = jaxide_trace)]
fn f<T: Tree>(x: &Array, _: &T) -> Array {
    x.clone()
}

fn main() {}
