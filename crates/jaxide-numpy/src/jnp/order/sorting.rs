//! Sorting by one or several keys. NaN comes last.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::Array;

use crate::{diag, jnp::dtypes::default_int, over::Over};

/// The array sorted along an axis; `..` sorts the flattened array. The order of equal elements stays.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::sort(&jnp::array([3, 1, 2]), -1).to_vec::<i32>(), [1, 2, 3]);
/// ```
///
/// # Panics
/// With `ValueError` when the axis is out of bounds.
#[track_caller]
pub fn sort(x: &Array, axis: impl Into<Over>) -> Array {
    let (x, axis) = along("sort", x, &axis.into());
    lax::sort(&[&x], axis, true, 1).remove(0)
}

/// The array sorted along an axis from the greatest to the least; NaN comes first.
///
/// # Panics
/// As [`sort`].
#[track_caller]
pub fn sort_descending(x: &Array, axis: impl Into<Over>) -> Array {
    let (x, axis) = along("sort", x, &axis.into());
    lax::rev(&lax::sort(&[&x], axis, true, 1).remove(0), &[axis])
}

/// The indices that sort the array along an axis, or the flattened array for `..`; equal elements
/// keep their order.
///
/// # Panics
/// As [`sort`].
#[track_caller]
pub fn argsort(x: &Array, axis: impl Into<Over>) -> Array {
    let (x, axis) = along("argsort", x, &axis.into());
    order_by(&[&x], axis)
}

/// The indices that sort by several keys, of which the last counts most, along an axis.
///
/// # Panics
/// With `TypeError` without keys, with `ValueError` when the axis is out of bounds or shapes differ.
#[track_caller]
pub fn lexsort(keys: &[&Array], axis: impl Into<Over>) -> Array {
    let at = Location::caller();
    let Some((last, rest)) = keys.split_last() else {
        diag::kind("need sequence of keys with len > 0 in lexsort", at);
    };
    if rest.iter().any(|key| key.shape() != last.shape()) {
        diag::value("all keys need to be the same shape".into(), at);
    }
    if last.ndim() == 0 {
        return Array::from(0).astype(default_int());
    }
    let axis = along("lexsort", last, &axis.into()).1;
    let keys: Vec<&Array> = keys.iter().rev().copied().collect();
    order_by(&keys, axis)
}

/// The indices of a stable sort by keys, of which the first counts most.
#[track_caller]
fn order_by(keys: &[&Array], axis: usize) -> Array {
    let places = lax::iota((), default_int(), keys[0].shape(), axis);
    let mut operands = keys.to_vec();
    operands.push(&places);
    lax::sort(&operands, axis, true, keys.len()).pop().expect("the indices come last")
}

/// The array with the element at `kth` where sorting puts it, smaller ones before and others behind.
/// As the order within the parts is free, the whole is sorted.
///
/// # Panics
/// With `ValueError` when the axis or `kth` is out of bounds.
#[track_caller]
pub fn partition(x: &Array, kth: isize, axis: impl Into<Over>) -> Array {
    let axis = axis.into();
    check_kth(x, kth, &axis);
    sort(x, axis)
}

/// The indices that partition the array, as [`partition`] does.
///
/// # Panics
/// As [`partition`].
#[track_caller]
pub fn argpartition(x: &Array, kth: isize, axis: impl Into<Over>) -> Array {
    let axis = axis.into();
    check_kth(x, kth, &axis);
    argsort(x, axis)
}

#[track_caller]
fn check_kth(x: &Array, kth: isize, over: &Over) {
    let at = Location::caller();
    let (x, axis) = along("partition", x, over);
    let size = x.shape()[axis] as isize;
    if !(-size..size).contains(&kth) {
        diag::value(format!("kth(={kth}) out of bounds ({size})"), at);
    }
}

/// The `k` largest elements along the last axis, from the largest, and their indices.
///
/// # Panics
/// When `k` is larger than the axis.
#[track_caller]
pub fn top_k(x: &Array, k: usize) -> (Array, Array) {
    lax::top_k(x, k)
}

/// The array and its axis, or the flattened array and its only one.
#[track_caller]
pub(in crate::jnp) fn along(name: &str, x: &Array, over: &Over) -> (Array, usize) {
    let at = Location::caller();
    if over.is_all() {
        return (x.ravel(), 0);
    }
    match over.axes(x.ndim())[..] {
        [axis] => (x.clone(), axis),
        ref axes => diag::value(format!("{name}: expected one axis, got {axes:?}"), at),
    }
}
