//! What the prelude of a program uses, from outside of the crate.

use jaxide_trace::{Array, Tree, jit, jit_fn, scalar};

#[derive(Tree)]
#[tree(crate = jaxide_trace)]
struct Params {
    w: Array,
}

#[jit(crate = jaxide_trace)]
fn loss(p: &Params, x: &Array) -> Array {
    (&p.w * x).sum()
}

#[test]
fn macros_take_untyped_parameters_and_the_name_of_the_crate() {
    let f = jit_fn!(|x, y| x - y, crate = jaxide_trace);
    assert_eq!(f(&scalar(3.0), &scalar(1.0)), 2.0);
    assert_eq!(loss(&Params { w: scalar(2.0) }, &scalar(1.0)), 2.0);
}
