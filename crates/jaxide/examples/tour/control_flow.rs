//! Structured control flow: one compiled program for every value.

use jaxide::{Array, array, jit, jnp, lax, scalar};

pub(crate) fn show() {
    crate::section("Control flow primitives");
    let square = |x: &Array| x.pow(2.0);
    let cube = |x: &Array| x.pow(3.0);
    println!("lax::cond, false: {}", lax::cond(false, square, cube, &array([2.0])));
    println!("lax::cond, true:  {}", lax::cond(true, square, cube, &array([-2.0])));
    show_loops();
    show_selections();
}

fn show_loops() {
    let below = jit(|x: &Array| lax::while_loop(|x| x.lt(100.0), |x| x * 2.0, x.clone()));
    println!("lax::while_loop:  1 doubled until it reaches 100 is {}", below(&scalar(1.0)));
    let factorial = jit(|n: &Array| {
        lax::fori_loop(1, n + 1, |i, product| product * i, scalar(1).astype(jaxide::DType::I32))
    });
    println!("lax::fori_loop:   10! = {}", factorial(&scalar(10)));
    let running = jit(|xs: &Array| {
        let step = |sum: &Array, x: &Array| (sum + x, sum + x);
        lax::scan(step, scalar(0.0), xs).1
    });
    println!("lax::scan:        running sums {}", running(&array([1.0, 2.0, 3.0, 4.0])));
}

fn show_selections() {
    let x = array([-2.0, -1.0, 1.0, 2.0]);
    println!("jnp::where_:      {}", jnp::where_(x.lt(0.0), 0.0, &x));
    let (low, high) = (x.lt(-1.0), x.gt(1.0));
    println!(
        "jnp::select:      {}",
        jnp::select(&[&low, &high], &[&(&x * 10.0), &(&x * 100.0)], 0.0)
    );
    println!("jnp::piecewise:   {}", jnp::piecewise(&x, &[&x.lt(0.0)], &[&|x| -x, &|x| x * 3.0]));
    let branches: [&dyn Fn(&Array) -> Array; 3] = [&|x| x + 1.0, &|x| x * 2.0, &|x| x.sin()];
    println!("lax::switch:      {}", lax::switch(scalar(1), &scalar(21.0), &branches));
}
