//! Random bits: unsigned integers of every width.

use jaxide_ir::DType;
use jaxide_trace::{Array, Shape};

use super::{AnyKey, draw::Call, words};

/// Uniform `u32` of a shape.
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn bits(key: &impl AnyKey, shape: impl Shape) -> Array {
    bits_of(key, shape, DType::U32)
}

/// Uniform unsigned integers of a shape and dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when `dtype` is no unsigned integer.
#[track_caller]
pub fn bits_of(key: &impl AnyKey, shape: impl Shape, dtype: DType) -> Array {
    let call = Call::new("bits");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.dtype(dtype.is_unsigned_integer(), "an unsigned int", dtype);
    words::bits(&key, &shape, dtype)
}
