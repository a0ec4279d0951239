//! Order statistics: quantiles and medians, with and without NaN.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, promote::promote_inexact};

use super::nan::count_numbers;
use crate::{
    diag,
    jnp::{order::rows, where_},
    over::Over,
};

/// What a quantile between two elements is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Interpolation {
    /// In proportion to the distances.
    #[default]
    Linear,
    /// The lower element.
    Lower,
    /// The higher element.
    Higher,
    /// The nearer element, the one of even index half way.
    Nearest,
    /// Half way between both.
    Midpoint,
}

/// The `q`-quantile of the elements, `q` from 0 to 1. An array of quantiles gives an axis for them in
/// front. NaN where an element is NaN.
///
/// ```
/// # use jaxide_numpy::jnp::{self, Interpolation};
/// let x = jnp::array([4.0, 1.0, 3.0]);
/// assert_eq!(jnp::quantile(&x, 0.25, .., Interpolation::Linear).item::<f32>(), 2.0);
/// ```
///
/// # Panics
/// With `ValueError` when an axis is out of bounds, the elements are complex, or there are none.
#[track_caller]
pub fn quantile(x: &Array, q: impl Operand, over: impl Into<Over>, method: Interpolation) -> Array {
    compute("quantile", x, &q.into_operand(), &over.into(), method, false)
}

/// Like [`quantile`], of the elements that are not NaN.
///
/// # Panics
/// As [`quantile`].
#[track_caller]
pub fn nanquantile(
    x: &Array,
    q: impl Operand,
    over: impl Into<Over>,
    method: Interpolation,
) -> Array {
    compute("nanquantile", x, &q.into_operand(), &over.into(), method, true)
}

/// Like [`quantile`], with `q` from 0 to 100.
///
/// # Panics
/// As [`quantile`].
#[track_caller]
pub fn percentile(
    x: &Array,
    q: impl Operand,
    over: impl Into<Over>,
    method: Interpolation,
) -> Array {
    quantile(x, q.into_operand() / 100, over, method)
}

/// Like [`nanquantile`], with `q` from 0 to 100.
///
/// # Panics
/// As [`quantile`].
#[track_caller]
pub fn nanpercentile(
    x: &Array,
    q: impl Operand,
    over: impl Into<Over>,
    method: Interpolation,
) -> Array {
    nanquantile(x, q.into_operand() / 100, over, method)
}

/// The middle element, or half way between the two middle ones; NaN where an element is NaN.
///
/// # Panics
/// As [`quantile`].
#[track_caller]
pub fn median(x: &Array, over: impl Into<Over>) -> Array {
    quantile(x, 0.5, over, Interpolation::Midpoint)
}

/// Like [`median`], of the elements that are not NaN.
///
/// # Panics
/// As [`quantile`].
#[track_caller]
pub fn nanmedian(x: &Array, over: impl Into<Over>) -> Array {
    nanquantile(x, 0.5, over, Interpolation::Midpoint)
}

#[track_caller]
fn compute(
    name: &str,
    x: &Array,
    q: &Array,
    over: &Over,
    method: Interpolation,
    skip_nan: bool,
) -> Array {
    let at = Location::caller();
    if x.dtype().is_complex() || q.dtype().is_complex() {
        diag::value(
            format!("{name} does not support complex input, as the operation is poorly defined."),
            at,
        );
    }
    let [x, q] = promote_inexact([x, q]);
    let axes = over.axes(x.ndim());
    let columns = columns(&x, &axes);
    if columns.shape()[0] == 0 {
        diag::value(format!("{name}: expected at least one element along the reduced axes"), at);
    }
    let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
    let last = if skip_nan {
        count_numbers(&columns, &Over::from(0)).astype(wide) - 1.0
    } else {
        Array::from(columns.shape()[0] as f64 - 1.0).astype(wide)
    };
    let sorted = lax::sort(&[&columns], 0, true, 1).remove(0);
    let value = between(&sorted, &q.astype(wide), &last, method);
    let value = if skip_nan { value } else { poisoned(&columns, &value) };
    kept(&value.astype(x.dtype()), &x, &axes, q.ndim(), over)
}

/// The reduced axes as one, in front of the others.
#[track_caller]
fn columns(x: &Array, axes: &[usize]) -> Array {
    let others = (0..x.ndim()).filter(|axis| !axes.contains(axis));
    let order: Vec<usize> = axes.iter().copied().chain(others).collect();
    let length: usize = axes.iter().map(|axis| x.shape()[*axis]).product();
    let moved = lax::transpose(x, &order);
    let mut shape = vec![length];
    shape.extend(&moved.shape()[axes.len()..]);
    lax::reshape(&moved, &shape)
}

/// Sorted columns at the fractional positions `q * last`, where `last` is one number or one per
/// column; the shape is that of `q`, then that of a row.
#[track_caller]
fn between(sorted: &Array, q: &Array, last: &Array, method: Interpolation) -> Array {
    let row = sorted.ndim() - 1;
    let spread: Vec<usize> = (q.ndim()..q.ndim() + row).collect();
    let q = if spread.is_empty() { q.clone() } else { q.expand_dims(spread) };
    let place = q * last;
    let (low, high) = (place.floor(), place.ceil());
    let fraction = &place - &low;
    let look_up = |place: &Array| {
        let index = lax::max(
            &place.clone(),
            &jaxide_trace::promote::convert(&Array::from(0.0), place.dtype(), false),
        );
        pick(sorted, &index.astype(DType::I32), row)
    };
    match method {
        Interpolation::Lower => look_up(&low),
        Interpolation::Higher => look_up(&high),
        Interpolation::Nearest => look_up(&lax::round(&place, lax::RoundingMethod::ToNearestEven)),
        Interpolation::Midpoint => (look_up(&low) + look_up(&high)) * 0.5,
        Interpolation::Linear => {
            let (low, high) = (look_up(&low), look_up(&high));
            let fraction = fraction.astype(low.dtype());
            &low * (1.0 - &fraction) + &high * &fraction
        }
    }
}

/// Elements of columns at indices whose last dimensions are those of a row, or 1.
#[track_caller]
fn pick(sorted: &Array, index: &Array, row: usize) -> Array {
    let lead = index.ndim() - row;
    if index.shape()[lead..].iter().all(|size| *size == 1) {
        let flat = index.reshape(index.shape()[..lead].to_vec());
        return rows(sorted, &flat);
    }
    // Each column has places of its own: columns become the flat second axis of a table.
    let width: usize = sorted.shape()[1..].iter().product();
    let mut shape = index.shape()[..lead].to_vec();
    shape.extend(&sorted.shape()[1..]);
    let index = index.broadcast_to(shape.clone()).reshape([-1, width as i64]);
    let column: Array = lax::iota((), DType::I32, index.shape(), 1);
    let flat = index * width as i32 + column;
    rows(&sorted.ravel(), &flat).reshape(shape)
}

/// NaN for columns that hold one.
#[track_caller]
fn poisoned(columns: &Array, value: &Array) -> Array {
    let found = super::any(&columns.ne(columns), 0);
    where_(found, f64::NAN, value).astype(value.dtype())
}

/// The result with kept dimensions, behind those of the quantiles.
#[track_caller]
fn kept(value: &Array, x: &Array, axes: &[usize], quantiles: usize, over: &Over) -> Array {
    if !over.has_keepdims() || axes.is_empty() {
        return value.clone();
    }
    let sizes = (0..x.ndim()).map(|axis| if axes.contains(&axis) { 1 } else { x.shape()[axis] });
    let shape: Vec<usize> = value.shape()[..quantiles].iter().copied().chain(sizes).collect();
    value.reshape(shape)
}
