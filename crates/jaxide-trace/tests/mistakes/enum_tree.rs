//! Trees are structs.
use jaxide_trace::{Array, Tree};

#[derive(Tree)]
#[tree(crate = jaxide_trace)]
enum Either {
    Left(Array),
    Right(Array),
}

fn main() {}
