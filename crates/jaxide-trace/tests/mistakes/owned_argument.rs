//! A parameter `&Array` takes a reference.
use jaxide_trace::{Array, jit, scalar};

fn main() {
    let f = jit(|a: &Array, b: &Array| a - b);
    f(scalar(1.0), &scalar(2.0));
}
