//! Binary search in sorted arrays.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, promote::promote_dtypes};

use super::rows;
use crate::{diag, jnp::dtypes::default_int};

/// Which of several places for equal elements is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The first.
    Left,
    /// The last.
    Right,
}

/// The indices at which to insert elements of `v` into the sorted vector `x` so that it stays
/// sorted; NaN sorts last. The result has the shape of `v`.
///
/// ```
/// # use jaxide_numpy::jnp::{self, Side};
/// let x = jnp::array([1, 2, 2, 5]);
/// assert_eq!(jnp::searchsorted(&x, 2, Side::Left).item::<i32>(), 1);
/// assert_eq!(jnp::searchsorted(&x, 2, Side::Right).item::<i32>(), 3);
/// ```
///
/// # Panics
/// With `ValueError` when `x` is no vector.
#[track_caller]
pub fn searchsorted(x: &Array, v: impl Operand, side: Side) -> Array {
    let at = Location::caller();
    let v = v.into_operand();
    if x.ndim() != 1 {
        diag::value(format!("a should be 1-dimensional, got shape {:?}", x.shape()), at);
    }
    let [x, v] = promote_dtypes([x, &v]);
    let size = x.shape()[0];
    let full = |value: usize| {
        let value = lax::convert_element_type(&Array::from(value as i32), DType::I32);
        lax::broadcast_in_dim(&value, v.shape(), &[])
    };
    let (mut low, mut high) = (full(0), full(size));
    // Each step halves the range between, which has `size + 1` candidates at the start.
    for _ in 0..usize::BITS - size.leading_zeros() {
        let middle = lax::div(&lax::add(&low, &high), &full(2));
        let done = lax::ge(&low, &high);
        let probe = lax::min(&middle, &full(size - 1));
        let element = rows(&x, &probe);
        let before = match side {
            Side::Left => less(&element, &v),
            Side::Right => lax::not(&less(&v, &element)),
        };
        let next_low = lax::add(&middle, &full(1));
        low = lax::select_n(&lax::or(&done, &lax::not(&before)), &[&next_low, &low]);
        high = lax::select_n(&lax::or(&done, &before), &[&middle, &high]);
    }
    lax::convert_element_type(&low, default_int())
}

/// The order of `sort`: NaN is greater than everything else and equal to NaN.
#[track_caller]
fn less(a: &Array, b: &Array) -> Array {
    if !a.dtype().is_inexact() {
        return lax::lt(a, b);
    }
    let (a_nan, b_nan) = (lax::ne(a, a), lax::ne(b, b));
    lax::or(&lax::lt(a, b), &lax::and(&b_nan, &lax::not(&a_nan)))
}
