//! Means and variances.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, promote::promote_inexact};

use super::reductions::sum;
use crate::{diag, jnp::where_, over::Over};

/// How many elements each result of a reduction comes from.
#[track_caller]
pub(super) fn count(x: &Array, over: &Over, dtype: DType) -> Array {
    let axes = over.axes(x.ndim());
    match over.mask() {
        Some(mask) => {
            let mask = mask.astype(DType::Bool).broadcast_to(x.shape());
            over.finish(mask.astype(dtype).sum_over(&axes[..]), &axes)
        }
        None => {
            let count: usize = axes.iter().map(|axis| x.shape()[*axis]).product();
            Array::literal((), Scalar::float(dtype, count as f64))
        }
    }
}

/// The mean; integers become floats. NaN where there is no element.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::mean(&jnp::array([1, 2]), ..).item::<f32>(), 1.5);
/// ```
///
/// # Panics
/// As [`sum`].
#[track_caller]
pub fn mean(x: &Array, over: impl Into<Over>) -> Array {
    let over = over.into().without_initial();
    let [x] = promote_inexact([x]);
    let wide = x.astype(computed_in(x.dtype()));
    let mean = sum(&wide, &over) / count(&wide, &over, wide.dtype());
    mean.astype(x.dtype())
}

/// The dtype in which moments of a dtype are computed: f32 for narrower floats.
fn computed_in(dtype: DType) -> DType {
    if dtype.is_float() && dtype.size() < 4 { DType::F32 } else { dtype }
}

/// The variance: the mean squared distance from the mean, with `ddof` taken off the count. Complex
/// numbers have a real variance. NaN where the count is not above `ddof`.
///
/// # Panics
/// As [`sum`].
#[track_caller]
pub fn var(x: &Array, over: impl Into<Over>) -> Array {
    let over = over.into().without_initial();
    let [x] = promote_inexact([x]);
    let wide = x.astype(computed_in(x.dtype()));
    let centre = mean(&wide, over.clone().keepdims());
    let distance = &wide - &centre;
    let (square, narrow) = if distance.dtype().is_complex() {
        let (re, im) = (lax::real(&distance), lax::imag(&distance));
        let square = lax::square(&re) + lax::square(&im);
        let dtype = square.dtype();
        (square, dtype)
    } else {
        (lax::square(&distance), x.dtype())
    };
    let dtype = square.dtype();
    let taken = Array::literal((), Scalar::float(dtype, over.delta_degrees()));
    let freedom = count(&square, &over, dtype) - taken;
    let ratio = sum(&square, &over) / &freedom;
    where_(freedom.gt(0.0), ratio, f64::NAN).astype(narrow)
}

/// The standard deviation: the square root of [`var`].
///
/// # Panics
/// As [`sum`].
#[track_caller]
pub fn std(x: &Array, over: impl Into<Over>) -> Array {
    var(x, over).sqrt()
}

/// The mean weighted by `weights`, of the array's shape, or along one axis of its length; and the
/// sum of the weights beside it.
///
/// # Panics
/// With `TypeError` when the weights have another shape and more than one axis is reduced, with
/// `ValueError` when their length differs from the axis.
#[track_caller]
pub fn average_with(x: &Array, over: impl Into<Over>, weights: &Array) -> (Array, Array) {
    let (at, over) = (Location::caller(), over.into().without_initial());
    let [x, weights] = promote_inexact([x, weights]);
    let axes = over.axes(x.ndim());
    let weights = if weights.shape() == x.shape() {
        weights
    } else {
        let ([axis], 1) = (&axes[..], weights.ndim()) else {
            diag::kind("1D weights expected when shapes of a and weights differ.", at);
        };
        if weights.shape()[0] != x.shape()[*axis] {
            diag::value("Length of weights not compatible with specified axis.".into(), at);
        }
        lax::broadcast_in_dim(&weights, x.shape(), &[*axis])
    };
    let total = sum(&weights, &over);
    (sum(&(&x * &weights), &over) / &total, total)
}

/// The mean, weighted where weights are given.
///
/// # Panics
/// As [`average_with`].
#[track_caller]
pub fn average(x: &Array, over: impl Into<Over>, weights: Option<&Array>) -> Array {
    match weights {
        Some(weights) => average_with(x, over, weights).0,
        None => mean(x, over),
    }
}
