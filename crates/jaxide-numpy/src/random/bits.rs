//! Random bits: unsigned integers of every width.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Shape, config};

use super::key::{hash_flat, words};
use crate::{diag, shape::sizes};

/// Uniform `u32` of a shape.
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn bits(key: &Array, shape: impl Shape) -> Array {
    bits_with(key, shape, DType::U32)
}

/// Uniform unsigned integers of a shape and dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key or `dtype` is no unsigned integer.
#[track_caller]
pub fn bits_with(key: &Array, shape: impl Shape, dtype: DType) -> Array {
    let at = Location::caller();
    let shape = sizes(shape, at);
    let words = words("random.bits", key, at);
    if !dtype.is_unsigned_integer() {
        diag::dtype("random.bits", "an unsigned integer dtype", dtype, at);
    }
    draw(&words, &shape, dtype)
}

pub(super) fn draw(key: &[Array; 2], shape: &[usize], dtype: DType) -> Array {
    if config::threefry_is_partitionable() {
        partitionable(key, shape, dtype)
    } else {
        let count = shape.iter().product();
        lax::reshape(&original(key, count, dtype), shape)
    }
}

/// One block of threefry per element, counted by its position.
fn partitionable(key: &[Array; 2], shape: &[usize], dtype: DType) -> Array {
    let [high, low] = lax::iota_2x32_shape((), shape);
    let [first, second] = lax::threefry2x32(key.each_ref(), [&high, &low]);
    match dtype {
        DType::U64 => join(&first, &second),
        DType::U32 => lax::xor(&first, &second),
        _ => lax::convert_element_type(&lax::xor(&first, &second), dtype),
    }
}

/// Words of the flat hash, cut or joined to the width.
fn original(key: &[Array; 2], count: usize, dtype: DType) -> Array {
    match dtype {
        DType::U64 => {
            let all = hash_flat(key, 2 * count);
            let high = lax::slice(&all, &[0], &[count], None);
            let low = lax::slice(&all, &[count], &[2 * count], None);
            join(&high, &low)
        }
        DType::U32 => hash_flat(key, count),
        _ => {
            let per_word = 4 / dtype.size();
            let all = hash_flat(key, count.div_ceil(per_word));
            let narrow = lax::bitcast_convert_type(&all, dtype);
            let flat = lax::reshape(&narrow, &[narrow.size()]);
            lax::slice(&flat, &[0], &[count], None)
        }
    }
}

fn join(high: &Array, low: &Array) -> Array {
    let [high, low] = [high, low].map(|word| lax::convert_element_type(word, DType::U64));
    let width = Array::literal((), Scalar::int(DType::U64, 32));
    lax::or(&lax::shift_left(&high, &width), &low)
}
