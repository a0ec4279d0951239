//! The `lax` dialect (array ops) and the `control` dialect: one record per op with all its rules,
//! and one strict typed function per op.
//!
//! Deliberately not here: buffers, threads, engines, promotion and broadcasting of operands.

#![forbid(unsafe_code)]

pub mod barrier;
pub mod check;
pub mod control;
pub mod conv;
pub mod debug;
pub mod diag;
pub mod dot;
pub mod elementwise;
pub mod fft;
pub mod gather;
pub mod index;
pub mod linalg;
pub mod name;
pub mod ragged;
pub mod random;
pub mod reduce;
pub mod scatter;
pub mod shape;
pub mod sort;
pub mod templates;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod val;
pub mod window;

use jaxide_ir::{Dialect, Reading, Registry};

pub use barrier::optimization_barrier;
pub use control::CONTROL;
pub use conv::{Conv, ConvDims, conv_general_dilated};
pub use debug::debug_print;
pub use dot::{DotDims, DotSide, dot_general};
pub use elementwise::{
    RoundingMethod, abs, acos, acosh, add, add_any, and, asin, asinh, atan, atan2, atanh,
    bessel_i0e, bessel_i1e, bitcast_convert_type, cbrt, ceil, clamp, clz, complex, conj,
    convert_element_type, copy, cos, cosh, digamma, div, eq, eq_to, erf, erf_inv, erfc, exp, exp2,
    expm1, floor, fma, ge, gt, igamma, igamma_grad_a, igammac, imag, integer_pow, is_finite, le,
    le_to, lgamma, log, log1p, logistic, lt, lt_to, max, min, mul, mulhi, ne, neg, nextafter, not,
    or, polygamma, population_count, pow, random_gamma_grad, real, reduce_precision,
    regularized_incomplete_beta, rem, round, rsqrt, select_n, shift_left, shift_right_arithmetic,
    shift_right_logical, sign, sin, sinh, sqrt, square, stop_gradient, sub, tan, tanh, xor, zeta,
};
pub use fft::{FftType, fft};
pub use gather::gather;
pub use index::{dynamic_slice, dynamic_update_slice};
pub use linalg::{
    TriangularSolve, cholesky, eigh, geqp3, geqrf, householder_product, lu,
    lu_pivots_to_permutation, ormqr, qr, qr_pivoted, singular_values, svd, symmetric_product,
    triangular_solve, tridiagonal, tridiagonal_solve,
};
pub use name::checkpoint_name;
pub use ragged::{RaggedDims, ragged_dot_general};
pub use random::{iota_2x32_shape, threefry2x32};
pub use reduce::{
    argmax, argmin, cumlogsumexp, cummax, cummin, cumprod, cumsum, reduce_and, reduce_max,
    reduce_min, reduce_or, reduce_prod, reduce_sum, reduce_xor,
};
pub use scatter::{scatter, scatter_add, scatter_max, scatter_min, scatter_mul, scatter_sub};
pub use shape::{
    broadcast_in_dim, concatenate, empty, iota, pad, reshape, rev, slice, split, squeeze, stack,
    tile, transpose, unstack,
};
pub use sort::{sort, top_k};
pub use val::Val;
pub use window::{
    Select, Window, reduce_window_max, reduce_window_min, reduce_window_sum, select_and_gather_add,
    select_and_scatter_add,
};

/// The dialect of array ops.
pub static LAX: Dialect = Dialect {
    name: "lax",
    ops: &[
        &elementwise::ABS,
        &elementwise::ACOS,
        &elementwise::ACOSH,
        &elementwise::ADD,
        &elementwise::ADD_ANY,
        &elementwise::AND,
        &reduce::ARGMAX,
        &reduce::ARGMIN,
        &elementwise::ASIN,
        &elementwise::ASINH,
        &elementwise::ATAN,
        &elementwise::ATAN2,
        &elementwise::ATANH,
        &elementwise::BESSEL_I0E,
        &elementwise::BESSEL_I1E,
        &elementwise::BITCAST_CONVERT_TYPE,
        &shape::BROADCAST_IN_DIM,
        &elementwise::CBRT,
        &elementwise::CEIL,
        &check::CHECK,
        &linalg::CHOLESKY,
        &elementwise::CLAMP,
        &elementwise::CLZ,
        &elementwise::complex::COMPLEX_OP,
        &shape::CONCATENATE,
        &elementwise::complex::CONJ,
        &conv::CONV_GENERAL_DILATED,
        &elementwise::CONVERT_ELEMENT_TYPE,
        &elementwise::COPY,
        &elementwise::COS,
        &elementwise::COSH,
        &reduce::CUMLOGSUMEXP,
        &reduce::CUMMAX,
        &reduce::CUMMIN,
        &reduce::CUMPROD,
        &reduce::CUMSUM,
        &debug::DEBUG_PRINT,
        &elementwise::DIGAMMA,
        &elementwise::DIV,
        &dot::DOT_GENERAL,
        &index::DYNAMIC_SLICE,
        &index::DYNAMIC_UPDATE_SLICE,
        &linalg::EIGH,
        &shape::EMPTY,
        &elementwise::EQ,
        &elementwise::EQ_TO,
        &elementwise::ERF,
        &elementwise::ERF_INV,
        &elementwise::ERFC,
        &elementwise::EXP,
        &elementwise::EXP2,
        &elementwise::EXPM1,
        &fft::FFT,
        &elementwise::FLOOR,
        &elementwise::FMA,
        &gather::GATHER,
        &elementwise::GE,
        &linalg::GEQP3,
        &linalg::GEQRF,
        &elementwise::GT,
        &linalg::HOUSEHOLDER_PRODUCT,
        &elementwise::IGAMMA,
        &elementwise::IGAMMA_GRAD_A,
        &elementwise::IGAMMAC,
        &elementwise::complex::IMAG,
        &elementwise::INTEGER_POW,
        &shape::IOTA,
        &random::IOTA_2X32_SHAPE,
        &elementwise::IS_FINITE,
        &elementwise::LE,
        &elementwise::LE_TO,
        &elementwise::LGAMMA,
        &elementwise::LOG,
        &elementwise::LOG1P,
        &elementwise::LOGISTIC,
        &elementwise::LT,
        &elementwise::LT_TO,
        &linalg::LU,
        &linalg::LU_PIVOTS_TO_PERMUTATION,
        &elementwise::MAX,
        &elementwise::MIN,
        &elementwise::MUL,
        &elementwise::MULHI,
        &name::NAME,
        &elementwise::NE,
        &elementwise::NEG,
        &elementwise::NEXTAFTER,
        &elementwise::NOT,
        &barrier::OPTIMIZATION_BARRIER,
        &elementwise::OR,
        &linalg::ORMQR,
        &shape::PAD,
        &elementwise::POLYGAMMA,
        &elementwise::POPULATION_COUNT,
        &elementwise::POW,
        &linalg::QR,
        &ragged::RAGGED_DOT_GENERAL,
        &elementwise::RANDOM_GAMMA_GRAD,
        &elementwise::complex::REAL,
        &window::REDUCE,
        &reduce::REDUCE_AND,
        &reduce::REDUCE_MAX,
        &reduce::REDUCE_MIN,
        &reduce::REDUCE_OR,
        &elementwise::REDUCE_PRECISION,
        &reduce::REDUCE_PROD,
        &reduce::REDUCE_SUM,
        &window::REDUCE_WINDOW,
        &window::REDUCE_WINDOW_MAX,
        &window::REDUCE_WINDOW_MIN,
        &window::REDUCE_WINDOW_SUM,
        &reduce::REDUCE_XOR,
        &elementwise::REGULARIZED_INCOMPLETE_BETA,
        &elementwise::REM,
        &shape::RESHAPE,
        &shape::REV,
        &elementwise::ROUND,
        &elementwise::RSQRT,
        &scatter::SCATTER,
        &scatter::SCATTER_ADD,
        &scatter::SCATTER_MAX,
        &scatter::SCATTER_MIN,
        &scatter::SCATTER_MUL,
        &scatter::SCATTER_SUB,
        &window::SELECT_AND_GATHER_ADD,
        &window::SELECT_AND_SCATTER_ADD,
        &elementwise::SELECT_N,
        &elementwise::SHIFT_LEFT,
        &elementwise::SHIFT_RIGHT_ARITHMETIC,
        &elementwise::SHIFT_RIGHT_LOGICAL,
        &elementwise::SIGN,
        &elementwise::SIN,
        &elementwise::SINH,
        &shape::SLICE,
        &sort::SORT,
        &shape::SPLIT,
        &elementwise::SQRT,
        &elementwise::SQUARE,
        &shape::SQUEEZE,
        &shape::STACK,
        &elementwise::STOP_GRADIENT,
        &elementwise::SUB,
        &linalg::SVD,
        &linalg::SYMMETRIC_PRODUCT,
        &elementwise::TAN,
        &elementwise::TANH,
        &random::THREEFRY2X32,
        &shape::TILE,
        &sort::TOP_K,
        &shape::TRANSPOSE,
        &linalg::TRIANGULAR_SOLVE,
        &linalg::TRIDIAGONAL,
        &linalg::TRIDIAGONAL_SOLVE,
        &shape::UNSTACK,
        &elementwise::XOR,
        &elementwise::ZETA,
    ],
    aliases: &[("copy_p", "copy")],
    ignored_params: &[
        ("*", "accuracy"),
        ("*", "out_sharding"),
        ("*", "sharding"),
        ("debug_print", "has_placeholders"),
        ("debug_print", "in_tree"),
        ("debug_print", "logging_record"),
        ("debug_print", "np_printoptions"),
        ("debug_print", "ordered"),
        ("debug_print", "partitioned"),
        ("debug_print", "static_args"),
        ("dot_general", "out_type"),
        ("eigh", "algorithm"),
        ("geqp3", "use_magma"),
        ("qr", "use_magma"),
        ("reduce", "computation"),
        ("svd", "algorithm"),
    ],
    renamed_params: &[("conj", "_input_dtype", "input_dtype")],
    readings: &[Reading {
        op: "mul",
        param: "out_dtype",
        convert: &elementwise::CONVERT_ELEMENT_TYPE,
        dtype: "new_dtype",
    }],
};

/// The dialects of array programs: [`LAX`] and [`CONTROL`].
pub fn registry() -> Registry {
    Registry::new(&[&LAX, &CONTROL])
}
