//! Counting into bins, and interpolation between samples.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{
    Array, Operand,
    promote::{promote_dtypes, promote_inexact},
};

use super::{Side, rows, searchsorted};
use crate::{
    diag,
    jnp::{dtypes::default_int, linspace, where_},
};

/// How often each number from 0 below `length` occurs, or the sum of the weights where it does.
/// Negative numbers count as 0; larger ones are dropped. Without a length it is the greatest number
/// plus one, at least `minlength`.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([0, 2, 2]);
/// assert_eq!(jnp::bincount(&x, None, 0, None).to_vec::<i32>(), [1, 0, 2]);
/// ```
///
/// # Panics
/// With `TypeError` for floats, with `ConcretizationTypeError` for traced arrays without a length.
#[track_caller]
pub fn bincount(
    x: &Array,
    weights: Option<&Array>,
    minlength: usize,
    length: Option<usize>,
) -> Array {
    let at = Location::caller();
    if !x.dtype().is_integer() && !x.dtype().is_bool() {
        diag::kind("x argument to bincount must have an integer type", at);
    }
    let x = x.ravel();
    let length = length.unwrap_or_else(|| {
        let greatest = if x.size() == 0 { 0 } else { x.max().item::<i64>().max(-1) + 1 };
        minlength.max(greatest as usize)
    });
    let weights = match weights {
        Some(weights) => weights.ravel(),
        None => Array::from(1).astype(default_int()).broadcast_to(x.shape().to_vec()),
    };
    // Before they are narrowed, so that great integers stay beyond the last bin.
    let wide = matches!(x.dtype(), DType::U32 | DType::I64 | DType::U64);
    let x = if x.dtype().is_bool() { x } else { x.maximum(0) };
    let index = if wide { x.minimum(i32::MAX) } else { x }.astype(DType::I32);
    into_bins(&index, &weights, length)
}

/// Sums of weights by bin; indices beyond the last bin are dropped.
#[track_caller]
fn into_bins(index: &Array, weights: &Array, bins: usize) -> Array {
    use jaxide_lax::{gather::Mode, scatter::ScatterDims};
    let zero = lax::convert_element_type(&Array::from(0), weights.dtype());
    let start = lax::broadcast_in_dim(&zero, &[bins], &[]);
    let dims = ScatterDims {
        inserted_window_dims: vec![0],
        scatter_dims_to_operand_dims: vec![0],
        ..ScatterDims::default()
    };
    lax::scatter_add(&start, &index.expand_dims([-1]), weights, &dims, Mode::FillOrDrop)
}

/// The index of the bin that holds each element: bin `i` is from edge `i - 1` up to, not including,
/// edge `i`; with `right` the other end is included. Descending edges work too.
///
/// # Panics
/// With `ValueError` when the edges are no vector.
#[track_caller]
pub fn digitize(x: impl Operand, edges: &Array, right: bool) -> Array {
    let x = x.into_operand();
    let side = if right { Side::Left } else { Side::Right };
    let count = edges.size();
    if edges.ndim() != 1 {
        let message =
            format!("digitize: edges must be 1-dimensional, got shape {:?}", edges.shape());
        diag::value(message, Location::caller());
    }
    if count == 0 {
        return Array::from(0).astype(default_int()).broadcast_to(x.shape().to_vec());
    }
    let ends = [0, count - 1].map(|end| lax::slice(edges, &[end], &[end + 1], None).reshape(()));
    let ascending = searchsorted(edges, &x, side);
    let other = if right { Side::Right } else { Side::Left };
    let descending = count as i32 - searchsorted(&lax::rev(edges, &[0]), &x, other);
    where_(ends[1].ge(&ends[0]), ascending, descending).astype(default_int())
}

/// The edges of equal bins over a range, by default that of the data.
///
/// # Panics
/// With `ValueError` without bins, or when the range ends before it starts.
#[track_caller]
pub fn histogram_bin_edges(x: &Array, bins: usize, range: Option<(f64, f64)>) -> Array {
    let at = Location::caller();
    if bins == 0 {
        diag::value("`bins` must be positive, when an integer".into(), at);
    }
    if bins >= i32::MAX as usize {
        diag::value(format!("histogram: expected less than {} bins, got {bins}", i32::MAX), at);
    }
    let [x] = promote_inexact([&x.ravel()]);
    let (low, high) = match range {
        Some((low, high)) if low > high => {
            diag::value("max must be larger than min in range parameter.".into(), at)
        }
        Some((low, high)) => {
            (Array::from(low).astype(x.dtype()), Array::from(high).astype(x.dtype()))
        }
        None if x.size() == 0 => {
            (Array::from(0.0).astype(x.dtype()), Array::from(1.0).astype(x.dtype()))
        }
        None => (x.min(), x.max()),
    };
    // A range of one point is widened by a half on both sides.
    let point = low.eq(&high);
    let low_end = where_(&point, &low - 0.5, &low);
    let high_end = where_(&point, &high + 0.5, &high);
    linspace(low_end, high_end, bins + 1).astype(x.dtype())
}

/// How many elements, or how much weight, lies in each of equal bins over a range, and the edges of
/// the bins. The last bin includes its end; elements outside the range are dropped.
///
/// # Panics
/// As [`histogram_bin_edges`].
#[track_caller]
pub fn histogram(
    x: &Array,
    bins: usize,
    range: Option<(f64, f64)>,
    weights: Option<&Array>,
) -> (Array, Array) {
    let edges = histogram_bin_edges(x, bins, range);
    let [x, edges] = promote_dtypes([&x.ravel(), &edges]);
    let weights = match weights {
        Some(weights) => weights.ravel(),
        None => Array::from(1.0).astype(x.dtype()).broadcast_to(x.shape().to_vec()),
    };
    let last = lax::slice(&edges, &[bins], &[bins + 1], None).reshape(());
    let index = searchsorted(&edges, &x, Side::Right) - 1;
    let index = where_(x.eq(&last), bins as i32 - 1, index);
    let outside = index.lt(0);
    let index = where_(outside, bins as i32 + 1, index).astype(DType::I32);
    (into_bins(&index, &weights, bins), edges)
}

/// Values at `x` of the piecewise linear function through the points `(xp, fp)`, whose `xp` ascend.
/// Outside it has the first and the last value.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let (xp, fp) = (jnp::array([0.0, 1.0, 2.0]), jnp::array([0.0, 10.0, 0.0]));
/// assert_eq!(jnp::interp(1.5, &xp, &fp).item::<f32>(), 5.0);
/// ```
///
/// # Panics
/// With `ValueError` when `xp` and `fp` are no vectors of one length above 0.
#[track_caller]
pub fn interp(x: impl Operand, xp: &Array, fp: &Array) -> Array {
    let at = Location::caller();
    if xp.shape() != fp.shape() || xp.ndim() != 1 {
        diag::value("xp and fp must be one-dimensional arrays of equal size".into(), at);
    }
    let count = xp.size();
    if count == 0 {
        diag::value("array of sample points is empty".into(), at);
    }
    let [x, xp] = promote_inexact([&x.into_operand(), xp]);
    let [fp] = promote_inexact([fp]);
    if count == 1 {
        return fp.reshape(()).broadcast_to(x.shape().to_vec());
    }
    let upper = searchsorted(&xp, &x, Side::Right);
    let upper = super::super::clip(&upper, 1, count as i32 - 1);
    let lower = &upper - 1;
    let (low, high) = (rows(&fp, &lower), rows(&fp, &upper));
    let (start, end) = (rows(&xp, &lower), rows(&xp, &upper));
    let rise = &high - &low;
    let run = &end - &start;
    let flat = run.eq(0.0);
    let slope = (&x - &start) / where_(&flat, 1.0, &run);
    let inside = where_(&flat, &low, &low + slope * rise);
    let ends = [0, count - 1].map(|end| {
        let part = |x: &Array| lax::slice(x, &[end], &[end + 1], None).reshape(());
        (part(&xp), part(&fp))
    });
    let left = where_(x.lt(&ends[0].0), &ends[0].1, inside);
    where_(x.gt(&ends[1].0), &ends[1].1, left)
}
