//! Names of static arguments are those of the function.
use jaxide_trace::jit;

#[jit(static_argnames = ["m"], crate = jaxide_trace)]
fn f(x: &jaxide_trace::Array, n: usize) -> jaxide_trace::Array {
    x * n
}

fn main() {}
