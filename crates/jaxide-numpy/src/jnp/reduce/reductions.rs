//! Reductions with NumPy's options: sums, products, extremes, tests, positions of extremes. Each takes
//! what it runs over as [`Over`]. Moments are in `moments.rs`, order statistics in `quantiles.rs`,
//! reductions that skip NaN in `nan.rs`.

use std::panic::Location;

use jaxide_ir::{DType, IntType, Scalar, TypeClass, Value};
use jaxide_lax as lax;
use jaxide_trace::Array;

use crate::{
    diag,
    jnp::{dtypes::default_int, where_},
    over::Over,
};

/// The greatest or least value of a dtype: infinite for floats.
pub(super) fn extreme(dtype: DType, greatest: bool) -> Scalar {
    match TypeClass::of(dtype) {
        TypeClass::Float | TypeClass::Complex => {
            Scalar::float(dtype, if greatest { f64::INFINITY } else { f64::NEG_INFINITY })
        }
        _ => {
            let ty = IntType::of(dtype);
            Scalar::int(dtype, if greatest { ty.max() } else { ty.min() })
        }
    }
}

/// The array with elements outside the mask replaced by what a reduction ignores.
#[track_caller]
fn masked(x: &Array, over: &Over, ignored: Scalar) -> Array {
    match over.mask() {
        Some(mask) => where_(mask, x, Array::literal((), ignored)).astype(x.dtype()),
        None => x.clone(),
    }
}

/// A masked reduction joined with the value to start from.
#[track_caller]
fn reduce(
    x: &Array,
    over: &Over,
    ignored: Scalar,
    run: fn(&Array, &[usize]) -> Array,
    join: fn(&Array, &Array) -> Array,
) -> Array {
    let axes = over.axes(x.ndim());
    let reduced = run(&masked(x, over, ignored), &axes);
    let joined = match over.initial_value() {
        Some(initial) => {
            let initial = initial.astype(reduced.dtype()).broadcast_to(reduced.shape());
            join(&reduced, &initial)
        }
        None => reduced,
    };
    over.finish(joined, &axes)
}

/// The sum of elements; 0 where there are none. Bools and small integers are added in the default
/// integer type.
///
/// ```
/// # use jaxide_numpy::jnp::{self, axis};
/// let x = jnp::array([[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(jnp::sum(&x, 0).to_vec::<f32>(), [4.0, 6.0]);
/// assert_eq!(jnp::sum(&x, axis(-1).keepdims()).shape(), [2, 1]);
/// assert_eq!(jnp::sum(&x, axis(..).where_(x.gt(1.5)).initial(10)).item::<f32>(), 19.0);
/// ```
///
/// # Panics
/// With `ValueError` when an axis is out of bounds or given twice.
#[track_caller]
pub fn sum(x: &Array, over: impl Into<Over>) -> Array {
    let zero = Scalar::zero(x.dtype());
    reduce(x, &over.into(), zero, |x, axes| x.sum_over(axes), lax::add)
}

/// The product of elements; 1 where there are none. Bools and small integers are multiplied in the
/// default integer type.
///
/// # Panics
/// As [`sum`].
#[track_caller]
pub fn prod(x: &Array, over: impl Into<Over>) -> Array {
    let one = Scalar::one(x.dtype());
    reduce(x, &over.into(), one, |x, axes| x.prod_over(axes), lax::mul)
}

/// The greatest element; NaN where one is NaN.
///
/// ```
/// # use jaxide_numpy::jnp::{self, axis};
/// let x = jnp::array([3, 1, 2]);
/// assert_eq!(jnp::max(&x, ..).item::<i32>(), 3);
/// assert_eq!(jnp::max(&x, axis(0).where_(x.lt(3)).initial(0)).item::<i32>(), 2);
/// ```
///
/// # Panics
/// As [`sum`], and with `ValueError` where there is no element, or a mask, and no initial value.
#[track_caller]
pub fn max(x: &Array, over: impl Into<Over>) -> Array {
    extremum("max", x, &over.into())
}

/// The least element; NaN where one is NaN.
///
/// # Panics
/// As [`max()`].
#[track_caller]
pub fn min(x: &Array, over: impl Into<Over>) -> Array {
    extremum("min", x, &over.into())
}

#[track_caller]
fn extremum(name: &str, x: &Array, over: &Over) -> Array {
    let at = Location::caller();
    if over.initial_value().is_none() {
        if over.mask().is_some() {
            let message = format!(
                "reduction operation {name} does not have an identity, so to use a where mask one \
                 has to specify 'initial'"
            );
            diag::value(message, at);
        }
        nonempty(name, x, &over.axes(x.ndim()), at);
    }
    let ignored = extreme(x.dtype(), name == "min");
    if name == "max" {
        return reduce(x, over, ignored, lax::reduce_max, lax::max);
    }
    reduce(x, over, ignored, lax::reduce_min, lax::min)
}

/// Raises where a reduction without identity has nothing to reduce.
#[track_caller]
pub(super) fn nonempty(name: &str, x: &Array, axes: &[usize], at: &'static Location<'static>) {
    if axes.iter().any(|axis| x.shape()[*axis] == 0) {
        let message =
            format!("zero-size array to reduction operation {name} which has no identity");
        diag::value(message, at);
    }
}

/// Whether any element is not zero.
///
/// # Panics
/// As [`sum`].
#[track_caller]
pub fn any(x: &Array, over: impl Into<Over>) -> Array {
    let x = x.astype(DType::Bool);
    reduce(&x, &over.into(), Scalar::zero(DType::Bool), lax::reduce_or, lax::or)
}

/// Whether no element is zero; true where there are none.
///
/// # Panics
/// As [`sum`].
#[track_caller]
pub fn all(x: &Array, over: impl Into<Over>) -> Array {
    let x = x.astype(DType::Bool);
    reduce(&x, &over.into(), Scalar::one(DType::Bool), lax::reduce_and, lax::and)
}

/// The number of elements that are not zero.
///
/// # Panics
/// As [`sum`].
#[track_caller]
pub fn count_nonzero(x: &Array, over: impl Into<Over>) -> Array {
    sum(&x.astype(DType::Bool), over)
}

/// The greatest less the least element.
///
/// # Panics
/// As [`max()`].
#[track_caller]
pub fn ptp(x: &Array, over: impl Into<Over>) -> Array {
    let over = over.into();
    max(x, &over) - min(x, &over)
}

/// The first index of the greatest element along an axis, or of the flattened array for `..`; the
/// first NaN where there is one.
///
/// # Panics
/// With `ValueError` for several axes, and where there is no element.
#[track_caller]
pub fn argmax(x: &Array, over: impl Into<Over>) -> Array {
    arg_extremum("argmax", x, &over.into())
}

/// The first index of the least element along an axis, or of the flattened array for `..`; the first
/// NaN where there is one.
///
/// # Panics
/// As [`argmax`].
#[track_caller]
pub fn argmin(x: &Array, over: impl Into<Over>) -> Array {
    arg_extremum("argmin", x, &over.into())
}

#[track_caller]
pub(super) fn arg_extremum(name: &str, x: &Array, over: &Over) -> Array {
    let at = Location::caller();
    let (flat, axis) = match (over.is_all(), &over.axes(x.ndim())[..]) {
        (true, _) => (x.ravel(), 0),
        (false, [axis]) => (x.clone(), *axis),
        (false, axes) => diag::value(format!("{name}: expected one axis, got {axes:?}"), at),
    };
    if flat.shape()[axis] == 0 {
        diag::value(format!("attempt to get {name} of an empty sequence"), at);
    }
    let index = default_int();
    let found = match name {
        "argmax" => lax::argmax(&flat, axis, index),
        _ => lax::argmin(&flat, axis, index),
    };
    if !over.has_keepdims() {
        return found;
    }
    if over.is_all() { found.reshape(vec![1i64; x.ndim()]) } else { found.expand_dims([axis]) }
}
