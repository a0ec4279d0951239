//! What floats are made of: signs, exponents, neighbours, infinities and NaN.

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, promote::promote_inexact};

use super::{arithmetic::floats, binary, unary};
use crate::{
    diag,
    jnp::{dtypes::finfo, full_like, where_},
};

/// One answer for the whole array.
fn all_are(x: &Array, answer: bool) -> Array {
    crate::jnp::full_like_of(x, answer, DType::Bool)
}

unary! {
    /// Where elements are NaN.
    isnan |x| = x.ne(&x);
    /// Where elements are neither infinite nor NaN.
    isfinite |x| = match x.dtype() {
        dtype if dtype.is_float() => lax::is_finite(&x),
        dtype if dtype.is_complex() => isfinite(super::real(&x)).and(isfinite(super::imag(&x))),
        _ => all_are(&x, true),
    };
    /// Where elements are infinite.
    isinf |x| = match x.dtype() {
        dtype if dtype.is_float() => x.abs().eq(f64::INFINITY),
        dtype if dtype.is_complex() => isinf(super::real(&x)).or(isinf(super::imag(&x))),
        _ => all_are(&x, false),
    };
    /// Where elements are positive infinity.
    isposinf |x| = if x.dtype().is_float() { x.eq(f64::INFINITY) } else { all_are(&x, false) };
    /// Where elements are negative infinity.
    isneginf |x| = if x.dtype().is_float() { x.eq(f64::NEG_INFINITY) } else { all_are(&x, false) };
    /// Where the sign bit is set: below zero, and negative zeros and NaNs.
    signbit |x| = match x.dtype() {
        dtype if dtype.is_integer() => x.lt(0),
        dtype if dtype.is_float() => lax::bitcast_convert_type(&x, bits_of(dtype)).lt(0),
        _ => all_are(&x, false),
    };
    /// The distance to the next float away from zero.
    spacing |x| = {
        let [x] = promote_inexact([&x]);
        let away = full_like(&x, f64::INFINITY);
        if x.dtype() == DType::F16 {
            lax::nextafter(&x, &away) - &x
        } else {
            let distance = lax::nextafter(&x, &copysign(away, &x)) - &x;
            let least = finfo(x.dtype()).smallest_subnormal;
            where_(distance.eq(0.0), copysign(full_like(&x, least), &x), distance)
        }
    };
}

binary! {
    /// The magnitude of `x` with the sign of `y`.
    copysign |x, y| = {
        let [x, y] = floats("copysign", &x, &y);
        where_(signbit(y), -x.abs(), x.abs())
    };
    /// The next float after `x` towards `y`.
    nextafter |x, y| = {
        let [x, y] = floats("nextafter", &x, &y);
        lax::nextafter(&x, &y)
    };
    /// 0 below zero, 1 above, `y` at zero; NaN stays.
    heaviside |x, y| = {
        let [x, y] = floats("heaviside", &x, &y);
        let at_zero = where_(isnan(&x), &x, y);
        where_(x.lt(0.0), 0.0, where_(x.gt(0.0), 1.0, at_zero))
    };
    /// `x * 2^y` for integers `y`.
    ldexp |x, y| = scaled(&x, &y);
}

/// The signed integers as wide as a float.
fn bits_of(dtype: DType) -> DType {
    match dtype.size() {
        2 => DType::I16,
        4 => DType::I32,
        _ => DType::I64,
    }
}

/// Mantissa, from 1/2 up to 1 in magnitude, and exponent (i32): `x = m * 2^e`. Zeros, infinities and
/// NaN are their own mantissa with exponent 0.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let (mantissa, exponent) = jnp::frexp(jnp::array([6.0, -0.25]));
/// assert_eq!(mantissa.to_vec::<f32>(), [0.75, -0.5]);
/// assert_eq!(exponent.to_vec::<i32>(), [3, -1]);
/// ```
///
/// # Panics
/// With `TypeError` for complex arrays.
#[track_caller]
pub fn frexp(x: impl Operand) -> (Array, Array) {
    let [x] = promote_inexact([&x.into_operand()]);
    if x.dtype().is_complex() {
        let message = "frexp does not support complex-valued inputs";
        diag::kind(message, std::panic::Location::caller());
    }
    let info = finfo(x.dtype());
    let (mantissa_bits, bias) = (info.mantissa_bits as i64, 1 - info.min_exponent);
    let field = (1i64 << info.exponent_bits) - 1;
    // Subnormal numbers are scaled up first, and their exponents corrected.
    let subnormal = x.abs().lt(info.tiny);
    let scaled = where_(&subnormal, &x * (mantissa_bits as f64).exp2(), &x);
    let bits = lax::bitcast_convert_type(&scaled, bits_of(x.dtype()));
    let stored = (&bits >> mantissa_bits) & field;
    let exponent = stored - (bias - 1) + where_(&subnormal, -mantissa_bits, 0);
    let halved = (bits & !(field << mantissa_bits)) | ((bias - 1) << mantissa_bits);
    let mantissa = lax::bitcast_convert_type(&halved, x.dtype());
    let special = isfinite(&x).logical_not().or(x.eq(0.0));
    (where_(&special, &x, mantissa), where_(&special, 0, exponent).astype(DType::I32))
}

#[track_caller]
fn scaled(x: &Array, y: &Array) -> Array {
    if x.dtype().is_complex() || y.dtype().is_inexact() {
        let names = [x.dtype().numpy_name(), y.dtype().numpy_name()];
        let message = format!(
            "ldexp not supported for input types (dtype('{}'), dtype('{}'))",
            names[0], names[1]
        );
        diag::value(message, std::panic::Location::caller());
    }
    let [x] = promote_inexact([x]);
    // Only the exponents are added, so that a small x and a large y do not overflow between.
    let (mantissa, exponent) = frexp(&x);
    let exponent = exponent.astype(x.dtype()) + y.astype(x.dtype());
    let above = exponent.gt(0.0);
    let mantissa = where_(&above, &mantissa * 2.0, &mantissa);
    let exponent = where_(&above, &exponent - 1.0, &exponent);
    let result = mantissa * Array::from(2.0).pow(&exponent);
    where_(isinf(&x).or(x.eq(0.0)), &x, result)
}

/// What [`nan_to_num_with`] puts in place of NaN and infinities; `None` is the greatest or least
/// finite number of the dtype.
#[derive(Clone, Copy, Debug, Default)]
pub struct Replacements {
    /// For NaN; 0 unless set.
    pub nan: f64,
    /// For positive infinity.
    pub posinf: Option<f64>,
    /// For negative infinity.
    pub neginf: Option<f64>,
}

/// NaN becomes 0, infinities the greatest and the least finite number.
#[track_caller]
pub fn nan_to_num(x: impl Operand) -> Array {
    nan_to_num_with(x, Replacements::default())
}

/// NaN and infinities become the given numbers.
///
/// ```
/// # use jaxide_numpy::jnp::{self, Replacements};
/// let x = jnp::array([f64::NAN, f64::INFINITY]);
/// let y = jnp::nan_to_num_with(&x, Replacements { nan: -1.0, posinf: Some(9.0), neginf: None });
/// assert_eq!(y.to_vec::<f32>(), [-1.0, 9.0]);
/// ```
#[track_caller]
pub fn nan_to_num_with(x: impl Operand, new: Replacements) -> Array {
    let x = x.into_operand();
    let dtype = x.dtype();
    if dtype.is_complex() {
        let part = |part: Array| nan_to_num_with(part, new);
        return super::complex_of(&part(super::real(&x)), &part(super::imag(&x)));
    }
    if !dtype.is_float() {
        return x;
    }
    let greatest = finfo(dtype).max;
    let x = where_(isnan(&x), new.nan, &x);
    let x = where_(isposinf(&x), new.posinf.unwrap_or(greatest), &x);
    where_(isneginf(&x), new.neginf.unwrap_or(-greatest), &x)
}
