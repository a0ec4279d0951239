//! Normal vectors with correlated elements, and random orthogonal matrices.

use jaxide_ir::DType;
use jaxide_trace::{
    Array, Ellipsis, NewAxis, Shape,
    promote::{broadcast_shapes, promote_inexact, shape_text},
};

use super::{
    AnyKey,
    draw::{Call, default_float},
    normal,
};
use crate::jnp::{
    linalg::{self, QrMode, Uplo},
    matrix_transpose,
};

/// How [`multivariate_normal_by`] factors a covariance matrix. The numbers differ, their distribution
/// does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Factor {
    /// By Cholesky's factor: fastest, and NaN where the matrix is not positive definite.
    Cholesky,
    /// By eigenvalues and eigenvectors: some eigenvalues may be 0.
    Eigh,
    /// By singular values and vectors: some of them may be 0.
    Svd,
}

/// Normal vectors of a mean and a covariance matrix, in the last dimension; NaN where the matrix is
/// not positive definite. `shape` is that of the result without the last dimension, to which those of
/// `mean` (`[.., n]`) and `cov` (`[.., n, n]`) broadcast. The dtype is that of mean and covariance.
///
/// ```
/// use jaxide_numpy::{jnp, random};
/// let x = random::multivariate_normal(&random::key(0), &jnp::zeros(2), &jnp::eye(2), [10]);
/// assert_eq!(x.shape(), [10, 2]);
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when the shapes do not go together.
#[track_caller]
pub fn multivariate_normal(
    key: &impl AnyKey,
    mean: &Array,
    cov: &Array,
    shape: impl Shape,
) -> Array {
    multivariate_normal_by(key, mean, cov, shape, Factor::Cholesky)
}

/// [`multivariate_normal`] by another factor of the covariance matrix.
///
/// # Panics
/// As [`multivariate_normal`].
#[track_caller]
pub fn multivariate_normal_by(
    key: &impl AnyKey,
    mean: &Array,
    cov: &Array,
    shape: impl Shape,
    factor: Factor,
) -> Array {
    let [mean, cov] = promote_inexact([mean, cov]);
    let dtype = mean.dtype();
    draw(key, &mean, &cov, shape, dtype, factor)
}

/// [`multivariate_normal`] with noise of a float dtype.
///
/// # Panics
/// As [`multivariate_normal`], and with `ValueError` when `dtype` is no float.
#[track_caller]
pub fn multivariate_normal_of(
    key: &impl AnyKey,
    mean: &Array,
    cov: &Array,
    shape: impl Shape,
    dtype: DType,
) -> Array {
    let [mean, cov] = promote_inexact([mean, cov]);
    draw(key, &mean, &cov, shape, dtype, Factor::Cholesky)
}

#[track_caller]
fn draw(
    key: &impl AnyKey,
    mean: &Array,
    cov: &Array,
    shape: impl Shape,
    dtype: DType,
    factor: Factor,
) -> Array {
    let call = Call::new("multivariate_normal");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.float(dtype);
    let n = check(call, mean, cov, &shape);
    let factor = factor.of(cov);
    let full = [&shape[..], &[n]].concat();
    let noise = normal::draw(&key, &full, dtype);
    mean + factor.matmul(&noise.get((Ellipsis, NewAxis))).reshape(full)
}

/// The size of the vectors.
#[track_caller]
fn check(call: Call, mean: &Array, cov: &Array, shape: &[usize]) -> usize {
    let Some((n, others)) = mean.shape().split_last() else {
        call.refuse("multivariate_normal requires mean.ndim >= 1, got mean.ndim == 0".to_owned());
    };
    if cov.ndim() < 2 {
        let rank = cov.ndim();
        call.refuse(format!("multivariate_normal requires cov.ndim >= 2, got cov.ndim == {rank}"));
    }
    if !cov.shape().ends_with(&[*n, *n]) {
        call.refuse(format!(
            "multivariate_normal requires cov.shape == (..., n, n) for n={n}, but got cov.shape == \
             {}.",
            shape_text(cov.shape())
        ));
    }
    let stacked = &cov.shape()[..cov.ndim() - 2];
    let common = broadcast_shapes(&[others, stacked]).unwrap_or_default();
    call.fits(shape, others);
    call.fits(shape, stacked);
    call.fits(shape, &common);
    *n
}

impl Factor {
    /// `F` with `F F^T = cov`.
    #[track_caller]
    fn of(self, cov: &Array) -> Array {
        let scaled = |vectors: Array, variances: Array| {
            vectors * variances.sqrt().get((Ellipsis, NewAxis, ..))
        };
        match self {
            Factor::Cholesky => linalg::cholesky(cov),
            Factor::Eigh => {
                let (w, v) = linalg::eigh(cov, Uplo::Lower);
                scaled(v, w)
            }
            Factor::Svd => {
                let (u, s, _) = linalg::svd(cov, true);
                scaled(u, s)
            }
        }
    }
}

/// Matrices `[.., n, n]` that are evenly distributed over the orthogonal ones, of the default dtype;
/// `shape` is that of the stack.
///
/// ```
/// use jaxide_numpy::{jnp, random};
/// let q = random::orthogonal(&random::key(0), 3, ());
/// assert!((q.matmul(&q.t()) - jnp::eye(3)).abs().max().item::<f32>() < 1e-6);
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn orthogonal(key: &impl AnyKey, n: usize, shape: impl Shape) -> Array {
    orthogonal_of(key, n, shape, n, default_float())
}

/// [`orthogonal`] of `n` rows and `m` columns, whose shorter ones are orthonormal, in a float or
/// complex dtype; complex matrices are unitary.
///
/// # Panics
/// As [`orthogonal`], and with `ValueError` when `dtype` is neither.
#[track_caller]
pub fn orthogonal_of(
    key: &impl AnyKey,
    n: usize,
    shape: impl Shape,
    m: usize,
    dtype: DType,
) -> Array {
    let call = Call::new("orthogonal");
    let shape = [&call.shape(shape)[..], &[n.max(m), n.min(m)]].concat();
    let noise = normal::normal_of(key, shape, dtype);
    let (q, r) = linalg::qr(&noise, QrMode::Reduced);
    // Signs that make the diagonal of R positive make Q unique, and its distribution even.
    let signs = linalg::diagonal(&r, 0).sign().get((Ellipsis, NewAxis, ..));
    let q = q * signs;
    if n < m { matrix_transpose(&q) } else { q }
}
