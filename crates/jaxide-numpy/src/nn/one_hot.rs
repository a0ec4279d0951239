//! Classes as vectors with a single 1.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, config};

use crate::axes::axis_of;

/// A vector for each class in `x`, in a new last dimension of size `num_classes`: 1 at the place of
/// the class, 0 elsewhere. Classes out of range give zeros.
///
/// ```
/// # use jaxide_numpy::nn;
/// # use jaxide_trace::array;
/// assert_eq!(nn::one_hot(&array([1, 0]), 2).to_vec::<f32>(), [0.0, 1.0, 1.0, 0.0]);
/// ```
#[track_caller]
pub fn one_hot(x: &Array, num_classes: usize) -> Array {
    one_hot_along(x, num_classes, -1)
}

/// [`one_hot`] with the new dimension at `axis` of the result.
///
/// # Panics
/// With `ValueError` when `axis` is out of bounds.
#[track_caller]
pub fn one_hot_along(x: &Array, num_classes: usize, axis: isize) -> Array {
    let dtype = if config::x64_enabled() { DType::F64 } else { DType::F32 };
    one_hot_of(x, num_classes, axis, dtype)
}

/// [`one_hot_along`] in a dtype.
///
/// # Panics
/// With `ValueError` when `axis` is out of bounds.
#[track_caller]
pub fn one_hot_of(x: &Array, num_classes: usize, axis: isize, dtype: DType) -> Array {
    let axis = axis_of(axis, x.ndim() + 1, Location::caller());
    let mut shape = vec![1; x.ndim() + 1];
    shape[axis] = num_classes;
    let classes = lax::iota((), x.dtype(), &shape, axis);
    x.expand_dims(axis).eq(&classes).astype(dtype)
}
