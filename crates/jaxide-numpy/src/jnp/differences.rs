//! Running sums, differences, and integrals of samples.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::{
    Array, Operand,
    promote::{promote_inexact, promote_numeric},
};

use super::{concatenate, order::along, reduce, where_};
use crate::{axes::axis_of, diag, over::Over};

macro_rules! cumulative {
    ($($(#[$doc:meta])* $name:ident = $op:ident;)*) => {$(
        $(#[$doc])*
        /// `..` runs over the flattened array.
        ///
        /// # Panics
        /// With `ValueError` when the axis is out of bounds.
        #[track_caller]
        pub fn $name(x: &Array, axis: impl Into<Over>) -> Array {
            let (x, axis) = along(stringify!($name), x, &axis.into());
            let [x] = promote_numeric([&x]);
            lax::$op(&x, axis, false)
        }
    )*};
}

cumulative! {
    /// Running sums along an axis; bools are added as integers.
    cumsum = cumsum;
    /// Running products along an axis; bools are multiplied as integers.
    cumprod = cumprod;
}

macro_rules! nan_cumulative {
    ($($(#[$doc:meta])* $name:ident = $run:ident, $ignored:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        /// With `ValueError` when the axis is out of bounds.
        #[track_caller]
        pub fn $name(x: &Array, axis: impl Into<Over>) -> Array {
            if !x.dtype().is_inexact() {
                return $run(x, axis);
            }
            $run(&where_(x.eq(x), x, $ignored).astype(x.dtype()), axis)
        }
    )*};
}

nan_cumulative! {
    /// Running sums along an axis that take NaN for 0.
    nancumsum = cumsum, 0;
    /// Running products along an axis that take NaN for 1.
    nancumprod = cumprod, 1;
}

/// The `n`-th differences of neighbours along an axis.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([1, 4, 9, 16]);
/// assert_eq!(jnp::diff(&x, 1, -1).to_vec::<i32>(), [3, 5, 7]);
/// assert_eq!(jnp::diff(&x, 2, -1).to_vec::<i32>(), [2, 2]);
/// ```
///
/// # Panics
/// With `ValueError` for rank 0 and when the axis is out of bounds.
#[track_caller]
pub fn diff(x: &Array, n: usize, axis: isize) -> Array {
    let at = Location::caller();
    if x.ndim() == 0 {
        diag::value("diff requires input that is at least one dimensional; got rank 0".into(), at);
    }
    let axis = axis_of(axis, x.ndim(), at);
    (0..n.min(x.shape()[axis])).fold(x.clone(), |x, _| {
        let size = x.shape()[axis];
        let (before, after) = (part(&x, axis, 0, size - 1), part(&x, axis, 1, size));
        if x.dtype().is_bool() { lax::ne(&after, &before) } else { lax::sub(&after, &before) }
    })
}

/// Differences of neighbours in the flattened array, with values put in front and behind.
#[track_caller]
pub fn ediff1d(x: &Array, to_begin: Option<&Array>, to_end: Option<&Array>) -> Array {
    let differences = diff(&x.ravel(), 1, 0);
    let ends = [to_begin, to_end].map(|end| end.map(|end| end.ravel().astype(x.dtype())));
    let parts: Vec<&Array> = ends[0].iter().chain([&differences]).chain(ends[1].iter()).collect();
    concatenate(&parts, 0)
}

/// The slope at each sample along an axis: central differences inside, one-sided ones at the ends.
/// `spacing` is the distance of the samples, or their places as a vector.
///
/// # Panics
/// With `ValueError` for fewer than two samples, or when the places are not as many as the samples.
#[track_caller]
pub fn gradient(x: &Array, spacing: impl Operand, axis: isize) -> Array {
    let at = Location::caller();
    let spacing = spacing.into_operand();
    let [x, spacing] = promote_inexact([x, &spacing]);
    let axis = axis_of(axis, x.ndim(), at);
    let size = x.shape()[axis];
    if size < 2 {
        let message = "Shape of array too small to calculate a numerical gradient, at least 2 \
                       elements are required.";
        diag::value(message.into(), at);
    }
    if spacing.ndim() > 0 && spacing.shape() != [size] {
        diag::value(
            "when 1d, distances must match the length of the corresponding dimension".into(),
            at,
        );
    }
    let parts = if spacing.ndim() == 0 {
        even_slopes(&x, &spacing, axis)
    } else {
        uneven_slopes(&x, &spacing, axis)
    };
    concatenate(&parts.iter().collect::<Vec<_>>(), axis as isize)
}

#[track_caller]
fn even_slopes(x: &Array, step: &Array, axis: usize) -> [Array; 3] {
    let size = x.shape()[axis];
    let rise = |from: (usize, usize), to: (usize, usize)| {
        part(x, axis, to.0, to.1) - part(x, axis, from.0, from.1)
    };
    [
        rise((0, 1), (1, 2)) / step,
        rise((0, size - 2), (2, size)) * 0.5 / step,
        rise((size - 2, size - 1), (size - 1, size)) / step,
    ]
}

/// Second-order slopes at unevenly spaced places (Quarteroni, Sacco, Saleri: Numerical Mathematics).
#[track_caller]
fn uneven_slopes(x: &Array, places: &Array, axis: usize) -> [Array; 3] {
    let size = x.shape()[axis];
    let steps = diff(places, 1, 0);
    let shaped = |step: &Array| {
        let mut shape = vec![1; x.ndim()];
        shape[axis] = step.size();
        step.reshape(shape)
    };
    let step = |from: usize, to: usize| shaped(&part(&steps, 0, from, to));
    let (left, right) = (step(0, size - 2), step(1, size - 1));
    let both = &left + &right;
    let at = |from: usize, to: usize| part(x, axis, from, to);
    let inner = at(0, size - 2) * (-&right / (&left * &both))
        + at(1, size - 1) * ((&right - &left) / (&left * &right))
        + at(2, size) * (&left / (&right * &both));
    [
        (at(1, 2) - at(0, 1)) / step(0, 1),
        inner,
        (at(size - 1, size) - at(size - 2, size - 1)) / step(size - 2, size - 1),
    ]
}

/// The integral of samples along an axis by the trapezoidal rule; `spacing` as for [`gradient`].
///
/// # Panics
/// With `ValueError` when the axis is out of bounds.
#[track_caller]
pub fn trapezoid(y: &Array, spacing: impl Operand, axis: isize) -> Array {
    let at = Location::caller();
    let spacing = spacing.into_operand();
    let [y, spacing] = promote_inexact([y, &spacing]);
    let axis = axis_of(axis, y.ndim(), at);
    let size = y.shape()[axis];
    if size == 0 {
        return reduce::sum(&y, axis);
    }
    let pairs = part(&y, axis, 1, size) + part(&y, axis, 0, size - 1);
    let steps = match spacing.ndim() {
        0 => spacing,
        1 => {
            let mut shape = vec![1i64; y.ndim()];
            shape[axis] = -1;
            diff(&spacing, 1, 0).reshape(shape)
        }
        _ => diff(&spacing, 1, axis as isize),
    };
    reduce::sum(&(pairs * steps), axis) * 0.5
}

/// A stretch of one axis.
#[track_caller]
fn part(x: &Array, axis: usize, from: usize, to: usize) -> Array {
    let mut start = vec![0; x.ndim()];
    let mut limit = x.shape().to_vec();
    (start[axis], limit[axis]) = (from, to);
    lax::slice(x, &start, &limit, None)
}

/// Angles along an axis (of which there is one less than jumps) without jumps of more than half a
/// period: multiples of `period` are added where neighbours differ by more.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([0.0, 3.0, 0.5]);
/// assert_eq!(jnp::unwrap(&x, 0, 4.0).to_vec::<f32>(), [0.0, -1.0, 0.5]);
/// ```
///
/// # Panics
/// With `ValueError` when the axis is out of bounds.
#[track_caller]
pub fn unwrap(x: &Array, axis: isize, period: f64) -> Array {
    let [x] = promote_inexact([x]);
    let axis = axis_of(axis, x.ndim(), Location::caller());
    if x.shape()[axis] == 0 {
        return x;
    }
    let half = period / 2.0;
    let jump = diff(&x, 1, axis as isize);
    let short = crate::jnp::mod_(&jump + half, period) - half;
    // A jump up by exactly half a period stays one up.
    let short = where_(lax::and(&short.eq(-half), &jump.gt(0.0)), half, short);
    let change = where_(jump.abs().lt(half), 0.0, short - &jump).astype(x.dtype());
    let mut ends = x.shape().to_vec();
    ends[axis] = 1;
    let first = lax::slice(&x, &vec![0; x.ndim()], &ends, None);
    let run = cumsum(&change, axis as isize);
    let mut starts = vec![0; x.ndim()];
    starts[axis] = 1;
    let rest = lax::slice(&x, &starts, x.shape(), None);
    concatenate(&[&first, &(rest + run)], axis as isize)
}
