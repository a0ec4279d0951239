//! The program that `docs/walkthrough.md` follows: the sum of squared errors, traced and printed.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use jaxide::{Array, jit, jnp, make_jaxpr};

fn sum_squared_error(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

fn main() {
    let (a, b) = (jnp::ones([500, 500]), jnp::zeros([500, 500]));
    println!("{}", make_jaxpr(jit(sum_squared_error))(&a, &b));
}
