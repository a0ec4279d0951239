//! What goes with transforms: frequencies, and frequency 0 in the middle.

use jaxide_ir::DType;
use jaxide_trace::{Array, Operand};

use crate::{
    jnp::{arange_of, dtypes::default_float, roll, where_},
    over::Over,
};

/// The frequencies of the elements of a transform of size `n` with samples `d` apart: from 0 up, then
/// the negative ones.
///
/// ```
/// # use jaxide_numpy::jnp::fft;
/// assert_eq!(fft::fftfreq(4, 1).to_vec::<f32>(), [0.0, 0.25, -0.5, -0.25]);
/// ```
#[track_caller]
pub fn fftfreq(n: usize, d: impl Operand) -> Array {
    fftfreq_of(n, d, default_float())
}

/// [`fftfreq`] in a float dtype, of which `d` is taken too.
///
/// ```
/// # use jaxide_numpy::jnp::fft;
/// # use jaxide_trace::DType;
/// assert_eq!(fft::fftfreq_of(4, 0.1, DType::F64).to_vec::<f64>()[1], 2.5);
/// ```
#[track_caller]
pub fn fftfreq_of(n: usize, d: impl Operand, dtype: DType) -> Array {
    let place = arange_of(n as i64, DType::I32);
    let wrapped = where_(place.lt(n.div_ceil(2) as i32), &place, &place - n as i32);
    per_sample(&wrapped, n, d, dtype)
}

/// The frequencies of the elements of [`rfft`](super::rfft).
#[track_caller]
pub fn rfftfreq(n: usize, d: impl Operand) -> Array {
    rfftfreq_of(n, d, default_float())
}

/// [`rfftfreq`] in a float dtype.
#[track_caller]
pub fn rfftfreq_of(n: usize, d: impl Operand, dtype: DType) -> Array {
    per_sample(&arange_of((n / 2 + 1) as i64, DType::I32), n, d, dtype)
}

#[track_caller]
fn per_sample(cycles: &Array, n: usize, d: impl Operand, dtype: DType) -> Array {
    cycles.astype(dtype) / (d.into_operand().astype(dtype) * n as f64)
}

/// Moves the element of frequency 0 to the middle of each axis; `..` takes all axes.
///
/// # Panics
/// With `ValueError` when an axis is out of bounds or given twice.
#[track_caller]
pub fn fftshift(x: &Array, axes: impl Into<Over>) -> Array {
    shifted(x, &axes.into(), 1)
}

/// The inverse of [`fftshift`].
///
/// # Panics
/// As [`fftshift`].
#[track_caller]
pub fn ifftshift(x: &Array, axes: impl Into<Over>) -> Array {
    shifted(x, &axes.into(), -1)
}

#[track_caller]
fn shifted(x: &Array, axes: &Over, sign: i64) -> Array {
    let axes = axes.axes(x.ndim());
    axes.iter().fold(x.clone(), |x, axis| {
        let shift = sign * (x.shape()[*axis] / 2) as i64;
        roll(&x, shift, *axis)
    })
}
