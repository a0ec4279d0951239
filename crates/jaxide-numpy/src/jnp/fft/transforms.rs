//! The transforms: axes moved to the end, cut or padded to their sizes, transformed and scaled.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{self as lax, FftType};
use jaxide_trace::{Array, promote::promote_inexact};

use super::along::{Along, Norm};
use crate::{
    axes::axes_of,
    diag,
    jnp::{conj, moveaxis},
};

type At = &'static Location<'static>;

/// How many axes a function transforms.
#[derive(Clone, Copy, PartialEq)]
enum Count {
    One,
    Two,
    Any,
}

/// A transform under its name.
#[derive(Clone, Copy)]
struct Transform {
    name: &'static str,
    kind: FftType,
    count: Count,
    at: At,
}

macro_rules! transforms {
    ($($(#[$doc:meta])* $name:ident = $kind:ident, $count:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        /// With `ValueError` when axes are out of bounds, given twice, or not as many as sizes; and
        /// for sizes of 0.
        #[track_caller]
        pub fn $name(x: &Array, along: impl Into<Along>) -> Array {
            let (kind, count, at) = (FftType::$kind, Count::$count, Location::caller());
            Transform { name: stringify!($name), kind, count, at }.run(x, &along.into())
        }
    )*};
}

transforms! {
    /// The transform along an axis: element `k` is the sum of `x[j] exp(-2 pi i j k / n)`.
    ///
    /// ```
    /// # use jaxide_numpy::jnp::{self, fft};
    /// let x = fft::fft(&jnp::array([1.0, 0.0, 0.0, 0.0]), ..);
    /// assert_eq!(jnp::real(&x).to_vec::<f32>(), [1.0; 4]);
    /// ```
    fft = Fft, One;
    /// The inverse of [`fft()`].
    ifft = Ifft, One;
    /// The first `n / 2 + 1` elements of the transform of real numbers, which tell the others.
    rfft = Rfft, One;
    /// The inverse of [`rfft`]: real numbers, `2 (size - 1)` of them unless a size is given.
    irfft = Irfft, One;
    /// [`fft()`] along two axes.
    fft2 = Fft, Two;
    /// The inverse of [`fft2`].
    ifft2 = Ifft, Two;
    /// [`rfft`] along the last and [`fft()`] along the other of two axes.
    rfft2 = Rfft, Two;
    /// The inverse of [`rfft2`].
    irfft2 = Irfft, Two;
    /// [`fft()`] along several axes.
    fftn = Fft, Any;
    /// The inverse of [`fftn`].
    ifftn = Ifft, Any;
    /// [`rfft`] along the last and [`fft()`] along the others of several axes.
    rfftn = Rfft, Any;
    /// The inverse of [`rfftn`].
    irfftn = Irfft, Any;
}

/// The real transform of numbers whose other half are the conjugates of these, in reverse order:
/// `2 (size - 1)` numbers unless a size is given.
///
/// # Panics
/// As [`fft()`].
#[track_caller]
pub fn hfft(x: &Array, along: impl Into<Along>) -> Array {
    let (kind, at) = (FftType::Irfft, Location::caller());
    let transform = Transform { name: "hfft", kind, count: Count::One, at };
    let along = along.into();
    // The inverse transform of the conjugates is the conjugate transform divided by the count.
    let swapped = Along { norm: along.norm.swapped(), ..along };
    transform.run(&conj(x), &swapped)
}

/// The inverse of [`hfft`]: `n / 2 + 1` numbers of `n` real ones.
///
/// # Panics
/// As [`fft()`].
#[track_caller]
pub fn ihfft(x: &Array, along: impl Into<Along>) -> Array {
    let (kind, at) = (FftType::Rfft, Location::caller());
    let transform = Transform { name: "ihfft", kind, count: Count::One, at };
    let along = along.into();
    let swapped = Along { norm: along.norm.swapped(), ..along };
    conj(transform.run(x, &swapped))
}

impl Transform {
    #[track_caller]
    fn run(self, x: &Array, along: &Along) -> Array {
        let axes = self.axes(x, along);
        let x = self.elements(x);
        let last: Vec<i64> = (-(axes.len() as i64)..0).collect();
        let x = moveaxis(&x, axes.clone(), last.clone());
        let leading = x.ndim() - axes.len();
        let sizes = self.sizes(&x.shape()[leading..], along);
        let x = if along.sizes.is_some() { fitted(&x, &self.given(&sizes)) } else { x };
        let result = self.scaled(&many_axes(&x, self.kind, &sizes), &sizes, along.norm);
        moveaxis(&result, last, axes)
    }

    /// The axes, from `0` to `rank - 1`.
    #[track_caller]
    fn axes(self, x: &Array, along: &Along) -> Vec<usize> {
        let name = format!("jax.numpy.fft.{}", self.name);
        let sizes = along.sizes.as_ref();
        if sizes.is_some_and(|sizes| sizes.contains(&0)) {
            diag::value("Shape should be positive.".into(), self.at);
        }
        let rank = x.ndim();
        let axes = match (&along.axes, self.count) {
            (Some(axes), _) => axes.clone(),
            (None, Count::One) => vec![-1],
            (None, Count::Two) => vec![-2, -1],
            (None, Count::Any) => {
                let count = sizes.map_or(rank, Vec::len);
                (-(count as i64)..0).collect()
            }
        };
        if self.count == Count::One && axes.len() != 1 {
            let text = "does not support multiple axes. Please use";
            diag::value(format!("{name} {text} {name}n. Got axis = {axes:?}."), self.at);
        }
        if self.count == Count::Two && axes.len() != 2 {
            diag::value(format!("{name} only supports 2 axes. Got axes = {axes:?}."), self.at);
        }
        if sizes.is_some_and(|sizes| sizes.len() != axes.len()) {
            diag::value("Shape and axes have different lengths.".into(), self.at);
        }
        if (1..axes.len()).any(|place| axes[..place].contains(&axes[place])) {
            let text = "does not support repeated axes. Got axes";
            diag::value(format!("{name} {text} {axes:?}."), self.at);
        }
        axes_of(&axes, rank, self.at)
    }

    /// The array in a dtype that the transform takes.
    #[track_caller]
    fn elements(self, x: &Array) -> Array {
        let [x] = promote_inexact([x]);
        let wide = matches!(x.dtype(), DType::F64 | DType::C128);
        if self.kind != FftType::Rfft {
            return x.astype(if wide { DType::C128 } else { DType::C64 });
        }
        if x.dtype().is_complex() {
            diag::value("only real valued inputs supported for rfft".into(), self.at);
        }
        x.astype(if wide { DType::F64 } else { DType::F32 })
    }

    /// The sizes of what is or was transformed.
    fn sizes(self, given: &[usize], along: &Along) -> Vec<usize> {
        let mut sizes = along.sizes.clone().unwrap_or_else(|| given.to_vec());
        if self.kind == FftType::Irfft
            && along.sizes.is_none()
            && let Some(last) = sizes.last_mut()
        {
            *last = 2 * last.saturating_sub(1);
        }
        sizes
    }

    /// The sizes that the operand of a transform of these sizes has.
    fn given(self, sizes: &[usize]) -> Vec<usize> {
        let mut given = sizes.to_vec();
        if self.kind == FftType::Irfft
            && let Some(last) = given.last_mut()
        {
            *last = *last / 2 + 1;
        }
        given
    }

    /// The result with the factor where the norm wants it; the op has it in the inverse.
    #[track_caller]
    fn scaled(self, x: &Array, sizes: &[usize], norm: Norm) -> Array {
        let count: f64 = sizes.iter().map(|size| *size as f64).product();
        let inverse = matches!(self.kind, FftType::Ifft | FftType::Irfft);
        match (norm, inverse) {
            (Norm::Backward, _) => x.clone(),
            (Norm::Ortho, true) => x * count.sqrt(),
            (Norm::Ortho, false) => x * (1.0 / count.sqrt()),
            (Norm::Forward, true) => x * count,
            (Norm::Forward, false) => x * (1.0 / count),
        }
    }
}

/// The last dimensions cut or padded with zeros to sizes.
#[track_caller]
fn fitted(x: &Array, sizes: &[usize]) -> Array {
    let leading = x.ndim() - sizes.len();
    let target = [&x.shape()[..leading], sizes].concat();
    let kept: Vec<usize> = x.shape().iter().zip(&target).map(|(a, b)| *a.min(b)).collect();
    let cut = lax::slice(x, &vec![0; x.ndim()], &kept, None);
    let config: Vec<(i64, i64, i64)> =
        kept.iter().zip(&target).map(|(kept, size)| (0, (size - kept) as i64, 0)).collect();
    lax::pad(&cut, &Array::from(0).astype(x.dtype()), &config)
}

/// Transforms the last axes, at most three at a time as the op does. The real half of a transform
/// comes first forward and last backward.
#[track_caller]
fn many_axes(x: &Array, kind: FftType, sizes: &[usize]) -> Array {
    let (others, last) = sizes.split_at(sizes.len().saturating_sub(3));
    if last.is_empty() {
        return x.clone();
    }
    if others.is_empty() {
        return lax::fft(x, kind, last);
    }
    let complex = match kind {
        FftType::Fft | FftType::Rfft => FftType::Fft,
        FftType::Ifft | FftType::Irfft => FftType::Ifft,
    };
    let end: Vec<i64> = (-(others.len() as i64)..0).collect();
    let start: Vec<i64> = end.iter().map(|axis| axis - 3).collect();
    let rest = |x: &Array| {
        let front = many_axes(&moveaxis(x, start.clone(), end.clone()), complex, others);
        moveaxis(&front, end.clone(), start.clone())
    };
    if complex == FftType::Fft {
        rest(&lax::fft(x, kind, last))
    } else {
        lax::fft(&rest(x), kind, last)
    }
}
