//! Numbers in a row.

use std::{ops::Range, panic::Location};

use jaxide_ir::{DType, Scalar};
use jaxide_lax as lax;
use jaxide_trace::{
    Array, Item, Number, Operand,
    promote::{broadcast_shapes, promote_dtypes, result_type},
};

use crate::{
    axes::axis_of,
    diag,
    jnp::{concatenate, dtypes::inexact, full_of, sign, zeros_of},
};

type At = &'static Location<'static>;

/// What [`arange`] runs over.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    start: Option<Scalar>,
    stop: Scalar,
    step: Option<Scalar>,
    dtype: DType,
}

/// The bounds of [`arange`]: `stop`, `start..stop`, `(start, stop)` or `(start, stop, step)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a range of numbers",
    note = "expected `stop`, `start..stop`, `(start, stop)` or `(start, stop, step)`"
)]
pub trait Span {
    /// The bounds.
    #[track_caller]
    fn bounds(self) -> Bounds;
}

macro_rules! stops {
    ($($ty:ty),*) => {$(
        impl Span for $ty {
            fn bounds(self) -> Bounds {
                let dtype = <$ty>::array_dtype();
                Bounds { start: None, stop: self.exact(), step: None, dtype }
            }
        }
    )*};
}

stops!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64);

impl<S: Number> Span for Range<S> {
    fn bounds(self) -> Bounds {
        (self.start, self.end).bounds()
    }
}

impl<A: Number, B: Number> Span for (A, B) {
    fn bounds(self) -> Bounds {
        let dtype = result_type(&[(A::array_dtype(), false), (B::array_dtype(), false)]).0;
        Bounds { start: Some(self.0.exact()), stop: self.1.exact(), step: None, dtype }
    }
}

impl<A: Number, B: Number, C: Number> Span for (A, B, C) {
    fn bounds(self) -> Bounds {
        let dtypes = [A::array_dtype(), B::array_dtype(), C::array_dtype()];
        let (start, stop, step) = (self.0.exact(), self.1.exact(), self.2.exact());
        let dtype = result_type(&dtypes.map(|dtype| (dtype, false))).0;
        Bounds { start: Some(start), stop, step: Some(step), dtype }
    }
}

/// An array of one known element is a stop.
impl Span for &Array {
    #[track_caller]
    fn bounds(self) -> Bounds {
        let stop = match self.dtype().is_integer() {
            true => Scalar::int(DType::I64, i128::from(self.item::<Count>().0)),
            false => Scalar::float(DType::F64, self.item::<f64>()),
        };
        Bounds { start: None, stop, step: None, dtype: self.dtype() }
    }
}

/// An integer whose lack is JAX's error for `arange`.
struct Count(i64);

impl Item for Count {
    const WANT: jaxide_trace::Want = jaxide_trace::Want::Number("i64");

    fn from_scalar(scalar: Scalar) -> Count {
        Count(i64::from_scalar(scalar))
    }
}

impl Bounds {
    /// The number of steps, rounded up.
    #[track_caller]
    fn count(&self, at: At) -> usize {
        let [start, stop] = [self.start.map_or(0.0, Scalar::to_f64), self.stop.to_f64()];
        let step = self.step.map_or(1.0, Scalar::to_f64);
        if step == 0.0 {
            diag::value("division by zero: the step of arange is 0".into(), at);
        }
        let count = match (self.start.map_or(Some(0), Scalar::as_int), self.stop.as_int()) {
            (Some(start), Some(stop)) if step.fract() == 0.0 && step.is_finite() => {
                // Exact, rounded up.
                let sign = if step < 0.0 { -1 } else { 1 };
                let (distance, step) = (sign * (stop - start), sign * step as i128);
                (distance.div_euclid(step) + i128::from(distance.rem_euclid(step) != 0)) as f64
            }
            _ => ((stop - start) / step).ceil(),
        };
        match count {
            _ if count.is_nan() => diag::value("cannot convert float NaN to integer".into(), at),
            _ if count == f64::INFINITY => {
                diag::value("cannot convert float infinity to integer".into(), at)
            }
            _ if count >= isize::MAX as f64 => {
                diag::value("Maximum allowed size exceeded".into(), at)
            }
            _ => count.max(0.0) as usize,
        }
    }
}

/// The numbers from a start (0 unless given) up to, not including, a stop. The dtype is that of the
/// numbers: i32 for integers, f32 for floats.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::arange(4).to_vec::<i32>(), [0, 1, 2, 3]);
/// assert_eq!(jnp::arange(3.0).to_vec::<f32>(), [0.0, 1.0, 2.0]);
/// assert_eq!(jnp::arange(2..5).to_vec::<i32>(), [2, 3, 4]);
/// assert_eq!(jnp::arange((5, 0, -2)).to_vec::<i32>(), [5, 3, 1]);
/// ```
///
/// # Panics
/// With `ValueError` for a step of 0, and for bounds that are infinite or NaN.
#[track_caller]
pub fn arange(span: impl Span) -> Array {
    let bounds = span.bounds();
    arange_in(&bounds, bounds.dtype, Location::caller())
}

/// As [`arange`], in a dtype.
///
/// # Panics
/// As [`arange`].
#[track_caller]
pub fn arange_of(span: impl Span, dtype: DType) -> Array {
    arange_in(&span.bounds(), dtype, Location::caller())
}

#[track_caller]
fn arange_in(bounds: &Bounds, dtype: DType, at: At) -> Array {
    let count = bounds.count(at);
    let narrow = dtype.is_float() && dtype.bits() < 32 && bounds.step.is_some();
    let working = if narrow { DType::F32 } else { dtype };
    let mut numbers: Array = lax::iota((), working, &[count], 0);
    let number = |scalar: Scalar| <Array as jaxide_ir::Value>::literal((), scalar.convert(working));
    if let Some(step) = bounds.step {
        numbers *= number(step);
    }
    if let Some(start) = bounds.start {
        numbers = number(start) + numbers;
    }
    numbers.astype(dtype)
}

/// How many samples [`linspace`] and its like take, and where: a number, or [`samples`] with options.
#[derive(Clone, Copy, Debug)]
pub struct Samples {
    count: usize,
    endpoint: bool,
    axis: isize,
    dtype: Option<DType>,
}

/// Starts the options of samples: `samples(50).open()`.
#[track_caller]
pub fn samples(count: impl Into<Samples>) -> Samples {
    count.into()
}

impl Samples {
    /// Leaves the stop out.
    #[must_use]
    pub fn open(self) -> Samples {
        Samples { endpoint: false, ..self }
    }

    /// Where the new dimension goes; first unless set.
    #[must_use]
    pub fn axis(self, axis: isize) -> Samples {
        Samples { axis, ..self }
    }

    /// The dtype of the result; integers are rounded down.
    #[must_use]
    pub fn dtype(self, dtype: DType) -> Samples {
        Samples { dtype: Some(dtype), ..self }
    }
}

impl From<usize> for Samples {
    fn from(count: usize) -> Samples {
        Samples { count, endpoint: true, axis: 0, dtype: None }
    }
}

/// # Panics
/// With `ValueError` for a negative number.
impl From<i32> for Samples {
    #[track_caller]
    fn from(count: i32) -> Samples {
        match usize::try_from(count) {
            Ok(count) => count.into(),
            Err(_) => {
                let message = format!("Number of samples, {count}, must be non-negative.");
                diag::value(message, Location::caller())
            }
        }
    }
}

/// Numbers at even distances from `start` to `stop`, both included unless [`Samples::open`]. Bounds
/// that are arrays broadcast, and give a result with one dimension more.
///
/// ```
/// # use jaxide_numpy::jnp::{self, samples};
/// assert_eq!(jnp::linspace(0.0, 1.0, 3).to_vec::<f32>(), [0.0, 0.5, 1.0]);
/// assert_eq!(jnp::linspace(0, 1, samples(2).open()).to_vec::<f32>(), [0.0, 0.5]);
/// ```
///
/// # Panics
/// With `ValueError` for a negative number of samples or an axis out of bounds.
#[track_caller]
pub fn linspace(start: impl Operand, stop: impl Operand, samples: impl Into<Samples>) -> Array {
    linspace_step(start, stop, samples).0
}

/// As [`linspace`], with the distance of two samples.
///
/// # Panics
/// As [`linspace`].
#[track_caller]
pub fn linspace_step(
    start: impl Operand,
    stop: impl Operand,
    samples: impl Into<Samples>,
) -> (Array, Array) {
    let (start, stop, samples) = (start.into_operand(), stop.into_operand(), samples.into());
    let common = promote_dtypes([&start, &stop])[0].dtype();
    let dtype = samples.dtype.unwrap_or_else(|| inexact(common));
    let (numbers, step) = between(&start, &stop, &samples, inexact(dtype), Location::caller());
    let whole = dtype.is_integer();
    let numbers = if whole { numbers.floor() } else { numbers };
    (numbers.astype(dtype), step)
}

/// The samples and their distance, in an inexact dtype.
#[track_caller]
fn between(start: &Array, stop: &Array, samples: &Samples, dtype: DType, at: At) -> (Array, Array) {
    let (start, stop) = (start.astype(dtype), stop.astype(dtype));
    let Some(bounds) = broadcast_shapes(&[start.shape(), stop.shape()]) else {
        let shapes = [start.shape().to_vec(), stop.shape().to_vec()];
        diag::value(format!("Incompatible shapes for broadcasting: shapes={shapes:?}"), at);
    };
    let axis = axis_of(samples.axis, bounds.len() + 1, at);
    let mut with_axis = bounds.to_vec();
    with_axis.insert(axis, 1);
    let [first, last] =
        [&start, &stop].map(|x| x.broadcast_to(&bounds[..]).reshape(&with_axis[..]));
    let count = samples.count;
    match count {
        0 => {
            with_axis[axis] = 0;
            (zeros_of(with_axis, dtype), full_of((), f64::NAN, dtype))
        }
        1 if samples.endpoint => (first, full_of((), f64::NAN, dtype)),
        1 => (first, &stop - &start),
        _ => {
            let steps = if samples.endpoint { count - 1 } else { count };
            let numbers = fractions(&first, &last, steps, axis);
            let end: &[&Array] = if samples.endpoint { &[&numbers, &last] } else { &[&numbers] };
            (concatenate(end, axis as isize), (&stop - &start) / steps as f64)
        }
    }
}

/// `first * (1 - i / steps) + last * i / steps`, which meets both ends without rounding.
#[track_caller]
fn fractions(first: &Array, last: &Array, steps: usize, axis: usize) -> Array {
    let mut shape = vec![1; first.ndim()];
    shape[axis] = steps;
    let dtype = first.dtype();
    let real = match dtype {
        DType::C64 => DType::F32,
        DType::C128 => DType::F64,
        _ => dtype,
    };
    let counted: Array = lax::iota((), real, &shape, axis);
    let share = (counted / steps as f64).astype(dtype);
    first * (1.0 - &share) + last * &share
}

/// Powers of 10 from `10^start` to `10^stop` at even distances of the exponents.
///
/// # Panics
/// As [`linspace`].
#[track_caller]
pub fn logspace(start: impl Operand, stop: impl Operand, samples: impl Into<Samples>) -> Array {
    logspace_base(start, stop, samples, 10.0)
}

/// As [`logspace`], to another base.
///
/// # Panics
/// As [`linspace`].
#[track_caller]
pub fn logspace_base(
    start: impl Operand,
    stop: impl Operand,
    samples: impl Into<Samples>,
    base: impl Operand,
) -> Array {
    let (start, stop, samples) = (start.into_operand(), stop.into_operand(), samples.into());
    let common = promote_dtypes([&start, &stop])[0].dtype();
    let dtype = samples.dtype.unwrap_or_else(|| inexact(common));
    let (exponents, _) = between(&start, &stop, &samples, inexact(dtype), Location::caller());
    base.into_operand().pow(&exponents).astype(dtype)
}

/// Numbers from `start` to `stop` in a geometric progression.
///
/// # Panics
/// As [`linspace`].
#[track_caller]
pub fn geomspace(start: impl Operand, stop: impl Operand, samples: impl Into<Samples>) -> Array {
    let (start, stop, samples) = (start.into_operand(), stop.into_operand(), samples.into());
    let common = promote_dtypes([&start, &stop])[0].dtype();
    let dtype = samples.dtype.unwrap_or_else(|| inexact(common));
    let computed = inexact(dtype);
    let (start, stop) = (start.astype(computed), stop.astype(computed));
    let sign = sign(&start);
    let exponents = [&start, &stop].map(|bound| crate::jnp::log10(bound / &sign));
    let plain = Samples { axis: 0, dtype: Some(computed), ..samples };
    let numbers = &sign * logspace(&exponents[0], &exponents[1], plain);
    let axis = axis_of(samples.axis, numbers.ndim(), Location::caller());
    crate::jnp::moveaxis(&numbers, 0, axis as i32).astype(dtype)
}
