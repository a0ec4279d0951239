//! The user programs that the benchmarks are named after. What is measured of them is in the files
//! beside `src`.

#![forbid(unsafe_code)]

use jaxide::{Array, Lowered, jit, jnp, lax, scalar};

/// A function of one array.
pub type Program = fn(&Array) -> Array;

/// The programs by name.
pub static PROGRAMS: &[(&str, Program)] = &[
    ("sum_squared_error", sum_squared_error),
    ("selu", selu),
    ("running_sums", running_sums),
    ("newton_root", newton_root),
];

/// A map and a reduction.
pub fn sum_squared_error(x: &Array) -> Array {
    (x - 0.5).pow(2).sum()
}

/// A map with a choice and an exponential.
pub fn selu(x: &Array) -> Array {
    1.05 * jnp::where_(x.gt(0.0), x, 1.67 * (x.exp() - 1.0))
}

/// A scan along the array.
pub fn running_sums(x: &Array) -> Array {
    let step = |sum: &Array, x: &Array| {
        let sum = sum + x;
        (sum.clone(), sum)
    };
    lax::scan(step, scalar(0.0), x).1
}

/// A loop with a condition: the square root of one more than the mean square.
pub fn newton_root(x: &Array) -> Array {
    let target = (x * x).mean() + 1.0;
    let far = |guess: &Array| (guess * guess - &target).abs().gt(1e-3);
    let closer = |guess: &Array| 0.5 * (guess + &target / guess);
    lax::while_loop(far, closer, &target * 1.0)
}

/// A float array between -1 and 1.
pub fn data(size: usize) -> Array {
    let value = |at: usize| ((at * 37 % 199) as f32 - 99.0) / 99.0;
    Array::from_slice(&[size], &(0..size).map(value).collect::<Vec<f32>>())
}

/// The traced program for an array.
pub fn lowered(program: Program, x: &Array) -> Lowered {
    jit(program).lower(x)
}
