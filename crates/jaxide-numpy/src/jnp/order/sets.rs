//! Arrays as sets. Under `jit` the size of a result must be given; missing places are filled up.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, promote::promote_dtypes};

use super::{rows, sorting::argsort};
use crate::{
    diag,
    jnp::{concatenate, cumsum, dtypes::default_int, where_},
};

/// What [`unique_all`] finds.
#[derive(Clone, Debug)]
pub struct Unique {
    /// The distinct elements in ascending order.
    pub values: Array,
    /// The first place of each in the flattened array.
    pub index: Array,
    /// For each element of the array its place among the values; of the array's shape.
    pub inverse: Array,
    /// How often each occurs.
    pub counts: Array,
}

/// The distinct elements in ascending order. With a size there are that many: missing ones repeat
/// the least, or the fill value.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([3, 1, 3]);
/// assert_eq!(jnp::unique(&x, None, None).to_vec::<i32>(), [1, 3]);
/// assert_eq!(jnp::unique(&x, Some(4), Some(&jnp::array(0))).to_vec::<i32>(), [1, 3, 0, 0]);
/// ```
///
/// # Panics
/// With `ConcretizationTypeError` for traced arrays without a size.
#[track_caller]
pub fn unique(x: &Array, size: Option<usize>, fill: Option<&Array>) -> Array {
    unique_all(x, size, fill).values
}

/// The distinct elements with their first places, counts, and the way back.
///
/// # Panics
/// As [`unique`].
#[track_caller]
pub fn unique_all(x: &Array, size: Option<usize>, fill: Option<&Array>) -> Unique {
    let flat = x.ravel();
    if flat.size() == 0 && size.is_some_and(|size| size > 0) && fill.is_none() {
        let message = "unique: for zero-sized input with nonzero size argument, fill_value must be \
                       specified";
        diag::value(message.into(), Location::caller());
    }
    let order = argsort(&flat, 0);
    let sorted = rows(&flat, &order);
    let first = starts(&sorted);
    let rank = lax::sub(&cumsum(&first.astype(DType::I32), 0), &ones(&first));
    let found = match size {
        Some(size) => size,
        None if flat.size() == 0 => 0,
        None => first.astype(DType::I32).sum().item::<usize>(),
    };
    let length = flat.size();
    // Sorting the starts to the front gives the place of each distinct element.
    let places = lax::iota((), DType::I32, &[length], 0);
    let key = where_(&first, &places, length as i32).astype(DType::I32);
    let key = lax::sort(&[&key], 0, true, 1).remove(0);
    let key = resized(&key, found, length);
    let known = key.lt(length as i32);
    let at = lax::min(&key, &filled(&key, length.saturating_sub(1)));
    let count = next_start(&key, length) - &key;
    let values = take_or(&sorted, &at, &known, fill);
    Unique {
        values,
        index: where_(&known, rows_or_empty(&order, &at), 0).astype(default_int()),
        inverse: scatter_back(&rank, &order).reshape(x.shape().to_vec()).astype(default_int()),
        counts: where_(&known, count, 0).astype(default_int()),
    }
}

#[track_caller]
fn ones(x: &Array) -> Array {
    filled(x, 1)
}

#[track_caller]
fn filled(x: &Array, value: usize) -> Array {
    let value = lax::convert_element_type(&Array::from(value as i32), DType::I32);
    lax::broadcast_in_dim(&value, x.shape(), &[])
}

/// Where a sorted vector holds an element for the first time. NaNs are all one element.
#[track_caller]
fn starts(sorted: &Array) -> Array {
    let length = sorted.shape()[0];
    if length == 0 {
        return sorted.astype(DType::Bool);
    }
    let part = |from: usize, to: usize| lax::slice(sorted, &[from], &[to], None);
    let (before, after) = (part(0, length - 1), part(1, length));
    let mut differs = lax::ne(&before, &after);
    if sorted.dtype().is_inexact() {
        let both = lax::and(&lax::ne(&before, &before), &lax::ne(&after, &after));
        differs = lax::and(&differs, &lax::not(&both));
    }
    let first = lax::broadcast_in_dim(&Array::from(true), &[1], &[]);
    lax::concatenate(&[&first, &differs], 0)
}

/// A vector cut or filled up with `value` to a size.
#[track_caller]
fn resized(x: &Array, size: usize, value: usize) -> Array {
    let pad = lax::convert_element_type(&Array::from(value as i32), x.dtype());
    lax::pad(x, &pad, &[(0, size as i64 - x.shape()[0] as i64, 0)])
}

/// The next start after each, or the length behind the last.
#[track_caller]
fn next_start(key: &Array, length: usize) -> Array {
    if key.shape()[0] == 0 {
        return key.clone();
    }
    let rest = lax::slice(key, &[1], &[key.shape()[0]], None);
    resized(&rest, key.shape()[0], length)
}

#[track_caller]
fn rows_or_empty(x: &Array, at: &Array) -> Array {
    if x.shape()[0] == 0 { filled(at, 0).astype(x.dtype()) } else { rows(x, at) }
}

#[track_caller]
fn take_or(sorted: &Array, at: &Array, known: &Array, fill: Option<&Array>) -> Array {
    if sorted.shape()[0] == 0 {
        let value = fill.cloned().unwrap_or_else(|| Array::from(0)).astype(sorted.dtype());
        return value.broadcast_to(at.shape().to_vec());
    }
    let found = rows(sorted, at);
    let least = lax::slice(sorted, &[0], &[1], None).reshape(());
    let fill = fill.cloned().unwrap_or(least).astype(sorted.dtype());
    where_(known, found, fill)
}

/// `y` with `y[order[i]] = rank[i]`: sorting by the order inverts it.
#[track_caller]
fn scatter_back(rank: &Array, order: &Array) -> Array {
    lax::sort(&[order, rank], 0, true, 1).pop().expect("sort gives both operands back")
}

/// Whether each element of `x` occurs in `elements`; of the shape of `x`.
///
/// # Panics
/// When the dtypes do not promote.
#[track_caller]
pub fn isin(x: &Array, elements: &Array) -> Array {
    let [x, elements] = promote_dtypes([x, elements]);
    let elements = elements.ravel();
    let row = x.expand_dims([-1]);
    let mut shape = x.shape().to_vec();
    shape.push(elements.size());
    let rank = x.ndim();
    let pool = lax::broadcast_in_dim(&elements, &shape, &[rank]);
    lax::reduce_or(&lax::eq(&row.broadcast_to(shape), &pool), &[rank])
}

/// The distinct elements of both arrays in ascending order; see [`unique`] for the size.
///
/// # Panics
/// As [`unique`].
#[track_caller]
pub fn union1d(a: &Array, b: &Array, size: Option<usize>, fill: Option<&Array>) -> Array {
    unique(&concatenate(&[&a.ravel(), &b.ravel()], 0), size, fill)
}

/// The distinct elements that both arrays have, in ascending order. Only outside of `jit`.
///
/// # Panics
/// With `ConcretizationTypeError` for traced arrays.
#[track_caller]
pub fn intersect1d(a: &Array, b: &Array) -> Array {
    let [a, b] = promote_dtypes([a, b]);
    let distinct = unique(&a, None, None);
    chosen(&distinct, &isin(&distinct, &b))
}

/// The distinct elements of `a` that `b` lacks, in ascending order. Only outside of `jit`.
///
/// # Panics
/// With `ConcretizationTypeError` for traced arrays.
#[track_caller]
pub fn setdiff1d(a: &Array, b: &Array) -> Array {
    let distinct = unique(a, None, None);
    chosen(&distinct, &lax::not(&isin(&distinct, b)))
}

/// The distinct elements that one of the arrays has and the other lacks, in ascending order. Only
/// outside of `jit`.
///
/// # Panics
/// With `ConcretizationTypeError` for traced arrays.
#[track_caller]
pub fn setxor1d(a: &Array, b: &Array) -> Array {
    let [a, b] = promote_dtypes([a, b]);
    union1d(&setdiff1d(&a, &b), &setdiff1d(&b, &a), None, None)
}

/// The elements of a vector where a mask that has a value holds.
#[track_caller]
fn chosen(x: &Array, mask: &Array) -> Array {
    let at = Location::caller();
    let Ok(mask) = mask.try_to_vec::<bool>() else {
        diag::value("sets of traced arrays have no size that is known; use unique".into(), at);
    };
    let places: Vec<i32> =
        mask.iter().enumerate().filter(|(_, on)| **on).map(|(place, _)| place as i32).collect();
    rows(x, &Array::from_slice(&[places.len()], &places))
}
