//! Elements and arrays again and again.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{self as lax, gather::Mode, scatter::ScatterDims};
use jaxide_trace::{Array, Operand, OrRaise, Shape, promote::shape_text};

use super::{positions, taken};
use crate::{
    diag,
    jnp::{ones_of, zeros_of},
    over::Over,
    shape::sizes,
};

/// The array repeated along each dimension; dimensions that it lacks are new.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::tile(jnp::array([1, 2]), [2, 2]).shape(), [2, 4]);
/// ```
///
/// # Panics
/// With `TypeError` for negative numbers.
#[track_caller]
pub fn tile(x: impl Operand, reps: impl Shape) -> Array {
    let x = x.into_operand();
    let mut reps = sizes(reps, Location::caller());
    let mut shape = vec![1; reps.len().saturating_sub(x.ndim())];
    shape.extend(x.shape());
    reps.splice(0..0, std::iter::repeat_n(1, shape.len() - reps.len()));
    let x = x.reshape(shape);
    if reps.iter().all(|count| *count == 1) { x } else { lax::tile(&x, &reps) }
}

/// Each element along an axis repeated: as often as one number says, or one number an element. `..`
/// repeats the elements in row-major order.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([1, 2]);
/// assert_eq!(jnp::repeat(&x, 2, ..).to_vec::<i32>(), [1, 1, 2, 2]);
/// assert_eq!(jnp::repeat(&x, [1, 2], 0).to_vec::<i32>(), [1, 2, 2]);
/// ```
///
/// # Panics
/// With `ValueError` when the numbers are not as many as elements, with `TypeError` for negative
/// ones, with a concretization error for traced ones, which [`repeat_total`] takes.
#[track_caller]
pub fn repeat(x: impl Operand, repeats: impl Shape, axis: impl Into<Over>) -> Array {
    let at = Location::caller();
    let (x, axis) = along(x.into_operand(), &axis.into());
    let counts = repeats.dims(at).or_raise();
    let counts: Vec<usize> = sizes(counts, at);
    let size = x.shape()[axis];
    if let [count] = counts[..] {
        return repeat_each(&x, count, axis);
    }
    if counts.len() != size {
        let message = format!(
            "operands could not be broadcast together with remapped shapes \
             [original->remapped]: {} and requested shape {}",
            shape_text(&[counts.len()]),
            shape_text(&[size])
        );
        diag::value(message, at);
    }
    let total = counts.iter().try_fold(0usize, |total, count| total.checked_add(*count));
    let mut picks = Vec::new();
    if total.is_none_or(|total| picks.try_reserve_exact(total).is_err()) {
        let mut shape = x.shape().to_vec();
        shape[axis] = total.unwrap_or(usize::MAX);
        diag::too_large("repeat", &shape, at);
    }
    let pairs = counts.iter().enumerate();
    picks.extend(pairs.flat_map(|(index, count)| std::iter::repeat_n(index, *count)));
    taken(&x, &positions(picks), axis)
}

/// The array and the axis; all elements in a row for `..`.
#[track_caller]
fn along(x: Array, axis: &Over) -> (Array, usize) {
    if axis.is_all() {
        return (x.ravel(), 0);
    }
    let axis = axis.single(x.ndim());
    (x, axis)
}

#[track_caller]
pub(super) fn repeat_each(x: &Array, count: usize, axis: usize) -> Array {
    let mut shape = x.shape().to_vec();
    shape.insert(axis + 1, count);
    let dims: Vec<usize> = (0..shape.len()).filter(|dim| *dim != axis + 1).collect();
    let wide = lax::broadcast_in_dim(x, &shape, &dims);
    shape.remove(axis + 1);
    shape[axis] *= count;
    wide.reshape(shape)
}

/// As [`repeat`], with numbers that need not be known and a known length of the result: what is too
/// much is cut off, what is missing is the last element.
///
/// # Panics
/// With `ValueError` when the numbers are neither one nor as many as elements.
#[track_caller]
pub fn repeat_total(
    x: impl Operand,
    repeats: &Array,
    axis: impl Into<Over>,
    total_repeat_length: usize,
) -> Array {
    let (x, axis) = along(x.into_operand(), &axis.into());
    if repeats.dtype().is_inexact() {
        diag::dtype("repeat", "numbers of an integer dtype", repeats.dtype(), Location::caller());
    }
    let size = x.shape()[axis];
    let mut shape = x.shape().to_vec();
    shape[axis] = total_repeat_length;
    if total_repeat_length == 0 || size == 0 {
        return zeros_of(shape, x.dtype());
    }
    let counts = repeats.ravel().broadcast_to(size).astype(DType::I32);
    // Where each element but the first starts; ones there add up to the index of the element.
    let starts = lax::cumsum(&counts, 0, false);
    let starts = super::part(&starts, 0, size - 1, 0).reshape([size - 1, 1]);
    let dims = ScatterDims {
        inserted_window_dims: vec![0],
        scatter_dims_to_operand_dims: vec![0],
        ..ScatterDims::default()
    };
    let zeros = zeros_of(total_repeat_length, DType::I32);
    let ones = ones_of(size - 1, DType::I32);
    let steps = lax::scatter_add(&zeros, &starts, &ones, &dims, Mode::FillOrDrop);
    taken(&x, &lax::cumsum(&steps, 0, false), axis)
}
