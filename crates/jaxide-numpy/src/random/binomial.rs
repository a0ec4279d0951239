//! Binomial counts: sums of geometric gaps for small means, Hörmann's transformed rejection for
//! great ones.

use jaxide_ir::DType;
use jaxide_trace::{Array, Operand, Shape, array, lax::while_loop, promote::promote_inexact};

use super::{
    AnyKey,
    choice::take,
    draw::{Call, constant, default_float},
    uniform::unit,
    words::{self, Words},
};
use crate::jnp::where_;

/// How many of `n` tosses with probability `p` succeed, as floats of a shape; NaN where `n` is
/// negative or `p` is negative or NaN.
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when a parameter does not broadcast to
/// the shape.
#[track_caller]
pub fn binomial(key: &impl AnyKey, n: impl Operand, p: impl Operand, shape: impl Shape) -> Array {
    binomial_of(key, n, p, shape, default_float())
}

/// [`binomial`] in a float dtype.
///
/// # Panics
/// As [`binomial`], and with `ValueError` when `dtype` is no float.
#[track_caller]
pub fn binomial_of(
    key: &impl AnyKey,
    n: impl Operand,
    p: impl Operand,
    shape: impl Shape,
    dtype: DType,
) -> Array {
    let call = Call::new("binomial");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.float(dtype);
    let [p] = promote_inexact([&p.into_operand()]);
    let n = call.parameter(n, &shape, p.dtype());
    let p = call.parameter(&p, &shape, p.dtype());
    let rare = p.lt(0.5);
    let q = where_(&rare, &p, 1.0 - &p);
    let bad_count = n.ne(&n) | n.lt(0.0);
    let endless = n.abs().eq(f64::INFINITY);
    let (q_nan, q_negative) = (q.ne(&q), q.lt(0.0));
    let q = where_(&q_nan | &q_negative, 0.01, q);
    let few = &bad_count | (&n * &q).le(10.0);
    let n = n.floor();
    // The other elements are set to values for which either loop ends soon.
    let sums = inversion(&key, &where_(&few, &n, 0.0), &q, &shape).astype(dtype);
    let (many_n, many_q) = (where_(&few, 10_000.0, &n), where_(&few, 0.5, &q));
    let rejection = rejection(&key, &many_n, &many_q, &shape).astype(dtype);
    let invalid = &q_negative | &q_nan | &bad_count;
    let counts = where_(&few, sums, rejection);
    let counts = where_(&invalid, f64::NAN, counts);
    let counts = where_(&endless & !&invalid, f64::INFINITY, counts);
    let as_drawn = rare | bad_count | q_nan | endless;
    where_(as_drawn, &counts, n.astype(dtype) - &counts)
}

/// Counts geometric gaps until they exceed the number of tosses.
#[track_caller]
fn inversion(key: &Words, n: &Array, p: &Array, shape: &[usize]) -> Array {
    let log = (-p).log1p();
    let zero = constant(p.dtype(), 0.0).broadcast_to(shape);
    type State = (Words, Array, Array);
    let step = |(key, gaps, sum): &State| {
        let [subkey, next] = words::split(key);
        let gaps = where_(sum.le(n), gaps + 1.0, gaps);
        let gap = (unit(&subkey, shape, p.dtype()).log() / &log).ceil();
        (next, gaps, sum + gap)
    };
    let open = |(_, _, sum): &State| sum.le(n).any();
    while_loop(open, step, (key.clone(), zero.clone(), zero)).1 - 1.0
}

/// Hörmann, The generation of binomial random variates (1993), BTRS.
#[track_caller]
fn rejection(key: &Words, n: &Array, p: &Array, shape: &[usize]) -> Array {
    let deviation = (n * p * (1.0 - p)).sqrt();
    let b = 1.15 + 2.53 * &deviation;
    let a = -0.0873 + 0.0248 * &b + 0.01 * p;
    let c = n * p + 0.5;
    let v_r = 0.92 - 4.2 / &b;
    let r = p / (1.0 - p);
    let alpha = (2.83 + 5.1 / &b) * &deviation;
    let m = ((n + 1.0) * p).floor();
    let none = constant(p.dtype(), -1.0).broadcast_to(shape);
    type State = (Words, Array, Array);
    let step = |(key, count, accepted): &State| {
        let [next, u_key, v_key] = words::split(key);
        let u = unit(&u_key, shape, p.dtype()) - 0.5;
        let v = unit(&v_key, shape, p.dtype());
        let shifted = 0.5 - u.abs();
        let at_once = shifted.ge(0.07) & v.le(&v_r);
        let k = ((2.0 * &a / &shifted + &b) * u + &c).floor();
        let outside = k.lt(0.0) | k.gt(n);
        let v = (v * &alpha / (&a / (&shifted * &shifted) + &b)).log();
        let accept = at_once | (!outside & v.le(log_ratio(n, &m, &r, &k)));
        (next, where_(&accept, k, count), accepted | accept)
    };
    let open = |(_, _, accepted): &State| (!accepted).any();
    let accepted = none.eq(0.0);
    while_loop(open, step, (key.clone(), none, accepted)).1
}

/// The logarithm of the ratio of the probabilities of `k` and the mode `m`.
#[track_caller]
fn log_ratio(n: &Array, m: &Array, r: &Array, k: &Array) -> Array {
    let rest = n - m + 1.0;
    (m + 0.5) * ((m + 1.0) / (r * &rest)).log()
        + (n + 1.0) * (&rest / (n - k + 1.0)).log()
        + (k + 0.5) * (r * (n - k + 1.0) / (k + 1.0)).log()
        + stirling_tail(m)
        + stirling_tail(&(n - m))
        - stirling_tail(k)
        - stirling_tail(&(n - k))
}

/// What Stirling's approximation of `log(k!)` lacks, for `k` from 0 to 9.
const STIRLING_TAILS: [f64; 10] = [
    0.081_061_466_795_327_2,
    0.041_340_695_955_409_2,
    0.027_677_925_684_998_3,
    0.020_790_672_103_765_09,
    0.016_644_691_189_821_1,
    0.013_876_128_823_070_7,
    0.011_896_709_945_891_7,
    0.010_411_265_261_972,
    0.009_255_462_182_712_73,
    0.008_330_563_433_362_87,
];

#[track_caller]
fn stirling_tail(k: &Array) -> Array {
    let known = take(&array(STIRLING_TAILS).astype(k.dtype()), &clamped(k).astype(DType::I32), 0);
    let squared = (clamped(k) + 1.0).pow(2);
    let series =
        (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / &squared) / &squared) / (clamped(k) + 1.0);
    where_(k.le(9.0), known, series)
}

#[track_caller]
fn clamped(k: &Array) -> Array {
    k.maximum(0.0).minimum(9.0)
}
