//! The Gaussian error linear unit.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI};

use jaxide_lax as lax;
use jaxide_trace::{Array, promote::promote_inexact};

/// `x` times the normal distribution function of it, approximated with tanh; JAX's default.
#[track_caller]
pub fn gelu(x: &Array) -> Array {
    let [x] = promote_inexact([x]);
    let inner = FRAC_2_PI.sqrt() * (&x + 0.044715 * x.pow(3));
    &x * (0.5 * (1.0 + inner.tanh()))
}

/// `x` times the normal distribution function of it.
#[track_caller]
pub fn gelu_exact(x: &Array) -> Array {
    let [x] = promote_inexact([x]);
    0.5 * &x * lax::erfc(&(-&x * FRAC_1_SQRT_2))
}
