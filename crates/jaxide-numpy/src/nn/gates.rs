//! Activations with a parameter, and gates.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::{Array, Operand};

use super::sigmoid;
use crate::{axes::axis_of, diag, jnp::where_};

/// `x` where it is positive, `alpha (exp(x) - 1)` elsewhere; JAX's default of `alpha` is 1.
#[track_caller]
pub fn elu(x: &Array, alpha: impl Operand) -> Array {
    let positive = x.gt(0);
    // The other branch never sees what would overflow.
    let negative = where_(&positive, 0.0, x).expm1();
    where_(&positive, x, alpha.into_operand() * negative)
}

/// `max(x, 0) + alpha (exp(min(x, 0) / alpha) - 1)`; JAX's default of `alpha` is 1.
#[track_caller]
pub fn celu(x: &Array, alpha: impl Operand) -> Array {
    let alpha = alpha.into_operand();
    x.maximum(0.0) + &alpha * (x.minimum(0.0) / &alpha).expm1()
}

/// Scaled [`elu`], with the constants that keep mean 0 and variance 1 (Klambauer et al.,
/// Self-Normalizing Neural Networks, 2017).
#[track_caller]
pub fn selu(x: &Array) -> Array {
    1.050_700_987_355_480_5 * elu(x, 1.673_263_242_354_377_2)
}

/// `x` where it is not negative, `slope x` elsewhere; JAX's default of `slope` is 0.01.
#[track_caller]
pub fn leaky_relu(x: &Array, slope: impl Operand) -> Array {
    where_(x.ge(0), x, slope.into_operand() * x)
}

/// The first half of `x` along `axis` times the sigmoid of the second half.
///
/// # Panics
/// With `ValueError` when `axis` is out of bounds or its size is odd.
#[track_caller]
pub fn glu(x: &Array, axis: isize) -> Array {
    let at = Location::caller();
    let axis = axis_of(axis, x.ndim(), at);
    let size = x.shape()[axis];
    if !size.is_multiple_of(2) {
        diag::value("glu: axis size must be divisible by 2".to_owned(), at);
    }
    let halves = lax::split(x, &[size / 2, size / 2], axis);
    &halves[0] * sigmoid(&halves[1])
}
