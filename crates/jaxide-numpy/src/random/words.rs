//! The two words of a key, or of an array of keys, and what threefry makes of them.

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, config};

/// Both words of a key, or of each key of an array.
pub(super) type Words = [Array; 2];

/// The keys that a key, or each key of an array, splits into.
#[track_caller]
pub(super) fn split<const N: usize>(key: &Words) -> [Words; N] {
    let word = |at: usize| Array::literal((), Scalar::int(DType::U32, at as i128));
    if config::threefry_is_partitionable() {
        return std::array::from_fn(|at| lax::threefry2x32(key.each_ref(), [&word(0), &word(at)]));
    }
    // The flat hash pairs a number of the first half with one of the second.
    let pairs: Vec<Words> =
        (0..N).map(|at| lax::threefry2x32(key.each_ref(), [&word(at), &word(at + N)])).collect();
    let flat = |at: usize| pairs[at % N][at / N].clone();
    std::array::from_fn(|at| [flat(2 * at), flat(2 * at + 1)])
}

/// As many keys as a shape has places, as an array of keys.
#[track_caller]
pub(super) fn split_to(key: &Words, shape: &[usize]) -> Words {
    if config::threefry_is_partitionable() {
        let [high, low] = lax::iota_2x32_shape((), shape);
        return lax::threefry2x32(key.each_ref(), [&high, &low]);
    }
    let count = shape.iter().product::<usize>();
    let rows = lax::reshape(&hash_flat(key, 2 * count), &[count, 2]);
    [0, 1].map(|word| lax::reshape(&lax::slice(&rows, &[0, word], &[count, word + 1], None), shape))
}

/// The hash of the numbers 0 to `count` by JAX's original recipe, which pairs a number of the first
/// half with one of the second.
#[track_caller]
pub(super) fn hash_flat(key: &Words, count: usize) -> Array {
    let half = count.div_ceil(2);
    let first = lax::iota((), DType::U32, &[half], 0);
    let offset = Array::literal((), Scalar::int(DType::U32, half as i128));
    let mut second = lax::add(&first, &offset);
    if count % 2 == 1 {
        // The padding that makes the count even is a zero, not the next number.
        let body = lax::slice(&second, &[0], &[half - 1], None);
        let zero = lax::broadcast_in_dim(&Array::literal((), Scalar::zero(DType::U32)), &[1], &[]);
        second = lax::concatenate(&[&body, &zero], 0);
    }
    let [first, second] = lax::threefry2x32(key.each_ref(), [&first, &second]);
    let all = lax::concatenate(&[&first, &second], 0);
    if count % 2 == 1 { lax::slice(&all, &[0], &[count], None) } else { all }
}

/// Unsigned integers of a shape from one key.
#[track_caller]
pub(super) fn bits(key: &Words, shape: &[usize], dtype: DType) -> Array {
    if config::threefry_is_partitionable() {
        let [high, low] = lax::iota_2x32_shape((), shape);
        return combine(lax::threefry2x32(key.each_ref(), [&high, &low]), dtype);
    }
    let count = shape.iter().product();
    lax::reshape(&original(key, count, dtype), shape)
}

/// One unsigned integer from each key of an array.
#[track_caller]
pub(super) fn bits_each(key: &Words, dtype: DType) -> Array {
    let zero = Array::literal((), Scalar::zero(DType::U32));
    if config::threefry_is_partitionable() {
        return combine(lax::threefry2x32(key.each_ref(), [&zero, &zero]), dtype);
    }
    if dtype == DType::U64 {
        let one = Array::literal((), Scalar::one(DType::U32));
        let [high, low] = lax::threefry2x32(key.each_ref(), [&zero, &one]);
        return join(&high, &low);
    }
    let [word, _] = lax::threefry2x32(key.each_ref(), [&zero, &zero]);
    if dtype == DType::U32 { word } else { lax::convert_element_type(&word, dtype) }
}

/// One block of threefry per element, at any width.
#[track_caller]
fn combine([first, second]: [Array; 2], dtype: DType) -> Array {
    match dtype {
        DType::U64 => join(&first, &second),
        DType::U32 => lax::xor(&first, &second),
        _ => lax::convert_element_type(&lax::xor(&first, &second), dtype),
    }
}

/// Words of the flat hash, cut or joined to the width.
#[track_caller]
fn original(key: &Words, count: usize, dtype: DType) -> Array {
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

#[track_caller]
fn join(high: &Array, low: &Array) -> Array {
    let [high, low] = [high, low].map(|word| lax::convert_element_type(word, DType::U64));
    let width = Array::literal((), Scalar::int(DType::U64, 32));
    lax::or(&lax::shift_left(&high, &width), &low)
}
