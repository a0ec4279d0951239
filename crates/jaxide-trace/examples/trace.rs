//! Eager, traced and jitted: one function seen three ways, on the reference engine.

use jaxide_trace::{Array, Error, array, jit, lax, make_jaxpr, scalar};

fn sum_squared_error(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

#[jit(crate = jaxide_trace)]
fn cond_func(x: &Array) -> Array {
    if x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }
}

#[allow(clippy::print_stdout, reason = "an example shows its results")]
fn main() -> Result<(), Error> {
    let (a, b) = (array([1.0, 2.0, 3.0]), array([4.0, 6.0, 3.0]));
    println!("eager:  {}", sum_squared_error(&a, &b));

    let jitted = jit(sum_squared_error);
    println!("jitted: {}", jitted.try_call(&a, &b)?);
    jitted.try_call(&array([1.0]), &array([2.0]))?;
    println!("{}\n", jitted.explain());

    println!("{}\n", make_jaxpr(&jitted)(&a, &b));

    if let Err(error) = cond_func::try_call(&scalar(1.0)) {
        println!("{error}\n");
    }
    let f = |x: &Array| lax::cond(x.lt(0.0), |x| x.pow(2.0), |x| x.pow(3.0), x);
    println!("{} {}", jit(f)(&scalar(2.0)), jit(f)(&scalar(-2.0)));
    Ok(())
}
