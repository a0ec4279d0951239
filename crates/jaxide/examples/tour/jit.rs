//! A function, eager and compiled.

use jaxide::{Array, jit, random};

pub(crate) fn sum_squared_error(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

/// The same function, compiled on its first call.
#[jit]
pub(crate) fn sum_squared_error_jit(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

/// Two arrays of normal numbers, as on the page.
pub(crate) fn normals() -> (Array, Array) {
    let key = random::PRNGKey(8);
    let [_key, subkey1, subkey2] = random::split_into(&key);
    (random::normal(&subkey1, [500, 500]), random::normal(&subkey2, [500, 500]))
}

pub(crate) fn show() {
    crate::section("JIT");
    let (a, b) = normals();
    println!("sum_squared_error(&a, &b)       = {}", sum_squared_error(&a, &b));
    let compiled = jit(sum_squared_error);
    println!("jit(sum_squared_error)(&a, &b)  = {}", compiled(&a, &b));
    println!("#[jit] fn, called as it is      = {}", sum_squared_error_jit(&a, &b));
}
