"""Linear algebra. Factors that are free up to signs or phases are recorded as what does not depend on these."""

import jax.numpy as jnp
import numpy as np
from jax.numpy import linalg

from . import bools, case, complexes, floats, ints


def definite(*shape, dtype=np.float64, seed=0):
    x = complexes(*shape, dtype=np.complex128, seed=seed) if np.issubdtype(dtype, np.complexfloating) else floats(*shape, dtype=np.float64, seed=seed)
    return (x @ np.swapaxes(x, -1, -2).conj() + np.eye(shape[-1])).astype(dtype)


F3, F4, B4 = floats(3, 3), floats(4, 4), floats(2, 4, 4, seed=1)
C3, C4 = complexes(3, 3), complexes(4, 4)
TALL, WIDE = floats(5, 3), floats(3, 5, seed=2)
SINGULAR = np.array([[1, 2, 3, 4], [2, 4, 6, 8], [0, 1, 0, 1], [1, 0, 0, 1]], np.float32)
V, X = floats(4), floats(2, 3, 4)
INF = float("inf")


def vh(x):
    return jnp.conj(jnp.swapaxes(x, -1, -2))


def gram(q):
    """The projection on the columns, which no phase changes."""
    return q @ vh(q)


def svd_parts(x, full=False, hermitian=False):
    u, s, v = linalg.svd(x, full_matrices=full, hermitian=hermitian)
    k = s.shape[-1]
    return s, (u[..., :k] * s[..., None, :].astype(u.dtype)) @ v[..., :k, :], gram(u), gram(vh(v))


def qr_parts(x, mode):
    q, r = linalg.qr(x, mode)
    return q @ r, gram(q), jnp.abs(r)


def eigh_parts(x, uplo):
    w, v = linalg.eigh(x, uplo)
    return w, (v * w[..., None, :].astype(v.dtype)) @ vh(v), gram(v)


def lstsq(a, b, rcond=None):
    return linalg.lstsq(a, b, rcond=rcond)


NORMS = [
    ("default", None), ("1", 1), ("2", 2), ("minus_1", -1), ("minus_2", -2), ("inf", INF), ("minus_inf", -INF),
]

CASES = [
    case("cholesky", linalg.cholesky, definite(3, 3, dtype=np.float32)),
    case("cholesky_not_symmetric", linalg.cholesky, definite(3, 3, dtype=np.float32) + 0.1 * np.triu(np.ones((3, 3), np.float32))),
    case("cholesky_batch", linalg.cholesky, definite(2, 3, 3, dtype=np.float32)),
    case("cholesky_complex", linalg.cholesky, definite(3, 3, dtype=np.complex64)),
    case("cholesky_integers", linalg.cholesky, np.array([[4, 2], [2, 5]], np.int32)),
    case("cholesky_indefinite", linalg.cholesky, -np.eye(3, dtype=np.float32)),
    case("cholesky_f64", linalg.cholesky, definite(4, 4), x64=True),
    case("cholesky_upper", lambda x: linalg.cholesky(x, upper=True), definite(3, 3, dtype=np.complex64)),
    case("qr_reduced_tall", lambda x: qr_parts(x, "reduced"), TALL),
    case("qr_reduced_wide", lambda x: qr_parts(x, "reduced"), WIDE),
    case("qr_complete", lambda x: qr_parts(x, "complete"), TALL),
    case("qr_batch_complex", lambda x: qr_parts(x, "reduced"), complexes(2, 4, 3)),
    case("qr_integers", lambda x: qr_parts(x, "reduced"), ints(3, 3)),
    case("qr_r", lambda x: jnp.abs(linalg.qr(x, "r")), TALL),
    case("qr_raw", lambda x: tuple(linalg.qr(x, "raw")), TALL),
    case("eigh", lambda x: eigh_parts(x, "L"), definite(4, 4, dtype=np.float32)),
    case("eigh_of_the_mean", lambda x: eigh_parts(x, "U"), F4),
    case("eigh_complex_batch", lambda x: eigh_parts(x, "L"), definite(2, 3, 3, dtype=np.complex64)),
    case("eigh_f64", lambda x: eigh_parts(x, "L"), definite(4, 4), x64=True),
    case("eigvalsh", lambda x: linalg.eigvalsh(x), B4),
    case("eigvalsh_integers", lambda x: linalg.eigvalsh(x), ints(3, 3)),
    case("svd_full", lambda x: svd_parts(x, True), TALL),
    case("svd_reduced", svd_parts, WIDE),
    case("svd_complex_batch", svd_parts, complexes(2, 4, 3)),
    case("svd_f64", svd_parts, floats(4, 4, dtype=np.float64), x64=True),
    case("svd_hermitian", lambda x: svd_parts(x, hermitian=True), F4),
    case("svdvals", linalg.svdvals, X),
    case("svdvals_integers", linalg.svdvals, ints(3, 4)),
    case("solve_vector", linalg.solve, F4, V),
    case("solve_matrix", linalg.solve, F4, floats(4, 2, seed=3)),
    case("solve_batch", linalg.solve, B4, floats(2, 4, 3, seed=3)),
    case("solve_batch_of_one_side", linalg.solve, F4, floats(2, 4, 3, seed=3)),
    case("solve_batch_with_vector", linalg.solve, B4, V),
    case("solve_batches_broadcast", linalg.solve, floats(2, 1, 3, 3), floats(4, 3, 2, seed=3)),
    case("solve_complex", linalg.solve, C4, V),
    case("solve_integers", linalg.solve, np.array([[3, 1], [1, 2]], np.int32), np.array([9, 8], np.int32)),
    case("solve_f64", linalg.solve, floats(4, 4, dtype=np.float64), floats(4, dtype=np.float64), x64=True),
    case("solve_empty", linalg.solve, floats(2, 2), floats(2, 0)),
    case("inv", linalg.inv, F4),
    case("inv_batch", linalg.inv, B4, slack=4),
    case("inv_complex", linalg.inv, C3),
    case("inv_integers", linalg.inv, np.array([[1, 2], [3, 4]], np.int32)),
    case("inv_f64", linalg.inv, floats(4, 4, dtype=np.float64), x64=True),
    case("tensorinv", lambda x: linalg.tensorinv(x, 2), floats(2, 3, 6)),
    case("tensorinv_1", lambda x: linalg.tensorinv(x, 1), floats(6, 2, 3)),
    case("tensorsolve", linalg.tensorsolve, floats(2, 3, 6), floats(2, 3)),
    case("tensorsolve_axes", lambda a, b: linalg.tensorsolve(a, b, axes=(1,)), floats(2, 6, 3), floats(2, 3)),
    *[case(f"det_{n}", linalg.det, floats(n, n)) for n in (0, 1, 2, 3, 4, 5)],
    case("det_batch", linalg.det, B4),
    case("det_complex", linalg.det, C4),
    case("det_integers", linalg.det, ints(4, 4)),
    case("det_singular", linalg.det, SINGULAR),
    case("det_f64", linalg.det, floats(5, 5, dtype=np.float64), x64=True),
    *[case(f"slogdet_{n}", lambda x: tuple(linalg.slogdet(x)), floats(n, n)) for n in (0, 1, 2, 4)],
    case("slogdet_batch", lambda x: tuple(linalg.slogdet(x)), B4),
    case("slogdet_complex", lambda x: tuple(linalg.slogdet(x)), C4),
    case("slogdet_complex_2", lambda x: tuple(linalg.slogdet(x)), complexes(2, 2)),
    case("slogdet_integers", lambda x: tuple(linalg.slogdet(x)), ints(3, 3)),
    case("slogdet_singular", lambda x: tuple(linalg.slogdet(x)), SINGULAR),
    case("pinv_tall", linalg.pinv, TALL),
    case("pinv_wide", linalg.pinv, WIDE),
    case("pinv_singular", linalg.pinv, SINGULAR),
    case("pinv_batch_complex", linalg.pinv, complexes(2, 4, 3)),
    case("pinv_integers", linalg.pinv, ints(3, 2)),
    case("pinv_empty", linalg.pinv, floats(0, 3)),
    case("pinv_with", lambda x: linalg.pinv(x, rtol=0.5), TALL),
    case("pinv_with_each", lambda x, r: linalg.pinv(x, rtol=r), B4, np.array([0.1, 0.6], np.float32), slack=4),
    case("pinv_hermitian", lambda x: linalg.pinv(x, hermitian=True), F4 + F4.T, slack=4),
    case("matrix_rank", linalg.matrix_rank, SINGULAR),
    case("matrix_rank_batch", linalg.matrix_rank, np.stack([SINGULAR, F4])),
    case("matrix_rank_vector", linalg.matrix_rank, V),
    case("matrix_rank_integers", linalg.matrix_rank, ints(3, 4)),
    case("matrix_rank_with", lambda x: linalg.matrix_rank(x, 1.5), F4),
    case("matrix_rank_with_each", linalg.matrix_rank, B4, np.array([0.5, 2.0], np.float32)),
    case("lstsq_tall", lstsq, TALL, floats(5, 2, seed=3)),
    case("lstsq_vector", lstsq, TALL, floats(5, seed=3)),
    case("lstsq_wide", lstsq, WIDE, floats(3, 2, seed=3)),
    case("lstsq_singular", lstsq, SINGULAR, V),
    case("lstsq_with", lambda a, b: lstsq(a, b, 0.5), TALL, floats(5, seed=3)),
    case("lstsq_negative_rcond", lambda a, b: lstsq(a, b, -1), TALL, floats(5, seed=3)),
    case("lstsq_complex", lstsq, complexes(4, 2), complexes(4, seed=3)),
    case("lstsq_integers", lstsq, ints(4, 2), ints(4, seed=3)),
    case("lstsq_empty", lstsq, floats(3, 0), floats(3, seed=3)),
    *[case(f"matrix_power_{str(n).replace('-', 'minus_')}", lambda x, n=n: linalg.matrix_power(x, n), F3) for n in (-3, -1, 0, 1, 2, 3, 7)],
    case("matrix_power_batch_integers", lambda x: linalg.matrix_power(x, 4), ints(2, 3, 3)),
    case("matrix_power_integers_minus", lambda x: linalg.matrix_power(x, -2), np.array([[1, 2], [3, 4]], np.int32), slack=4),
    case("multi_dot", lambda *x: linalg.multi_dot(x), floats(2, 5), floats(5, 3, seed=1), floats(3, 4, seed=2), floats(4, 2, seed=3)),
    case("multi_dot_two", lambda *x: linalg.multi_dot(x), floats(2, 5), floats(5, 3, seed=1)),
    case("multi_dot_vectors", lambda *x: linalg.multi_dot(x), floats(5), floats(5, 3, seed=1), floats(3, seed=2)),
    case("cross", lambda a, b: linalg.cross(a, b, axis=0), floats(3, 4), floats(3, 4, seed=1)),
    case("cross_broadcast", linalg.cross, floats(3), floats(4, 3, seed=1)),
    case("outer", linalg.outer, floats(3), ints(4)),
    case("trace", lambda x: linalg.trace(x, offset=1), X),
    case("diagonal", lambda x: linalg.diagonal(x, offset=-1), X),
    case("matrix_transpose", linalg.matrix_transpose, X),
    *[case(f"norm_vector_{name}", lambda x, o=o: linalg.norm(x, o), V) for name, o in NORMS],
    *[case(f"norm_matrix_{name}", lambda x, o=o: linalg.norm(x, o), WIDE) for name, o in NORMS],
    *[case(f"norm_axes_{name}", lambda x, o=o: linalg.norm(x, o, axis=(2, 0)), X) for name, o in NORMS],
    *[case(f"norm_axes_kept_{name}", lambda x, o=o: linalg.norm(x, o, axis=(0, -1), keepdims=True), X) for name, o in NORMS],
    case("norm_whole", linalg.norm, X),
    case("norm_whole_kept", lambda x: linalg.norm(x, keepdims=True), X),
    case("norm_axis", lambda x: linalg.norm(x, axis=1), X),
    case("norm_axis_0_order", lambda x: linalg.norm(x, 0, axis=-1, keepdims=True), X),
    case("norm_axis_3", lambda x: linalg.norm(x, 3, axis=0), X),
    case("norm_axis_half", lambda x: linalg.norm(x, 0.5, axis=0), X),
    case("norm_fro", lambda x: linalg.norm(x, "fro"), C3),
    case("norm_nuc", lambda x: linalg.norm(x, "nuc", axis=(0, 1), keepdims=True), X),
    case("norm_complex_1", lambda x: linalg.norm(x, 1), C3),
    case("norm_complex_vector_3", lambda x: linalg.norm(x, 3, axis=0), C3),
    case("norm_integers", linalg.norm, ints(4)),
    case("norm_integers_1", lambda x: linalg.norm(x, 1), ints(3, 3)),
    case("norm_bools", linalg.norm, bools(5)),
    case("norm_f16", linalg.norm, floats(4, dtype=np.float16)),
    case("norm_f64", lambda x: linalg.norm(x, 3), floats(4, dtype=np.float64), x64=True),
    case("norm_empty", linalg.norm, floats(0)),
    case("norm_empty_inf", lambda x: linalg.norm(x, INF), floats(0)),
    case("norm_nan", lambda x: linalg.norm(x, INF), np.array([1, np.nan], np.float32)),
    case("vector_norm_whole", linalg.vector_norm, X),
    case("vector_norm_axes", lambda x: linalg.vector_norm(x, ord=3, axis=(0, 2), keepdims=True), X),
    case("vector_norm_integers_1", lambda x: linalg.vector_norm(x, ord=1), ints(4)),
    case("vector_norm_integers_inf", lambda x: linalg.vector_norm(x, ord=INF), ints(4)),
    case("matrix_norm", linalg.matrix_norm, X),
    case("matrix_norm_2", lambda x: linalg.matrix_norm(x, ord=2), X),
    *[case(f"cond_{name}", lambda x, o=o: linalg.cond(x, o), F4, slack=8) for name, o in NORMS],
    case("cond_fro_batch", lambda x: linalg.cond(x, "fro"), B4, slack=8),
    case("cond_wide", linalg.cond, WIDE),
    case("cond_singular", lambda x: linalg.cond(x, 1), np.zeros((2, 2), np.float32)),
    case("cond_integers", linalg.cond, np.array([[1, 2], [3, 4]], np.int32)),
]
