//! Joining arrays; dtypes are promoted.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::{
    Array, Operand,
    promote::{convert, result_type_of, shape_text},
};

use super::{atleast_1d, atleast_2d, atleast_3d, joined};
use crate::{axes::axis_of, diag, over::Over};

type At = &'static Location<'static>;

/// Arrays joined along an existing axis.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([[1, 2], [3, 4]]);
/// assert_eq!(jnp::concatenate(&[&x, &x], -1).shape(), [2, 4]);
/// ```
///
/// # Panics
/// With `ValueError` without arrays, for rank 0 and for an axis out of bounds; with the op's error
/// when shapes do not go together.
#[track_caller]
pub fn concatenate(arrays: &[&Array], axis: isize) -> Array {
    let at = Location::caller();
    let arrays = same_dtype("concatenate", arrays, at);
    if arrays[0].ndim() == 0 {
        diag::value("Zero-dimensional arrays cannot be concatenated.".into(), at);
    }
    let axis = axis_of(axis, arrays[0].ndim(), at);
    joined(&arrays.iter().collect::<Vec<_>>(), axis)
}

/// As [`concatenate`].
///
/// # Panics
/// As [`concatenate`].
#[track_caller]
pub fn concat(arrays: &[&Array], axis: isize) -> Array {
    concatenate(arrays, axis)
}

/// Arrays of one shape joined along a new axis.
///
/// # Panics
/// With `ValueError` without arrays, when their shapes differ, and for an axis out of bounds.
#[track_caller]
pub fn stack(arrays: &[&Array], axis: isize) -> Array {
    let at = Location::caller();
    let arrays = same_dtype("stack", arrays, at);
    let shape = arrays[0].shape();
    if arrays.iter().any(|array| array.shape() != shape) {
        let shapes: Vec<String> = arrays.iter().map(|array| shape_text(array.shape())).collect();
        let shapes = shapes.join(", ");
        diag::value(format!("All input arrays must have the same shape. Got {shapes}."), at);
    }
    let axis = axis_of(axis, shape.len() + 1, at);
    lax::stack(&arrays.iter().collect::<Vec<_>>(), axis)
}

/// The arrays along an axis, without it.
///
/// # Panics
/// With `ValueError` for rank 0 and for an axis out of bounds.
#[track_caller]
pub fn unstack(x: &Array, axis: isize) -> Vec<Array> {
    let at = Location::caller();
    if x.ndim() == 0 {
        diag::value(
            "Unstack requires arrays with rank > 0, however a scalar array was passed.".into(),
            at,
        );
    }
    let axis = axis_of(axis, x.ndim(), at);
    lax::unstack(x, axis).into_vec()
}

/// Arrays, each with at least two dimensions, joined along the first.
///
/// # Panics
/// As [`concatenate`].
#[track_caller]
pub fn vstack(arrays: &[&Array]) -> Array {
    each(arrays, |x| atleast_2d(x), |_| 0)
}

/// Arrays joined along the second axis, vectors along their only one.
///
/// # Panics
/// As [`concatenate`].
#[track_caller]
pub fn hstack(arrays: &[&Array]) -> Array {
    each(arrays, |x| atleast_1d(x), |rank| isize::from(rank > 1))
}

/// Arrays, each with at least three dimensions, joined along the third.
///
/// # Panics
/// As [`concatenate`].
#[track_caller]
pub fn dstack(arrays: &[&Array]) -> Array {
    each(arrays, |x| atleast_3d(x), |_| 2)
}

/// Vectors as columns and matrices joined along the second axis.
///
/// # Panics
/// As [`concatenate`].
#[track_caller]
pub fn column_stack(arrays: &[&Array]) -> Array {
    let column = |x: &Array| if x.ndim() < 2 { atleast_2d(x).t() } else { x.clone() };
    each(arrays, column, |_| 1)
}

#[track_caller]
fn each(
    arrays: &[&Array],
    widen: impl Fn(&Array) -> Array,
    axis: impl Fn(usize) -> isize,
) -> Array {
    let widened: Vec<Array> = arrays.iter().map(|array| widen(array)).collect();
    let axis = axis(widened.first().map_or(0, Array::ndim));
    concatenate(&widened.iter().collect::<Vec<_>>(), axis)
}

/// A matrix of blocks: those of a row are joined along the last axis, the rows along the one before.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let (x, y) = (jnp::ones([2, 2]), jnp::zeros([2, 1]));
/// assert_eq!(jnp::block(&[&[&x, &y], &[&x, &y]]).shape(), [4, 3]);
/// ```
///
/// # Panics
/// As [`concatenate`].
#[track_caller]
pub fn block(rows: &[&[&Array]]) -> Array {
    let rank = rows.iter().flat_map(|row| row.iter()).map(|x| x.ndim()).max().unwrap_or(0).max(2);
    let widened = |x: &Array| {
        let mut shape = vec![1; rank - x.ndim()];
        shape.extend(x.shape());
        x.reshape(shape)
    };
    let mut joined = Vec::with_capacity(rows.len());
    for row in rows {
        let blocks: Vec<Array> = row.iter().map(|x| widened(x)).collect();
        joined.push(concatenate(&blocks.iter().collect::<Vec<_>>(), -1));
    }
    concatenate(&joined.iter().collect::<Vec<_>>(), -2)
}

/// Values after the elements along an axis; `..` joins the elements of both in row-major order.
///
/// # Panics
/// As [`concatenate`].
#[track_caller]
pub fn append(x: &Array, values: impl Operand, axis: impl Into<Over>) -> Array {
    let (values, axis) = (values.into_operand(), axis.into());
    if axis.is_all() {
        return concatenate(&[&x.ravel(), &values.ravel()], 0);
    }
    concatenate(&[x, &values], axis.single(x.ndim()) as isize)
}

#[track_caller]
fn same_dtype(op: &str, arrays: &[&Array], at: At) -> Vec<Array> {
    if arrays.is_empty() {
        diag::lengths(format!("Need at least one array to {op}."), at);
    }
    let (dtype, weak) = result_type_of(arrays);
    arrays.iter().map(|array| convert(array, dtype, weak)).collect()
}
