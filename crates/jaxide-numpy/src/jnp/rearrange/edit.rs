//! Elements taken out and put in, at places that are known.

use std::panic::Location;

use jaxide_trace::{Array, Operand, OrRaise, Shape};

use super::{joined, moveaxis, part, positions, taken};
use crate::{diag, over::Over};

type At = &'static Location<'static>;

/// Without the elements at these places of an axis; `..` counts in row-major order.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::delete(&jnp::arange(5), [0, -1], ..).to_vec::<i32>(), [1, 2, 3]);
/// ```
///
/// # Panics
/// With `ValueError` when a place is out of bounds.
#[track_caller]
pub fn delete(x: &Array, places: impl Shape, axis: impl Into<Over>) -> Array {
    let at = Location::caller();
    let (x, axis) = flat(x, &axis.into());
    let size = x.shape()[axis];
    let gone = resolved(&places, size, at);
    let kept = (0..size).filter(|index| !gone.contains(index)).collect();
    taken(&x, &positions(kept), axis)
}

/// The array and the axis; all elements in a row for `..`.
#[track_caller]
fn flat(x: &Array, axis: &Over) -> (Array, usize) {
    if axis.is_all() { (x.ravel(), 0) } else { (x.clone(), axis.single(x.ndim())) }
}

#[track_caller]
fn resolved(places: &impl Shape, size: usize, at: At) -> Vec<usize> {
    let places = places.dims(at).or_raise();
    let mut indices = Vec::with_capacity(places.len());
    for place in places {
        let index = if place < 0 { place + size as i64 } else { place };
        if !(0..size as i64).contains(&index) {
            diag::value(format!("index {place} is out of bounds for axis with size {size}"), at);
        }
        indices.push(index as usize);
    }
    indices
}

/// Where [`insert`] puts values: one place for all of them, or a place each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Places {
    /// All values go before this element.
    One(i64),
    /// One value goes before each of these elements.
    Each(Vec<i64>),
}

impl From<i32> for Places {
    fn from(place: i32) -> Places {
        Places::One(place.into())
    }
}

impl From<i64> for Places {
    fn from(place: i64) -> Places {
        Places::One(place)
    }
}

impl From<usize> for Places {
    fn from(place: usize) -> Places {
        Places::One(place as i64)
    }
}

impl<const N: usize> From<[i64; N]> for Places {
    fn from(places: [i64; N]) -> Places {
        Places::Each(places.to_vec())
    }
}

impl From<Vec<i64>> for Places {
    fn from(places: Vec<i64>) -> Places {
        Places::Each(places)
    }
}

/// With values put in before elements of an axis; `..` counts in row-major order. Places beyond the
/// ends are the ends.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::insert(&jnp::arange(3), 1, 9, ..).to_vec::<i32>(), [0, 9, 1, 2]);
/// ```
///
/// # Panics
/// With `ValueError` when the values do not broadcast to the places.
#[track_caller]
pub fn insert(
    x: &Array,
    places: impl Into<Places>,
    values: impl Operand,
    axis: impl Into<Over>,
) -> Array {
    let (x, axis) = flat(x, &axis.into());
    let size = x.shape()[axis];
    let mut values = values.into_operand().astype(x.dtype());
    while values.ndim() < x.ndim() {
        values = values.expand_dims(0);
    }
    let places = match places.into() {
        Places::One(place) => {
            values = moveaxis(&values, 0, axis);
            vec![place; values.shape()[axis]]
        }
        Places::Each(places) if places.len() == 1 => vec![places[0]; values.shape()[axis]],
        Places::Each(places) => places,
    };
    let mut shape = x.shape().to_vec();
    shape[axis] = places.len();
    let values = values.broadcast_to(&shape[..]);
    let order = merged(&places, size);
    taken(&joined(&[&x, &values], axis), &positions(order), axis)
}

/// For each element of the result its position among all elements followed by all values.
fn merged(places: &[i64], size: usize) -> Vec<usize> {
    let size_i = size as i64;
    let clamped = |place: &i64| (if *place < 0 { place + size_i } else { *place }).clamp(0, size_i);
    let mut values: Vec<(i64, usize)> =
        places.iter().enumerate().map(|(index, place)| (clamped(place), size + index)).collect();
    values.sort_by_key(|(place, _)| *place);
    let mut order = Vec::with_capacity(size + values.len());
    let mut values = values.into_iter().peekable();
    for element in 0..=size {
        while let Some((_, value)) = values.next_if(|(place, _)| *place == element as i64) {
            order.push(value);
        }
        if element < size {
            order.push(element);
        }
    }
    order
}

/// Which ends [`trim_zeros`] trims.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trim {
    /// The front.
    Front,
    /// The back.
    Back,
    /// Both.
    Both,
}

/// Without the zeros at the ends of a vector whose values are known.
///
/// # Panics
/// With `ValueError` for other ranks than 1, with a concretization error for traced arrays.
#[track_caller]
pub fn trim_zeros(x: &Array, trim: Trim) -> Array {
    if x.ndim() != 1 {
        diag::value("trim_zeros requires a one-dimensional array".into(), Location::caller());
    }
    let nonzero: Vec<bool> = x.ne(0).to_vec();
    let Some(first) = nonzero.iter().position(|element| *element) else {
        return part(x, 0, 0, 0);
    };
    let last = nonzero.iter().rposition(|element| *element).unwrap_or(first);
    let start = if trim == Trim::Back { 0 } else { first };
    let stop = if trim == Trim::Front { x.len() } else { last + 1 };
    part(x, start, stop, 0)
}
