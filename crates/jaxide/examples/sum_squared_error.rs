//! The example of the README, which `docs/walkthrough.md` follows to machine code.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use jaxide::{Array, jit, make_jaxpr, random};

fn sum_squared_error(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

fn main() {
    let [_, k1, k2] = random::split_into(&random::PRNGKey(8));
    let (a, b) = (random::normal(&k1, [500, 500]), random::normal(&k2, [500, 500]));
    let f = jit(sum_squared_error); // compiled at the first call
    println!("{} {}", sum_squared_error(&a, &b), f(&a, &b));
    println!("{}", make_jaxpr(&f)(&a, &b));
}
