//! A parameter of a user's type needs `#[derive(Tree)]`.
use jaxide_trace::{Array, jit};

struct Params {
    w: Array,
}

fn loss(p: &Params, x: &Array) -> Array {
    (&p.w * x).sum()
}

fn main() {
    let _ = jit(loss);
}
