//! Keys: typed and raw ones, making, splitting and folding data in.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, Shape, Tree, config};

use super::words::{self, Words};
use crate::{diag, shape::sizes};

/// A typed key, or an array of keys.
///
/// ```
/// use jaxide_numpy::random;
/// let keys = random::split(&random::key(0), 3);
/// assert_eq!(keys.shape(), [3]);
/// assert_eq!(random::key_data(&keys).shape(), [3, 2]);
/// ```
#[derive(Clone, Debug, Tree)]
#[tree(crate = jaxide_trace)]
pub struct Key {
    data: Array,
}

impl Key {
    /// The shape of an array of keys; empty for one key.
    pub fn shape(&self) -> &[usize] {
        &self.data.shape()[..self.data.ndim() - 1]
    }
}

/// A typed [`Key`] or a raw one: an array of two `u32`. What splits or folds a key gives the same
/// kind.
pub trait AnyKey: Tree {
    /// The words, in the last dimension.
    fn data(&self) -> &Array;
    /// A key of these words.
    fn from_data(data: Array) -> Self;
}

impl AnyKey for Array {
    fn data(&self) -> &Array {
        self
    }

    fn from_data(data: Array) -> Array {
        data
    }
}

impl AnyKey for Key {
    fn data(&self) -> &Array {
        &self.data
    }

    fn from_data(data: Array) -> Key {
        Key { data }
    }
}

/// A raw key from a seed, a number or an integer array of rank 0.
///
/// With 32-bit defaults only the low 32 bits of the seed count, as in JAX; with
/// [`config::x64`] all 64 do.
///
/// ```
/// use jaxide_numpy::random;
/// assert_eq!(random::PRNGKey(8).to_vec::<u32>(), [0, 8]);
/// ```
///
/// # Panics
/// With `TypeError` when the seed is no integer of rank 0.
#[allow(non_snake_case, reason = "JAX's name")]
#[track_caller]
pub fn PRNGKey(seed: impl Operand) -> Array {
    seeded("PRNGKey", &seed.into_operand(), Location::caller())
}

/// A typed key from a seed; the words are those of [`PRNGKey`].
///
/// # Panics
/// With `TypeError` when the seed is no integer of rank 0.
#[track_caller]
pub fn key(seed: impl Operand) -> Key {
    Key { data: seeded("key", &seed.into_operand(), Location::caller()) }
}

#[track_caller]
fn seeded(name: &'static str, seed: &Array, at: &'static Location<'static>) -> Array {
    if seed.ndim() > 0 {
        diag::seed_shape(name, seed.shape(), at);
    }
    if !seed.dtype().is_integer() {
        diag::seed_dtype(name, seed.dtype(), at);
    }
    if !seed.is_traced() {
        let seed = seed.to_tensor().get(0).convert(DType::I64).as_int().unwrap_or(0) as u64;
        let high = if config::x64_enabled() { (seed >> 32) as u32 } else { 0 };
        return Array::from_slice(&[2], &[high, seed as u32]);
    }
    let low = lax::convert_element_type(seed, DType::U32);
    let high = if config::x64_enabled() {
        let width = Array::literal((), Scalar::int(DType::I64, 32));
        let seed = lax::convert_element_type(seed, DType::I64);
        let high = lax::shift_right_logical(&seed, &width);
        lax::convert_element_type(&high, DType::U32)
    } else {
        Array::literal((), Scalar::zero(DType::U32))
    };
    pair(&[high, low])
}

/// The words of keys, in a last dimension of size 2.
///
/// # Panics
/// With `TypeError` when `keys` are none.
#[track_caller]
pub fn key_data(keys: &impl AnyKey) -> Array {
    check("random.key_data", keys.data(), Location::caller());
    keys.data().clone()
}

/// Typed keys of these words, whose last dimension has size 2.
///
/// # Panics
/// With `TypeError` when `data` is not of `u32` or its last dimension has another size.
#[track_caller]
pub fn wrap_key_data(data: &Array) -> Key {
    check("random.wrap_key_data", data, Location::caller());
    Key { data: data.clone() }
}

/// New keys from a key: an array of keys of the given shape. Raw ones have a further dimension of
/// size 2.
///
/// ```
/// use jaxide_numpy::random;
/// let keys = random::split(&random::PRNGKey(0), 2);
/// let expected = [1797259609, 2579123966, 928981903, 3453687069];
/// assert_eq!(keys.to_vec::<u32>(), expected);
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when it is an array of keys.
#[track_caller]
pub fn split<K: AnyKey>(key: &K, shape: impl Shape) -> K {
    let at = Location::caller();
    let shape = sizes(shape, at);
    let words = words("random.split", key, at);
    if config::threefry_is_partitionable() {
        return K::from_data(pair(&words::split_to(&words, &shape)));
    }
    let count = 2 * shape.iter().product::<usize>();
    let full = [&shape[..], &[2]].concat();
    K::from_data(lax::reshape(&words::hash_flat(&words, count), &full))
}

/// Exactly `N` keys, ready to be taken apart.
///
/// ```
/// use jaxide_numpy::random;
/// let [key, subkey] = random::split_into(&random::key(0));
/// # let _ = (key, subkey);
/// ```
///
/// # Panics
/// As [`split`].
#[track_caller]
pub fn split_into<const N: usize, K: AnyKey>(key: &K) -> [K; N] {
    let words = words("random.split", key, Location::caller());
    words::split::<N>(&words).map(|words| K::from_data(pair(&words)))
}

/// A key from a key and a number, such as a step or an index.
///
/// # Panics
/// With `TypeError` when `key` is no key or `data` is no scalar, with `ValueError` when `key` is an
/// array of keys.
#[track_caller]
pub fn fold_in<K: AnyKey>(key: &K, data: impl Operand) -> K {
    let at = Location::caller();
    let words = words("random.fold_in", key, at);
    let data = data.into_operand();
    if data.ndim() > 0 {
        diag::fold_in_shape(data.shape(), at);
    }
    let data = lax::convert_element_type(&data, DType::U32);
    let zero = Array::literal((), Scalar::zero(DType::U32));
    K::from_data(pair(&lax::threefry2x32(words.each_ref(), [&zero, &data])))
}

/// Refuses what is neither a key nor an array of keys.
#[track_caller]
fn check(op: &str, data: &Array, at: &'static Location<'static>) {
    if data.shape().last() != Some(&2) {
        diag::key_shape(op, data.shape(), at);
    }
    if data.dtype() != DType::U32 {
        diag::key_dtype(op, data.dtype(), at);
    }
}

/// Both words of a single key.
#[track_caller]
pub(super) fn words(op: &str, key: &impl AnyKey, at: &'static Location<'static>) -> Words {
    let data = key.data();
    check(op, data, at);
    if data.ndim() > 1 {
        diag::many_keys(op, &data.shape()[..data.ndim() - 1], at);
    }
    [0, 1].map(|word| lax::squeeze(&lax::slice(data, &[word], &[word + 1], None), &[0]))
}

/// Two arrays of words side by side in a new last dimension.
#[track_caller]
fn pair(words: &Words) -> Array {
    let axis = words[0].ndim();
    let shape = [words[0].shape(), &[1]].concat();
    let columns = words.each_ref().map(|word| lax::reshape(word, &shape));
    lax::concatenate(&[&columns[0], &columns[1]], axis)
}
