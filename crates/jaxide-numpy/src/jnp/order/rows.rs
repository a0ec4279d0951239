//! Rows of an array at places that an array gives: what sorting and interpolation look up with.

use jaxide_lax::{
    self as lax,
    gather::{GatherDims, Mode},
};
use jaxide_trace::Array;

/// `x[indices]` along the first axis, for indices that are known to be in range: the shape is that of
/// the indices, then that of a row.
#[track_caller]
pub(in crate::jnp) fn rows(x: &Array, indices: &Array) -> Array {
    let (lead, rank) = (indices.ndim(), x.ndim());
    let dims = GatherDims {
        offset_dims: (lead..lead + rank - 1).collect(),
        collapsed_slice_dims: vec![0],
        start_index_map: vec![0],
        ..GatherDims::default()
    };
    let mut sizes = x.shape().to_vec();
    sizes[0] = 1;
    lax::gather(x, &indices.expand_dims([-1]), &dims, &sizes, Mode::PromiseInBounds)
}
