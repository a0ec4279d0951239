//! Indexing and slicing along one axis, by the names that JAX has for them.

use std::panic::Location;

use crate::{
    Array, Index, Operand, Slice, array::IndexMode, canonicalize_axes, ds, error::OrRaise,
};

/// Full axes up to one, and an entry there.
#[track_caller]
fn along(x: &Array, axis: isize, entry: Index) -> Vec<Index> {
    let axis = canonicalize_axes(&[axis as i64], x.ndim(), Location::caller()).or_raise()[0];
    let mut index = vec![Index::Slice(Slice::from(..)); axis];
    index.push(entry);
    index
}

/// The slice of `x` at a known index along `axis`; with `keepdims` the axis stays, with size 1.
///
/// # Panics
/// With `IndexError` for an index out of range, with `ValueError` for an axis out of bounds.
#[track_caller]
pub fn index_in_dim(x: &Array, index: i64, axis: isize, keepdims: bool) -> Array {
    let slice = x.get(along(x, axis, Index::Integer(index)));
    if keepdims { slice.expand_dims([axis as i64]) } else { slice }
}

/// The elements of `x` from `start` to before `limit` along `axis`, each `stride`th. Negative bounds
/// count from the end.
///
/// # Panics
/// With `ValueError` for an axis out of bounds or a stride of zero.
#[track_caller]
pub fn slice_in_dim(x: &Array, start: i64, limit: i64, stride: i64, axis: isize) -> Array {
    x.get(along(x, axis, Index::Slice(Slice::from(start..limit).step(stride))))
}

/// The slice of `x` at an index along `axis` that may be traced; one out of range is moved into it.
/// With `keepdims` the axis stays, with size 1.
///
/// # Panics
/// With `TypeError` for an index that is no integer of rank 0, with `ValueError` for an axis out of
/// bounds.
#[track_caller]
pub fn dynamic_index_in_dim(x: &Array, index: impl Operand, axis: isize, keepdims: bool) -> Array {
    let slice = x.get(along(x, axis, ds(index, 1)));
    if keepdims {
        return slice;
    }
    let mut shape = slice.shape().to_vec();
    shape.remove(canonicalize_axes(&[axis as i64], x.ndim(), Location::caller()).or_raise()[0]);
    slice.reshape(shape)
}

/// `size` elements of `x` along `axis` from a start that may be traced, moved so that all lie inside.
///
/// # Panics
/// As [`dynamic_index_in_dim`], and with `IndexError` for a size beyond that of the axis.
#[track_caller]
pub fn dynamic_slice_in_dim(x: &Array, start: impl Operand, size: usize, axis: isize) -> Array {
    x.get(along(x, axis, ds(start, size)))
}

/// `x` with `update` along `axis` from a start that may be traced, moved so that all of it lies inside.
/// `update` has the shape of `x` but for that axis.
///
/// # Panics
/// As [`dynamic_slice_in_dim`], and with `ValueError` when shapes do not fit.
#[track_caller]
pub fn dynamic_update_slice_in_dim(
    x: &Array,
    update: &Array,
    start: impl Operand,
    axis: isize,
) -> Array {
    let at = canonicalize_axes(&[axis as i64], x.ndim(), Location::caller()).or_raise()[0];
    let size = update.shape().get(at).copied().unwrap_or(1);
    let index = along(x, axis, ds(start, size));
    x.at(index).mode(IndexMode::PromiseInBounds).set(update)
}

/// `x` with `update` at an index along `axis` that may be traced. `update` has the shape of `x`
/// without that axis, or with size 1 there.
///
/// # Panics
/// As [`dynamic_update_slice_in_dim`].
#[track_caller]
pub fn dynamic_update_index_in_dim(
    x: &Array,
    update: &Array,
    index: impl Operand,
    axis: isize,
) -> Array {
    let update = if update.ndim() == x.ndim() {
        update.clone()
    } else {
        let at = canonicalize_axes(&[axis as i64], x.ndim(), Location::caller()).or_raise()[0];
        update.expand_dims([at])
    };
    dynamic_update_slice_in_dim(x, &update, index, axis)
}
