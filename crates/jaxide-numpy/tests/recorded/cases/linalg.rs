//! Linear algebra. Of factors that are free up to signs or phases, what does not depend on these.

use jaxide_numpy::jnp::linalg::{self, Norm, QrMode, Uplo};
use jaxide_numpy::jnp::{self, axis};
use jaxide_trace::{Array, Ellipsis, NewAxis};

use super::{Case, many, one, pair};

const INF: f64 = f64::INFINITY;

fn adjoint(x: &Array) -> Array {
    jnp::conj(jnp::swapaxes(x, -1, -2))
}

/// The projection on the columns, which no phase changes.
fn gram(q: &Array) -> Array {
    q.matmul(&adjoint(q))
}

fn scaled(v: &Array, w: &Array) -> Array {
    v * w.get((Ellipsis, NewAxis, ..)).astype(v.dtype())
}

fn svd_parts((u, s, vh): (Array, Array, Array)) -> Vec<Array> {
    let k = s.shape()[s.ndim() - 1] as i64;
    let whole = scaled(&u.get((Ellipsis, ..k)), &s).matmul(&vh.get((Ellipsis, ..k, ..)));
    vec![s, whole, gram(&u), gram(&adjoint(&vh))]
}

fn qr_parts(x: &Array, mode: QrMode) -> Vec<Array> {
    let (q, r) = linalg::qr(x, mode);
    vec![q.matmul(&r), gram(&q), r.abs()]
}

fn eigh_parts(x: &Array, uplo: Uplo) -> Vec<Array> {
    let (w, v) = linalg::eigh(x, uplo);
    let whole = scaled(&v, &w).matmul(&adjoint(&v));
    vec![w, whole, gram(&v)]
}

fn four((a, b, c, d): (Array, Array, Array, Array)) -> Vec<Array> {
    vec![a, b, c, d]
}

fn multi_dot(x: &[Array]) -> Array {
    linalg::multi_dot(&x.iter().collect::<Vec<_>>())
}

pub(super) const CASES: &[Case] = &[
    one("cholesky", |x| linalg::cholesky(&x[0])),
    one("cholesky_not_symmetric", |x| linalg::cholesky(&x[0])),
    one("cholesky_batch", |x| linalg::cholesky(&x[0])),
    one("cholesky_complex", |x| linalg::cholesky(&x[0])),
    one("cholesky_integers", |x| linalg::cholesky(&x[0])),
    one("cholesky_indefinite", |x| linalg::cholesky(&x[0])),
    one("cholesky_f64", |x| linalg::cholesky(&x[0])),
    one("cholesky_upper", |x| linalg::cholesky_upper(&x[0])),
    many("qr_reduced_tall", |x| qr_parts(&x[0], QrMode::Reduced)),
    many("qr_reduced_wide", |x| qr_parts(&x[0], QrMode::Reduced)),
    many("qr_complete", |x| qr_parts(&x[0], QrMode::Complete)),
    many("qr_batch_complex", |x| qr_parts(&x[0], QrMode::Reduced)),
    many("qr_integers", |x| qr_parts(&x[0], QrMode::Reduced)),
    one("qr_r", |x| linalg::qr_r(&x[0]).abs()),
    pair("qr_raw", |x| linalg::qr(&x[0], QrMode::Raw)),
    many("eigh", |x| eigh_parts(&x[0], Uplo::Lower)),
    many("eigh_of_the_mean", |x| eigh_parts(&x[0], Uplo::Upper)),
    many("eigh_complex_batch", |x| eigh_parts(&x[0], Uplo::Lower)),
    many("eigh_f64", |x| eigh_parts(&x[0], Uplo::Lower)),
    one("eigvalsh", |x| linalg::eigvalsh(&x[0], Uplo::Lower)),
    one("eigvalsh_integers", |x| linalg::eigvalsh(&x[0], Uplo::Lower)),
    many("svd_full", |x| svd_parts(linalg::svd(&x[0], true))),
    many("svd_reduced", |x| svd_parts(linalg::svd(&x[0], false))),
    many("svd_complex_batch", |x| svd_parts(linalg::svd(&x[0], false))),
    many("svd_f64", |x| svd_parts(linalg::svd(&x[0], false))),
    many("svd_hermitian", |x| svd_parts(linalg::svd_hermitian(&x[0]))),
    one("svdvals", |x| linalg::svdvals(&x[0])),
    one("svdvals_integers", |x| linalg::svdvals(&x[0])),
    one("solve_vector", |x| linalg::solve(&x[0], &x[1])),
    one("solve_matrix", |x| linalg::solve(&x[0], &x[1])),
    one("solve_batch", |x| linalg::solve(&x[0], &x[1])),
    one("solve_batch_of_one_side", |x| linalg::solve(&x[0], &x[1])),
    one("solve_batch_with_vector", |x| linalg::solve(&x[0], &x[1])),
    one("solve_batches_broadcast", |x| linalg::solve(&x[0], &x[1])),
    one("solve_complex", |x| linalg::solve(&x[0], &x[1])),
    one("solve_integers", |x| linalg::solve(&x[0], &x[1])),
    one("solve_f64", |x| linalg::solve(&x[0], &x[1])),
    one("solve_empty", |x| linalg::solve(&x[0], &x[1])),
    one("inv", |x| linalg::inv(&x[0])),
    one("inv_batch", |x| linalg::inv(&x[0])),
    one("inv_complex", |x| linalg::inv(&x[0])),
    one("inv_integers", |x| linalg::inv(&x[0])),
    one("inv_f64", |x| linalg::inv(&x[0])),
    one("tensorinv", |x| linalg::tensorinv(&x[0], 2)),
    one("tensorinv_1", |x| linalg::tensorinv(&x[0], 1)),
    one("tensorsolve", |x| linalg::tensorsolve(&x[0], &x[1])),
    one("tensorsolve_axes", |x| linalg::tensorsolve_axes(&x[0], &x[1], 1)),
    one("det_0", |x| linalg::det(&x[0])),
    one("det_1", |x| linalg::det(&x[0])),
    one("det_2", |x| linalg::det(&x[0])),
    one("det_3", |x| linalg::det(&x[0])),
    one("det_4", |x| linalg::det(&x[0])),
    one("det_5", |x| linalg::det(&x[0])),
    one("det_batch", |x| linalg::det(&x[0])),
    one("det_complex", |x| linalg::det(&x[0])),
    one("det_integers", |x| linalg::det(&x[0])),
    one("det_singular", |x| linalg::det(&x[0])),
    one("det_f64", |x| linalg::det(&x[0])),
    pair("slogdet_0", |x| linalg::slogdet(&x[0])),
    pair("slogdet_1", |x| linalg::slogdet(&x[0])),
    pair("slogdet_2", |x| linalg::slogdet(&x[0])),
    pair("slogdet_4", |x| linalg::slogdet(&x[0])),
    pair("slogdet_batch", |x| linalg::slogdet(&x[0])),
    pair("slogdet_complex", |x| linalg::slogdet(&x[0])),
    pair("slogdet_complex_2", |x| linalg::slogdet(&x[0])),
    pair("slogdet_integers", |x| linalg::slogdet(&x[0])),
    pair("slogdet_singular", |x| linalg::slogdet(&x[0])),
    one("pinv_tall", |x| linalg::pinv(&x[0])),
    one("pinv_wide", |x| linalg::pinv(&x[0])),
    one("pinv_singular", |x| linalg::pinv(&x[0])),
    one("pinv_batch_complex", |x| linalg::pinv(&x[0])),
    one("pinv_integers", |x| linalg::pinv(&x[0])),
    one("pinv_empty", |x| linalg::pinv(&x[0])),
    one("pinv_with", |x| linalg::pinv_with(&x[0], 0.5)),
    one("pinv_with_each", |x| linalg::pinv_with(&x[0], &x[1])),
    one("pinv_hermitian", |x| linalg::pinv_hermitian(&x[0])),
    one("matrix_rank", |x| linalg::matrix_rank(&x[0])),
    one("matrix_rank_batch", |x| linalg::matrix_rank(&x[0])),
    one("matrix_rank_vector", |x| linalg::matrix_rank(&x[0])),
    one("matrix_rank_integers", |x| linalg::matrix_rank(&x[0])),
    one("matrix_rank_with", |x| linalg::matrix_rank_with(&x[0], 1.5)),
    one("matrix_rank_with_each", |x| linalg::matrix_rank_with(&x[0], &x[1])),
    many("lstsq_tall", |x| four(linalg::lstsq(&x[0], &x[1]))),
    many("lstsq_vector", |x| four(linalg::lstsq(&x[0], &x[1]))),
    many("lstsq_wide", |x| four(linalg::lstsq(&x[0], &x[1]))),
    many("lstsq_singular", |x| four(linalg::lstsq(&x[0], &x[1]))),
    many("lstsq_with", |x| four(linalg::lstsq_with(&x[0], &x[1], 0.5))),
    many("lstsq_negative_rcond", |x| four(linalg::lstsq_with(&x[0], &x[1], -1.0))),
    many("lstsq_complex", |x| four(linalg::lstsq(&x[0], &x[1]))),
    many("lstsq_integers", |x| four(linalg::lstsq(&x[0], &x[1]))),
    many("lstsq_empty", |x| four(linalg::lstsq(&x[0], &x[1]))),
    one("matrix_power_minus_3", |x| linalg::matrix_power(&x[0], -3)),
    one("matrix_power_minus_1", |x| linalg::matrix_power(&x[0], -1)),
    one("matrix_power_0", |x| linalg::matrix_power(&x[0], 0)),
    one("matrix_power_1", |x| linalg::matrix_power(&x[0], 1)),
    one("matrix_power_2", |x| linalg::matrix_power(&x[0], 2)),
    one("matrix_power_3", |x| linalg::matrix_power(&x[0], 3)),
    one("matrix_power_7", |x| linalg::matrix_power(&x[0], 7)),
    one("matrix_power_batch_integers", |x| linalg::matrix_power(&x[0], 4)),
    one("matrix_power_integers_minus", |x| linalg::matrix_power(&x[0], -2)),
    one("multi_dot", multi_dot),
    one("multi_dot_two", multi_dot),
    one("multi_dot_vectors", multi_dot),
    one("cross", |x| linalg::cross(&x[0], &x[1], 0)),
    one("cross_broadcast", |x| linalg::cross(&x[0], &x[1], -1)),
    one("outer", |x| linalg::outer(&x[0], &x[1])),
    one("trace", |x| linalg::trace(&x[0], 1)),
    one("diagonal", |x| linalg::diagonal(&x[0], -1)),
    one("matrix_transpose", |x| linalg::matrix_transpose(&x[0])),
    one("norm_vector_default", |x| linalg::norm(&x[0], Norm::Euclidean, ..)),
    one("norm_vector_1", |x| linalg::norm(&x[0], 1, ..)),
    one("norm_vector_2", |x| linalg::norm(&x[0], 2, ..)),
    one("norm_vector_minus_1", |x| linalg::norm(&x[0], -1, ..)),
    one("norm_vector_minus_2", |x| linalg::norm(&x[0], -2, ..)),
    one("norm_vector_inf", |x| linalg::norm(&x[0], INF, ..)),
    one("norm_vector_minus_inf", |x| linalg::norm(&x[0], -INF, ..)),
    one("norm_matrix_default", |x| linalg::norm(&x[0], Norm::Euclidean, ..)),
    one("norm_matrix_1", |x| linalg::norm(&x[0], 1, ..)),
    one("norm_matrix_2", |x| linalg::norm(&x[0], 2, ..)),
    one("norm_matrix_minus_1", |x| linalg::norm(&x[0], -1, ..)),
    one("norm_matrix_minus_2", |x| linalg::norm(&x[0], -2, ..)),
    one("norm_matrix_inf", |x| linalg::norm(&x[0], INF, ..)),
    one("norm_matrix_minus_inf", |x| linalg::norm(&x[0], -INF, ..)),
    one("norm_axes_default", |x| linalg::norm(&x[0], Norm::Euclidean, [2, 0])),
    one("norm_axes_1", |x| linalg::norm(&x[0], 1, [2, 0])),
    one("norm_axes_2", |x| linalg::norm(&x[0], 2, [2, 0])),
    one("norm_axes_minus_1", |x| linalg::norm(&x[0], -1, [2, 0])),
    one("norm_axes_minus_2", |x| linalg::norm(&x[0], -2, [2, 0])),
    one("norm_axes_inf", |x| linalg::norm(&x[0], INF, [2, 0])),
    one("norm_axes_minus_inf", |x| linalg::norm(&x[0], -INF, [2, 0])),
    one("norm_axes_kept_default", |x| linalg::norm(&x[0], Norm::Euclidean, axis([0, -1]).keepdims())),
    one("norm_axes_kept_1", |x| linalg::norm(&x[0], 1, axis([0, -1]).keepdims())),
    one("norm_axes_kept_2", |x| linalg::norm(&x[0], 2, axis([0, -1]).keepdims())),
    one("norm_axes_kept_minus_1", |x| linalg::norm(&x[0], -1, axis([0, -1]).keepdims())),
    one("norm_axes_kept_minus_2", |x| linalg::norm(&x[0], -2, axis([0, -1]).keepdims())),
    one("norm_axes_kept_inf", |x| linalg::norm(&x[0], INF, axis([0, -1]).keepdims())),
    one("norm_axes_kept_minus_inf", |x| linalg::norm(&x[0], -INF, axis([0, -1]).keepdims())),
    one("norm_whole", |x| linalg::norm(&x[0], Norm::Euclidean, ..)),
    one("norm_whole_kept", |x| linalg::norm(&x[0], Norm::Euclidean, axis(..).keepdims())),
    one("norm_axis", |x| linalg::norm(&x[0], Norm::Euclidean, 1)),
    one("norm_axis_0_order", |x| linalg::norm(&x[0], 0, axis(-1).keepdims())),
    one("norm_axis_3", |x| linalg::norm(&x[0], 3, 0)),
    one("norm_axis_half", |x| linalg::norm(&x[0], 0.5, 0)),
    one("norm_fro", |x| linalg::norm(&x[0], Norm::Frobenius, ..)),
    one("norm_nuc", |x| linalg::norm(&x[0], Norm::Nuclear, axis([0, 1]).keepdims())),
    one("norm_complex_1", |x| linalg::norm(&x[0], 1, ..)),
    one("norm_complex_vector_3", |x| linalg::norm(&x[0], 3, 0)),
    one("norm_integers", |x| linalg::norm(&x[0], Norm::Euclidean, ..)),
    one("norm_integers_1", |x| linalg::norm(&x[0], 1, ..)),
    one("norm_bools", |x| linalg::norm(&x[0], Norm::Euclidean, ..)),
    one("norm_f16", |x| linalg::norm(&x[0], Norm::Euclidean, ..)),
    one("norm_f64", |x| linalg::norm(&x[0], 3, ..)),
    one("norm_empty", |x| linalg::norm(&x[0], Norm::Euclidean, ..)),
    one("norm_empty_inf", |x| linalg::norm(&x[0], INF, ..)),
    one("norm_nan", |x| linalg::norm(&x[0], INF, ..)),
    one("vector_norm_whole", |x| linalg::vector_norm(&x[0], 2, ..)),
    one("vector_norm_axes", |x| linalg::vector_norm(&x[0], 3, axis([0, 2]).keepdims())),
    one("vector_norm_integers_1", |x| linalg::vector_norm(&x[0], 1, ..)),
    one("vector_norm_integers_inf", |x| linalg::vector_norm(&x[0], INF, ..)),
    one("matrix_norm", |x| linalg::matrix_norm(&x[0], Norm::Frobenius)),
    one("matrix_norm_2", |x| linalg::matrix_norm(&x[0], 2)),
    one("cond_default", |x| linalg::cond(&x[0], Norm::Euclidean)),
    one("cond_1", |x| linalg::cond(&x[0], 1)),
    one("cond_2", |x| linalg::cond(&x[0], 2)),
    one("cond_minus_1", |x| linalg::cond(&x[0], -1)),
    one("cond_minus_2", |x| linalg::cond(&x[0], -2)),
    one("cond_inf", |x| linalg::cond(&x[0], INF)),
    one("cond_minus_inf", |x| linalg::cond(&x[0], -INF)),
    one("cond_fro_batch", |x| linalg::cond(&x[0], Norm::Frobenius)),
    one("cond_wide", |x| linalg::cond(&x[0], Norm::Euclidean)),
    one("cond_singular", |x| linalg::cond(&x[0], 1)),
    one("cond_integers", |x| linalg::cond(&x[0], Norm::Euclidean)),
];
