//! Normal floats, by JAX's recipe: the inverse error function of uniform ones; and what is made of
//! them.

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, Shape, promote::broadcast_shapes};

use super::{
    AnyKey,
    draw::{Call, constant, default_float, float_draws, mantissa_bits},
    integers,
    uniform::{between, between_each},
    words::{self, Words},
};

float_draws! {
    /// Normal floats given that they lie between `lower` and `upper`, in units of the standard
    /// deviation.
    truncated_normal, truncated_normal_of(lower, upper) = draw_truncated;

    /// Exponentials of normal floats of standard deviation `sigma`.
    lognormal, lognormal_of(sigma) = |key: &Words, sigma: &Array, shape: &[usize], dtype| {
        (draw(key, shape, dtype) * sigma).exp()
    };

    /// Lengths of vectors of three normal floats.
    maxwell, maxwell_of() = draw_maxwell;
}

/// Floats of mean 0 and standard deviation 1, of a shape and the default dtype.
///
/// ```
/// use jaxide_numpy::random;
/// let x = random::normal(&random::key(0), [1000, 10]);
/// assert!(x.mean().item::<f32>().abs() < 0.05);
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn normal(key: &impl AnyKey, shape: impl Shape) -> Array {
    normal_of(key, shape, default_float())
}

/// [`normal`] in a float or complex dtype; real and imaginary parts of complex numbers have variance
/// 1/2.
///
/// # Panics
/// As [`normal`], and with `ValueError` when `dtype` is neither.
#[track_caller]
pub fn normal_of(key: &impl AnyKey, shape: impl Shape, dtype: DType) -> Array {
    let call = Call::new("normal");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.dtype(dtype.is_inexact(), "a float or complex", dtype);
    if !dtype.is_complex() {
        return draw(&key, &shape, dtype);
    }
    let part = if dtype == DType::C64 { DType::F32 } else { DType::F64 };
    let [real, imaginary] = words::split(&key).map(|key| draw(&key, &shape, part));
    lax::complex(&real, &imaginary) / std::f64::consts::SQRT_2
}

/// Normal floats of a shape.
#[track_caller]
pub(super) fn draw(key: &Words, shape: &[usize], dtype: DType) -> Array {
    let low = constant(dtype, above_minus_one(dtype));
    from_uniform(&between(key, shape, dtype, &low, &constant(dtype, 1.0)), dtype)
}

/// A normal float from each key of an array.
#[track_caller]
pub(super) fn draw_each(key: &Words, dtype: DType) -> Array {
    from_uniform(&between_each(key, dtype, above_minus_one(dtype), 1.0), dtype)
}

#[track_caller]
fn from_uniform(uniform: &Array, dtype: DType) -> Array {
    lax::mul(&lax::erf_inv(uniform), &constant(dtype, std::f64::consts::SQRT_2))
}

/// The least value above -1, so that `erf_inv` stays finite.
fn above_minus_one(dtype: DType) -> f64 {
    0.5f64.powi(mantissa_bits(dtype) + 1) - 1.0
}

#[track_caller]
fn draw_truncated(
    key: &Words,
    lower: &Array,
    upper: &Array,
    shape: &[usize],
    dtype: DType,
) -> Array {
    let sqrt_2 = constant(dtype, std::f64::consts::SQRT_2);
    let [a, b] = [lower, upper].map(|bound| lax::erf(&lax::div(bound, &sqrt_2)));
    let out = lax::mul(&sqrt_2, &lax::erf_inv(&between(key, shape, dtype, &a, &b)));
    let toward = |bound: &Array, infinity: f64| {
        let end = constant(dtype, infinity).broadcast_to(shape);
        lax::nextafter(&lax::stop_gradient(bound), &end)
    };
    let least = toward(lower, f64::INFINITY);
    lax::min(&lax::max(&out, &least), &toward(upper, f64::NEG_INFINITY))
}

#[track_caller]
fn draw_maxwell(key: &Words, shape: &[usize], dtype: DType) -> Array {
    let vectors = draw(key, &[shape, &[3]].concat(), dtype);
    (&vectors * &vectors).sum_over(-1).sqrt()
}

/// Maxwell floats with a random sign, times `scale`, plus `loc`. The result has the shape followed
/// by that of the parameters, as in JAX.
///
/// # Panics
/// With `TypeError` when `key` is no key or the parameters do not broadcast.
#[track_caller]
pub fn double_sided_maxwell(
    key: &impl AnyKey,
    loc: impl Operand,
    scale: impl Operand,
    shape: impl Shape,
) -> Array {
    double_sided_maxwell_of(key, loc, scale, shape, default_float())
}

/// [`double_sided_maxwell`] in a float dtype.
///
/// # Panics
/// As [`double_sided_maxwell`], and with `ValueError` when `dtype` is no float.
#[track_caller]
pub fn double_sided_maxwell_of(
    key: &impl AnyKey,
    loc: impl Operand,
    scale: impl Operand,
    shape: impl Shape,
    dtype: DType,
) -> Array {
    let call = Call::new("double_sided_maxwell");
    let (key, mut shape) = (call.key(key), call.shape(shape));
    call.float(dtype);
    let (loc, scale) = (loc.into_operand(), scale.into_operand());
    let Some(parameters) = broadcast_shapes(&[loc.shape(), scale.shape()]) else {
        call.fits(loc.shape(), scale.shape());
        return loc;
    };
    if shape.is_empty() {
        shape = parameters.to_vec();
    }
    shape.extend_from_slice(&parameters);
    let [maxwell_key, sign_key] = words::split(&key);
    let maxwell = draw_maxwell(&maxwell_key, &shape, dtype);
    integers::signs(&sign_key, &shape, dtype) * maxwell * scale + loc
}
