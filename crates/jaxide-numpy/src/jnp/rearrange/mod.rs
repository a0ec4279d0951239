//! The same elements in other shapes and orders; joining, cutting, repeating, padding.

mod axes;
mod edit;
mod flip;
mod join;
mod pad;
mod repeat;
mod shape;
mod split;

pub use axes::*;
pub use edit::*;
pub use flip::*;
pub use join::*;
pub use pad::*;
pub use repeat::*;
pub use shape::*;
pub use split::*;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax::{
    self as lax,
    gather::{GatherDims, Mode},
};
use jaxide_trace::Array;

/// The part of an array from `start` up to `stop` along an axis.
#[track_caller]
fn part(x: &Array, start: usize, stop: usize, axis: usize) -> Array {
    if (start, stop) == (0, x.shape()[axis]) {
        return x.clone();
    }
    let mut from = vec![0; x.ndim()];
    let mut to = x.shape().to_vec();
    (from[axis], to[axis]) = (start, stop);
    lax::slice(x, &from, &to, None)
}

/// Arrays of one dtype joined along an axis; one alone stays as it is.
#[track_caller]
fn joined(parts: &[&Array], axis: usize) -> Array {
    match parts {
        [one] => (*one).clone(),
        _ => lax::concatenate(parts, axis),
    }
}

/// The elements at these positions of an axis, which all exist.
#[track_caller]
fn taken(x: &Array, positions: &Array, axis: usize) -> Array {
    let dims = GatherDims {
        offset_dims: (0..x.ndim()).filter(|dim| *dim != axis).collect(),
        collapsed_slice_dims: vec![axis],
        start_index_map: vec![axis],
        ..GatherDims::default()
    };
    let mut sizes = x.shape().to_vec();
    sizes[axis] = 1;
    let positions = positions.reshape([positions.len(), 1]);
    lax::gather(x, &positions, &dims, &sizes, Mode::Clip)
}

/// Known positions as an array of integers.
fn positions(of: Vec<usize>) -> Array {
    jaxide_trace::array(of).astype(DType::I32)
}

/// A number in the dtype of an array.
fn number(value: f64, like: &Array) -> Array {
    Array::literal((), Scalar::float(DType::F64, value).convert(like.dtype()))
}
