//! Floats made of uniform ones by one formula each.

use std::f64::consts::PI;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::Array;

use super::{
    draw::{constant, float_draws, mantissa_bits},
    normal,
    uniform::{between, unit},
    words::{self, Words},
};
use crate::jnp::{finfo, where_};

float_draws! {
    /// Exponential floats of mean 1.
    exponential, exponential_of() = draw_exponential;

    /// Laplace floats of location 0 and scale 1.
    laplace, laplace_of() = draw_laplace;

    /// Logistic floats of location 0 and scale 1.
    logistic, logistic_of() = |key: &Words, shape: &[usize], dtype| {
        let u = between(key, shape, dtype, &constant(dtype, finfo(dtype).tiny), &constant(dtype, 1.0));
        u.log() - (-&u).log1p()
    };

    /// Cauchy floats of location 0 and scale 1.
    cauchy, cauchy_of() = |key: &Words, shape: &[usize], dtype| {
        let epsilon = constant(dtype, 0.5f64.powi(mantissa_bits(dtype)));
        let u = between(key, shape, dtype, &epsilon, &constant(dtype, 1.0));
        ((u - 0.5) * constant(dtype, PI)).tan()
    };

    /// Pareto floats of least value 1 and shape `b`.
    pareto, pareto_of(b) = |key: &Words, b: &Array, shape: &[usize], dtype| {
        (draw_exponential(key, shape, dtype) / b).exp()
    };

    /// Rayleigh floats: lengths of vectors of two normal floats of standard deviation `scale`.
    rayleigh, rayleigh_of(scale) = |key: &Words, scale: &Array, shape: &[usize], dtype| {
        scale * (unit(key, shape, dtype).log() * -2.0).sqrt()
    };

    /// Weibull floats of these scale and shape parameters.
    weibull_min, weibull_min_of(scale, concentration) = draw_weibull;

    /// Triangular floats from `left` to `right`, likeliest at `mode`.
    triangular, triangular_of(left, mode, right) = draw_triangular;

    /// Wald (inverse Gaussian) floats of mean `mean` and scale 1.
    wald, wald_of(mean) = draw_wald;
}

/// Exponential floats of a shape.
#[track_caller]
pub(super) fn draw_exponential(key: &Words, shape: &[usize], dtype: DType) -> Array {
    from_unit(&unit(key, shape, dtype))
}

/// Exponential floats of uniform ones.
#[track_caller]
pub(super) fn from_unit(unit: &Array) -> Array {
    lax::neg(&lax::log1p(&lax::neg(unit)))
}

#[track_caller]
fn draw_laplace(key: &Words, shape: &[usize], dtype: DType) -> Array {
    let low = constant(dtype, 0.5f64.powi(mantissa_bits(dtype) + 1) - 1.0);
    let u = between(key, shape, dtype, &low, &constant(dtype, 1.0));
    u.sign() * (-u.abs()).log1p()
}

#[track_caller]
fn draw_weibull(
    key: &Words,
    scale: &Array,
    concentration: &Array,
    shape: &[usize],
    dtype: DType,
) -> Array {
    draw_exponential(key, shape, dtype).pow(1.0 / concentration) * scale
}

#[track_caller]
fn draw_triangular(
    key: &Words,
    left: &Array,
    mode: &Array,
    right: &Array,
    shape: &[usize],
    dtype: DType,
) -> Array {
    let width = right - left;
    let u = unit(key, shape, dtype);
    let rising = left + (&u * &width * (mode - left)).sqrt();
    let falling = right - ((1.0 - &u) * &width * (right - mode)).sqrt();
    where_(u.lt((mode - left) / &width), rising, falling)
}

/// Michael, Schucany and Haas, Generating Random Variates Using Transformations with Multiple Roots
/// (1976).
#[track_caller]
fn draw_wald(key: &Words, mean: &Array, shape: &[usize], dtype: DType) -> Array {
    let [normal_key, uniform_key] = words::split(key);
    let y = normal::draw(&normal_key, shape, dtype).pow(2);
    let z = unit(&uniform_key, shape, dtype);
    let mean_squared = mean.pow(2);
    let root = (4.0 * mean * &y + &mean_squared * y.pow(2)).sqrt();
    let x = mean + &mean_squared * &y / 2.0 - mean / 2.0 * root;
    where_(z.le(mean / (mean + &x)), &x, mean_squared / &x)
}
