//! Normal floats, by JAX's recipe: the inverse error function of uniform ones.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Shape};

use super::{
    key::words,
    uniform::{between, default_float},
};
use crate::{diag, shape::sizes};

/// Floats of mean 0 and standard deviation 1, of a shape and the default dtype.
///
/// ```
/// use jaxide_numpy::random;
/// let x = random::normal(&random::PRNGKey(0), [1000, 10]);
/// assert!(x.mean().item::<f32>().abs() < 0.05);
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn normal(key: &Array, shape: impl Shape) -> Array {
    normal_with(key, shape, default_float())
}

/// Normal floats of a shape and dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key or `dtype` is no float.
#[track_caller]
pub fn normal_with(key: &Array, shape: impl Shape, dtype: DType) -> Array {
    let at = Location::caller();
    let shape = sizes(shape, at);
    let words = words("random.normal", key, at);
    if !dtype.is_float() {
        diag::dtype("random.normal", "a float dtype", dtype, at);
    }
    let constant = |value: f64| Array::literal((), Scalar::float(dtype, value));
    let low = constant(above_minus_one(dtype));
    let unit = between(&words, &shape, dtype, &low, &constant(1.0));
    lax::mul(&lax::erf_inv(&unit), &constant(std::f64::consts::SQRT_2))
}

/// The least value above -1, so that `erf_inv` stays finite.
fn above_minus_one(dtype: DType) -> f64 {
    let mantissa = match dtype {
        DType::F64 => 53,
        DType::F16 => 11,
        DType::BF16 => 8,
        _ => 24,
    };
    0.5f64.powi(mantissa) - 1.0
}
