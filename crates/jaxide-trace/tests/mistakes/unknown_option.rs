//! The attribute lists its options.
use jaxide_trace::jit;

#[jit(donate = [0], crate = jaxide_trace)]
fn f(x: &jaxide_trace::Array) -> jaxide_trace::Array {
    x.clone()
}

fn main() {}
