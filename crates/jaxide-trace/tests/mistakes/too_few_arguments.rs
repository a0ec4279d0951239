//! A jitted function has the arity of its function.
use jaxide_trace::{Array, jit, scalar};

fn main() {
    let f = jit(|a: &Array, b: &Array| a - b);
    f(&scalar(1.0));
}
