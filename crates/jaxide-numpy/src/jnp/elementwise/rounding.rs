//! Rounding.

use jaxide_ir::DType;
use jaxide_lax::{self as lax, RoundingMethod};
use jaxide_trace::{Array, Operand, promote::promote_inexact};

use super::unary;
use crate::{
    diag,
    jnp::{dtypes::default_float, where_},
};

fn is_whole(x: &Array) -> bool {
    x.dtype().is_integer() || x.dtype().is_bool()
}

unary! {
    /// The greatest integer not above; integers and bools stay.
    floor |x| = if is_whole(&x) { x } else { x.floor() };
    /// The least integer not below; integers and bools stay.
    ceil |x| = if is_whole(&x) { x } else { x.ceil() };
    /// The integer next to zero; integers and bools stay.
    trunc |x| = if is_whole(&x) { x } else { where_(x.lt(0.0), x.ceil(), x.floor()) };
    /// As [`trunc`].
    fix |x| = trunc(x);
    /// The nearest integer in floats, halves to even.
    rint |x| = {
        if is_whole(&x) {
            x.astype(default_float())
        } else if x.dtype().is_complex() {
            round(x, 0)
        } else {
            lax::round(&x, RoundingMethod::ToNearestEven)
        }
    };
}

/// Rounds to so many decimals, halves to even; integers stay.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::round(jnp::array([0.5, 1.5, -2.4]), 0).to_vec::<f32>(), [0.0, 2.0, -2.0]);
/// assert_eq!(jnp::round(17.0, -1).item::<f32>(), 20.0);
/// ```
///
/// # Panics
/// With `ValueError` for integers and decimals below 0.
#[track_caller]
pub fn round(x: impl Operand, decimals: i32) -> Array {
    let x = x.into_operand();
    let dtype = x.dtype();
    if dtype.is_integer() {
        if decimals < 0 {
            let at = std::panic::Location::caller();
            diag::value("integer np.round not implemented for decimals < 0".into(), at);
        }
        return x;
    }
    if dtype.is_complex() {
        return lax::complex(&round(lax::real(&x), decimals), &round(lax::imag(&x), decimals));
    }
    if decimals == 0 {
        return lax::round(&x, RoundingMethod::ToNearestEven);
    }
    let digits = match dtype {
        DType::F16 => 4,
        DType::F64 => 308,
        _ => 38,
    };
    if decimals > digits {
        return x;
    }
    let wide = if dtype == DType::F16 { x.astype(DType::F32) } else { x.clone() };
    let factor = 10f64.powi(decimals);
    let rounded = lax::round(&(&wide * factor), RoundingMethod::ToNearestEven) / factor;
    if dtype == DType::F16 { rounded.astype(dtype) } else { rounded }
}

/// As [`round`].
///
/// # Panics
/// As [`round`].
#[track_caller]
pub fn around(x: impl Operand, decimals: i32) -> Array {
    round(x, decimals)
}

/// The fractional and the whole part, both with the sign of the array.
#[track_caller]
pub fn modf(x: impl Operand) -> (Array, Array) {
    let [x] = promote_inexact([&x.into_operand()]);
    let whole = where_(x.ge(0.0), x.floor(), x.ceil());
    (&x - &whole, whole)
}
