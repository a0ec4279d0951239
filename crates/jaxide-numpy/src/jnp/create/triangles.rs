//! Triangles of matrices, and indices of triangles and diagonals.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, array};

use super::zeros_like;
use crate::{diag, jnp::dtypes::default_int};

/// An `n` by `m` matrix of ones on and below diagonal `k`, zeros above, in f32.
#[track_caller]
pub fn tri(n: usize, m: usize, k: i64) -> Array {
    tri_of(n, m, k, DType::F32)
}

/// As [`tri`], in a dtype.
#[track_caller]
pub fn tri_of(n: usize, m: usize, k: i64, dtype: DType) -> Array {
    let rows: Array = lax::iota((), DType::I32, &[n, m], 0);
    let columns: Array = lax::iota((), DType::I32, &[n, m], 1);
    let limit = i64::from(i32::MAX / 2);
    lax::ge(&(rows + k.clamp(-limit, limit)), &columns).astype(dtype)
}

/// Matrices with zeros above diagonal `k`.
///
/// # Panics
/// With `ValueError` for rank below 2.
#[track_caller]
pub fn tril(x: &Array, k: i64) -> Array {
    let mask = triangle("tril", x, k, Location::caller());
    lax::select_n(&mask, &[&zeros_like(x), x])
}

/// Matrices with zeros below diagonal `k`.
///
/// # Panics
/// With `ValueError` for rank below 2.
#[track_caller]
pub fn triu(x: &Array, k: i64) -> Array {
    let mask = triangle("triu", x, k - 1, Location::caller());
    lax::select_n(&mask, &[x, &zeros_like(x)])
}

#[track_caller]
fn triangle(op: &str, x: &Array, k: i64, at: &'static Location<'static>) -> Array {
    let [.., n, m] = x.shape() else {
        diag::value(format!("Argument to jax.numpy.{op} must be at least 2D"), at);
    };
    tri_of(*n, *m, k, DType::Bool).broadcast_to(x.shape())
}

/// Rows and columns of the elements that a condition picks, in row-major order.
fn indices_where(n: usize, m: usize, holds: impl Fn(i64, i64) -> bool) -> (Array, Array) {
    let all = (0..n).flat_map(|row| (0..m).map(move |column| (row, column)));
    let picked = all.filter(|(row, column)| holds(*row as i64, *column as i64));
    let (rows, columns): (Vec<usize>, Vec<usize>) = picked.unzip();
    (array(rows), array(columns))
}

/// Rows and columns of the elements on and below diagonal `k` of an `n` by `m` matrix.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let (rows, columns) = jnp::tril_indices(2, 0, 2);
/// assert_eq!(rows.to_vec::<i32>(), [0, 1, 1]);
/// assert_eq!(columns.to_vec::<i32>(), [0, 0, 1]);
/// ```
pub fn tril_indices(n: usize, k: i64, m: usize) -> (Array, Array) {
    indices_where(n, m, |row, column| column - row <= k)
}

/// Rows and columns of the elements on and above diagonal `k` of an `n` by `m` matrix.
pub fn triu_indices(n: usize, k: i64, m: usize) -> (Array, Array) {
    indices_where(n, m, |row, column| column - row >= k)
}

/// As [`tril_indices`], for a matrix of an array's shape.
///
/// # Panics
/// With `ValueError` for other ranks than 2.
#[track_caller]
pub fn tril_indices_from(x: &Array, k: i64) -> (Array, Array) {
    let (n, m) = matrix_shape(x, Location::caller());
    tril_indices(n, k, m)
}

/// As [`triu_indices`], for a matrix of an array's shape.
///
/// # Panics
/// With `ValueError` for other ranks than 2.
#[track_caller]
pub fn triu_indices_from(x: &Array, k: i64) -> (Array, Array) {
    let (n, m) = matrix_shape(x, Location::caller());
    triu_indices(n, k, m)
}

#[track_caller]
fn matrix_shape(x: &Array, at: &'static Location<'static>) -> (usize, usize) {
    match x.shape() {
        [n, m] => (*n, *m),
        _ => diag::value("Only 2-D inputs are accepted".into(), at),
    }
}

/// The indices of the main diagonal of an array with `ndim` dimensions of size `n`, one array each.
#[track_caller]
pub fn diag_indices(n: usize, ndim: usize) -> Vec<Array> {
    vec![lax::iota((), default_int(), &[n], 0); ndim]
}

/// The indices of an array's main diagonal, one array a dimension.
///
/// # Panics
/// With `ValueError` for rank below 2 and where sizes differ.
#[track_caller]
pub fn diag_indices_from(x: &Array) -> Vec<Array> {
    let at = Location::caller();
    if x.ndim() < 2 {
        diag::value("input array must be at least 2-d".into(), at);
    }
    if x.shape().iter().any(|size| *size != x.len()) {
        diag::value("All dimensions of input must be of equal length".into(), at);
    }
    diag_indices(x.len(), x.ndim())
}
