//! Functions that read and write by index: `take` and `put` with their kin, and conversions between
//! indices of several axes and flat ones. Places that depend on values are in `nonzero.rs`;
//! indexing itself is `Array::get` and `Array::at`.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{
    self as lax,
    gather::{GatherDims, Mode},
};
use jaxide_trace::{
    Array, Index, IndexMode, Operand, Slice,
    promote::{broadcast_shapes, convert},
};

use super::where_;
use crate::{axes::axis_of, diag, shape::sizes};

type At = &'static Location<'static>;

/// Full axes, and an array of indices at one of them.
fn along(axis: usize, indices: &Array) -> Vec<Index> {
    let mut index = vec![Index::Slice(Slice::from(..)); axis];
    index.push(Index::Array(indices.clone()));
    index
}

/// The slices of `x` along `axis` at `indices`; the dimensions of `indices` stand where the axis
/// stood. Negative indices count from the end; out of range stands NaN, or for integers the least or
/// greatest value.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// let y = jnp::take(&x, jnp::array([2, 0]), 1);
/// assert_eq!(y.to_vec::<f32>(), [3.0, 1.0, 6.0, 4.0]);
/// ```
///
/// # Panics
/// With `TypeError` for indices that are no integers, with `ValueError` for an axis out of bounds or
/// without elements.
#[track_caller]
pub fn take(x: &Array, indices: impl Operand, axis: isize) -> Array {
    take_with(x, indices, axis, IndexMode::Fill)
}

/// [`take`] with another mode. As in NumPy, negative indices are out of range for
/// [`IndexMode::Clip`].
///
/// # Panics
/// As [`take`].
#[track_caller]
pub fn take_with(x: &Array, indices: impl Operand, axis: isize, mode: IndexMode) -> Array {
    let at = Location::caller();
    let axis = axis_of(axis, x.ndim(), at);
    let mut indices = indices.into_operand();
    if x.shape()[axis] == 0 && indices.size() > 0 {
        diag::value("cannot do a non-empty take from an empty axis".to_owned(), at);
    }
    if indices.dtype().is_bool() {
        // These are numbers, not a mask.
        indices = indices.astype(DType::I32);
    }
    if mode == IndexMode::Clip && indices.dtype().is_signed_integer() {
        indices = indices.maximum(0);
    }
    x.at(along(axis, &indices)).mode(mode).get()
}

/// For each place of `indices` the element of `x` whose place differs in `axis` alone, where it is
/// the index. Both have one rank; their other dimensions broadcast. Negative indices count from the
/// end; out of range stands what [`take`] gives there.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([[3, 1, 2], [6, 5, 4]]);
/// let least = jnp::take_along_axis(&x, jnp::array([[1], [2]]), 1);
/// assert_eq!(least.to_vec::<i32>(), [1, 4]);
/// ```
///
/// # Panics
/// With `ValueError` when ranks differ or shapes do not broadcast, with `TypeError` for indices that
/// are no integers.
#[track_caller]
pub fn take_along_axis(x: &Array, indices: impl Operand, axis: isize) -> Array {
    let at = Location::caller();
    let indices = indices.into_operand();
    let axis = axis_of(axis, x.ndim(), at);
    let (from, to) = along_shapes("take_along_axis", x, &indices, axis, at);
    if to.contains(&0) || from.contains(&0) {
        return convert(&Array::from(0), x.dtype(), false).broadcast_to(&to[..]);
    }
    let indices = wrapped(&indices.broadcast_to(&to[..]), x.shape()[axis]);
    let others: Vec<usize> = (0..to.len()).filter(|dim| *dim != axis).collect();
    let dims = GatherDims {
        offset_dims: vec![],
        collapsed_slice_dims: vec![axis],
        start_index_map: vec![axis],
        operand_batching_dims: others.clone(),
        start_indices_batching_dims: others,
    };
    let indices = indices.expand_dims([-1]);
    lax::gather(&x.broadcast_to(&from[..]), &indices, &dims, &vec![1; from.len()], Mode::FillOrDrop)
}

/// The shapes that an array and its indices along an axis broadcast to.
#[track_caller]
fn along_shapes(
    op: &str,
    x: &Array,
    indices: &Array,
    axis: usize,
    at: At,
) -> (Vec<usize>, Vec<usize>) {
    if !indices.dtype().is_integer() {
        diag::dtype(op, "indices of an integer dtype", indices.dtype(), at);
    }
    if indices.ndim() != x.ndim() {
        let (got, rank) = (indices.ndim(), x.ndim());
        let message = "indices and arr must have the same number of dimensions";
        diag::value(format!("{message}; {got} vs. {rank}"), at);
    }
    let mut one = x.shape().to_vec();
    one[axis] = 1;
    let Some(common) = broadcast_shapes(&[&one, indices.shape()]) else {
        let (got, of) = (indices.shape(), x.shape());
        diag::value(format!("{op}: indices of shape {got:?} do not fit {of:?}"), at);
    };
    let to = common.to_vec();
    let mut from = to.clone();
    from[axis] = x.shape()[axis];
    (from, to)
}

/// Indices with negative ones counted from the end, wide enough for the axis.
#[track_caller]
fn wrapped(indices: &Array, size: usize) -> Array {
    let wide = matches!(indices.dtype(), DType::I64 | DType::U64 | DType::U32);
    let dtype = if wide { DType::I64 } else { DType::I32 };
    let signed = indices.dtype().is_signed_integer();
    let indices = convert(indices, dtype, false);
    if signed { where_(indices.lt(0), &indices + size, &indices) } else { indices }
}

/// `x` with `values` at the places of [`take_along_axis`]; indices out of range are ignored.
/// `values` broadcast to the shape of `indices`.
///
/// # Panics
/// As [`take_along_axis`], and when `values` does not broadcast.
#[track_caller]
pub fn put_along_axis(
    x: &Array,
    indices: impl Operand,
    values: impl Operand,
    axis: isize,
) -> Array {
    let at = Location::caller();
    let indices = indices.into_operand();
    let axis = axis_of(axis, x.ndim(), at);
    let (_, to) = along_shapes("put_along_axis", x, &indices, axis, at);
    let values = values.into_operand().broadcast_to(&to[..]);
    let mut index = Vec::with_capacity(to.len());
    for dim in 0..to.len() {
        index.push(Index::Array(if dim == axis {
            indices.broadcast_to(&to[..])
        } else {
            lax::iota((), DType::I32, &to, dim)
        }));
    }
    x.at(index).mode(IndexMode::Drop).set(values)
}

/// For each element of `a`, an integer, the element of that choice at the same place. All shapes
/// broadcast and the choices' dtypes are promoted. Elements out of range follow the mode, `Clip` or
/// `Wrap`.
///
/// ```
/// # use jaxide_numpy::jnp;
/// # use jaxide_trace::IndexMode;
/// let (a, b) = (jnp::array([1, 2, 3]), jnp::array([10, 20, 30]));
/// let picked = jnp::choose(jnp::array([0, 1, 5]), &[&a, &b], IndexMode::Clip);
/// assert_eq!(picked.to_vec::<i32>(), [1, 20, 30]);
/// ```
///
/// # Panics
/// With `ValueError` without choices or for another mode, with `TypeError` when `a` is no integer or
/// shapes do not broadcast.
#[track_caller]
pub fn choose(a: impl Operand, choices: &[&Array], mode: IndexMode) -> Array {
    let at = Location::caller();
    let a = a.into_operand();
    if !a.dtype().is_integer() {
        diag::dtype("choose", "an array of integers", a.dtype(), at);
    }
    let Some((first, rest)) = choices.split_first() else {
        diag::value("choose: expected at least one choice".to_owned(), at);
    };
    let a = in_range("choose", &a, choices.len(), mode, at);
    let mut chosen = where_(a.eq(0), *first, *first);
    for (position, choice) in rest.iter().enumerate() {
        chosen = where_(a.eq(position + 1), *choice, &chosen);
    }
    chosen
}

/// Indices put in range by a mode: clipped, or the remainder with the sign of the size.
#[track_caller]
fn in_range(op: &str, indices: &Array, size: usize, mode: IndexMode, at: At) -> Array {
    match mode {
        IndexMode::Clip => indices.maximum(0).minimum(size.saturating_sub(1)),
        IndexMode::Wrap => {
            let rest = indices % size;
            where_(rest.lt(0), &rest + size, &rest)
        }
        IndexMode::PromiseInBounds => indices.clone(),
        other => diag::value(format!("{op}: expected mode Clip or Wrap, got {other:?}"), at),
    }
}

/// The indices along each axis of a shape that flat, row-major indices stand for. Indices out of
/// range become the first or last of the shape.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let places = jnp::unravel_index(jnp::array([5, -1]), [2, 4]);
/// assert_eq!(places[0].to_vec::<i32>(), [1, 1]);
/// assert_eq!(places[1].to_vec::<i32>(), [1, 3]);
/// ```
///
/// # Panics
/// With `TypeError` when a size is negative.
#[track_caller]
pub fn unravel_index(indices: impl Operand, shape: impl jaxide_trace::Shape) -> Vec<Array> {
    let shape = sizes(shape, Location::caller());
    let mut rest = indices.into_operand();
    let mut parts = Vec::with_capacity(shape.len());
    for size in shape.iter().rev() {
        // Division that rounds down: the remainder is never negative.
        let remainder = &rest % *size;
        let remainder = where_(remainder.lt(0), &remainder + *size, &remainder);
        let down = &rest - &remainder;
        let divisor = convert(&Array::from(*size as i64), down.dtype(), false);
        rest = lax::div(&down, &divisor.broadcast_to(down.shape()));
        parts.push(remainder);
    }
    let (above, below) = (rest.gt(0), rest.lt(-1));
    let mut out = Vec::with_capacity(shape.len());
    for (part, size) in parts.iter().rev().zip(&shape) {
        out.push(where_(&above, *size as i64 - 1, where_(&below, 0, part)));
    }
    out
}

/// The flat, row-major indices of places in a shape, given by their indices along each axis. Indices
/// out of range follow the mode: `Clip`, `Wrap`, or `PromiseInBounds` for none.
///
/// ```
/// # use jaxide_numpy::jnp;
/// # use jaxide_trace::IndexMode;
/// let places = [&jnp::array([0, 1]), &jnp::array([3, 9])];
/// let flat = jnp::ravel_multi_index(&places, [2, 4], IndexMode::Clip);
/// assert_eq!(flat.to_vec::<i32>(), [3, 7]);
/// ```
///
/// # Panics
/// With `ValueError` when there are not as many arrays as dimensions.
#[track_caller]
pub fn ravel_multi_index(
    indices: &[&Array],
    dims: impl jaxide_trace::Shape,
    mode: IndexMode,
) -> Array {
    let at = Location::caller();
    let dims = sizes(dims, at);
    if dims.len() != indices.len() || dims.is_empty() {
        let (got, of) = (indices.len(), dims.len());
        diag::value(format!("expected one array of indices per dimension ({of}), got {got}"), at);
    }
    let mut flat = Array::from(0);
    for (index, size) in indices.iter().zip(&dims) {
        flat = &flat * *size + in_range("ravel_multi_index", index, *size, mode, at);
    }
    flat
}

/// Arrays of one dimension, each along an axis of its own, so that as an index they select every
/// combination.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
/// let open = jnp::ix_(&[&jnp::array([0, 2]), &jnp::array([1, 2])]);
/// assert_eq!(x.get((&open[0], &open[1])).to_vec::<i32>(), [2, 3, 8, 9]);
/// ```
///
/// # Panics
/// With `ValueError` for arrays of another rank, with `TypeError` for bools.
#[track_caller]
pub fn ix_(arrays: &[&Array]) -> Vec<Array> {
    let at = Location::caller();
    let mut open = Vec::with_capacity(arrays.len());
    for (axis, array) in arrays.iter().enumerate() {
        if array.ndim() != 1 {
            let message = "Arguments to jax.numpy.ix_ must be 1-dimensional, got rank";
            diag::value(format!("{message} {}", array.ndim()), at);
        }
        if array.dtype().is_bool() {
            diag::dtype("ix_", "arrays of integers", array.dtype(), at);
        }
        let mut shape = vec![1usize; arrays.len()];
        shape[axis] = array.size();
        open.push(array.reshape(shape));
    }
    open
}

/// The elements of `values` over and over, `size` of them.
#[track_caller]
fn cycled(values: &Array, size: usize) -> Array {
    let values = values.ravel();
    let cycle: Vec<i32> = (0..size).map(|at| (at % values.size()) as i32).collect();
    if values.size() == size { values } else { values.get(cycle) }
}

/// `x` with `values` at flat, row-major `indices`; values are repeated where there are fewer.
/// Negative indices count from the end; those out of range become the nearest.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::put(&jnp::array([0, 0, 0]), jnp::array([0, -1]), jnp::array([5, 6]));
/// assert_eq!(x.to_vec::<i32>(), [5, 0, 6]);
/// ```
///
/// # Panics
/// With `TypeError` for indices that are no integers.
#[track_caller]
pub fn put(x: &Array, indices: impl Operand, values: impl Operand) -> Array {
    put_flat(x, &indices.into_operand(), &values.into_operand(), IndexMode::Clip)
}

/// [`put`] with a mode: `Clip`, for which negative indices are out of range as in NumPy, or `Wrap`.
///
/// # Panics
/// As [`put`], and with `ValueError` for another mode.
#[track_caller]
pub fn put_with(x: &Array, indices: impl Operand, values: impl Operand, mode: IndexMode) -> Array {
    let indices = in_range("put", &indices.into_operand(), x.size(), mode, Location::caller());
    put_flat(x, &indices, &values.into_operand(), IndexMode::Clip)
}

#[track_caller]
fn put_flat(x: &Array, indices: &Array, values: &Array, mode: IndexMode) -> Array {
    if x.size() == 0 || indices.size() == 0 || values.size() == 0 {
        return x.clone();
    }
    let indices = indices.ravel();
    let values = cycled(values, indices.size());
    x.ravel().at(&indices).mode(mode).set(values).reshape(x.shape())
}

/// `x` with the elements of `values`, in order and over and over, where the mask is true.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([1, 2, 3, 4]);
/// let y = jnp::place(&x, x.gt(1), jnp::array([0, 9]));
/// assert_eq!(y.to_vec::<i32>(), [1, 0, 9, 0]);
/// ```
///
/// # Panics
/// With `ValueError` when the sizes of `x` and the mask differ, or `values` is empty.
#[track_caller]
pub fn place(x: &Array, mask: impl Operand, values: impl Operand) -> Array {
    let at = Location::caller();
    let (mask, values) = (mask.into_operand(), values.into_operand());
    if x.size() != mask.size() {
        diag::value("place: arr and mask must be the same size".to_owned(), at);
    }
    if values.size() == 0 {
        diag::value("Cannot place values from an empty array".to_owned(), at);
    }
    if x.size() == 0 {
        return x.clone();
    }
    let places = super::nonzero_sized(&mask.ravel(), super::sized(x.size()).fill(x.size()));
    let values = cycled(&values, x.size());
    x.ravel().at(&places[0]).mode(IndexMode::Drop).set(values).reshape(x.shape())
}

/// `x` with its main diagonal replaced by the elements of `values`, over and over. An array of more
/// than two dimensions has sizes that are all equal.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::fill_diagonal(&jnp::zeros([2, 3]), 1.0);
/// assert_eq!(x.to_vec::<f32>(), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
/// ```
///
/// # Panics
/// With `ValueError` for fewer than two dimensions, unequal sizes, or no values.
#[track_caller]
pub fn fill_diagonal(x: &Array, values: impl Operand) -> Array {
    let at = Location::caller();
    let values = values.into_operand();
    if x.ndim() < 2 {
        diag::value("array must be at least 2-d".to_owned(), at);
    }
    if x.ndim() > 2 && x.shape().iter().any(|size| *size != x.shape()[0]) {
        diag::value("All dimensions of input must be of equal length".to_owned(), at);
    }
    let count = x.shape().iter().copied().min().unwrap_or(0);
    if count == 0 {
        return x.clone();
    }
    if values.size() == 0 {
        diag::value("cannot fill a diagonal from an empty array".to_owned(), at);
    }
    let along = Index::Array(lax::iota((), DType::I32, &[count], 0));
    let values = if values.ndim() == 0 { values } else { cycled(&values, count) };
    x.at(vec![along; x.ndim()]).unique_indices().set(values)
}
