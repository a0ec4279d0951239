//! What the compiler sees.

use jaxide::{Array, array, jit, make_jaxpr};

fn sum_squared_error(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

pub(crate) fn show() {
    crate::section("Understanding jaxprs");
    let (x, y) = (array([1.0, 2.0, 3.0]), array([4.0, 5.0, 6.0]));
    println!("make_jaxpr(sum_squared_error)(&x, &y):");
    println!("{}\n", make_jaxpr(sum_squared_error)(&x, &y));
    println!("make_jaxpr(jit(sum_squared_error))(&x, &y):");
    println!("{}", make_jaxpr(jit(sum_squared_error))(&x, &y));
}
