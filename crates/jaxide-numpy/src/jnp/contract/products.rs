//! Products of vectors, matrices and arrays of higher rank.

use std::panic::Location;

use jaxide_lax::{
    self as lax,
    dot::{DotDims, DotSide},
};
use jaxide_trace::{Array, promote::promote_dtypes};

use crate::{
    axes::{axes_of, axis_of},
    diag,
    jnp::{conj, diagonal, moveaxis, stack, sum},
};

/// NumPy's `dot`; see [`Array::dot`].
///
/// # Panics
/// When the summed sizes differ.
#[track_caller]
pub fn dot(a: &Array, b: &Array) -> Array {
    a.dot(b)
}

/// NumPy's `matmul`; see [`Array::matmul`].
///
/// # Panics
/// As [`Array::matmul`].
#[track_caller]
pub fn matmul(a: &Array, b: &Array) -> Array {
    a.matmul(b)
}

/// The inner product of the flattened arrays; the first is conjugated.
///
/// # Panics
/// When the sizes differ.
#[track_caller]
pub fn vdot(a: &Array, b: &Array) -> Array {
    let a = if a.dtype().is_complex() { conj(a) } else { a.clone() };
    a.ravel().dot(&b.ravel())
}

/// Inner products along an axis of arrays that broadcast; the first is conjugated.
///
/// # Panics
/// With `ValueError` when the axis is out of bounds, with `TypeError` when shapes do not go together.
#[track_caller]
pub fn vecdot(a: &Array, b: &Array, axis: isize) -> Array {
    let a = moveaxis(a, axis as i64, -1);
    let b = moveaxis(b, axis as i64, -1);
    let a = if a.dtype().is_complex() { conj(&a) } else { a };
    let row = a.expand_dims([-2]);
    let product = row.matmul(&b.expand_dims([-1]));
    let shape = product.shape()[..product.ndim() - 2].to_vec();
    product.reshape(shape)
}

/// Sums of products over the last axis of both arrays.
///
/// # Panics
/// When the summed sizes differ.
#[track_caller]
pub fn inner(a: &Array, b: &Array) -> Array {
    if a.ndim() == 0 || b.ndim() == 0 {
        return a * b;
    }
    tensordot(a, b, ([-1], [-1]))
}

/// All products of an element of `a` with one of `b`, both flattened; `(a.size(), b.size())`.
#[track_caller]
pub fn outer(a: &Array, b: &Array) -> Array {
    a.ravel().expand_dims([1]) * b.ravel().expand_dims([0])
}

/// The axes that [`tensordot`] sums over: a count of the last axes of one and the first of the other,
/// or a list for each.
pub struct Contract {
    kind: Axes,
}

enum Axes {
    Count(usize),
    Pairs(Vec<i64>, Vec<i64>),
}

impl From<usize> for Contract {
    fn from(count: usize) -> Contract {
        Contract { kind: Axes::Count(count) }
    }
}

impl<const N: usize> From<([i64; N], [i64; N])> for Contract {
    fn from((a, b): ([i64; N], [i64; N])) -> Contract {
        Contract { kind: Axes::Pairs(a.to_vec(), b.to_vec()) }
    }
}

/// Sums of products over axes of two arrays; the result has the other axes of `a`, then those of `b`.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let a = jnp::ones([2, 3, 4]);
/// assert_eq!(jnp::tensordot(&a, &jnp::ones([3, 4, 5]), 2).shape(), [2, 5]);
/// assert_eq!(jnp::tensordot(&a, &jnp::ones([5, 2]), ([0], [1])).shape(), [3, 4, 5]);
/// ```
///
/// # Panics
/// With `ValueError` when an axis is out of bounds, with the op's error when summed sizes differ.
#[track_caller]
pub fn tensordot(a: &Array, b: &Array, axes: impl Into<Contract>) -> Array {
    let at = Location::caller();
    let (left, right) = match axes.into().kind {
        Axes::Count(count) if count > a.ndim().min(b.ndim()) => diag::value(
            format!(
                "tensordot: expected at most {} axes to sum over, got {count}",
                a.ndim().min(b.ndim())
            ),
            at,
        ),
        Axes::Count(count) => ((a.ndim() - count..a.ndim()).collect(), (0..count).collect()),
        Axes::Pairs(left, right) => (axes_of(&left, a.ndim(), at), axes_of(&right, b.ndim(), at)),
    };
    let [a, b] = promote_dtypes([a, b]);
    let side = |contract: Vec<usize>| DotSide { contract, batch: Vec::new() };
    let dims = DotDims { lhs: side(left), rhs: side(right) };
    lax::dot_general(&a, &b, &dims, Some(a.dtype()))
}

/// The Kronecker product: each element of `a` times the whole of `b`, as blocks.
#[track_caller]
pub fn kron(a: &Array, b: &Array) -> Array {
    let rank = a.ndim().max(b.ndim());
    let wide = |x: &Array| [&vec![1; rank - x.ndim()][..], x.shape()].concat();
    let (left, right) = (wide(a), wide(b));
    let pairs = |shape: &[usize], first: bool| -> Vec<usize> {
        shape.iter().flat_map(|size| if first { [*size, 1] } else { [1, *size] }).collect()
    };
    let product = a.reshape(pairs(&left, true)) * b.reshape(pairs(&right, false));
    let shape: Vec<usize> = left.iter().zip(&right).map(|(a, b)| a * b).collect();
    product.reshape(shape)
}

/// The cross product of vectors of 2 or 3 components along the last axis; the others broadcast. Two
/// vectors of 2 components give the third component alone.
///
/// # Panics
/// With `ValueError` for other numbers of components.
#[track_caller]
pub fn cross(a: &Array, b: &Array) -> Array {
    let at = Location::caller();
    let size = |x: &Array| x.shape().last().copied().unwrap_or(0);
    if ![size(a), size(b)].iter().all(|size| matches!(size, 2 | 3)) {
        diag::value(
            "incompatible dimensions for cross product (dimension must be 2 or 3)".into(),
            at,
        );
    }
    let part = |x: &Array, component: usize| {
        let axis = x.ndim() - 1;
        let mut start = vec![0; x.ndim()];
        let mut limit = x.shape().to_vec();
        (start[axis], limit[axis]) = (component, component + 1);
        (component < size(x)).then(|| lax::squeeze(&lax::slice(x, &start, &limit, None), &[axis]))
    };
    let minor = |i: usize, j: usize| {
        let term = |i, j| Some(part(a, i)? * part(b, j)?);
        match (term(i, j), term(j, i)) {
            (Some(plus), Some(minus)) => plus - minus,
            (Some(plus), None) => plus,
            (None, Some(minus)) => -minus,
            (None, None) => unreachable!("one of the vectors has three components"),
        }
    };
    if size(a) == 2 && size(b) == 2 {
        return minor(0, 1);
    }
    stack(&[&minor(1, 2), &minor(2, 0), &minor(0, 1)], -1)
}

/// The sum of the diagonal of the matrices in two axes.
///
/// # Panics
/// With `ValueError` when the axes are equal or out of bounds.
#[track_caller]
pub fn trace(x: &Array, offset: i64, axis1: isize, axis2: isize) -> Array {
    let at = Location::caller();
    axis_of(axis1, x.ndim(), at);
    let diagonal = diagonal(x, offset, axis1, axis2);
    sum(&diagonal, -1)
}
