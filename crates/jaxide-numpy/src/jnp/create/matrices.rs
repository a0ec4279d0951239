//! Identity matrices, diagonals, powers.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::Array;

use crate::{
    axes::axes_of,
    diag,
    jnp::{dtypes::default_float, moveaxis, where_, zeros_of},
};

/// The identity matrix of `n` rows, in the default float dtype.
#[track_caller]
pub fn eye(n: usize) -> Array {
    eye_of(n, n, 0, default_float())
}

/// Ones on diagonal `k` of an `n` by `m` matrix, zeros elsewhere; `k` counts from the main diagonal
/// to the right.
#[track_caller]
pub fn eye_with(n: usize, m: usize, k: i64) -> Array {
    eye_of(n, m, k, default_float())
}

/// As [`eye_with`], in a dtype.
#[track_caller]
pub fn eye_of(n: usize, m: usize, k: i64, dtype: DType) -> Array {
    let rows: Array = lax::iota((), DType::I32, &[n, m], 0);
    let columns: Array = lax::iota((), DType::I32, &[n, m], 1);
    let limit = i64::from(i32::MAX / 2);
    lax::eq(&(rows + k.clamp(-limit, limit)), &columns).astype(dtype)
}

/// The identity matrix of `n` rows, in the default float dtype.
#[track_caller]
pub fn identity(n: usize) -> Array {
    eye(n)
}

/// As [`identity`], in a dtype.
#[track_caller]
pub fn identity_of(n: usize, dtype: DType) -> Array {
    eye_of(n, n, 0, dtype)
}

/// Of a vector the matrix with it on diagonal `k`, of a matrix its diagonal `k`.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let matrix = jnp::diag(&jnp::array([1, 2]), 0);
/// assert_eq!(matrix.to_vec::<i32>(), [1, 0, 0, 2]);
/// assert_eq!(jnp::diag(&matrix, 1).to_vec::<i32>(), [0]);
/// ```
///
/// # Panics
/// With `ValueError` for other ranks.
#[track_caller]
pub fn diag(x: &Array, k: i64) -> Array {
    match x.ndim() {
        1 => {
            let zero = zeros_of((), x.dtype());
            let padded = lax::pad(x, &zero, &[(k.saturating_neg().max(0), k.max(0), 0)]);
            let n = padded.len();
            let diagonal = eye_of(n, n, k, DType::Bool);
            where_(diagonal, padded.reshape([n, 1]), zero).astype(x.dtype())
        }
        2 => diagonal(x, k, 0, 1),
        _ => diag::value("diag input must be 1d or 2d".into(), Location::caller()),
    }
}

/// The matrix with all elements of an array on diagonal `k`.
#[track_caller]
pub fn diagflat(x: &Array, k: i64) -> Array {
    diag(&x.ravel(), k)
}

/// The diagonal of two dimensions, as the last dimension of the result; `offset` counts to the right.
///
/// # Panics
/// With `ValueError` for rank below 2 and for axes that are out of bounds or the same.
#[track_caller]
pub fn diagonal(x: &Array, offset: i64, axis1: isize, axis2: isize) -> Array {
    let at = Location::caller();
    if x.ndim() < 2 {
        diag::value("diagonal requires an array of at least two dimensions.".into(), at);
    }
    let axes = axes_of(&[axis1 as i64, axis2 as i64], x.ndim(), at);
    let moved = moveaxis(x, axes, [-2, -1]);
    let (rest, matrix) = moved.shape().split_at(moved.ndim() - 2);
    let (rows, columns) = (matrix[0], matrix[1]);
    let (down, right) = (offset.saturating_neg().max(0) as usize, offset.max(0) as usize);
    let count = rows.saturating_sub(down).min(columns.saturating_sub(right));
    let mut shape = rest.to_vec();
    if count == 0 {
        shape.push(0);
        return zeros_of(shape, x.dtype());
    }
    // In row-major order the elements of a diagonal are `columns + 1` apart.
    shape.push(rows * columns);
    let flat = moved.reshape(&shape[..]);
    let last = shape.len() - 1;
    let mut start = vec![0; shape.len()];
    start[last] = down * columns + right;
    let mut limit = shape.clone();
    limit[last] = start[last] + (count - 1) * (columns + 1) + 1;
    let mut strides = vec![1; shape.len()];
    strides[last] = columns + 1;
    lax::slice(&flat, &start, &limit, Some(&strides))
}

/// The powers of a vector's elements as columns: from `x^(n-1)` down to 1, or up where `increasing`.
///
/// # Panics
/// With `ValueError` for other ranks than 1.
#[track_caller]
pub fn vander(x: &Array, n: usize, increasing: bool) -> Array {
    if x.ndim() != 1 {
        diag::value("x must be a one-dimensional array".into(), Location::caller());
    }
    let [base] = jaxide_trace::promote::promote_numeric([x]);
    let exponents: Array = lax::iota((), base.dtype(), &[1, n], 1);
    let exponents = if increasing { exponents } else { -(exponents - (n as i64 - 1)) };
    base.reshape([x.len(), 1]).pow(&exponents)
}
