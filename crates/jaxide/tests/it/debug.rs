//! Printing during runs: eager, compiled, in loops and branches.

use jaxide::{Array, array, debug, jit, lax, scalar};

fn noisy(x: &Array) -> Array {
    debug::print!("first {} and {y:.1}", x, y = x.sum());
    let counted = lax::fori_loop(
        0,
        2,
        |i, total: &Array| {
            debug::print!("step {i}: {}", total, i = i);
            total + x.sum()
        },
        scalar(0.0f32),
    );
    let sign = lax::cond(
        counted.gt(5.0),
        |c: &Array| {
            debug::print!("large {}", c);
            c * 1.0
        },
        |c: &Array| {
            debug::print!("small {}", c);
            c * -1.0
        },
        &counted,
    );
    debug::print!("last");
    sign
}

#[test]
fn prints_come_in_the_order_of_the_program() {
    let expected = ["first [1. 2.] and 3.0", "step 0: 0.0", "step 1: 3.0", "large 6.0", "last"];
    let x = array([1.0f32, 2.0]);
    let (eager, lines) = debug::captured(|| noisy(&x).item::<f32>());
    assert_eq!((eager, lines), (6.0, expected.map(String::from).to_vec()));
    let compiled = jit(noisy);
    for _ in 0..2 {
        let (result, lines) = debug::captured(|| compiled(&x).item::<f32>());
        assert_eq!((result, lines), (6.0, expected.map(String::from).to_vec()));
    }
    let (_, lines) = debug::captured(|| compiled(&array([1.0f32, 1.0])));
    assert_eq!(lines[3], "small 4.0");
}

#[test]
fn a_print_that_does_not_fit_is_refused_while_tracing() {
    let f = jit(|x: &Array| {
        debug::print("{} {}", &[("", x)]);
        x * 1.0
    });
    let error = f.try_call(&array([1.0f32])).unwrap_err().to_string();
    assert!(error.contains("debug_print: expected a value for {}, got none"), "{error}");
}

#[test]
fn an_unused_program_still_prints() {
    let f = jit(|x: &Array| {
        let twice = x * 2.0;
        debug::print!("{}", twice);
        scalar(1i32)
    });
    let (_, lines) = debug::captured(|| f(&array([1.5f32])));
    assert_eq!(lines, ["[3.]"]);
}
