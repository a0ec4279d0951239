//! Poisson integers: Knuth's product of uniform floats for small rates, Hörmann's transformed
//! rejection for great ones.

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, Shape, lax::while_loop, scalar};

use super::{
    AnyKey,
    draw::{Call, constant, default_int},
    uniform::unit,
    words::{self, Words},
};
use crate::jnp::where_;

/// Poisson integers of rate `lam`, of a shape and the default integer dtype.
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when `lam` does not broadcast to the
/// shape.
#[track_caller]
pub fn poisson(key: &impl AnyKey, lam: impl Operand, shape: impl Shape) -> Array {
    poisson_of(key, lam, shape, default_int())
}

/// [`poisson`] in an integer dtype.
///
/// # Panics
/// As [`poisson`], and with `ValueError` when `dtype` is no integer.
#[track_caller]
pub fn poisson_of(key: &impl AnyKey, lam: impl Operand, shape: impl Shape, dtype: DType) -> Array {
    let call = Call::new("poisson");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.integer(dtype);
    let lam = call.parameter(lam, &shape, DType::F32);
    // The other rates are set to values for which either loop ends soon.
    let small = lam.ne(&lam) | lam.lt(10.0);
    let knuth = knuth(&key, &where_(&small, &lam, 0.0), &shape, dtype);
    let rejection = rejection(&key, &where_(&small, 100_000.0, &lam), &shape, dtype);
    where_(lam.eq(0.0), 0, where_(&small, knuth, rejection)).astype(dtype)
}

/// How many rounds a loop may take: as many as the dtype can count, at most those of 32 bits.
fn rounds(dtype: DType) -> i32 {
    let bits = if dtype.is_unsigned_integer() { dtype.bits() } else { dtype.bits() - 1 };
    ((1i64 << bits.min(31)) - 1) as i32
}

#[track_caller]
fn knuth(key: &Words, lam: &Array, shape: &[usize], dtype: DType) -> Array {
    let limit = rounds(dtype);
    let floor = -lam;
    let count = lax::broadcast_in_dim(&scalar(0).astype(dtype), shape, &[]);
    let log = constant(DType::F32, 0.0).broadcast_to(shape);
    let init = ((scalar(0), key.clone()), (count, log));
    type State = ((Array, Words), (Array, Array));
    let step = |((round, key), (count, log)): &State| {
        let [next, subkey] = words::split(key);
        let count = where_(log.gt(&floor), count + 1, count);
        let log = log + unit(&subkey, shape, DType::F32).log();
        ((round + 1, next), (count, log))
    };
    let open = |((round, _), (_, log)): &State| log.gt(&floor).any() & round.lt(limit);
    while_loop(open, step, init).1.0 - 1
}

/// Hörmann, The transformed rejection method for generating Poisson random variables (1993), PTRS.
#[track_caller]
fn rejection(key: &Words, lam: &Array, shape: &[usize], dtype: DType) -> Array {
    let limit = rounds(dtype);
    let log_lam = lam.log();
    let b = 0.931 + 2.53 * lam.sqrt();
    let a = -0.059 + 0.02483 * &b;
    let inverse_alpha = 1.1239 + 1.1328 / (&b - 3.4);
    let v_r = 0.9277 - 3.6224 / (&b - 2.0);
    let none = constant(DType::F32, -1.0).broadcast_to(shape);
    let open = lax::broadcast_in_dim(&Array::from(false), shape, &[]);
    let init = ((scalar(0), key.clone()), (none, open));
    type State = ((Array, Words), (Array, Array));
    let step = |((round, key), (count, accepted)): &State| {
        let [next, u_key, v_key] = words::split(key);
        let u = unit(&u_key, shape, DType::F32) - 0.5;
        let v = unit(&v_key, shape, DType::F32);
        let shifted = 0.5 - u.abs();
        let k = ((2.0 * &a / &shifted + &b) * u + lam + 0.43).floor();
        let s = (&v * &inverse_alpha / (&a / (&shifted * &shifted) + &b)).log();
        let t = -lam + &k * &log_lam - lax::lgamma(&(&k + 1.0));
        let at_once = shifted.ge(0.07) & v.le(&v_r);
        let reject = k.lt(0.0) | (shifted.lt(0.013) & v.gt(&shifted));
        let accept = at_once | (!reject & s.le(&t));
        ((round + 1, next), (where_(&accept, k, count), accepted | accept))
    };
    let open = |((round, _), (_, accepted)): &State| (!accepted).any() & round.lt(limit);
    while_loop(open, step, init).1.0.astype(dtype)
}
