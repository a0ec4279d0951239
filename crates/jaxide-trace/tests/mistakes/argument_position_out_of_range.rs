//! Positions of static arguments count from 0.
use jaxide_trace::jit;

#[jit(static_argnums = [5], crate = jaxide_trace)]
fn f(x: &jaxide_trace::Array) -> jaxide_trace::Array {
    x.clone()
}

fn main() {}
