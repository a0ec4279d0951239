//! Dimensions in another order, new ones, and ones fewer.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, OrRaise, Shape};

use crate::{
    axes::{axes_of, axis_of},
    diag,
    over::Over,
};

/// The dimensions in another order: `..` reverses them.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::zeros([2, 3, 4]);
/// assert_eq!(jnp::transpose(&x, ..).shape(), [4, 3, 2]);
/// assert_eq!(jnp::transpose(&x, [0, 2, 1]).shape(), [2, 4, 3]);
/// ```
///
/// # Panics
/// With `ValueError` when the axes are no permutation.
#[track_caller]
pub fn transpose(x: &Array, axes: impl Into<Over>) -> Array {
    let axes = axes.into();
    if axes.is_all() {
        return x.t();
    }
    let permutation = axes.axes(x.ndim());
    if permutation.len() != x.ndim() {
        diag::value("axes don't match array".into(), Location::caller());
    }
    lax::transpose(x, &permutation)
}

/// As [`transpose`].
///
/// # Panics
/// As [`transpose`].
#[track_caller]
pub fn permute_dims(x: &Array, axes: impl Into<Over>) -> Array {
    transpose(x, axes)
}

/// The last two dimensions exchanged.
///
/// # Panics
/// With `ValueError` for rank below 2.
#[track_caller]
pub fn matrix_transpose(x: &Array) -> Array {
    if x.ndim() < 2 {
        let message = format!(
            "x must be at least two-dimensional for matrix_transpose; got ndim={}",
            x.ndim()
        );
        diag::value(message, Location::caller());
    }
    swapaxes(x, -1, -2)
}

/// Two dimensions exchanged.
///
/// # Panics
/// With `ValueError` when an axis is out of bounds.
#[track_caller]
pub fn swapaxes(x: &Array, axis1: isize, axis2: isize) -> Array {
    let at = Location::caller();
    let (axis1, axis2) = (axis_of(axis1, x.ndim(), at), axis_of(axis2, x.ndim(), at));
    let mut permutation: Vec<usize> = (0..x.ndim()).collect();
    permutation.swap(axis1, axis2);
    lax::transpose(x, &permutation)
}

/// Dimensions moved to other places; the rest keep their order.
///
/// # Panics
/// With `ValueError` when axes are out of bounds or given twice, or the lists differ in length.
#[track_caller]
pub fn moveaxis(x: &Array, source: impl Shape, destination: impl Shape) -> Array {
    let at = Location::caller();
    let source = axes_of(&source.dims(at).or_raise(), x.ndim(), at);
    let destination = axes_of(&destination.dims(at).or_raise(), x.ndim(), at);
    if source.len() != destination.len() {
        let message =
            format!("Inconsistent number of elements: {} vs {}", source.len(), destination.len());
        diag::value(message, at);
    }
    let mut permutation: Vec<usize> = (0..x.ndim()).filter(|axis| !source.contains(axis)).collect();
    let mut moves: Vec<(usize, usize)> = destination.into_iter().zip(source).collect();
    moves.sort_unstable();
    moves.into_iter().for_each(|(to, from)| permutation.insert(to, from));
    lax::transpose(x, &permutation)
}

/// One dimension moved before another, as NumPy's `rollaxis` has it.
///
/// # Panics
/// With `ValueError` when `axis` or `start` is out of bounds.
#[track_caller]
pub fn rollaxis(x: &Array, axis: isize, start: isize) -> Array {
    let at = Location::caller();
    let rank = x.ndim() as isize;
    let from = axis_of(axis, x.ndim(), at);
    if !(-rank..=rank).contains(&start) {
        diag::value(format!("start={start} must satisfy {}<=start<={rank}", -rank), at);
    }
    let start = if start < 0 { start + rank } else { start } as usize;
    moveaxis(x, from, if start > from { start - 1 } else { start })
}

/// New dimensions of size 1 at these places of the result.
///
/// # Panics
/// With `ValueError` when an axis is out of bounds or given twice.
#[track_caller]
pub fn expand_dims(x: impl Operand, axes: impl Shape) -> Array {
    x.into_operand().expand_dims(axes)
}

/// Without these dimensions of size 1; `..` means all of them.
///
/// # Panics
/// With `ValueError` for dimensions of other sizes.
#[track_caller]
pub fn squeeze(x: &Array, axes: impl Into<Over>) -> Array {
    let axes = axes.into();
    let shape = x.shape();
    let dims = match axes.is_all() {
        true => (0..x.ndim()).filter(|axis| shape[*axis] == 1).collect(),
        false => axes.axes(x.ndim()),
    };
    if dims.iter().any(|axis| shape[*axis] != 1) {
        let message = format!(
            "cannot select an axis to squeeze out which has size not equal to one, got \
             shape={shape:?} and dimensions={dims:?}"
        );
        diag::value(message, Location::caller());
    }
    if dims.is_empty() { x.clone() } else { lax::squeeze(x, &dims) }
}

/// The array with at least one dimension.
#[track_caller]
pub fn atleast_1d(x: impl Operand) -> Array {
    let x = x.into_operand();
    if x.ndim() == 0 { x.reshape(1) } else { x }
}

/// The array with at least two dimensions; new ones come first.
#[track_caller]
pub fn atleast_2d(x: impl Operand) -> Array {
    let x = atleast_1d(x);
    if x.ndim() == 1 { x.expand_dims(0) } else { x }
}

/// The array with at least three dimensions: `n` elements become `[1, n, 1]`, a matrix `[n, m, 1]`.
#[track_caller]
pub fn atleast_3d(x: impl Operand) -> Array {
    let x = atleast_2d(x);
    if x.ndim() == 2 { x.expand_dims(2) } else { x }
}
