//! Other shapes of the same elements, and broadcasting.

use std::panic::Location;

use jaxide_trace::{Array, Operand, OrRaise, Shape, promote};

use crate::{diag, shape::element_count};

/// In which order elements are read and written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Row-major: the last dimension runs fastest.
    C,
    /// Column-major: the first dimension runs fastest.
    F,
}

/// The same elements in another shape, row-major. One size may be -1.
///
/// # Panics
/// With `TypeError` when the sizes do not fit.
#[track_caller]
pub fn reshape(x: &Array, shape: impl Shape) -> Array {
    x.reshape(shape)
}

/// As [`reshape`], in an order.
///
/// ```
/// # use jaxide_numpy::jnp::{self, Order};
/// let x = jnp::reshape_order(&jnp::arange(4), [2, 2], Order::F);
/// assert_eq!(x.to_vec::<i32>(), [0, 2, 1, 3]);
/// ```
///
/// # Panics
/// As [`reshape`].
#[track_caller]
pub fn reshape_order(x: &Array, shape: impl Shape, order: Order) -> Array {
    if order == Order::C {
        return x.reshape(shape);
    }
    let mut dims = shape.dims(Location::caller()).or_raise();
    dims.reverse();
    x.t().reshape(dims).t()
}

/// All elements in one dimension.
#[track_caller]
pub fn ravel(x: impl Operand) -> Array {
    x.into_operand().reshape(-1)
}

/// As [`ravel`], in an order.
#[track_caller]
pub fn ravel_order(x: &Array, order: Order) -> Array {
    reshape_order(x, -1, order)
}

/// The first elements in another shape, all of them again and again where they are too few.
///
/// # Panics
/// With `ValueError` for a negative size.
#[track_caller]
pub fn resize(x: &Array, shape: impl Shape) -> Array {
    let at = Location::caller();
    let dims = shape.dims(at).or_raise();
    let sizes: Option<Vec<usize>> = dims.iter().map(|dim| usize::try_from(*dim).ok()).collect();
    let Some(sizes) = sizes else {
        diag::value("all elements of `new_shape` must be non-negative".into(), at);
    };
    let size = element_count("resize", &sizes, at);
    if size == 0 || x.size() == 0 {
        return crate::jnp::zeros_of(sizes, x.dtype());
    }
    let repeated = super::tile(x.ravel(), size.div_ceil(x.size()));
    super::part(&repeated, 0, size, 0).reshape(sizes)
}

/// The array repeated along new or one-sized dimensions.
///
/// # Panics
/// With `ValueError` when it does not broadcast to the shape.
#[track_caller]
pub fn broadcast_to(x: impl Operand, shape: impl Shape) -> Array {
    x.into_operand().broadcast_to(shape)
}

/// The shape that shapes broadcast to.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::broadcast_shapes(&[&[2, 1], &[3]]), [2, 3]);
/// ```
///
/// # Panics
/// With `ValueError` when they do not.
#[track_caller]
pub fn broadcast_shapes(shapes: &[&[usize]]) -> Vec<usize> {
    let Some(common) = promote::broadcast_shapes(shapes) else {
        let shown: Vec<String> = shapes.iter().map(|shape| promote::shape_text(shape)).collect();
        let message =
            format!("Incompatible shapes for broadcasting: shapes=[{}]", shown.join(", "));
        diag::value(message, Location::caller());
    };
    common.to_vec()
}

/// Arrays broadcast against each other.
///
/// # Panics
/// With `ValueError` when they do not broadcast.
#[track_caller]
pub fn broadcast_arrays(arrays: &[&Array]) -> Vec<Array> {
    let shapes: Vec<&[usize]> = arrays.iter().map(|array| array.shape()).collect();
    let common = broadcast_shapes(&shapes);
    arrays.iter().map(|array| array.broadcast_to(&common[..])).collect()
}
