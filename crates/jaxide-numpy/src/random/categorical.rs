//! Gumbel floats, and categories drawn with them: the greatest of logits plus Gumbel noise.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Shape, lax::index_in_dim};

use super::{
    AnyKey,
    draw::{Call, constant, default_int, float_draws, int_constant},
    uniform::{between, pair_of_units},
    words::{self, Words},
};
use crate::{
    axes::axis_of,
    jnp::{finfo, where_},
};

float_draws! {
    /// Gumbel floats of location 0 and scale 1.
    gumbel, gumbel_of() = draw_gumbel;

    /// [`gumbel`] from twice as many bits, which reaches values as great as there should be among so
    /// many; JAX's mode "high".
    gumbel_high, gumbel_high_of() = draw_gumbel_high;

    /// [`gumbel_high`] with all bits of f32 right at both ends; JAX's mode "highest".
    gumbel_highest, gumbel_highest_of() = draw_gumbel_highest;
}

/// Gumbel floats of a shape.
#[track_caller]
pub(super) fn draw_gumbel(key: &Words, shape: &[usize], dtype: DType) -> Array {
    let u = between(key, shape, dtype, &constant(dtype, finfo(dtype).tiny), &constant(dtype, 1.0));
    -(-u.log()).log()
}

fn draw_gumbel_high(key: &Words, shape: &[usize], dtype: DType) -> Array {
    let [high, low] = pair_of_units(key, shape, dtype);
    let step = constant(dtype, finfo(dtype).eps);
    // The sum would round up to 1 near it.
    let sum = &high + low * step + constant(dtype, finfo(dtype).tiny);
    let x = where_(high.ge(0.5), &high, sum);
    from_complement(&x)
}

fn draw_gumbel_highest(key: &Words, shape: &[usize], dtype: DType) -> Array {
    if dtype != DType::F32 {
        return draw_gumbel_high(key, shape, dtype);
    }
    let both = words::bits(key, &[&[2], shape].concat(), DType::U32);
    let [high, low] = [0, 1].map(|at| index_in_dim(&both, at, 0, false));
    // A fixed-point number of 64 bits, or 1 less it where it is 1/2 or more.
    let [not_high, not_low] = [&high, &low].map(|word| lax::not(word));
    let one = int_constant(DType::U32, 1);
    let carry = not_low.eq(int_constant(DType::U32, u32::MAX.into())).astype(DType::U32);
    let below_half = high.lt(int_constant(DType::U32, 1 << 31));
    let high = where_(&below_half, &high, lax::add(&not_high, &carry));
    let low = where_(&below_half, &low, lax::add(&not_low, &one));
    let x = from_fixed_point(&high, &low);
    where_(&below_half, from_complement(&x), -(-x.log()).log())
}

/// A float of the 64 bits after the point, above 0.
fn from_fixed_point(high: &Array, low: &Array) -> Array {
    let scaled = |word: &Array, exponent: i32| {
        word.astype(DType::F32) * constant(DType::F32, 2f64.powi(exponent))
    };
    (scaled(high, -32) + scaled(low, -64)).maximum(constant(DType::F32, 2f64.powi(-64)))
}

/// Gumbel floats of 1 less uniform ones.
fn from_complement(x: &Array) -> Array {
    -(-(-x).log1p()).log()
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
    let draws = call.count(&shape[..shape.len() - others.len()]);
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

#[track_caller]
fn with_replacement(
    call: Call,
    key: &Words,
    logits: &Array,
    axis: usize,
    shape: &[usize],
) -> Array {
    call.float(logits.dtype());
    if logits.shape()[axis] == 0 {
        call.refuse("attempt to get argmax of an empty sequence".to_owned());
    }
    let leading = shape.len() + 1 - logits.ndim();
    let mut noise = shape.to_vec();
    noise.insert(leading + axis, logits.shape()[axis]);
    let noisy = draw_gumbel(key, &noise, logits.dtype()) + logits;
    lax::argmax(&noisy, leading + axis, default_int())
}
