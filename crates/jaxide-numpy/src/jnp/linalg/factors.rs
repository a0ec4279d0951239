//! Factors of matrices: Cholesky, QR, eigenvalues of Hermitian matrices, singular values.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::{Array, Ellipsis, NewAxis};

use super::{adjoint, check_matrices, inexact, symmetrized};
use crate::jnp::{argsort, conj, flip, matrix_transpose, take_along_axis, tril};

/// The lower factor `L` of the positive definite `a[.., n, n] = L L^H`, of which JAX takes the mean
/// with its conjugate transpose first. NaN where `a` is not positive definite.
///
/// ```
/// # use jaxide_numpy::jnp::{self, linalg};
/// let a = jnp::array([[4.0, 2.0], [2.0, 5.0]]);
/// assert_eq!(linalg::cholesky(&a).to_vec::<f32>(), [2.0, 0.0, 1.0, 2.0]);
/// ```
///
/// # Panics
/// With `TypeError` when the matrices are not square.
#[track_caller]
pub fn cholesky(a: &Array) -> Array {
    check_matrices("cholesky", a, Location::caller());
    tril(&lax::cholesky(&symmetrized(&inexact(a))), 0)
}

/// The upper factor `U` of the positive definite `a = U^H U`; otherwise as [`cholesky`].
///
/// # Panics
/// As [`cholesky`].
#[track_caller]
pub fn cholesky_upper(a: &Array) -> Array {
    adjoint(&cholesky(a))
}

/// Which QR factors [`qr`] gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QrMode {
    /// `Q[.., m, k]` and `R[.., k, n]` with `k = min(m, n)`.
    Reduced,
    /// `Q[.., m, m]` and `R[.., m, n]`.
    Complete,
    /// LAPACK's representation: the transpose of the matrix that has `R` and the reflectors below
    /// its diagonal, and the factors `tau` of the reflectors.
    Raw,
}

/// The factors of `a[.., m, n] = Q R`: `Q` with orthonormal columns, and the upper triangular `R`.
///
/// # Panics
/// With `TypeError` for rank below 2.
#[track_caller]
pub fn qr(a: &Array, mode: QrMode) -> (Array, Array) {
    check_matrices("qr", a, Location::caller());
    let a = inexact(a);
    match mode {
        QrMode::Reduced => lax::qr(&a, false),
        QrMode::Complete => lax::qr(&a, true),
        QrMode::Raw => {
            let (packed, taus) = lax::geqrf(&a);
            (matrix_transpose(&packed), taus)
        }
    }
}

/// The factor `R[.., k, n]` of [`qr`] alone.
///
/// # Panics
/// As [`qr`].
#[track_caller]
pub fn qr_r(a: &Array) -> Array {
    qr(a, QrMode::Reduced).1
}

/// The triangle of a Hermitian matrix that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Uplo {
    /// The lower triangle.
    Lower,
    /// The upper triangle.
    Upper,
}

/// The ascending eigenvalues `w[.., n]` of the Hermitian `a[.., n, n]`, and orthonormal eigenvectors
/// in the columns of `v[.., n, n]`. As in JAX, one triangle of the mean of `a` and its conjugate
/// transpose is read.
///
/// ```
/// # use jaxide_numpy::jnp::{self, linalg::{self, Uplo}};
/// let (w, _) = linalg::eigh(&jnp::array([[2.0, 1.0], [1.0, 2.0]]), Uplo::Lower);
/// assert!(jnp::allclose(&w, jnp::array([1.0, 3.0])).item::<bool>());
/// ```
///
/// # Panics
/// With `TypeError` when the matrices are not square.
#[track_caller]
pub fn eigh(a: &Array, uplo: Uplo) -> (Array, Array) {
    check_matrices("eigh", a, Location::caller());
    let (v, w) = lax::eigh(&symmetrized(&inexact(a)), uplo == Uplo::Lower);
    (w, v)
}

/// The eigenvalues of [`eigh`] alone.
///
/// # Panics
/// As [`eigh`].
#[track_caller]
pub fn eigvalsh(a: &Array, uplo: Uplo) -> Array {
    eigh(a, uplo).0
}

/// The factors `U`, `s` and `V^H` of `a[.., m, n] = U diag(s) V^H`: singular values descend. With
/// `full_matrices` `U` is `[.., m, m]` and `V^H` is `[.., n, n]`; else they have `min(m, n)` columns
/// and rows.
///
/// # Panics
/// With `TypeError` for rank below 2.
#[track_caller]
pub fn svd(a: &Array, full_matrices: bool) -> (Array, Array, Array) {
    check_matrices("svd", a, Location::caller());
    let (s, u, vh) = lax::svd(&inexact(a), full_matrices);
    (u, s, vh)
}

/// The descending singular values of `a[.., m, n]`.
///
/// # Panics
/// As [`svd`].
#[track_caller]
pub fn svdvals(a: &Array) -> Array {
    check_matrices("svd", a, Location::caller());
    lax::singular_values(&inexact(a))
}

/// As [`svd`] for Hermitian matrices, by their eigenvalues.
///
/// # Panics
/// With `TypeError` when the matrices are not square.
#[track_caller]
pub fn svd_hermitian(a: &Array) -> (Array, Array, Array) {
    let (w, v) = eigh(a, Uplo::Lower);
    let last = (w.ndim() - 1) as i64;
    let order = flip(&argsort(&w.abs(), -1), last);
    let values = take_along_axis(&w, &order, -1);
    let u = take_along_axis(&v, order.get((Ellipsis, NewAxis, ..)), -1);
    let signs = values.sign().get((Ellipsis, NewAxis, ..)).astype(u.dtype());
    let vh = conj(matrix_transpose(&(&u * signs)));
    (u, values.abs(), vh)
}
