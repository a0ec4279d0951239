//! The places where an array is not zero, and the elements there. Their number depends on values:
//! the plain functions need them known, the `_sized` ones fix the number and run under `jit` too.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Index, IndexMode, Operand, Slice, promote::convert};

use super::{stack, where_};
use crate::{axes::axis_of, diag};

/// How many results a function gives whose number would depend on values: what is beyond is left out,
/// what is missing is filled up.
#[derive(Clone)]
pub struct Size {
    count: usize,
    fill: Option<Array>,
}

/// A fixed number of results: `sized(5)`, `sized(5).fill(-1)`.
pub fn sized(count: usize) -> Size {
    Size { count, fill: None }
}

impl Size {
    /// The value of missing results; zero without it.
    #[must_use]
    pub fn fill(mut self, value: impl Operand) -> Size {
        self.fill = Some(value.into_operand());
        self
    }
}

impl From<usize> for Size {
    fn from(count: usize) -> Size {
        sized(count)
    }
}

#[track_caller]
fn as_mask(x: &Array) -> Array {
    if x.dtype().is_bool() { x.clone() } else { x.ne(0) }
}

/// The indices of elements that are not zero, in row-major order: one array per axis.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let places = jnp::nonzero(&jnp::array([[0, 3], [4, 0]]));
/// assert_eq!(places[0].to_vec::<i32>(), [0, 1]);
/// assert_eq!(places[1].to_vec::<i32>(), [1, 0]);
/// ```
///
/// # Panics
/// With a concretization error under `jit`, where [`nonzero_sized`] serves; with `ValueError` at rank
/// 0.
#[track_caller]
pub fn nonzero(x: &Array) -> Vec<Array> {
    nonzero_sized(x, count(&as_mask(x)))
}

/// The number of true elements, which must be known.
#[track_caller]
fn count(mask: &Array) -> usize {
    usize::from(convert(mask, DType::I32, false).sum())
}

/// [`nonzero`] with a fixed number of places.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([0, 1, 2]);
/// assert_eq!(jnp::nonzero_sized(&x, 3)[0].to_vec::<i32>(), [1, 2, 0]);
/// assert_eq!(jnp::nonzero_sized(&x, jnp::sized(3).fill(-1))[0].to_vec::<i32>(), [1, 2, -1]);
/// ```
///
/// # Panics
/// With `ValueError` at rank 0, and for a fill that is no scalar.
#[track_caller]
pub fn nonzero_sized(x: &Array, size: impl Into<Size>) -> Vec<Array> {
    let size = size.into();
    if x.ndim() == 0 {
        let message = "Calling nonzero on 0d arrays is not allowed. Use x.ravel() instead.";
        diag::value(message.to_owned(), Location::caller());
    }
    if let Some(fill) = &size.fill
        && fill.ndim() > 0
    {
        let message = format!("fill_value must be a scalar, got shape {:?}", fill.shape());
        diag::value(message, Location::caller());
    }
    if x.size() == 0 || size.count == 0 {
        let fill = size.fill.clone().unwrap_or_else(|| Array::from(0));
        let none = convert(&fill, DType::I32, false).broadcast_to([size.count]);
        return vec![none; x.ndim()];
    }
    let mask = convert(&as_mask(x).ravel(), DType::I32, false);
    // How many elements precede the nth true one: the elements with at most n true ones so far.
    let so_far = lax::cumsum(&mask, 0, false);
    let zeros = convert(&Array::from(0), DType::I32, false).broadcast_to([size.count]);
    let flat = lax::cumsum(&zeros.at(&so_far).mode(IndexMode::Drop).add(1), 0, false);
    let mut stride = x.size();
    let mut places = Vec::with_capacity(x.ndim());
    for along in x.shape() {
        stride /= along;
        let divisor = convert(&Array::from(stride as i64), DType::I32, false);
        let place = lax::div(&flat, &divisor.broadcast_to([size.count])) % *along;
        places.push(filled(place, &size, &mask));
    }
    places
}

/// Results with those beyond the true elements of a mask replaced by the fill value, if there is one.
#[track_caller]
fn filled(place: Array, size: &Size, mask: &Array) -> Array {
    match &size.fill {
        Some(fill) => where_(missing(size, mask), fill, &place),
        None => place,
    }
}

/// Which results are beyond the true elements of a mask.
#[track_caller]
fn missing(size: &Size, mask: &Array) -> Array {
    let places: Array = lax::iota((), DType::I32, &[size.count], 0);
    places.ge(mask.sum())
}

/// The flat, row-major indices of elements that are not zero.
///
/// # Panics
/// With a concretization error under `jit`.
#[track_caller]
pub fn flatnonzero(x: &Array) -> Array {
    nonzero(&x.ravel()).remove(0)
}

/// [`flatnonzero`] with a fixed number of indices.
#[track_caller]
pub fn flatnonzero_sized(x: &Array, size: impl Into<Size>) -> Array {
    nonzero_sized(&x.ravel(), size).remove(0)
}

/// The indices of elements that are not zero, `[number, rank]`.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let places = jnp::argwhere(&jnp::array([[0, 3], [4, 0]]));
/// assert_eq!(places.to_vec::<i32>(), [0, 1, 1, 0]);
/// ```
///
/// # Panics
/// With a concretization error under `jit`; with `ValueError` at rank 0.
#[track_caller]
pub fn argwhere(x: &Array) -> Array {
    argwhere_sized(x, count(&as_mask(x)))
}

/// [`argwhere`] with a fixed number of places.
///
/// # Panics
/// With `ValueError` at rank 0.
#[track_caller]
pub fn argwhere_sized(x: &Array, size: impl Into<Size>) -> Array {
    let places = nonzero_sized(x, size);
    stack(&places.iter().collect::<Vec<_>>(), 1)
}

/// The slices of `x` along `axis` where the condition is true. The condition may be shorter or longer
/// than the axis; what only one of them has is left out.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([[1, 2, 3], [4, 5, 6]]);
/// let y = jnp::compress(&jnp::array([true, false, true]), &x, 1);
/// assert_eq!(y.to_vec::<i32>(), [1, 3, 4, 6]);
/// ```
///
/// # Panics
/// With a concretization error under `jit`; with `ValueError` for a condition that has not one
/// dimension.
#[track_caller]
pub fn compress(condition: &Array, x: &Array, axis: isize) -> Array {
    let at = Location::caller();
    let axis = axis_of(axis, x.ndim(), at);
    let mask = shortened(condition, x.shape()[axis], at);
    let number = count(&mask);
    compressed(&mask, x, axis, &sized(number))
}

/// [`compress`] with a fixed number of slices.
///
/// # Panics
/// With `ValueError` for a condition that has not one dimension.
#[track_caller]
pub fn compress_sized(condition: &Array, x: &Array, axis: isize, size: impl Into<Size>) -> Array {
    let at = Location::caller();
    let axis = axis_of(axis, x.ndim(), at);
    let mask = shortened(condition, x.shape()[axis], at);
    compressed(&mask, x, axis, &size.into())
}

/// The elements of `x` where the condition is true, both read in row-major order.
///
/// # Panics
/// With a concretization error under `jit`.
#[track_caller]
pub fn extract(condition: &Array, x: &Array) -> Array {
    compress(&condition.ravel(), &x.ravel(), 0)
}

/// [`extract`] with a fixed number of elements.
#[track_caller]
pub fn extract_sized(condition: &Array, x: &Array, size: impl Into<Size>) -> Array {
    compress_sized(&condition.ravel(), &x.ravel(), 0, size)
}

/// A condition as a mask, no longer than the axis.
#[track_caller]
fn shortened(condition: &Array, axis: usize, at: &'static Location<'static>) -> Array {
    if condition.ndim() != 1 {
        diag::value("condition must be a 1D array".to_owned(), at);
    }
    as_mask(condition).get(..axis)
}

#[track_caller]
fn compressed(mask: &Array, x: &Array, axis: usize, size: &Size) -> Array {
    if mask.size() == 0 || size.count == 0 {
        let mut shape = x.shape().to_vec();
        shape[axis] = size.count;
        let fill = size.fill.clone().unwrap_or_else(|| Array::from(0));
        return convert(&fill, x.dtype(), false).broadcast_to(shape);
    }
    let places = nonzero_sized(mask, size.count).remove(0);
    let mut index = vec![Index::Slice(Slice::from(..)); axis];
    index.push(Index::Array(places));
    let read = x.get(index);
    let missing = missing(size, &convert(mask, DType::I32, false));
    let mut shape = vec![1; x.ndim()];
    shape[axis] = size.count;
    let fill = size.fill.clone().unwrap_or_else(|| Array::from(0));
    where_(missing.reshape(shape), convert(&fill, x.dtype(), false), &read)
}
