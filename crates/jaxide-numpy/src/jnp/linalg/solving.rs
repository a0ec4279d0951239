//! Systems of equations with square matrices, by LU factors.

use std::panic::Location;

use jaxide_lax::{self as lax, TriangularSolve};
use jaxide_trace::{
    Array, Ellipsis, NewAxis, Shape,
    promote::{broadcast_shapes, promote_inexact, shape_text},
};

use super::{At, batch, check_square, inexact, matrix_shape};
use crate::{
    diag,
    jnp::{eye_of, moveaxis, squeeze, take_along_axis},
};

/// The solution `x` of `a x = b` with `a[.., n, n]` and `b[.., n, k]`, or `b[n]` for every matrix.
/// Dimensions before the matrices broadcast.
///
/// ```
/// # use jaxide_numpy::jnp::{self, linalg};
/// let a = jnp::array([[3.0, 1.0], [1.0, 2.0]]);
/// assert_eq!(linalg::solve(&a, &jnp::array([9.0, 8.0])).to_vec::<f32>(), [2.0, 3.0]);
/// ```
///
/// # Panics
/// With `ValueError` when `a` has rank below 2 or sizes do not fit.
#[track_caller]
pub fn solve(a: &Array, b: &Array) -> Array {
    let at = Location::caller();
    let [a, b] = promote_inexact([a, b]);
    let batch = check_system(&a, &b, at);
    if b.ndim() == 1 {
        return squeeze(&solve_columns(&a, &b.get((.., NewAxis)), &batch), -1);
    }
    solve_columns(&a, &b, &batch)
}

/// The common dimensions before the matrices.
#[track_caller]
fn check_system(a: &Array, b: &Array, at: At) -> Vec<usize> {
    let (left, right) = (shape_text(a.shape()), shape_text(b.shape()));
    if a.ndim() < 2 {
        let text = "left hand array must be at least two dimensional; got a.shape=";
        diag::value(format!("{text}{left}"), at);
    }
    let [rows, n] = matrix_shape(a);
    let vector = b.ndim() < 2;
    let height = if vector { b.shape().first().copied() } else { Some(matrix_shape(b)[0]) };
    if !vector && a.ndim() == b.ndim() + 1 && b.shape().last() == Some(&n) && height != Some(n) {
        let message = format!(
            "Invalid shapes for solve: {left}, {right}. Prior to JAX v0.5.0, this would have been \
             treated as a batched 1-dimensional solve. To recover this behavior, use solve(a, \
             b[..., None]).squeeze(-1)."
        );
        diag::value(message, at);
    }
    let common = broadcast_shapes(&[batch(a), if vector { &[] } else { batch(b) }]);
    match common {
        Some(common) if rows == n && height == Some(n) => common.to_vec(),
        _ => {
            let signature = if vector { "(m,m),(m)->(m)" } else { "(m,m),(m,n)->(m,n)" };
            let message = format!(
                "solve: expected shapes that fit {signature} after broadcasting, got {left} and \
                 {right}"
            );
            diag::value(message, at)
        }
    }
}

#[track_caller]
fn solve_columns(a: &Array, b: &Array, batch: &[usize]) -> Array {
    let [n, columns] = matrix_shape(b);
    let (packed, _, order) = lax::lu(a);
    let packed = packed.broadcast_to([batch, &[n, n]].concat());
    let order = order.broadcast_to([batch, &[n]].concat());
    let b = b.broadcast_to([batch, &[n, columns]].concat());
    let moved = take_along_axis(&b, order.get((Ellipsis, NewAxis)), -2);
    let lower = TriangularSolve { lower: true, unit_diagonal: true, ..TriangularSolve::default() };
    let below = lax::triangular_solve(&packed, &moved, lower);
    lax::triangular_solve(&packed, &below, TriangularSolve::default())
}

/// The inverses of `a[.., n, n]`.
///
/// # Panics
/// With `ValueError` when the matrices are not square.
#[track_caller]
pub fn inv(a: &Array) -> Array {
    let text = "Argument to inv must have shape [..., n, n], got {}.";
    check_square(text, a, Location::caller());
    let a = inexact(a);
    let n = a.shape()[a.ndim() - 1];
    solve(&a, &eye_of(n, n, 0, a.dtype()))
}

/// The inverse of `a` as a map from its last dimensions to its first `ind`.
///
/// # Panics
/// With `ValueError` when `ind` is 0 or the two groups of dimensions have different sizes.
#[track_caller]
pub fn tensorinv(a: &Array, ind: usize) -> Array {
    let at = Location::caller();
    if ind == 0 {
        diag::value("ind must be a positive integer; got ind=0".into(), at);
    }
    let (first, last) = a.shape().split_at(ind.min(a.ndim()));
    let [rows, columns] = [first, last].map(|sizes| sizes.iter().product::<usize>());
    if rows != columns {
        let shape = shape_text(a.shape());
        let message = format!(
            "tensorinv is only possible when the product of the first `ind` dimensions equals that \
             of the remaining dimensions. got arr.shape={shape} with ind={ind}."
        );
        diag::value(message, at);
    }
    inv(&a.reshape([rows, columns])).reshape([last, first].concat())
}

/// The solution `x` of `tensordot(a, x, x.ndim()) = b`.
///
/// # Panics
/// With `ValueError` when the first dimensions of `a` are not those of `b`, or its other dimensions
/// have another size.
#[track_caller]
pub fn tensorsolve(a: &Array, b: &Array) -> Array {
    let at = Location::caller();
    let [left, right] = [a, b].map(|x| shape_text(x.shape()));
    if !a.shape().starts_with(b.shape()) {
        let message = format!(
            "After moving axes to end, leading shape of a must match shape of b. got \
             a.shape={left}, b.shape={right}"
        );
        diag::value(message, at);
    }
    let rest = a.shape()[b.ndim()..].to_vec();
    let size = b.size();
    if rest.iter().product::<usize>() != size {
        let message = format!(
            "Input arrays must have prod(a.shape[:b.ndim]) == prod(a.shape[b.ndim:]); got \
             a.shape={left}, b.ndim={}.",
            b.ndim()
        );
        diag::value(message, at);
    }
    solve(&a.reshape([size, size]), &b.ravel()).reshape(rest)
}

/// [`tensorsolve`] with axes of `a` moved to its end first.
///
/// # Panics
/// As [`tensorsolve`], and with `ValueError` when axes are out of bounds or given twice.
#[track_caller]
pub fn tensorsolve_axes(a: &Array, b: &Array, axes: impl Shape) -> Array {
    let at = Location::caller();
    let axes = axes.dims(at).unwrap_or_else(|error| jaxide_trace::raise(error));
    let end: Vec<i64> = (-(axes.len() as i64)..0).collect();
    tensorsolve(&moveaxis(a, axes, end), b)
}
