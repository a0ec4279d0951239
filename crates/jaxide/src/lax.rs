//! The strict functions, one per op, and structured control flow: operands of one dtype, shapes that
//! agree, no promotion.

pub use jaxide_lax::{
    Conv, ConvDims, DotDims, DotSide, FftType, RaggedDims, RoundingMethod, Select, TriangularSolve,
    Window, abs, acos, acosh, add, and, argmax, argmin, asin, asinh, atan, atan2, atanh,
    bessel_i0e, bessel_i1e, bitcast_convert_type, broadcast_in_dim, cbrt, ceil, cholesky, clamp,
    clz, complex, concatenate, conj, conv_general_dilated, convert_element_type, cos, cosh,
    cumlogsumexp, cummax, cummin, cumprod, cumsum, digamma, div, dot_general, dynamic_slice,
    dynamic_update_slice, eigh, empty, eq, erf, erf_inv, erfc, exp, exp2, expm1, fft, floor, fma,
    gather, ge, geqp3, geqrf, gt, householder_product, igamma, igamma_grad_a, igammac, imag,
    integer_pow, is_finite, le, lgamma, log, log1p, logistic, lt, lu, lu_pivots_to_permutation,
    max, min, mul, mulhi, ne, neg, nextafter, not, optimization_barrier, or, ormqr, pad, polygamma,
    population_count, pow, qr, qr_pivoted, ragged_dot_general, random_gamma_grad, real, reduce_and,
    reduce_max, reduce_min, reduce_or, reduce_precision, reduce_prod, reduce_sum,
    reduce_window_max, reduce_window_min, reduce_window_sum, reduce_xor,
    regularized_incomplete_beta, rem, reshape, rev, round, rsqrt, scatter, scatter_add,
    scatter_max, scatter_min, scatter_mul, scatter_sub, select_and_gather_add,
    select_and_scatter_add, select_n, shift_left, shift_right_arithmetic, shift_right_logical,
    sign, sin, singular_values, sinh, slice, sort, split, sqrt, square, squeeze, stop_gradient,
    sub, svd, symmetric_product, tan, tanh, threefry2x32, tile, top_k, transpose, triangular_solve,
    tridiagonal, tridiagonal_solve, xor, zeta,
};
pub use jaxide_trace::lax::{
    ScanOptions, cond, dynamic_index_in_dim, dynamic_slice_in_dim, dynamic_update_index_in_dim,
    dynamic_update_slice_in_dim, fori_loop, index_in_dim, map, scan, scan_with, select,
    slice_in_dim, switch, while_loop,
};

use crate::{Array, DType};

/// Numbers that count along one dimension: 0, 1, .. in an array of a shape.
///
/// # Panics
/// When the dtype is bool or the dimension is not one of the shape.
#[track_caller]
pub fn iota(dtype: DType, shape: &[usize], dimension: usize) -> Array {
    jaxide_lax::iota((), dtype, shape, dimension)
}
