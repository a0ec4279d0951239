//! Mean 0 and variance 1, over chosen axes.

use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, promote::promote_inexact};

use super::softmax::{count, masked_sum};
use crate::over::Over;

/// What [`standardize`] uses instead of statistics of the array.
///
/// ```
/// # use jaxide_numpy::nn::Standardize;
/// # use jaxide_trace::array;
/// let y = Standardize::over(-1).mean(1.0).epsilon(0.0).stable().apply(&array([0.0, 2.0]));
/// assert_eq!(y.to_vec::<f32>(), [-1.0, 1.0]);
/// ```
#[derive(Clone)]
pub struct Standardize {
    over: Over,
    mean: Option<Array>,
    variance: Option<Array>,
    epsilon: Array,
    stable: bool,
}

impl Standardize {
    /// Over these axes, of what the mask lets through; `epsilon` is 1e-5.
    pub fn over(over: impl Into<Over>) -> Standardize {
        let epsilon = 1e-5.into_operand();
        Standardize { over: over.into(), mean: None, variance: None, epsilon, stable: false }
    }

    /// With this mean.
    #[must_use]
    pub fn mean(mut self, mean: impl Operand) -> Standardize {
        self.mean = Some(mean.into_operand());
        self
    }

    /// With this variance.
    #[must_use]
    pub fn variance(mut self, variance: impl Operand) -> Standardize {
        self.variance = Some(variance.into_operand());
        self
    }

    /// With this added to the variance.
    #[must_use]
    pub fn epsilon(mut self, epsilon: impl Operand) -> Standardize {
        self.epsilon = epsilon.into_operand();
        self
    }

    /// With the variance from differences to the mean, which a great mean does not spoil, rather than
    /// from squares in the same pass.
    #[must_use]
    pub fn stable(mut self) -> Standardize {
        self.stable = true;
        self
    }

    /// The array less its mean, over the root of its variance.
    ///
    /// # Panics
    /// With `ValueError` when an axis is out of bounds, with `TypeError` when something does not
    /// broadcast.
    #[track_caller]
    pub fn apply(&self, x: &Array) -> Array {
        let [x] = promote_inexact([x]);
        let mean = match &self.mean {
            Some(mean) => mean.clone(),
            None => self::mean(&x, &self.over),
        };
        let variance = match &self.variance {
            Some(variance) => variance.clone(),
            None if self.stable => self::mean(&(&x - &mean).pow(2), &self.over),
            None => (self::mean(&x.pow(2), &self.over) - mean.pow(2)).maximum(0),
        };
        (&x - mean) * (variance + &self.epsilon).rsqrt()
    }
}

/// The mean over axes that stay as dimensions of size 1.
#[track_caller]
fn mean(x: &Array, over: &Over) -> Array {
    masked_sum(x, over) / count(x, over)
}

/// The array less its mean over the axes, over the root of its variance and 1e-5; JAX's default is
/// the last axis. For a mean, variance or epsilon of one's own see [`Standardize`].
///
/// # Panics
/// As [`Standardize::apply`].
#[track_caller]
pub fn standardize(x: &Array, over: impl Into<Over>) -> Array {
    Standardize::over(over).apply(x)
}

/// Layer normalisation before scale and bias: `(x - mean) / sqrt(variance + epsilon)` over the axes,
/// usually the last one. Multiply by the scale and add the bias.
///
/// Ba, Kiros and Hinton, Layer Normalization (2016).
///
/// # Panics
/// As [`Standardize::apply`].
#[track_caller]
pub fn layer_norm(x: &Array, over: impl Into<Over>, epsilon: impl Operand) -> Array {
    Standardize::over(over).epsilon(epsilon).stable().apply(x)
}

/// Root mean square normalisation before the scale: `x / sqrt(mean(x²) + epsilon)` over the axes.
///
/// Zhang and Sennrich, Root Mean Square Layer Normalization (2019).
///
/// # Panics
/// As [`Standardize::apply`].
#[track_caller]
pub fn rms_norm(x: &Array, over: impl Into<Over>, epsilon: impl Operand) -> Array {
    let (over, [x]) = (over.into(), promote_inexact([x]));
    &x * (mean(&x.pow(2), &over) + epsilon.into_operand()).rsqrt()
}

/// Mean and variance over the axes of a batch, which stay as dimensions of size 1; what
/// [`batch_norm`] takes.
///
/// # Panics
/// With `ValueError` when an axis is out of bounds.
#[track_caller]
pub fn batch_statistics(x: &Array, over: impl Into<Over>) -> (Array, Array) {
    let (over, [x]) = (over.into(), promote_inexact([x]));
    let mean = mean(&x, &over);
    let variance = self::mean(&(&x - &mean).pow(2), &over);
    (mean, variance)
}

/// Batch normalisation before scale and bias, with statistics of the batch ([`batch_statistics`]) or
/// running ones: `(x - mean) / sqrt(variance + epsilon)`.
///
/// Ioffe and Szegedy, Batch Normalization (2015).
///
/// # Panics
/// With `TypeError` when something does not broadcast.
#[track_caller]
pub fn batch_norm(x: &Array, mean: &Array, variance: &Array, epsilon: impl Operand) -> Array {
    let [variance] = promote_inexact([variance]);
    (x - mean) * lax::rsqrt(&(variance + epsilon.into_operand()))
}
