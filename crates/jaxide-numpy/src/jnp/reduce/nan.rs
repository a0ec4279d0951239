//! Reductions that skip NaN.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_trace::{Array, promote::promote_inexact};

use super::{
    moments::{self, count},
    reductions::{self, extreme, nonempty},
};
use crate::{
    jnp::{dtypes::default_int, where_},
    over::Over,
};

/// Where an array is not NaN.
#[track_caller]
fn numbers(x: &Array) -> Array {
    // Only NaN differs from itself.
    x.eq(x)
}

/// The array with NaN replaced by what a reduction ignores.
#[track_caller]
fn replaced(x: &Array, by: Scalar) -> Array {
    if !x.dtype().is_inexact() {
        return x.clone();
    }
    where_(numbers(x), x, Array::literal((), by)).astype(x.dtype())
}

/// The options with NaN left out by the mask.
#[track_caller]
fn skipping(x: &Array, over: &Over) -> Over {
    if !x.dtype().is_inexact() {
        return over.clone();
    }
    let mask = match over.mask() {
        Some(mask) => {
            jaxide_lax::and(&numbers(x), &mask.astype(DType::Bool).broadcast_to(x.shape()))
        }
        None => numbers(x),
    };
    over.clone().where_(&mask)
}

/// The sum of the elements that are not NaN.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::nansum(&jnp::array([1.0, f32::NAN, 2.0]), ..).item::<f32>(), 3.0);
/// ```
///
/// # Panics
/// As [`sum`](super::sum).
#[track_caller]
pub fn nansum(x: &Array, over: impl Into<Over>) -> Array {
    reductions::sum(&replaced(x, Scalar::zero(x.dtype())), over)
}

/// The product of the elements that are not NaN.
///
/// # Panics
/// As [`sum`](super::sum).
#[track_caller]
pub fn nanprod(x: &Array, over: impl Into<Over>) -> Array {
    reductions::prod(&replaced(x, Scalar::one(x.dtype())), over)
}

/// The greatest element that is not NaN; NaN where all are.
///
/// # Panics
/// As [`max`](super::max()).
#[track_caller]
pub fn nanmax(x: &Array, over: impl Into<Over>) -> Array {
    extremum("nanmax", x, &over.into())
}

/// The least element that is not NaN; NaN where all are.
///
/// # Panics
/// As [`max`](super::max()).
#[track_caller]
pub fn nanmin(x: &Array, over: impl Into<Over>) -> Array {
    extremum("nanmin", x, &over.into())
}

#[track_caller]
fn extremum(name: &str, x: &Array, over: &Over) -> Array {
    let greatest = name == "nanmax";
    if over.initial_value().is_none() && over.mask().is_none() {
        nonempty(name, x, &over.axes(x.ndim()), Location::caller());
    }
    let filled = replaced(x, extreme(x.dtype(), !greatest));
    let run = if greatest { reductions::max } else { reductions::min };
    let found = run(&filled, over);
    if !x.dtype().is_inexact() || over.initial_value().is_some() {
        return found;
    }
    let none = reductions::all(&numbers(x).logical_not(), over.clone().without_initial());
    where_(none, f64::NAN, &found).astype(x.dtype())
}

/// The mean of the elements that are not NaN; NaN where there are none.
///
/// # Panics
/// As [`mean`](super::mean).
#[track_caller]
pub fn nanmean(x: &Array, over: impl Into<Over>) -> Array {
    let [x] = promote_inexact([x]);
    let over = skipping(&x, &over.into());
    moments::mean(&x, over)
}

/// The variance of the elements that are not NaN.
///
/// # Panics
/// As [`var`](super::var).
#[track_caller]
pub fn nanvar(x: &Array, over: impl Into<Over>) -> Array {
    let [x] = promote_inexact([x]);
    let over = skipping(&x, &over.into());
    moments::var(&x, over)
}

/// The standard deviation of the elements that are not NaN.
///
/// # Panics
/// As [`var`](super::var).
#[track_caller]
pub fn nanstd(x: &Array, over: impl Into<Over>) -> Array {
    nanvar(x, over).sqrt()
}

/// How many elements are not NaN, along what a reduction runs over.
///
/// # Panics
/// As [`sum`](super::sum).
#[track_caller]
pub(super) fn count_numbers(x: &Array, over: &Over) -> Array {
    count(x, &skipping(x, over), default_int())
}

/// The first index of the greatest element that is not NaN; -1 where all are.
///
/// # Panics
/// As [`argmax`](super::argmax).
#[track_caller]
pub fn nanargmax(x: &Array, over: impl Into<Over>) -> Array {
    arg_extremum("argmax", x, &over.into())
}

/// The first index of the least element that is not NaN; -1 where all are.
///
/// # Panics
/// As [`argmax`](super::argmax).
#[track_caller]
pub fn nanargmin(x: &Array, over: impl Into<Over>) -> Array {
    arg_extremum("argmin", x, &over.into())
}

#[track_caller]
fn arg_extremum(name: &str, x: &Array, over: &Over) -> Array {
    let filled = replaced(x, extreme(x.dtype(), name == "argmin"));
    let found = reductions::arg_extremum(name, &filled, over);
    if !x.dtype().is_inexact() {
        return found;
    }
    let none = reductions::all(&numbers(x).logical_not(), over);
    where_(none, -1, &found).astype(found.dtype())
}
