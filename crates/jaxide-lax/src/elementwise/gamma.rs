//! The gamma function's logarithm, its derivatives, and the Hurwitz zeta function, as formulas of
//! other ops. lgamma and digamma, whose terms cancel near their zeros, are computed in f64, the
//! others in f32 at least.

use jaxide_ir::OpDef;

use super::{
    abs, and,
    composite::{composite, doubled, epsilon, jvp_by_last, widened},
    cos, eq, exp, floor, ge, gt, is_finite, le, log, log1p, lt, ne, op_fns, or, pow, rem, select_n,
    sin,
};
use crate::{Val, by_ops, jvp_by};

/// Logarithm of the absolute value of the gamma function.
pub static LGAMMA: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t * digamma(&p[0])),
    ..composite(
        "lgamma",
        "Logarithm of the absolute value of the gamma function.",
        1,
        by_ops!(|x| doubled(&[x], |x| lgamma_by_lanczos(x[0]))),
    )
};

/// Derivative of [`LGAMMA`].
pub static DIGAMMA: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t * polygamma(&p[0].constant(1.0), &p[0])),
    ..composite(
        "digamma",
        "Derivative of lgamma.",
        1,
        by_ops!(|x| doubled(&[x], |x| digamma_by_lanczos(x[0]))),
    )
};

/// Derivative of [`DIGAMMA`] of the order that the first operand gives, at the second one.
pub static POLYGAMMA: OpDef = OpDef {
    jvp: jvp_by_last!(|p, _, t| t * polygamma(&(p[0] + p[0].constant(1.0)), &p[1])),
    ..composite(
        "polygamma",
        "Derivative of digamma of an order.",
        2,
        by_ops!(|m, x| widened(&[m, x], |p| polygamma_by_zeta(p[0], p[1]))),
    )
};

/// The sum over all `k >= 0` of `(q + k)^-x`.
pub static ZETA: OpDef = OpDef {
    jvp: jvp_by_last!(|p, _, t| t * -p[0] * zeta(&(p[0] + p[0].constant(1.0)), &p[1])),
    ..composite(
        "zeta",
        "Hurwitz zeta function.",
        2,
        by_ops!(|x, q| widened(&[x, q], |p| zeta_by_euler_maclaurin(p[0], p[1]))),
    )
};

/// Lanczos' approximation with g = 7 and 8 terms (Numerical Recipes, 3rd edition, section 6.1; the
/// coefficients are Godfrey's).
const LANCZOS_G: f64 = 7.0;
const LANCZOS_FIRST: f64 = 0.999_999_999_999_809_9;
const LANCZOS: [f64; 8] = [
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// The argument right of 1/2 that the approximation is for, less 1; whether it was reflected; and
/// `g + 1/2 + z` with its logarithm.
struct Lanczos<'b> {
    reflected: Val<'b>,
    z: Val<'b>,
    t: Val<'b>,
    log_t: Val<'b>,
}

fn lanczos(x: Val<'_>) -> Lanczos<'_> {
    let k = |value: f64| x.constant(value);
    let reflected = lt(&x, &k(0.5));
    let z = select_n(&reflected, &[&(x - k(1.0)), &-x]);
    let offset = LANCZOS_G + 0.5;
    let t = z + k(offset);
    let log_t = k(offset.ln()) + log1p(&(z / k(offset)));
    Lanczos { reflected, z, t, log_t }
}

fn lgamma_by_lanczos(x: Val<'_>) -> Val<'_> {
    use std::f64::consts::PI;
    let k = |value: f64| x.constant(value);
    let Lanczos { reflected, z, t, log_t } = lanczos(x);
    let term = |sum, (i, c): (usize, &f64)| sum + k(*c) / (z + k(i as f64 + 1.0));
    let sum = LANCZOS.iter().enumerate().fold(k(LANCZOS_FIRST), term);
    let right = k((2.0 * PI).sqrt().ln()) + (z + k(0.5) - t / log_t) * log_t + log(&sum);
    // gamma(x) gamma(1 - x) = pi / sin(pi x), with the sine's argument below pi / 2.
    let magnitude = abs(&x);
    let part = magnitude - floor(&magnitude);
    let part = select_n(&gt(&part, &k(0.5)), &[&part, &(k(1.0) - part)]);
    let sine = log(&sin(&(k(PI) * part)));
    let left = select_n(&is_finite(&sine), &[&-sine, &(k(PI.ln()) - sine - right)]);
    let value = select_n(&reflected, &[&right, &left]);
    let zero = or(&eq(&x, &k(1.0)), &eq(&x, &k(2.0)));
    let value = select_n(&zero, &[&value, &k(0.0)]);
    select_n(&eq(&magnitude, &k(f64::INFINITY)), &[&value, &k(f64::INFINITY)])
}

fn digamma_by_lanczos(x: Val<'_>) -> Val<'_> {
    use std::f64::consts::PI;
    let k = |value: f64| x.constant(value);
    let Lanczos { reflected, z, t, log_t } = lanczos(x);
    let (mut slope, mut sum) = (k(0.0), k(LANCZOS_FIRST));
    for (i, c) in LANCZOS.iter().enumerate() {
        let place = z + k(i as f64 + 1.0);
        slope = slope - k(*c) / (place * place);
        sum = sum + k(*c) / place;
    }
    let right = log_t + slope / sum - k(LANCZOS_G) / t;
    // psi(x) = psi(1 - x) - pi cot(pi x), where x is brought near 0 first.
    let near = x + abs(&floor(&(x + k(0.5))));
    let angle = k(PI) * near;
    let left = right - k(PI) * cos(&angle) / sin(&angle);
    let value = select_n(&reflected, &[&right, &left]);
    let pole = and(&le(&x, &k(0.0)), &eq(&x, &floor(&x)));
    select_n(&pole, &[&value, &k(f64::NAN)])
}

/// The `m`-th derivative is `(-1)^(m + 1) m! zeta(m + 1, x)`.
fn polygamma_by_zeta<'b>(m: Val<'b>, x: Val<'b>) -> Val<'b> {
    let k = |value: f64| m.constant(value);
    let next = m + k(1.0);
    let sign = k(2.0) * rem(&m, &k(2.0)) - k(1.0);
    let value = sign * exp(&lgamma(&next)) * zeta(&next, &x);
    let value = select_n(&eq(&m, &k(0.0)), &[&value, &digamma(&x)]);
    let no_order = or(&lt(&m, &k(0.0)), &ne(&m, &floor(&m)));
    select_n(&no_order, &[&value, &k(f64::NAN)])
}

/// `(2k)! / B_2k` for k from 1 on.
const BERNOULLI: [f64; 12] = [
    12.0,
    -720.0,
    30_240.0,
    -1_209_600.0,
    47_900_160.0,
    -1.892_437_580_318_379_3e9,
    7.472_424_96e10,
    -2.950_130_727_918_164_4e12,
    1.164_678_281_435_006_7e14,
    -4.597_978_722_407_473e15,
    1.815_210_540_194_354_6e17,
    -7.166_165_256_175_667e18,
];
/// How many terms of the series are summed as they are.
const SUMMED: usize = 10;

/// The Euler-Maclaurin formula (DLMF 25.11.28) after [`SUMMED`] terms.
fn zeta_by_euler_maclaurin<'b>(x: Val<'b>, q: Val<'b>) -> Val<'b> {
    let k = |value: f64| x.constant(value);
    let mut place = q;
    let mut power = pow(&place, &-x);
    let mut sum = power;
    for _ in 1..SUMMED {
        place = place + k(1.0);
        power = pow(&place, &-x);
        sum = sum + power;
    }
    place = place + k(1.0);
    power = pow(&place, &-x);
    let inverse_square = k(1.0) / (place * place);
    let mut series = k(1.0 / BERNOULLI[BERNOULLI.len() - 1]);
    for (i, divisor) in BERNOULLI.iter().enumerate().rev().skip(1) {
        let at = 2.0 * i as f64;
        let factor = (x + k(at + 1.0)) * (x + k(at + 2.0)) * inverse_square;
        series = k(1.0 / divisor) + factor * series;
    }
    let tail = power * (place / (x - k(1.0)) + k(0.5) + x / place * series);
    let small = lt(&abs(&power), &(abs(&sum) * k(epsilon(x))));
    let value = select_n(&small, &[&(sum + tail), &sum]);
    zeta_limits(x, q, value)
}

/// Where the series diverges: at x = 1, and at integers q up to 0, where an even power has a
/// positive pole. Left of 0 the power must be an integer.
fn zeta_limits<'b>(x: Val<'b>, q: Val<'b>, value: Val<'b>) -> Val<'b> {
    let k = |value: f64| x.constant(value);
    let (nan, infinity) = (k(f64::NAN), k(f64::INFINITY));
    let left = le(&q, &k(0.0));
    let value = select_n(&and(&left, &ne(&x, &floor(&x))), &[&value, &nan]);
    let even = eq(&rem(&x, &k(2.0)), &k(0.0));
    let at_pole = select_n(&even, &[&nan, &infinity]);
    let value = select_n(&and(&left, &eq(&q, &floor(&q))), &[&value, &at_pole]);
    let value = select_n(&ge(&x, &k(1.0)), &[&nan, &value]);
    select_n(&eq(&x, &k(1.0)), &[&value, &infinity])
}

op_fns! {
    /// The logarithm of the absolute value of the gamma function at `x`.
    lgamma(x) = LGAMMA;
    /// The derivative of [`lgamma`] at `x`.
    digamma(x) = DIGAMMA;
    /// The derivative of [`digamma`] of order `m` at `x`; NaN where `m` is no order.
    polygamma(m, x) = POLYGAMMA;
    /// The Hurwitz zeta function: the sum over all `k >= 0` of `(q + k)^-x`.
    zeta(x, q) = ZETA;
}
