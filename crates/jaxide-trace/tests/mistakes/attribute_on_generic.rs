//! One static cache cannot serve many types.
use jaxide_trace::jit;

#[jit(crate = jaxide_trace)]
fn f<T: jaxide_trace::Tree>(x: &jaxide_trace::Array, _: &T) -> jaxide_trace::Array {
    x.clone()
}

fn main() {}
