//! Gumbel floats, and categories drawn with them: the greatest of logits plus Gumbel noise.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Shape};

use super::{
    AnyKey,
    draw::{Call, constant, default_int, float_draws},
    uniform::between,
    words::Words,
};
use crate::{axes::axis_of, jnp::finfo};

float_draws! {
    /// Gumbel floats of location 0 and scale 1.
    gumbel, gumbel_of() = draw_gumbel;
}

/// Gumbel floats of a shape.
pub(super) fn draw_gumbel(key: &Words, shape: &[usize], dtype: DType) -> Array {
    let u = between(key, shape, dtype, &constant(dtype, finfo(dtype).tiny), &constant(dtype, 1.0));
    -(-u.log()).log()
}

/// Positions along `axis` with probabilities proportional to the exponentials of the logits, one for
/// each place of the other dimensions.
///
/// ```
/// use jaxide_numpy::random;
/// # use jaxide_trace::array;
/// let logits = array([[0.0, f32::NEG_INFINITY], [f32::NEG_INFINITY, 0.0]]);
/// assert_eq!(random::categorical(&random::key(0), &logits, -1).to_vec::<i32>(), [0, 1]);
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when `axis` is out of bounds or the
/// logits are no floats.
#[track_caller]
pub fn categorical(key: &impl AnyKey, logits: &Array, axis: isize) -> Array {
    let call = Call::new("categorical");
    let key = call.key(key);
    let (axis, others) = parts(call, logits, axis);
    with_replacement(call, &key, logits, axis, &others)
}

/// [`categorical`] of a shape, which ends with the other dimensions of the logits.
///
/// # Panics
/// As [`categorical`], and with `ValueError` when the other dimensions do not broadcast to the shape.
#[track_caller]
pub fn categorical_of_shape(
    key: &impl AnyKey,
    logits: &Array,
    axis: isize,
    shape: impl Shape,
) -> Array {
    let call = Call::new("categorical");
    let (key, shape) = (call.key(key), call.shape(shape));
    let (axis, others) = parts(call, logits, axis);
    call.fits(&shape, &others);
    with_replacement(call, &key, logits, axis, &shape)
}

/// [`categorical_of_shape`] where the draws for one place, along the leading dimensions of the shape,
/// all differ.
///
/// # Panics
/// As [`categorical_of_shape`], and with `ValueError` when there are more draws than categories.
#[track_caller]
pub fn categorical_without_replacement(
    key: &impl AnyKey,
    logits: &Array,
    axis: isize,
    shape: impl Shape,
) -> Array {
    let call = Call::new("categorical");
    let (key, shape) = (call.key(key), call.shape(shape));
    let (axis, others) = parts(call, logits, axis);
    if !shape.ends_with(&others) {
        call.fits(&others, &shape);
    }
    let draws: usize = shape[..shape.len() - others.len()].iter().product();
    let categories = logits.shape()[axis];
    if draws > categories {
        call.refuse(format!(
            "Number of samples without replacement ({draws}) cannot exceed number of categories \
             ({categories})."
        ));
    }
    let noisy = logits + draw_gumbel(&key, logits.shape(), logits.dtype());
    let last = others.len();
    let order: Vec<usize> = (0..=last).filter(|dim| *dim != axis).chain([axis]).collect();
    let (_, positions) = lax::top_k(&lax::transpose(&noisy, &order), draws);
    let front: Vec<usize> = [last].into_iter().chain(0..last).collect();
    lax::reshape(&lax::transpose(&positions, &front), &shape)
}

/// The axis from the front, and the other dimensions.
#[track_caller]
fn parts(call: Call, logits: &Array, axis: isize) -> (usize, Vec<usize>) {
    call.dtype(logits.dtype().is_float(), "a float", logits.dtype());
    let axis = axis_of(axis, logits.ndim(), Location::caller());
    let mut others = logits.shape().to_vec();
    others.remove(axis);
    (axis, others)
}

fn with_replacement(
    call: Call,
    key: &Words,
    logits: &Array,
    axis: usize,
    shape: &[usize],
) -> Array {
    call.float(logits.dtype());
    let leading = shape.len() + 1 - logits.ndim();
    let mut noise = shape.to_vec();
    noise.insert(leading + axis, logits.shape()[axis]);
    let noisy = draw_gumbel(key, &noise, logits.dtype()) + logits;
    lax::argmax(&noisy, leading + axis, default_int())
}
