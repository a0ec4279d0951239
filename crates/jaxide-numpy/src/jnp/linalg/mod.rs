//! NumPy's `linalg`: one file per group of functions, and what they share. The last two dimensions
//! are a matrix, those before a stack of matrices; integers become floats.
//!
//! Deliberately not here: eigenvalues of matrices that are not Hermitian.

mod determinants;
mod factors;
mod norms;
mod products;
mod pseudo;
mod solving;

use std::panic::Location;

use jaxide_trace::{
    Array,
    promote::{promote_inexact, shape_text},
};

pub use super::contract::{matmul, tensordot, vecdot};
pub use super::rearrange::matrix_transpose;
use super::{conj, finfo};
use crate::diag;
pub use determinants::{det, slogdet};
pub use factors::{
    QrMode, Uplo, cholesky, cholesky_upper, eigh, eigvalsh, qr, qr_r, svd, svd_hermitian, svdvals,
};
pub use norms::{Norm, cond, matrix_norm, norm, vector_norm};
pub use products::{cross, diagonal, matrix_power, multi_dot, outer, trace};
pub use pseudo::{
    lstsq, lstsq_with, matrix_rank, matrix_rank_with, pinv, pinv_hermitian, pinv_with,
};
pub use solving::{inv, solve, tensorinv, tensorsolve, tensorsolve_axes};

type At = &'static Location<'static>;

/// The array in a float or complex dtype.
#[track_caller]
fn inexact(x: &Array) -> Array {
    let [x] = promote_inexact([x]);
    x
}

/// The conjugate transpose of each matrix.
#[track_caller]
fn adjoint(x: &Array) -> Array {
    conj(matrix_transpose(x))
}

/// The mean of each matrix and its conjugate transpose.
#[track_caller]
fn symmetrized(x: &Array) -> Array {
    (x + adjoint(x)) / 2
}

/// Raises where the last two dimensions are no square; the text takes the shape for `{}`.
#[track_caller]
fn check_square(text: &str, x: &Array, at: At) {
    if !matches!(x.shape(), [.., rows, columns] if rows == columns) {
        diag::value(text.replace("{}", &shape_text(x.shape())), at);
    }
}

/// Raises where there are no matrices.
#[track_caller]
fn check_matrices(name: &str, x: &Array, at: At) {
    if x.ndim() < 2 {
        let shape = shape_text(x.shape());
        diag::kind(
            &format!("Input 0 to {name} must have rank at least 2, but got shape={shape}"),
            at,
        );
    }
}

/// The dimensions before the matrix.
fn batch(x: &Array) -> &[usize] {
    &x.shape()[..x.ndim() - 2]
}

/// The rows and columns of each matrix.
fn matrix_shape(x: &Array) -> [usize; 2] {
    let shape = &x.shape()[x.ndim() - 2..];
    [shape[0], shape[1]]
}

/// The distance from 1 to the next number of a dtype.
fn eps(x: &Array) -> f64 {
    finfo(x.dtype()).eps
}
