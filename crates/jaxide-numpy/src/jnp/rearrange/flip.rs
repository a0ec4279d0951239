//! Elements in reverse, rotated, rolled.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, OrRaise, Shape, promote::shape_text};

use super::{joined, part, swapaxes};
use crate::{axes::axis_of, diag, jnp::remainder, over::Over};

/// Elements in reverse order along some axes; `..` means all.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::flip(&jnp::array([1, 2, 3]), 0).to_vec::<i32>(), [3, 2, 1]);
/// ```
///
/// # Panics
/// With `ValueError` when an axis is out of bounds or given twice.
#[track_caller]
pub fn flip(x: &Array, axes: impl Into<Over>) -> Array {
    lax::rev(x, &axes.into().axes(x.ndim()))
}

/// Elements in reverse order along the second axis.
///
/// # Panics
/// With `ValueError` for rank below 2.
#[track_caller]
pub fn fliplr(x: &Array) -> Array {
    flip(x, 1)
}

/// Elements in reverse order along the first axis.
///
/// # Panics
/// With `ValueError` for rank 0.
#[track_caller]
pub fn flipud(x: &Array) -> Array {
    flip(x, 0)
}

/// Rotated `k` times by 90 degrees, from the first of two axes towards the second.
///
/// # Panics
/// With `ValueError` for rank below 2, and for axes that are out of bounds or the same.
#[track_caller]
pub fn rot90(x: &Array, k: i64, axes: (isize, isize)) -> Array {
    let at = Location::caller();
    if x.ndim() < 2 {
        let message = format!(
            "rot90 requires its first argument to have ndim at least two, but got first argument \
             of shape {}, which has ndim {}",
            shape_text(x.shape()),
            x.ndim()
        );
        diag::value(message, at);
    }
    let (first, second) = (axis_of(axes.0, x.ndim(), at), axis_of(axes.1, x.ndim(), at));
    if first == second {
        diag::value("Axes must be different".into(), at);
    }
    let turned = |x: &Array| swapaxes(x, first as isize, second as isize);
    match k.rem_euclid(4) {
        0 => x.clone(),
        1 => turned(&lax::rev(x, &[second])),
        2 => lax::rev(x, &[first, second]),
        _ => lax::rev(&turned(x), &[second]),
    }
}

/// Elements moved along axes by as many places; what leaves at the end returns at the start. `..`
/// rolls the elements in row-major order. One shift goes for all axes.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::roll(&jnp::arange(4), 1, ..).to_vec::<i32>(), [3, 0, 1, 2]);
/// ```
///
/// # Panics
/// With `ValueError` when axes are out of bounds, or the lists do not go together.
#[track_caller]
pub fn roll(x: &Array, shift: impl Shape, axes: impl Into<Over>) -> Array {
    let at = Location::caller();
    let shifts = shift.dims(at).or_raise();
    let axes = axes.into();
    if axes.is_all() {
        let total = shifts.iter().map(|shift| i128::from(*shift)).sum();
        return rolled(&x.ravel(), total, 0).reshape(x.shape());
    }
    let axes = axes.axes(x.ndim());
    let count = shifts.len().max(axes.len());
    if [shifts.len(), axes.len()].iter().any(|length| *length != 1 && *length != count) {
        let message = "'shift' and 'axis' should be scalars or 1D sequences of one length";
        diag::value(message.into(), at);
    }
    let pick = |length: usize, index: usize| if length == 1 { 0 } else { index };
    (0..count).fold(x.clone(), |x, index| {
        rolled(&x, shifts[pick(shifts.len(), index)].into(), axes[pick(axes.len(), index)])
    })
}

#[track_caller]
fn rolled(x: &Array, shift: i128, axis: usize) -> Array {
    let size = x.shape()[axis];
    if size == 0 {
        return x.clone();
    }
    let start = (-shift).rem_euclid(size as i128) as usize;
    joined(&[&part(x, start, size, axis), &part(x, 0, start, axis)], axis)
}

/// As [`roll`] along one axis, by a number that need not be known.
///
/// # Panics
/// With `ValueError` when the axis is out of bounds.
#[track_caller]
pub fn roll_by(x: &Array, shift: &Array, axis: isize) -> Array {
    let axis = axis_of(axis, x.ndim(), Location::caller());
    let size = x.shape()[axis];
    if size == 0 {
        return x.clone();
    }
    let twice = joined(&[x, x], axis);
    let zero = crate::jnp::zeros_of((), DType::I32);
    let start = remainder(-shift.astype(DType::I32), size as i64).astype(DType::I32);
    let starts: Vec<&Array> =
        (0..x.ndim()).map(|dim| if dim == axis { &start } else { &zero }).collect();
    lax::dynamic_slice(&twice, &starts, x.shape())
}
