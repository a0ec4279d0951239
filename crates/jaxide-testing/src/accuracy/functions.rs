//! The functions with their references.

use jaxide_ir::{Lower, OpDef, TypeClass};
use jaxide_lax::elementwise::{self as lax, complex};

/// A function with what it is measured against.
pub struct Function {
    /// The op.
    pub op: &'static OpDef,
    /// The greatest errors in f32 and in f64 that are allowed, in units in the last place.
    pub bounds: [f64; 2],
    /// Where the function is worth sampling: a range per operand, any number of such boxes.
    pub ranges: &'static [&'static [[f64; 2]]],
    exact: Exact,
}

enum Exact {
    One(fn(f64) -> f64),
    Two(fn(f64, f64) -> f64),
}

impl Function {
    /// The number of operands.
    pub fn arity(&self) -> usize {
        match self.exact {
            Exact::One(_) => 1,
            Exact::Two(_) => 2,
        }
    }

    /// The value, rounded to f64.
    pub fn exact(&self, point: &[f64]) -> f64 {
        match self.exact {
            Exact::One(f) => f(point[0]),
            Exact::Two(f) => f(point[0], point[1]),
        }
    }
}

const fn one(
    op: &'static OpDef,
    exact: fn(f64) -> f64,
    ranges: &'static [&'static [[f64; 2]]],
) -> Function {
    Function { op, bounds: USUAL, ranges, exact: Exact::One(exact) }
}

const fn within(
    bounds: [f64; 2],
    op: &'static OpDef,
    exact: fn(f64) -> f64,
    ranges: &'static [&'static [[f64; 2]]],
) -> Function {
    Function { bounds, ..one(op, exact, ranges) }
}

const fn two(
    op: &'static OpDef,
    bounds: [f64; 2],
    exact: fn(f64, f64) -> f64,
    ranges: &'static [&'static [[f64; 2]]],
) -> Function {
    Function { op, bounds, ranges, exact: Exact::Two(exact) }
}

const USUAL: [f64; 2] = [4.0, 4.0];

/// All functions that are measured, in alphabetical order.
pub static FUNCTIONS: &[Function] = &[
    one(&lax::ACOS, pxfm::f_acos, &[&[[-1.0, 1.0]]]),
    one(&lax::ACOSH, pxfm::f_acosh, &[&[[1.0, 2.0]], &[[1.0, 100.0]]]),
    one(&lax::ASIN, pxfm::f_asin, &[&[[-1.0, 1.0]]]),
    one(&lax::ASINH, pxfm::f_asinh, &[&[[-2.0, 2.0]], &[[-100.0, 100.0]]]),
    one(&lax::ATAN, pxfm::f_atan, &[&[[-4.0, 4.0]]]),
    two(&lax::ATAN2, USUAL, |y, x| pxfm::f_atan2(y, x).copysign(y), &[&[[-4.0, 4.0], [-4.0, 4.0]]]),
    one(&lax::ATANH, pxfm::f_atanh, &[&[[-1.0, 1.0]]]),
    within([4.0, 16.0], &lax::BESSEL_I0E, pxfm::f_i0e, &[&[[-9.0, 9.0]], &[[-100.0, 100.0]]]),
    within(
        [4.0, 16.0],
        &lax::BESSEL_I1E,
        |x| pxfm::f_i1e(x).copysign(x),
        &[&[[-9.0, 9.0]], &[[-100.0, 100.0]]],
    ),
    one(&lax::CBRT, pxfm::f_cbrt, &[&[[-8.0, 8.0]]]),
    one(&lax::COS, pxfm::f_cos, &[&[[-7.0, 7.0]], &[[-1e5, 1e5]]]),
    one(&lax::COSH, pxfm::f_cosh, &[&[[-2.0, 2.0]], &[[-90.0, 90.0]], &[[-712.0, 712.0]]]),
    within([4.0, f64::INFINITY], &lax::DIGAMMA, digamma, &[&[[0.0, 3.0]], &[[-20.0, 20.0]]]),
    one(&lax::ERF, pxfm::f_erf, &[&[[-6.0, 6.0]]]),
    one(&lax::ERFC, pxfm::f_erfc, &[&[[-3.0, 11.0]], &[[-6.0, 28.0]]]),
    within(
        [80.0, f64::INFINITY],
        &lax::ERF_INV,
        |x| pxfm::f_erfinv(x).copysign(x),
        &[&[[-1.0, 1.0]]],
    ),
    one(&lax::EXP, exp, &[&[[-105.0, 90.0]], &[[-750.0, 710.0]]]),
    one(&lax::EXP2, pxfm::f_exp2, &[&[[-151.0, 129.0]], &[[-1080.0, 1025.0]]]),
    one(&lax::EXPM1, pxfm::f_expm1, &[&[[-1.0, 1.0]], &[[-20.0, 90.0]], &[[-40.0, 710.0]]]),
    within([4.0, f64::INFINITY], &lax::LGAMMA, lgamma, &[&[[0.0, 3.0]], &[[-20.0, 100.0]]]),
    one(&lax::LOG, pxfm::f_log, &[&[[0.0, 2.0]], &[[0.0, 1e3]]]),
    one(&lax::LOG1P, pxfm::f_log1p, &[&[[-1.0, 1.0]], &[[-1.0, 1e3]]]),
    one(&lax::LOGISTIC, logistic, &[&[[-20.0, 20.0]], &[[-105.0, 40.0]]]),
    two(
        &lax::POW,
        [4.0, 4.0],
        pow,
        &[
            &[[0.0, 10.0], [-30.0, 30.0]],
            &[[0.9, 1.1], [-900.0, 900.0]],
            &[[0.0, 1e6], [-6.0, 6.0]],
        ],
    ),
    one(&lax::RSQRT, rsqrt, &[&[[0.0, 4.0]]]),
    one(&lax::SIN, pxfm::f_sin, &[&[[-7.0, 7.0]], &[[-1e5, 1e5]]]),
    one(
        &lax::SINH,
        |x| pxfm::f_sinh(x).copysign(x),
        &[&[[-2.0, 2.0]], &[[-90.0, 90.0]], &[[-712.0, 712.0]]],
    ),
    one(&lax::SQRT, f64::sqrt, &[&[[0.0, 4.0]]]),
    one(&lax::TAN, pxfm::f_tan, &[&[[-7.0, 7.0]], &[[-1e5, 1e5]]]),
    one(&lax::TANH, pxfm::f_tanh, &[&[[-1.0, 1.0]], &[[-20.0, 20.0]]]),
];

/// The functions of floats that are not measured, with the reason.
pub static UNMEASURED: &[(&OpDef, &str)] = &[
    (&lax::CEIL, EXACT),
    (&complex::COMPLEX_OP, EXACT),
    (&complex::CONJ, EXACT),
    (&lax::FLOOR, EXACT),
    (&lax::FMA, EXACT),
    (&lax::IGAMMA, ITERATED),
    (&lax::IGAMMA_GRAD_A, ITERATED),
    (&lax::IGAMMAC, ITERATED),
    (&lax::IS_FINITE, EXACT),
    (&lax::NEXTAFTER, EXACT),
    (&lax::POLYGAMMA, ITERATED),
    (&lax::RANDOM_GAMMA_GRAD, ITERATED),
    (&lax::REDUCE_PRECISION, EXACT),
    (&lax::REGULARIZED_INCOMPLETE_BETA, ITERATED),
    (&lax::ROUND, EXACT),
    (&lax::ZETA, ITERATED),
];

const EXACT: &str = "exact by definition, tested bit for bit";
const ITERATED: &str = "a series or continued fraction cut off in the element type, compared with recorded values only";

/// True for ops that stand for a function of floats (and perhaps of complex numbers), element by
/// element.
pub fn is_function_of_floats(op: &OpDef) -> bool {
    let inexact = |class: &TypeClass| matches!(class, TypeClass::Float | TypeClass::Complex);
    op.classes.contains(&TypeClass::Float)
        && op.classes.iter().all(inexact)
        && matches!(op.lower, Lower::Elementwise(_) | Lower::ElementwiseBy | Lower::Decompose(_))
}

/// `pxfm` 0.1.30 has wrong subnormal results; a square has no error there but its own rounding.
fn exp(x: f64) -> f64 {
    if x < -708.396 {
        let root = pxfm::f_exp(x / 2.0);
        return root * root;
    }
    pxfm::f_exp(x)
}

/// `pxfm` does not go down to the least numbers; there the denominator is 1.
fn logistic(x: f64) -> f64 {
    if x < -40.0 { exp(x) } else { pxfm::f_logistic(x) }
}

fn rsqrt(x: f64) -> f64 {
    if x == 0.0 { 1.0 / x } else { pxfm::f_rsqrt(x) }
}

/// JAX has NaN at all poles, 0 of both signs included.
fn digamma(x: f64) -> f64 {
    match x {
        _ if x <= 0.0 && x == x.floor() => f64::NAN,
        _ if x > HUGE => pxfm::f_log(x),
        _ => pxfm::f_digamma(x),
    }
}

/// From here on `pxfm` has NaN for the gamma functions, and Stirling's formula has one term.
const HUGE: f64 = 1e290;

fn lgamma(x: f64) -> f64 {
    if x > HUGE { x * (pxfm::f_log(x) - 1.0) } else { pxfm::f_lgamma(x) }
}

/// 1 also where the other operand is NaN, as IEEE has it.
fn pow(x: f64, y: f64) -> f64 {
    if x == 1.0 || y == 0.0 {
        return 1.0;
    }
    let value = pxfm::f_pow(x, y);
    // An underflow has the sign of the odd power.
    if value == 0.0 && x < 0.0 && (y % 2.0).abs() == 1.0 { -0.0 } else { value }
}
