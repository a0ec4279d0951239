//! Functions that make arrays.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Number, Operand, Shape, config, scalar};

use crate::shape::sizes;

fn default_float() -> DType {
    if config::x64_enabled() { DType::F64 } else { DType::F32 }
}

#[track_caller]
fn filled(shape: &[usize], value: Scalar) -> Array {
    let value = Array::literal((), value);
    if shape.is_empty() { value } else { lax::broadcast_in_dim(&value, shape, &[]) }
}

/// Zeros of a shape and the default float dtype.
#[track_caller]
pub fn zeros(shape: impl Shape) -> Array {
    filled(&sizes(shape, Location::caller()), Scalar::zero(default_float()))
}

/// Ones of a shape and the default float dtype.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::ones([2, 3]).sum().item::<f32>(), 6.0);
/// ```
#[track_caller]
pub fn ones(shape: impl Shape) -> Array {
    filled(&sizes(shape, Location::caller()), Scalar::one(default_float()))
}

/// An array of a shape with one value everywhere; the dtype is the value's.
#[track_caller]
pub fn full(shape: impl Shape, value: impl Operand) -> Array {
    let shape = sizes(shape, Location::caller());
    let value = value.into_operand();
    value.astype(value.dtype()).broadcast_to(&shape[..])
}

/// Zeros of another array's shape and dtype.
#[track_caller]
pub fn zeros_like(x: &Array) -> Array {
    filled(x.shape(), Scalar::zero(x.dtype()))
}

/// Ones of another array's shape and dtype.
#[track_caller]
pub fn ones_like(x: &Array) -> Array {
    filled(x.shape(), Scalar::one(x.dtype()))
}

/// One value everywhere, in another array's shape and dtype.
#[track_caller]
pub fn full_like(x: &Array, value: impl Number) -> Array {
    filled(x.shape(), scalar(value).to_tensor().get(0).convert(x.dtype()))
}

/// The numbers 0, 1, .. below `stop`, rounded up to a whole count; the dtype is the number's
/// default: i32 for integers, f32 for floats.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::arange(4).to_vec::<i32>(), [0, 1, 2, 3]);
/// assert_eq!(jnp::arange(3.0).to_vec::<f32>(), [0.0, 1.0, 2.0]);
/// ```
#[track_caller]
pub fn arange<S: Number>(stop: S) -> Array {
    let count = stop.exact().to_f64().ceil().max(0.0) as usize;
    lax::iota((), S::array_dtype(), &[count], 0)
}

/// The identity matrix of `n` rows, in the default float dtype.
#[track_caller]
pub fn eye(n: usize) -> Array {
    let rows = lax::iota((), DType::I32, &[n, n], 0);
    let columns = lax::iota((), DType::I32, &[n, n], 1);
    lax::convert_element_type(&lax::eq(&rows, &columns), default_float())
}
