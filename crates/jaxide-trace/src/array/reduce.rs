//! Reductions, over all or some axes.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{elementwise, reduce, shape};

use super::{Array, Shape, number::default_int};
use crate::{
    config, diag,
    error::{Error, OrRaise, Result},
    promote,
};

/// Axes from `0` to `rank - 1`; negative ones count from the end.
///
/// # Errors
/// With `ValueError` when an axis is out of bounds or given twice.
pub fn axes(axes: &impl Shape, rank: usize, at: &'static Location<'static>) -> Result<Vec<usize>> {
    let error = |message: String| Err(Error::Value(diag::bad_shape(message, at)));
    let mut out = Vec::new();
    for axis in axes.dims(at)? {
        let resolved = if axis < 0 { axis + rank as i64 } else { axis };
        if !(0..rank as i64).contains(&resolved) {
            return error(format!("axis {axis} is out of bounds for array of dimension {rank}"));
        }
        if out.contains(&(resolved as usize)) {
            return error(format!("duplicate value in 'axis': {axis}"));
        }
        out.push(resolved as usize);
    }
    Ok(out)
}

/// All axes of an array.
fn all(x: &Array) -> Vec<usize> {
    (0..x.ndim()).collect()
}

/// Small integers and bool are added and multiplied in the default integer type.
#[track_caller]
fn widen(x: &Array, _: &[usize]) -> Array {
    let dtype = x.dtype();
    let default = default_int();
    let wide = match dtype {
        _ if dtype.is_bool() => default,
        _ if dtype.is_unsigned_integer() && dtype.size() < default.size() => {
            if config::x64_enabled() { DType::U64 } else { DType::U32 }
        }
        _ if dtype.is_signed_integer() && dtype.size() < default.size() => default,
        _ => return x.clone(),
    };
    promote::convert(x, wide, false)
}

macro_rules! reductions {
    ($($(#[$doc:meta])* $name:ident $over:ident = $op:ident($prepare:expr);)*) => {
        impl Array {$(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(&self) -> Array {
                reductions!(@run self, $op, $prepare, &all(self))
            }

            $(#[$doc])*
            /// Over these axes only; negative ones count from the end.
            ///
            /// # Panics
            /// With `ValueError` when an axis is out of bounds or given twice.
            #[track_caller]
            pub fn $over(&self, axes: impl Shape) -> Array {
                let axes = self::axes(&axes, self.ndim(), Location::caller()).or_raise();
                reductions!(@run self, $op, $prepare, &axes)
            }
        )*}
    };
    (@run $x:expr, $op:ident, $prepare:expr, $axes:expr) => {{
        let axes: &[usize] = $axes;
        let x = $prepare($x, axes);
        reduce::$op(&x, axes)
    }};
}

/// Raises where there is nothing to take the greatest of.
#[track_caller]
fn for_max(x: &Array, axes: &[usize]) -> Array {
    nonempty("max", x, axes)
}

/// Raises where there is nothing to take the least of.
#[track_caller]
fn for_min(x: &Array, axes: &[usize]) -> Array {
    nonempty("min", x, axes)
}

#[track_caller]
fn nonempty(name: &str, x: &Array, axes: &[usize]) -> Array {
    if axes.iter().any(|axis| x.shape()[*axis] == 0) {
        let message =
            format!("zero-size array to reduction operation {name} which has no identity");
        return Err(Error::Value(diag::bad_shape(message, Location::caller()))).or_raise();
    }
    x.clone()
}

#[track_caller]
fn as_bool(x: &Array, _: &[usize]) -> Array {
    promote::convert(x, DType::Bool, false)
}

reductions! {
    /// The sum of all elements; 0 where there are none.
    sum sum_over = reduce_sum(widen);
    /// The product of all elements; 1 where there are none.
    prod prod_over = reduce_prod(widen);
    /// The greatest element; NaN where one is NaN, a `ValueError` where there is none.
    max max_over = reduce_max(for_max);
    /// The least element; NaN where one is NaN, a `ValueError` where there is none.
    min min_over = reduce_min(for_min);
    /// Whether any element is not zero.
    any any_over = reduce_or(as_bool);
    /// Whether no element is zero.
    all all_over = reduce_and(as_bool);
}

impl Array {
    /// The mean of all elements; integers become floats.
    #[track_caller]
    pub fn mean(&self) -> Array {
        mean(self, &all(self))
    }

    /// The mean over these axes; integers become floats.
    ///
    /// # Panics
    /// With `ValueError` when an axis is out of bounds or given twice.
    #[track_caller]
    pub fn mean_over(&self, axes: impl Shape) -> Array {
        let axes = self::axes(&axes, self.ndim(), Location::caller()).or_raise();
        mean(self, &axes)
    }

    /// A reduced array with its reduced axes back as dimensions of size 1.
    #[track_caller]
    pub fn expand_dims(&self, axes: impl Shape) -> Array {
        let count = axes.dims(Location::caller()).or_raise().len();
        let rank = self.ndim() + count;
        let axes = self::axes(&axes, rank, Location::caller()).or_raise();
        let kept: Vec<usize> = (0..rank).filter(|axis| !axes.contains(axis)).collect();
        let mut sizes = vec![1; rank];
        for (axis, size) in kept.iter().zip(self.shape()) {
            sizes[*axis] = *size;
        }
        shape::broadcast_in_dim(self, &sizes, &kept)
    }
}

#[track_caller]
fn mean(x: &Array, axes: &[usize]) -> Array {
    let [x] = promote::promote_inexact([x]);
    let count: usize = axes.iter().map(|axis| x.shape()[*axis]).product();
    let sum = reduce::reduce_sum(&x, axes);
    let count = promote::convert(&Array::from_number(count as f64), sum.dtype(), sum.weak_type());
    elementwise::div(&sum, &count)
}
