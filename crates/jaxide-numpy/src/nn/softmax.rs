//! Softmax and sums of exponentials, without overflow. Each takes axes and a mask as reductions do
//! ([`Over`]).

use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, custom_jvp, promote::promote_inexact};

use crate::{jnp::where_, over::Over};

/// The sum over axes that stay as dimensions of size 1, of what the mask lets through.
#[track_caller]
pub(super) fn masked_sum(x: &Array, over: &Over) -> Array {
    let axes = over.axes(x.ndim());
    let x = masked(x, over, 0.0);
    keep(lax::reduce_sum(&x, &axes), &axes)
}

/// The maximum likewise; negative infinity where there is nothing.
#[track_caller]
fn masked_max(x: &Array, over: &Over) -> Array {
    let axes = over.axes(x.ndim());
    let x = masked(x, over, f64::NEG_INFINITY);
    keep(lax::reduce_max(&x, &axes), &axes)
}

#[track_caller]
fn masked(x: &Array, over: &Over, otherwise: f64) -> Array {
    match over.mask() {
        Some(mask) => where_(mask, x, otherwise),
        None => x.clone(),
    }
}

#[track_caller]
fn keep(reduced: Array, axes: &[usize]) -> Array {
    if axes.is_empty() { reduced } else { reduced.expand_dims(axes.to_vec()) }
}

/// Without the dimensions of size 1 that reductions left, unless they are kept.
#[track_caller]
pub(super) fn finished(x: &Array, over: &Over, axes: &[usize]) -> Array {
    if over.has_keepdims() || axes.is_empty() { x.clone() } else { lax::squeeze(x, axes) }
}

/// Exponentials that sum to 1 over the axes; JAX's default is the last one. Masked elements count as
/// negative infinity.
///
/// ```
/// # use jaxide_numpy::nn;
/// # use jaxide_trace::array;
/// assert_eq!(nn::softmax(&array([1.0, 1.0]), -1).to_vec::<f32>(), [0.5, 0.5]);
/// ```
///
/// # Panics
/// With `ValueError` when an axis is out of bounds.
#[track_caller]
pub fn softmax(x: &Array, over: impl Into<Over>) -> Array {
    let (over, [x]) = (over.into(), promote_inexact([x]));
    over.axes(x.ndim());
    let run = |x: &Array| {
        let powers = (masked(x, &over, f64::NEG_INFINITY) - masked_max(x, &over)).exp();
        let shares = &powers / masked_sum(&powers, &over);
        masked(&shares, &over, 0.0)
    };
    custom_jvp(run).defjvp(|(x,), (dx,)| {
        let y = run(x);
        let dy = &y * (dx - masked_sum(&(&y * dx), &over));
        (y, dy)
    })(&x)
}

/// Logarithms of [`softmax`]; negative infinity where the mask is false.
///
/// # Panics
/// As [`softmax`].
#[track_caller]
pub fn log_softmax(x: &Array, over: impl Into<Over>) -> Array {
    let (over, [x]) = (over.into(), promote_inexact([x]));
    let greatest = lax::stop_gradient(&masked_max(&x, &over));
    let shifted = masked(&x, &over, f64::NEG_INFINITY) - greatest;
    let logs = &shifted - masked_sum(&shifted.exp(), &over).log();
    masked(&logs, &over, f64::NEG_INFINITY)
}

/// The logarithm of the sum of exponentials over axes.
///
/// ```
/// # use jaxide_numpy::nn;
/// # use jaxide_trace::array;
/// let x = array([1000.0, 1000.0]);
/// assert_eq!(nn::logsumexp(&x, ..).item::<f32>(), 1000.6932);
/// ```
///
/// # Panics
/// With `ValueError` when an axis is out of bounds.
#[track_caller]
pub fn logsumexp(x: &Array, over: impl Into<Over>) -> Array {
    let [x] = promote_inexact([x]);
    weighted(&x, None, &over.into()).0
}

/// [`logsumexp`] of exponentials times `b`; NaN where their sum is negative.
///
/// # Panics
/// As [`logsumexp`], and with `TypeError` when `b` does not broadcast.
#[track_caller]
pub fn logsumexp_weighted(x: &Array, b: impl Operand, over: impl Into<Over>) -> Array {
    let [x, b] = promote_inexact([x, &b.into_operand()]);
    let (log, sign) = weighted(&x, Some(&b), &over.into());
    where_(sign.lt(0), f64::NAN, log)
}

/// The logarithm of the absolute value of the sum of [`logsumexp_weighted`], and the sum's sign.
///
/// # Panics
/// As [`logsumexp_weighted`].
#[track_caller]
pub fn logsumexp_signed(x: &Array, b: impl Operand, over: impl Into<Over>) -> (Array, Array) {
    let [x, b] = promote_inexact([x, &b.into_operand()]);
    weighted(&x, Some(&b), &over.into())
}

#[track_caller]
fn weighted(x: &Array, b: Option<&Array>, over: &Over) -> (Array, Array) {
    let x = masked(x, over, 0.0);
    let x = b.map_or_else(|| x.clone(), |b| where_(b.ne(0), &x, f64::NEG_INFINITY));
    let axes = over.axes(x.ndim());
    let greatest = masked_max(&x, over);
    let finite = greatest.abs().lt(f64::INFINITY);
    let greatest = lax::stop_gradient(&where_(finite, &greatest, 0.0));
    let powers = (&x - &greatest).exp();
    let sum = masked_sum(&b.map_or_else(|| powers.clone(), |b| &powers * b), over);
    let log = sum.abs().log() + greatest;
    (finished(&log, over, &axes), finished(&sum.sign(), over, &axes))
}

/// The logarithm of the mean of exponentials over axes.
///
/// # Panics
/// As [`logsumexp`].
#[track_caller]
pub fn logmeanexp(x: &Array, over: impl Into<Over>) -> Array {
    let (over, [x]) = (over.into(), promote_inexact([x]));
    let axes = over.axes(x.ndim());
    let log = logsumexp(&x, &over);
    log - finished(&count(&x, &over).log(), &over, &axes)
}

/// How many elements a reduction takes, as floats of the array's dtype.
#[track_caller]
pub(super) fn count(x: &Array, over: &Over) -> Array {
    let axes = over.axes(x.ndim());
    match over.mask() {
        Some(_) => masked_sum(&crate::jnp::ones_like(x), over),
        None => {
            let count: usize = axes.iter().map(|axis| x.shape()[*axis]).product();
            crate::jnp::full(vec![1; x.ndim()], count as f64).astype(x.dtype())
        }
    }
}
