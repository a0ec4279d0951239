//! Fields that are not arrays are `#[tree(fixed)]`.
use jaxide_trace::{Array, Tree};

#[derive(Tree)]
#[tree(crate = jaxide_trace)]
struct Params {
    w: Array,
    n: usize,
}

fn main() {}
