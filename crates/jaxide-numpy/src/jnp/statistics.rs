//! Convolution of samples, covariance, correlation. Polynomials are in `polynomials`.

use std::panic::Location;

use jaxide_lax::{self as lax};
use jaxide_trace::{Array, promote::promote_inexact};

use super::{axis, clip, conj, diagonal, mean, sqrt};
use crate::diag;

/// How much of a convolution is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConvolveMode {
    /// All places where the vectors overlap: the sum of the lengths less 1.
    Full,
    /// The middle, as long as the longer vector.
    Same,
    /// The places where the shorter vector lies wholly inside.
    Valid,
}

/// The convolution of two vectors.
///
/// ```
/// # use jaxide_numpy::jnp::{self, ConvolveMode};
/// let (x, y) = (jnp::array([1.0, 2.0, 3.0]), jnp::array([0.0, 1.0]));
/// assert_eq!(jnp::convolve(&x, &y, ConvolveMode::Full).to_vec::<f32>(), [0.0, 1.0, 2.0, 3.0]);
/// ```
///
/// # Panics
/// With `ValueError` for other ranks and empty vectors.
#[track_caller]
pub fn convolve(x: &Array, y: &Array, mode: ConvolveMode) -> Array {
    let [x, y] = vectors("convolve", x, y, Location::caller());
    let (long, short) = if x.size() < y.size() { (y, x) } else { (x, y) };
    slide(&long, &lax::rev(&short, &[0]), mode)
}

/// The correlation of two vectors: products with the conjugate of `y` at each shift.
///
/// # Panics
/// As [`convolve`].
#[track_caller]
pub fn correlate(x: &Array, y: &Array, mode: ConvolveMode) -> Array {
    let [x, y] = vectors("correlate", x, y, Location::caller());
    let y = if y.dtype().is_complex() { conj(&y) } else { y };
    if x.size() < y.size() {
        return lax::rev(&slide(&y, &x, mode), &[0]);
    }
    slide(&x, &y, mode)
}

#[track_caller]
fn vectors(name: &str, x: &Array, y: &Array, at: &'static Location<'static>) -> [Array; 2] {
    if x.ndim() != 1 || y.ndim() != 1 {
        diag::value(format!("{name}() only support 1-dimensional inputs."), at);
    }
    if x.size() == 0 || y.size() == 0 {
        diag::value(
            format!(
                "{name}: inputs cannot be empty, got shapes {:?} and {:?}.",
                x.shape(),
                y.shape()
            ),
            at,
        );
    }
    promote_inexact([x, y])
}

/// Sums of products of `window` with `x` at each place.
#[track_caller]
fn slide(x: &Array, window: &Array, mode: ConvolveMode) -> Array {
    let length = window.size();
    let (before, after) = match mode {
        ConvolveMode::Full => (length - 1, length - 1),
        ConvolveMode::Same => (length / 2, length - length / 2 - 1),
        ConvolveMode::Valid => (0, 0),
    };
    let config = lax::Conv {
        padding: vec![(before as i64, after as i64)],
        preferred_element_type: Some(x.dtype()),
        ..lax::Conv::new(lax::ConvDims::features_first(1))
    };
    let image = |x: &Array| x.reshape([1, 1, x.size()]);
    lax::conv_general_dilated(&image(x), &image(window), &config).ravel()
}

/// The covariance matrix of variables that are the rows of `x`; `ddof` is taken off the number of
/// observations.
///
/// # Panics
/// With `ValueError` for more than two dimensions.
#[track_caller]
pub fn cov(x: &Array, ddof: f64) -> Array {
    let at = Location::caller();
    if x.ndim() > 2 {
        diag::value(format!("cov: m has more than 2 dimensions; shape={:?}", x.shape()), at);
    }
    let [x] = promote_inexact([x]);
    let rows = if x.ndim() < 2 { x.reshape([1, -1]) } else { x };
    let count = rows.shape()[1] as f64;
    let distance = &rows - mean(&rows, axis(1).keepdims());
    let other = if rows.dtype().is_complex() { conj(&distance) } else { distance.clone() };
    let sum = distance.dot(&other.t());
    // Of no observations nothing is known.
    let count = if count == 0.0 { f64::NAN } else { count };
    let cov = sum / (count - ddof);
    match cov.shape() {
        [1, 1] => cov.reshape(()),
        _ => cov,
    }
}

/// The correlation coefficients of variables that are the rows of `x`.
///
/// # Panics
/// As [`cov`].
#[track_caller]
pub fn corrcoef(x: &Array) -> Array {
    let cov = cov(x, 1.0);
    if cov.ndim() == 0 {
        // One variable correlates with itself by 1, or by NaN where it does not vary.
        return cov.clone() / cov;
    }
    let variance = diagonal(&cov, 0, 0, 1);
    let deviation =
        sqrt(&if variance.dtype().is_complex() { lax::real(&variance) } else { variance });
    let scaled = &cov / deviation.expand_dims([1]) / deviation.expand_dims([0]);
    if scaled.dtype().is_complex() {
        return lax::complex(&clip(lax::real(&scaled), -1, 1), &clip(lax::imag(&scaled), -1, 1));
    }
    clip(&scaled, -1, 1)
}
