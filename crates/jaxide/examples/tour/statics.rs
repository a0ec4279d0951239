//! Where tracing fails, and static arguments and operations.

use jaxide::{Array, array, jit, jnp, scalar};

#[jit]
fn cond_func_traced(x: &Array) -> Array {
    if *x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }
}

fn cond_func(x: &Array) -> Array {
    if *x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }
}

#[jit(static_argnames = ["x"])]
fn cond_func_static(x: &Array) -> Array {
    if *x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }
}

pub(crate) fn show() {
    crate::section("JIT constraints: control flow");
    match cond_func_traced::try_call(&scalar(1.0)) {
        Ok(value) => println!("no error: {value}"),
        Err(error) => println!("{error}"),
    }

    crate::section("Static variables");
    let by_position = jit(cond_func).static_argnums([0]);
    println!("static_argnums:  {} {}", by_position(&scalar(2.0)), by_position(&scalar(-2.0)));
    let [up, down] = [2.0, -2.0].map(|x| cond_func_static(&scalar(x)));
    println!("static_argnames: {up} {down}");
}

fn reshape_traced(x: &Array) -> Array {
    let sizes: Vec<i32> = x.shape().iter().map(|size| *size as i32).collect();
    x.reshape(array(sizes).prod())
}

fn reshape_static(x: &Array) -> Array {
    let size: usize = x.shape().iter().product();
    x.reshape(size)
}

pub(crate) fn show_operations() {
    crate::section("Static operations");
    let x = jnp::ones([2, 3]);
    match jit(reshape_traced).try_call(&x) {
        Ok(value) => println!("no error: {value}"),
        Err(error) => println!("{error}\n"),
    }
    println!("with the product computed on the host: {}", jit(reshape_static)(&x));
}
