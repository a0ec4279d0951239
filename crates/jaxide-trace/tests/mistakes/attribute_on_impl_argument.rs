//! The attribute needs to know the types of arguments.
use jaxide_trace::jit;

#[jit(crate = jaxide_trace)]
fn f(x: impl Into<jaxide_trace::Array>) -> jaxide_trace::Array {
    x.into()
}

fn main() {}
