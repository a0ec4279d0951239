//! Keys: making, splitting and folding data in.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Number, Operand, Shape, config};

use crate::{diag, shape::sizes};

/// A key from a seed.
///
/// With 32-bit defaults only the low 32 bits of the seed count, as in JAX; with
/// [`config::x64`] all 64 do.
///
/// ```
/// use jaxide_numpy::random;
/// assert_eq!(random::PRNGKey(8).to_vec::<u32>(), [0, 8]);
/// ```
#[allow(non_snake_case, reason = "JAX's name")]
pub fn PRNGKey(seed: impl Number) -> Array {
    let seed = seed.exact().convert(DType::I64).as_int().unwrap_or(0) as u64;
    let high = if config::x64_enabled() { (seed >> 32) as u32 } else { 0 };
    Array::from_slice(&[2], &[high, seed as u32])
}

/// New keys from a key: an array of the given shape with a further dimension of size 2.
///
/// ```
/// use jaxide_numpy::random;
/// let keys = random::split(&random::PRNGKey(0), 2);
/// let expected = [1797259609, 2579123966, 928981903, 3453687069];
/// assert_eq!(keys.to_vec::<u32>(), expected);
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn split(key: &Array, shape: impl Shape) -> Array {
    let at = Location::caller();
    let shape = sizes(shape, at);
    let words = words("random.split", key, at);
    let mut full = shape.clone();
    full.push(2);
    if config::threefry_is_partitionable() {
        let [high, low] = lax::iota_2x32_shape((), &shape);
        let [first, second] = lax::threefry2x32(words.each_ref(), [&high, &low]);
        return pair(&first, &second);
    }
    let count = 2 * shape.iter().product::<usize>();
    lax::reshape(&hash_flat(&words, count), &full)
}

/// Exactly `N` keys, ready to be taken apart.
///
/// ```
/// use jaxide_numpy::random;
/// let [key, subkey] = random::split_into(&random::PRNGKey(0));
/// # let _ = (key, subkey);
/// ```
///
/// # Panics
/// As [`split`].
#[track_caller]
pub fn split_into<const N: usize>(key: &Array) -> [Array; N] {
    let keys = split(key, N);
    std::array::from_fn(|at| {
        let row = lax::slice(&keys, &[at, 0], &[at + 1, 2], None);
        lax::reshape(&row, &[2])
    })
}

/// A key from a key and a number, such as a step or an index.
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn fold_in(key: &Array, data: impl Operand) -> Array {
    let words = words("random.fold_in", key, Location::caller());
    let data = lax::convert_element_type(&data.into_operand(), DType::U32);
    let zero = Array::literal((), Scalar::zero(DType::U32));
    let [first, second] = lax::threefry2x32(words.each_ref(), [&zero, &data]);
    pair(&first, &second)
}

/// Both words of a key.
#[track_caller]
pub(super) fn words(op: &str, key: &Array, at: &'static Location<'static>) -> [Array; 2] {
    if key.dtype() != DType::U32 || key.shape() != [2] {
        diag::bad_key(op, &key.ty(), at);
    }
    [0, 1].map(|word| lax::squeeze(&lax::slice(key, &[word], &[word + 1], None), &[0]))
}

/// The hash of the numbers 0 to `count` by JAX's original recipe, which pairs a number of the first
/// half with one of the second.
pub(super) fn hash_flat(key: &[Array; 2], count: usize) -> Array {
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

/// Two arrays of words side by side in a new last dimension.
fn pair(first: &Array, second: &Array) -> Array {
    let axis = first.ndim();
    let mut shape = first.shape().to_vec();
    shape.push(1);
    let columns = [first, second].map(|word| lax::reshape(word, &shape));
    lax::concatenate(&[&columns[0], &columns[1]], axis)
}
