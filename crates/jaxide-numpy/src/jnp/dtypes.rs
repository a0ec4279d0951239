//! Dtypes as arguments and results: promotion, casts, limits.

use jaxide_ir::DType;
use jaxide_trace::{Array, config, promote};

/// The default dtype of floats: f32, with x64 f64.
pub(crate) fn default_float() -> DType {
    if config::x64_enabled() { DType::F64 } else { DType::F32 }
}

/// The default dtype of integers: i32, with x64 i64.
pub(crate) fn default_int() -> DType {
    if config::x64_enabled() { DType::I64 } else { DType::I32 }
}

/// The dtype itself where it is inexact, else the float that it becomes.
pub(crate) fn inexact(dtype: DType) -> DType {
    let float = || promote::promote_inexact([&Array::from(0).astype(dtype)])[0].dtype();
    if dtype.is_inexact() { dtype } else { float() }
}

/// The dtype that two dtypes are promoted to.
///
/// ```
/// # use jaxide_numpy::jnp;
/// use jaxide_trace::DType;
/// assert_eq!(jnp::promote_types(DType::U8, DType::I8), DType::I16);
/// ```
pub fn promote_types(a: DType, b: DType) -> DType {
    promote::result_type(&[(a, false), (b, false)]).0
}

/// The dtype that arrays are promoted to; plain numbers count by their kind alone.
///
/// # Panics
/// Without arrays.
pub fn result_type(arrays: &[&Array]) -> DType {
    promote::result_type_of(arrays).0
}

/// Whether every value of one dtype is a value of another, as NumPy's safe casts have it (which
/// count the integers of 64 bits as values of f64).
pub fn can_cast(from: DType, to: DType) -> bool {
    let integer = |dtype: DType| dtype.is_integer();
    match (from, to) {
        _ if from == to || from.is_bool() => true,
        _ if integer(from) && integer(to) => {
            let signs = [from, to].map(DType::is_signed_integer);
            match signs {
                [true, false] => false,
                [false, true] => from.bits() < to.bits(),
                _ => from.bits() <= to.bits(),
            }
        }
        _ if integer(from) => integer_fits(from.bits(), to),
        (DType::BF16 | DType::F16, DType::BF16 | DType::F16) => false,
        _ if from.is_float() && to.is_float() => from.bits() <= to.bits(),
        _ if from.is_float() && to.is_complex() => from.bits() <= to.bits() / 2,
        _ if from.is_complex() && to.is_complex() => from.bits() <= to.bits(),
        _ => false,
    }
}

/// Whether integers of so many bits are values of an inexact dtype.
fn integer_fits(bits: u32, to: DType) -> bool {
    match to {
        DType::BF16 | DType::F16 => bits == 8,
        DType::F32 | DType::C64 => bits <= 16,
        DType::F64 | DType::C128 => true,
        _ => false,
    }
}

/// Limits of a float dtype, under NumPy's names where it has one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Finfo {
    /// Bits of one number.
    pub bits: u32,
    /// Bits of the exponent.
    pub exponent_bits: u32,
    /// Bits of the mantissa, without the leading one.
    pub mantissa_bits: u32,
    /// The exponent of [`Finfo::tiny`].
    pub min_exponent: i64,
    /// The distance from 1 to the next number.
    pub eps: f64,
    /// The greatest finite number.
    pub max: f64,
    /// The least finite number.
    pub min: f64,
    /// The least positive normal number.
    pub tiny: f64,
    /// The least positive number.
    pub smallest_subnormal: f64,
}

/// The limits of a float dtype; of a complex one, those of its parts. Other dtypes count as f32.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::finfo(jaxide_trace::DType::F16).max, 65504.0);
/// ```
pub fn finfo(dtype: DType) -> Finfo {
    let (exponent_bits, mantissa_bits) = match dtype {
        DType::BF16 => (8, 7),
        DType::F16 => (5, 10),
        DType::F64 | DType::C128 => (11, 52),
        _ => (8, 23),
    };
    let bias = (1i32 << (exponent_bits - 1)) - 1;
    let eps = 2f64.powi(-(mantissa_bits as i32));
    let tiny = 2f64.powi(1 - bias);
    let max = (2.0 - eps) * 2f64.powi(bias);
    Finfo {
        bits: 1 + exponent_bits + mantissa_bits,
        exponent_bits,
        mantissa_bits,
        min_exponent: i64::from(1 - bias),
        eps,
        max,
        min: -max,
        tiny,
        smallest_subnormal: tiny * eps,
    }
}

/// The least and the greatest value of an integer dtype; of other dtypes those of i32.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::iinfo(jaxide_trace::DType::I8), (-128, 127));
/// ```
pub fn iinfo(dtype: DType) -> (i128, i128) {
    let bits = if dtype.is_integer() { dtype.bits() } else { 32 };
    if dtype.is_unsigned_integer() {
        (0, (1 << bits) - 1)
    } else {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    }
}
