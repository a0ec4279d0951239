//! Arrays with one value everywhere, and copies.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, Shape, promote::convert};

use crate::{jnp::dtypes::default_float, shape::sizes};

#[track_caller]
fn filled(shape: &[usize], value: Scalar) -> Array {
    let value = Array::literal((), value);
    if shape.is_empty() { value } else { lax::broadcast_in_dim(&value, shape, &[]) }
}

/// Zeros of a shape and the default float dtype.
///
/// # Panics
/// With `TypeError` for a negative size.
#[track_caller]
pub fn zeros(shape: impl Shape) -> Array {
    zeros_of(shape, default_float())
}

/// Zeros of a shape and dtype.
///
/// # Panics
/// As [`zeros`].
#[track_caller]
pub fn zeros_of(shape: impl Shape, dtype: DType) -> Array {
    filled(&sizes(shape, Location::caller()), Scalar::zero(dtype))
}

/// Ones of a shape and the default float dtype.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::ones([2, 3]).sum().item::<f32>(), 6.0);
/// ```
///
/// # Panics
/// As [`zeros`].
#[track_caller]
pub fn ones(shape: impl Shape) -> Array {
    ones_of(shape, default_float())
}

/// Ones of a shape and dtype.
///
/// # Panics
/// As [`zeros`].
#[track_caller]
pub fn ones_of(shape: impl Shape, dtype: DType) -> Array {
    filled(&sizes(shape, Location::caller()), Scalar::one(dtype))
}

/// An array whose values do not matter; here and in JAX they are zeros.
///
/// # Panics
/// As [`zeros`].
#[track_caller]
pub fn empty(shape: impl Shape) -> Array {
    zeros(shape)
}

/// As [`empty`], in a dtype.
///
/// # Panics
/// As [`zeros`].
#[track_caller]
pub fn empty_of(shape: impl Shape, dtype: DType) -> Array {
    zeros_of(shape, dtype)
}

/// An array of a shape with one value everywhere; the dtype is the value's. A value that is an array
/// broadcasts.
///
/// # Panics
/// As [`zeros`], and with `ValueError` when the value does not broadcast.
#[track_caller]
pub fn full(shape: impl Shape, value: impl Operand) -> Array {
    let shape = sizes(shape, Location::caller());
    value.into_operand().broadcast_to(shape)
}

/// As [`full`], in a dtype.
///
/// # Panics
/// As [`full`].
#[track_caller]
pub fn full_of(shape: impl Shape, value: impl Operand, dtype: DType) -> Array {
    let shape = sizes(shape, Location::caller());
    value.into_operand().astype(dtype).broadcast_to(shape)
}

/// Zeros of another array's shape and dtype.
#[track_caller]
pub fn zeros_like(x: &Array) -> Array {
    full_like(x, 0)
}

/// Zeros of another array's shape, in a dtype.
#[track_caller]
pub fn zeros_like_of(x: &Array, dtype: DType) -> Array {
    filled(x.shape(), Scalar::zero(dtype))
}

/// Ones of another array's shape and dtype.
#[track_caller]
pub fn ones_like(x: &Array) -> Array {
    full_like(x, 1)
}

/// Ones of another array's shape, in a dtype.
#[track_caller]
pub fn ones_like_of(x: &Array, dtype: DType) -> Array {
    filled(x.shape(), Scalar::one(dtype))
}

/// As [`empty`], in another array's shape and dtype.
#[track_caller]
pub fn empty_like(x: &Array) -> Array {
    zeros_like(x)
}

/// As [`empty_like`], in a dtype.
#[track_caller]
pub fn empty_like_of(x: &Array, dtype: DType) -> Array {
    zeros_like_of(x, dtype)
}

/// One value everywhere, in another array's shape and dtype.
///
/// # Panics
/// With `ValueError` when the value does not broadcast.
#[track_caller]
pub fn full_like(x: &Array, value: impl Operand) -> Array {
    convert(&value.into_operand(), x.dtype(), x.weak_type()).broadcast_to(x.shape())
}

/// As [`full_like`], in a dtype.
///
/// # Panics
/// As [`full_like`].
#[track_caller]
pub fn full_like_of(x: &Array, value: impl Operand, dtype: DType) -> Array {
    full_of(x.shape(), value, dtype)
}

/// An array of anything that one can be made of.
///
/// # Panics
/// With `ValueError` when nested rows differ in length.
#[track_caller]
pub fn asarray(data: impl Into<Array>) -> Array {
    data.into()
}

/// The array with another element type.
#[track_caller]
pub fn astype(x: impl Operand, dtype: DType) -> Array {
    x.into_operand().astype(dtype)
}

/// The array. Arrays never change, so that nothing need be copied.
pub fn copy(x: &Array) -> Array {
    x.clone()
}
