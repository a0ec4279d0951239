//! Grids: coordinates of every point.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Shape};

use super::{Span, arange, arange_of};
use crate::{
    diag,
    jnp::{
        dtypes::{default_float, default_int},
        stack,
    },
    shape::sizes,
};

/// In which order [`meshgrid`] has its first two dimensions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Indexing {
    /// Cartesian: the second array runs along rows.
    Xy,
    /// Matrix: the first array runs along rows.
    Ij,
}

/// The coordinates of every point of a grid with these axes: one array of the grid's shape each.
///
/// ```
/// # use jaxide_numpy::jnp::{self, Indexing};
/// let grid = jnp::meshgrid(&[&jnp::array([1, 2]), &jnp::array([3, 4, 5])], Indexing::Xy);
/// assert_eq!(grid[0].shape(), [3, 2]);
/// ```
///
/// # Panics
/// With `ValueError` for arrays of other ranks than 1.
#[track_caller]
pub fn meshgrid(axes: &[&Array], indexing: Indexing) -> Vec<Array> {
    let shape = grid_shape(axes, indexing, Location::caller());
    let along = |(dim, axis)| lax::broadcast_in_dim(axis, &shape, &[dim]);
    positions(axes, indexing).into_iter().map(along).collect()
}

/// As [`meshgrid`], with size 1 in the dimensions along which an array does not change.
///
/// # Panics
/// As [`meshgrid`].
#[track_caller]
pub fn meshgrid_sparse(axes: &[&Array], indexing: Indexing) -> Vec<Array> {
    let rank = grid_shape(axes, indexing, Location::caller()).len();
    let along = |(dim, axis): (usize, &Array)| {
        let mut shape = vec![1; rank];
        shape[dim] = axis.len();
        axis.reshape(shape)
    };
    positions(axes, indexing).into_iter().map(along).collect()
}

/// Each array with the dimension that it runs along.
fn positions<'a>(axes: &[&'a Array], indexing: Indexing) -> Vec<(usize, &'a Array)> {
    let swapped = indexing == Indexing::Xy && axes.len() >= 2;
    let dim = |index: usize| if swapped && index < 2 { 1 - index } else { index };
    axes.iter().enumerate().map(|(index, axis)| (dim(index), *axis)).collect()
}

#[track_caller]
fn grid_shape(axes: &[&Array], indexing: Indexing, at: &'static Location<'static>) -> Vec<usize> {
    if axes.iter().any(|axis| axis.ndim() != 1) {
        let shapes: Vec<&[usize]> = axes.iter().map(|axis| axis.shape()).collect();
        let message = format!("Arguments to jax.numpy.meshgrid must be 1D, got shapes {shapes:?}");
        diag::value(message, at);
    }
    let mut shape = vec![0; axes.len()];
    for (dim, axis) in positions(axes, indexing) {
        shape[dim] = axis.len();
    }
    shape
}

/// NumPy's `mgrid[0:3, 1:4]` as a function: the coordinates of every point, stacked.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::mgrid([0..3, 1..4]).shape(), [2, 3, 3]);
/// ```
///
/// # Panics
/// As [`arange`], and with `ValueError` without spans.
#[track_caller]
pub fn mgrid<S: Span>(spans: impl IntoIterator<Item = S>) -> Array {
    let axes: Vec<Array> = spans.into_iter().map(arange).collect();
    let grid = meshgrid(&axes.iter().collect::<Vec<_>>(), Indexing::Ij);
    stack(&grid.iter().collect::<Vec<_>>(), 0)
}

/// NumPy's `ogrid[0:3, 1:4]` as a function: one array an axis, of size 1 along the others.
///
/// # Panics
/// As [`arange`].
#[track_caller]
pub fn ogrid<S: Span>(spans: impl IntoIterator<Item = S>) -> Vec<Array> {
    let axes: Vec<Array> = spans.into_iter().map(arange).collect();
    meshgrid_sparse(&axes.iter().collect::<Vec<_>>(), Indexing::Ij)
}

/// The indices of every element of a shape: `indices([2, 3])` has shape `[2, 2, 3]`.
///
/// # Panics
/// With `TypeError` for a negative size.
#[track_caller]
pub fn indices(shape: impl Shape) -> Array {
    indices_of(shape, default_int())
}

/// As [`indices`], in a dtype.
///
/// # Panics
/// As [`indices`].
#[track_caller]
pub fn indices_of(shape: impl Shape, dtype: DType) -> Array {
    let shape = sizes(shape, Location::caller());
    if shape.is_empty() {
        return super::zeros_of([0], dtype);
    }
    let mut all: Vec<Array> = Vec::with_capacity(shape.len());
    for dim in 0..shape.len() {
        all.push(lax::iota((), dtype, &shape, dim));
    }
    stack(&all.iter().collect::<Vec<_>>(), 0)
}

/// As [`indices`], one array a dimension, of size 1 along the others.
///
/// # Panics
/// As [`indices`].
#[track_caller]
pub fn indices_sparse(shape: impl Shape) -> Vec<Array> {
    let shape = sizes(shape, Location::caller());
    let axes: Vec<Array> = shape.iter().map(|size| arange_of(*size, default_int())).collect();
    meshgrid_sparse(&axes.iter().collect::<Vec<_>>(), Indexing::Ij)
}

/// What a function gives for the indices of every element of a shape, as floats: one array a
/// dimension.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let sums = jnp::fromfunction(|index| &index[0] + &index[1], [2, 2]);
/// assert_eq!(sums.to_vec::<f32>(), [0.0, 1.0, 1.0, 2.0]);
/// ```
///
/// # Panics
/// As [`indices`].
#[track_caller]
pub fn fromfunction(function: impl Fn(&[Array]) -> Array, shape: impl Shape) -> Array {
    let shape = sizes(shape, Location::caller());
    let along = |dim| lax::iota((), default_float(), &shape, dim);
    let all: Vec<Array> = (0..shape.len()).map(along).collect();
    function(&all)
}
