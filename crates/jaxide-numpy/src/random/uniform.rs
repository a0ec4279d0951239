//! Uniform floats, by JAX's recipe: random mantissa bits under the exponent of 1.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, Shape, config};

use super::{bits::draw, key::words};
use crate::{diag, shape::sizes};

/// The default dtype of floats.
pub(super) fn default_float() -> DType {
    if config::x64_enabled() { DType::F64 } else { DType::F32 }
}

/// Uniform floats in [0, 1) of a shape and the default dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn uniform(key: &Array, shape: impl Shape) -> Array {
    uniform_with(key, shape, default_float(), 0.0, 1.0)
}

/// Uniform floats in [`minval`, `maxval`) of a shape and dtype. The bounds have rank 0 or broadcast
/// to the shape.
///
/// # Panics
/// With `TypeError` when `key` is no key, `dtype` is no float, or the bounds do not broadcast.
#[track_caller]
pub fn uniform_with(
    key: &Array,
    shape: impl Shape,
    dtype: DType,
    minval: impl Operand,
    maxval: impl Operand,
) -> Array {
    let at = Location::caller();
    let shape = sizes(shape, at);
    let words = words("random.uniform", key, at);
    if !dtype.is_float() {
        diag::dtype("random.uniform", "a float dtype", dtype, at);
    }
    let bound = |value: Array| {
        let value = value.astype(dtype);
        if value.ndim() == 0 { value } else { value.broadcast_to(&shape[..]) }
    };
    between(&words, &shape, dtype, &bound(minval.into_operand()), &bound(maxval.into_operand()))
}

/// Floats in [0, 1), then scaled. XLA fuses the product and the sum of f32 and f64 into one
/// rounding, which the op `fma` makes explicit; bf16 and f16 round each step.
pub(super) fn between(
    key: &[Array; 2],
    shape: &[usize],
    dtype: DType,
    low: &Array,
    high: &Array,
) -> Array {
    let unit = unit(key, shape, dtype);
    let span = lax::sub(high, low);
    let scaled = if matches!(dtype, DType::F32 | DType::F64) {
        lax::fma(&unit, &span, low)
    } else {
        lax::add(&lax::mul(&unit, &span), low)
    };
    lax::max(low, &scaled)
}

fn unit(key: &[Array; 2], shape: &[usize], dtype: DType) -> Array {
    // bf16 has 7 bits of mantissa, for which JAX draws 8.
    let (draws, word, mantissa) = match dtype {
        DType::F64 => (DType::U64, DType::U64, 52),
        DType::F16 => (DType::U16, DType::U16, 10),
        DType::BF16 => (DType::U8, DType::U16, 7),
        _ => (DType::U32, DType::U32, 23),
    };
    let bits = draw(key, shape, draws);
    let shift = (draws.bits() - mantissa) as i128;
    let shift = Array::literal((), Scalar::int(draws, shift));
    let mantissa = lax::shift_right_logical(&bits, &shift);
    let mantissa =
        if draws == word { mantissa } else { lax::convert_element_type(&mantissa, word) };
    let one = Scalar::one(dtype);
    let exponent = Array::literal((), Scalar::from_bytes(word, &one.to_bytes()));
    let float = lax::bitcast_convert_type(&lax::or(&mantissa, &exponent), dtype);
    lax::sub(&float, &Array::literal((), one))
}
