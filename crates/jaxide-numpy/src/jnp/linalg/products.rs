//! Powers and products of matrices, and NumPy's `linalg` names of functions on their entries.

use std::panic::Location;

use jaxide_trace::{Array, promote::shape_text};

use super::inv;
use crate::{
    axes::axis_of,
    diag,
    jnp::{self, einsum, eye_of, moveaxis},
};

/// `a[.., n, n]` times itself; inverses are multiplied for negative powers.
///
/// # Panics
/// With `TypeError` when the matrices are not square.
#[track_caller]
pub fn matrix_power(a: &Array, n: i64) -> Array {
    let at = Location::caller();
    if a.ndim() < 2 {
        let text = "Array must be at least two-dimensional";
        diag::kind(&format!("{}-dimensional array given. {text}", a.ndim()), at);
    }
    let size = a.shape()[a.ndim() - 1];
    if a.shape()[a.ndim() - 2] != size {
        diag::kind("Last 2 dimensions of the array must be square", at);
    }
    if n == 0 {
        return eye_of(size, size, 0, a.dtype()).broadcast_to(a.shape());
    }
    let mut square = if n < 0 { inv(a) } else { a.clone() };
    let mut rest = n.unsigned_abs();
    let mut product: Option<Array> = None;
    loop {
        if rest & 1 == 1 {
            product = Some(product.map_or(square.clone(), |product| product.matmul(&square)));
        }
        rest >>= 1;
        match product {
            Some(product) if rest == 0 => return product,
            _ => square = square.matmul(&square),
        }
    }
}

/// The product of matrices in the order that costs least; the first and the last may be vectors.
///
/// # Panics
/// With `ValueError` for fewer than two arrays, other ranks, and sizes that do not fit.
#[track_caller]
pub fn multi_dot(arrays: &[&Array]) -> Array {
    let at = Location::caller();
    let [first, middle @ .., last] = arrays else {
        let count = arrays.len();
        diag::value(format!("multi_dot requires at least two arrays; got len(arrays)={count}"), at)
    };
    let shapes: Vec<String> = arrays.iter().map(|x| shape_text(x.shape())).collect();
    let shapes = shapes.join(", ");
    let ends = [first, last].iter().all(|x| matches!(x.ndim(), 1 | 2));
    if !ends || middle.iter().any(|x| x.ndim() != 2) {
        let message = format!(
            "multi_dot: input arrays must all be two-dimensional, except for the first and last \
             array which may be 1 or 2 dimensional. Got array shapes [{shapes}]"
        );
        diag::value(message, at);
    }
    if arrays.windows(2).any(|pair| pair[0].shape().last() != pair[1].shape().first()) {
        let message = format!(
            "multi_dot: last dimension of each array must match first dimension of following \
             array. Got array shapes [{shapes}]"
        );
        diag::value(message, at);
    }
    einsum(&chain(arrays, at), arrays)
}

/// `ab,bc,cd` for a chain of matrices, with one letter for vectors at the ends.
#[track_caller]
fn chain(arrays: &[&Array], at: &'static Location<'static>) -> String {
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').collect();
    if arrays.len() >= letters.len() {
        diag::value(format!("multi_dot: expected at most 51 arrays, got {}", arrays.len()), at);
    }
    let term = |place: usize| {
        let pair = &letters[place..place + 2];
        match (arrays[place].ndim(), place) {
            (1, 0) => pair[1..].iter().collect::<String>(),
            (1, _) => pair[..1].iter().collect(),
            _ => pair.iter().collect(),
        }
    };
    (0..arrays.len()).map(term).collect::<Vec<String>>().join(",")
}

/// The cross products of vectors of 3 components along an axis; other dimensions broadcast.
///
/// # Panics
/// With `ValueError` for other numbers of components.
#[track_caller]
pub fn cross(a: &Array, b: &Array, axis: isize) -> Array {
    let at = Location::caller();
    let size = |x: &Array| x.shape()[axis_of(axis, x.ndim(), at)];
    if size(a) != 3 || size(b) != 3 {
        let message = format!(
            "Both input arrays must be (arrays of) 3-dimensional vectors, but they have \
             x1.shape[axis]={} and x2.shape[axis]={}",
            size(a),
            size(b)
        );
        diag::value(message, at);
    }
    let [a, b] = [a, b].map(|x| moveaxis(x, axis as i64, -1));
    moveaxis(&jnp::cross(&a, &b), -1, axis as i64)
}

/// All products of an element of the vector `a` with one of `b`.
///
/// # Panics
/// With `ValueError` for arrays that are no vectors.
#[track_caller]
pub fn outer(a: &Array, b: &Array) -> Array {
    if a.ndim() != 1 || b.ndim() != 1 {
        let message = format!(
            "Input arrays must be one-dimensional, but they are x1.ndim={} x2.ndim={}",
            a.ndim(),
            b.ndim()
        );
        diag::value(message, Location::caller());
    }
    jnp::outer(a, b)
}

/// The sums of the diagonals of `x[.., m, n]`; `offset` counts to the right.
///
/// # Panics
/// With `ValueError` for rank below 2.
#[track_caller]
pub fn trace(x: &Array, offset: i64) -> Array {
    jnp::sum(&diagonal(x, offset), -1)
}

/// The diagonals of `x[.., m, n]`; `offset` counts to the right.
///
/// # Panics
/// With `ValueError` for rank below 2.
#[track_caller]
pub fn diagonal(x: &Array, offset: i64) -> Array {
    jnp::diagonal(x, offset, -2, -1)
}
