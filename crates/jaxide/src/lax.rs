//! The strict functions, one per op, and structured control flow: operands of one dtype, shapes that
//! agree, no promotion.

pub use jaxide_lax::{
    DotDims, DotSide, RoundingMethod, abs, acos, acosh, add, and, argmax, argmin, asin, asinh,
    atan, atan2, atanh, bessel_i0e, bessel_i1e, bitcast_convert_type, broadcast_in_dim, cbrt, ceil,
    clamp, clz, complex, concatenate, conj, convert_element_type, cos, cosh, cumlogsumexp, cummax,
    cummin, cumprod, cumsum, digamma, div, dot_general, dynamic_slice, dynamic_update_slice, eq,
    erf, erf_inv, erfc, exp, exp2, expm1, floor, fma, gather, ge, gt, igamma, igamma_grad_a,
    igammac, imag, integer_pow, is_finite, le, lgamma, log, log1p, logistic, lt, max, min, mul,
    mulhi, ne, neg, nextafter, not, optimization_barrier, or, pad, polygamma, population_count,
    pow, random_gamma_grad, real, reduce_and, reduce_max, reduce_min, reduce_or, reduce_precision,
    reduce_prod, reduce_sum, reduce_xor, regularized_incomplete_beta, rem, reshape, rev, round,
    rsqrt, scatter, scatter_add, scatter_max, scatter_min, scatter_mul, scatter_sub, select_n,
    shift_left, shift_right_arithmetic, shift_right_logical, sign, sin, sinh, slice, sort, split,
    sqrt, square, squeeze, stop_gradient, sub, tan, tanh, threefry2x32, tile, top_k, transpose,
    xor, zeta,
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
