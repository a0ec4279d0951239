//! Uniform floats, by JAX's recipe: random mantissa bits under the exponent of 1.

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, Shape, lax::index_in_dim};

use super::{
    AnyKey,
    draw::{Call, constant, default_float, int_constant, mantissa_bits},
    words::{self, Words},
};

/// Uniform floats in [0, 1) of a shape and the default dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn uniform(key: &impl AnyKey, shape: impl Shape) -> Array {
    uniform_between(key, shape, 0.0, 1.0)
}

/// Uniform floats in [`minval`, `maxval`) of a shape and the default dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when the bounds do not broadcast to the
/// shape.
#[track_caller]
pub fn uniform_between(
    key: &impl AnyKey,
    shape: impl Shape,
    minval: impl Operand,
    maxval: impl Operand,
) -> Array {
    uniform_of(key, shape, minval, maxval, default_float())
}

/// [`uniform_between`] in a float dtype.
///
/// # Panics
/// As [`uniform_between`], and with `ValueError` when `dtype` is no float.
#[track_caller]
pub fn uniform_of(
    key: &impl AnyKey,
    shape: impl Shape,
    minval: impl Operand,
    maxval: impl Operand,
    dtype: DType,
) -> Array {
    let call = Call::new("uniform");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.float(dtype);
    let low = bound(call, &minval.into_operand(), &shape, dtype);
    let high = bound(call, &maxval.into_operand(), &shape, dtype);
    between(&key, &shape, dtype, &low, &high)
}

/// A bound as it is broadcast; a scalar stays one.
#[track_caller]
fn bound(call: Call, value: &Array, shape: &[usize], dtype: DType) -> Array {
    call.fits(shape, value.shape());
    let value = value.astype(dtype);
    if value.ndim() == 0 { value } else { value.broadcast_to(shape) }
}

/// Floats from `low` to `high`, which have rank 0 or the shape.
#[track_caller]
pub(super) fn between(
    key: &Words,
    shape: &[usize],
    dtype: DType,
    low: &Array,
    high: &Array,
) -> Array {
    scaled(&unit(key, shape, dtype), dtype, low, high)
}

/// Floats in [0, 1) of a shape.
#[track_caller]
pub(super) fn unit(key: &Words, shape: &[usize], dtype: DType) -> Array {
    from_bits(&words::bits(key, shape, drawn(dtype)), dtype)
}

/// Two draws of floats in [0, 1), each of a shape.
pub(super) fn pair_of_units(key: &Words, shape: &[usize], dtype: DType) -> [Array; 2] {
    let both = unit(key, &[&[2], shape].concat(), dtype);
    [0, 1].map(|at| index_in_dim(&both, at, 0, false))
}

/// A float from `low` to `high` from each key of an array.
#[track_caller]
pub(super) fn between_each(key: &Words, dtype: DType, low: f64, high: f64) -> Array {
    let unit = from_bits(&words::bits_each(key, drawn(dtype)), dtype);
    scaled(&unit, dtype, &constant(dtype, low), &constant(dtype, high))
}

/// XLA fuses the product and the sum of f32 and f64 into one rounding, which the op `fma` makes
/// explicit; bf16 and f16 round each step.
#[track_caller]
fn scaled(unit: &Array, dtype: DType, low: &Array, high: &Array) -> Array {
    let span = lax::sub(high, low);
    let scaled = if matches!(dtype, DType::F32 | DType::F64) {
        lax::fma(unit, &span, low)
    } else {
        lax::add(&lax::mul(unit, &span), low)
    };
    lax::max(low, &scaled)
}

/// The integers that floats of a dtype are made of.
fn drawn(dtype: DType) -> DType {
    match dtype {
        DType::F64 => DType::U64,
        DType::F16 => DType::U16,
        // bf16 has 7 bits of mantissa, for which JAX draws 8.
        DType::BF16 => DType::U8,
        _ => DType::U32,
    }
}

/// Floats in [0, 1) of random bits.
#[track_caller]
fn from_bits(bits: &Array, dtype: DType) -> Array {
    let (draws, word) = match dtype {
        DType::BF16 => (DType::U8, DType::U16),
        _ => (drawn(dtype), drawn(dtype)),
    };
    let shift = i128::from(draws.bits()) - i128::from(mantissa_bits(dtype));
    let mantissa = lax::shift_right_logical(bits, &int_constant(draws, shift));
    let mantissa =
        if draws == word { mantissa } else { lax::convert_element_type(&mantissa, word) };
    let one = Scalar::one(dtype);
    let exponent = Array::literal((), Scalar::from_bytes(word, &one.to_bytes()));
    let float = lax::bitcast_convert_type(&lax::or(&mantissa, &exponent), dtype);
    lax::sub(&float, &Array::literal((), one))
}
