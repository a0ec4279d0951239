//! Integers in an interval, coin tosses, signs, and counts of tosses.

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, Shape, config, promote::promote_inexact};

use super::{
    AnyKey,
    draw::{Call, constant, default_float, default_int, int_constant},
    uniform::{pair_of_units, unit},
    words::{self, Words},
};
use crate::jnp::{finfo, where_};

/// Integers from `minval` to below `maxval`, of a shape and the default dtype. Where `maxval` is not
/// above `minval`, the result is `minval`.
///
/// ```
/// use jaxide_numpy::random;
/// let dice = random::randint(&random::key(0), 100, 1, 7);
/// assert!((1..=6).contains(&dice.min().item::<i32>()));
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when the bounds do not broadcast to the
/// shape.
#[track_caller]
pub fn randint(
    key: &impl AnyKey,
    shape: impl Shape,
    minval: impl Operand,
    maxval: impl Operand,
) -> Array {
    randint_of(key, shape, minval, maxval, default_int())
}

/// [`randint`] in an integer dtype. `maxval` may be one more than the dtype holds.
///
/// # Panics
/// As [`randint`], and with `ValueError` when `dtype` is no integer.
#[track_caller]
pub fn randint_of(
    key: &impl AnyKey,
    shape: impl Shape,
    minval: impl Operand,
    maxval: impl Operand,
    dtype: DType,
) -> Array {
    let call = Call::new("randint");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.integer(dtype);
    let (mut low, mut high) = (minval.into_operand(), maxval.into_operand());
    call.fits(&shape, low.shape());
    call.fits(&shape, high.shape());
    // Narrow integers are drawn with 32 bits, which hold the end of their range.
    let sampled = if dtype.bits() < 32 { DType::I32 } else { dtype };
    if sampled != dtype {
        let (least, greatest) = range(dtype);
        low = clip(&low.astype(sampled), least, greatest);
        high = clip(&high.astype(sampled), least, greatest + 1);
    }
    let [low, high] = [low, high].map(|bound| {
        let integer = bound.dtype().is_integer();
        if integer { bound.astype(bound.dtype()) } else { bound.astype(default_int()) }
    });
    between(&key, &shape, sampled, &low, &high).astype(dtype)
}

/// Integers below a count, in the default dtype.
#[track_caller]
pub(super) fn below(key: &Words, shape: &[usize], count: usize) -> Array {
    let dtype = default_int();
    between(key, shape, dtype, &int_constant(dtype, 0), &int_constant(dtype, count as i128))
}

#[track_caller]
fn between(key: &Words, shape: &[usize], dtype: DType, low: &Array, high: &Array) -> Array {
    // Spans of half the range and more, and products of words, wrap around.
    let _unchecked = config::Unchecked::start();
    let greatest = range(dtype).1.min(range(high.dtype()).1);
    let beyond = lax::gt(high, &int_constant(high.dtype(), greatest));
    let [low, high] = [low, high].map(|bound| {
        let (bounds, own) = (range(dtype), range(bound.dtype()));
        clip(bound, bounds.0.max(own.0), bounds.1.min(own.1)).astype(dtype)
    });
    let bits = unsigned(dtype);
    let [key_high, key_low] = words::split(key);
    let [upper, lower] = [key_high, key_low].map(|key| words::bits(&key, shape, bits));
    let one = int_constant(bits, 1);
    let span = lax::convert_element_type(&(&high - &low), bits);
    let span = where_(high.le(&low), &one, span);
    let span = where_(beyond & high.gt(&low), &span + &one, &span);
    let multiplier = int_constant(bits, 1 << (dtype.bits() / 2)) % &span;
    let multiplier = (&multiplier * &multiplier) % &span;
    let offset = (upper % &span * &multiplier + lower % &span) % &span;
    low + lax::convert_element_type(&offset, dtype)
}

/// The unsigned dtype of the same width.
fn unsigned(dtype: DType) -> DType {
    match dtype.bits() {
        32 => DType::U32,
        _ => DType::U64,
    }
}

/// The least and the greatest integer of a dtype.
fn range(dtype: DType) -> (i128, i128) {
    let bits = dtype.bits();
    if dtype.is_unsigned_integer() {
        (0, (1 << bits) - 1)
    } else {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    }
}

/// Integers clamped to an interval, whose ends their dtype holds.
#[track_caller]
fn clip(x: &Array, least: i128, greatest: i128) -> Array {
    let [least, greatest] = [least, greatest].map(|end| int_constant(x.dtype(), end));
    lax::clamp(&least, x, &greatest)
}

/// True with probability `p`, of a shape; the uniform floats that decide have the dtype of `p`.
///
/// # Panics
/// With `TypeError` when `key` is no key or `p` is no float, with `ValueError` when `p` does not
/// broadcast to the shape.
#[track_caller]
pub fn bernoulli(key: &impl AnyKey, p: impl Operand, shape: impl Shape) -> Array {
    let (key, p, shape) = tossed(key, p, shape);
    toss(&key, &p, &shape)
}

/// [`bernoulli`] from twice as many bits, so that probabilities far below the distance of uniform
/// floats are right too; JAX's mode "high".
///
/// # Panics
/// As [`bernoulli`].
#[track_caller]
pub fn bernoulli_high(key: &impl AnyKey, p: impl Operand, shape: impl Shape) -> Array {
    let (key, p, shape) = tossed(key, p, shape);
    let dtype = p.dtype();
    let [coarse, fine] = pair_of_units(&key, &shape, dtype);
    let step = constant(dtype, finfo(dtype).eps);
    lax::lt(&lax::mul(&fine, &step), &lax::sub(&p, &coarse))
}

/// The arguments of a toss, checked; the probability has the shape.
#[track_caller]
fn tossed(key: &impl AnyKey, p: impl Operand, shape: impl Shape) -> (Words, Array, Vec<usize>) {
    let call = Call::new("bernoulli");
    let (key, shape) = (call.key(key), call.shape(shape));
    let p = p.into_operand();
    if !p.dtype().is_float() {
        call.probability(p.dtype());
    }
    call.fits(&shape, p.shape());
    let p = p.astype(p.dtype()).broadcast_to(&shape[..]);
    (key, p, shape)
}

#[track_caller]
fn toss(key: &Words, p: &Array, shape: &[usize]) -> Array {
    lax::lt(&unit(key, shape, p.dtype()), p)
}

/// -1 or 1, of a shape and the default integer dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn rademacher(key: &impl AnyKey, shape: impl Shape) -> Array {
    rademacher_of(key, shape, default_int())
}

/// [`rademacher`] in any numeric dtype.
///
/// # Panics
/// As [`rademacher`].
#[track_caller]
pub fn rademacher_of(key: &impl AnyKey, shape: impl Shape, dtype: DType) -> Array {
    let call = Call::new("rademacher");
    let (key, shape) = (call.key(key), call.shape(shape));
    signs(&key, &shape, dtype)
}

/// -1 or 1.
#[track_caller]
pub(super) fn signs(key: &Words, shape: &[usize], dtype: DType) -> Array {
    let half = constant(default_float(), 0.5).broadcast_to(shape);
    (toss(key, &half, shape).astype(dtype) * 2 - 1).astype(dtype)
}

/// How many tosses with probability `p` it takes until the first success, of a shape and the default
/// integer dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when `p` does not broadcast to the shape.
#[track_caller]
pub fn geometric(key: &impl AnyKey, p: impl Operand, shape: impl Shape) -> Array {
    geometric_of(key, p, shape, default_int())
}

/// [`geometric`] in an integer dtype.
///
/// # Panics
/// As [`geometric`], and with `ValueError` when `dtype` is no integer.
#[track_caller]
pub fn geometric_of(key: &impl AnyKey, p: impl Operand, shape: impl Shape, dtype: DType) -> Array {
    let call = Call::new("geometric");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.integer(dtype);
    let [p] = promote_inexact([&p.into_operand()]);
    let p = call.parameter(&p, &shape, p.dtype());
    let u = unit(&key, &shape, p.dtype());
    let u = where_(u.eq(0.0), 1.0, &u);
    ((u.log() / (-p).log1p()).floor() + 1.0).astype(dtype)
}
