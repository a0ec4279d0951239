//! A jitted closure that outlives its scope owns what it captures.
use jaxide_trace::{Array, Jitted, jit, scalar};

fn make() -> Jitted<'static, (&'static Array,), Array> {
    let w = scalar(2.0);
    jit(|x: &Array| x * &w)
}

fn main() {
    make();
}
