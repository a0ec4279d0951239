//! Gamma floats by rejection, and the distributions made of them.

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, Shape, lax::while_loop};

use super::{
    AnyKey,
    draw::{Call, constant, default_float, float_draws},
    floats::{draw_exponential, from_unit},
    integers, normal,
    uniform::between_each,
    words::{self, Words},
};
use crate::jnp::where_;

float_draws! {
    /// Gamma floats of shape parameter `a` and scale 1.
    gamma, gamma_of(a) = draw_gamma;

    /// Logarithms of gamma floats, exact where the floats themselves underflow.
    loggamma, loggamma_of(a) = draw_loggamma;

    /// Beta floats of shape parameters `a` and `b`.
    beta, beta_of(a, b) = draw_beta;

    /// Student's t floats of `df` degrees of freedom.
    t, t_of(df) = |key: &Words, df: &Array, shape: &[usize], dtype| {
        let [normal_key, gamma_key] = words::split(key);
        let half = df / 2.0;
        let gamma = draw_gamma(&gamma_key, &half, shape, dtype);
        normal::draw(&normal_key, shape, dtype) * (half / gamma).sqrt()
    };

    /// Chi-square floats of `df` degrees of freedom.
    chisquare, chisquare_of(df) = draw_chisquare;

    /// F floats of `dfnum` and `dfden` degrees of freedom.
    f, f_of(dfnum, dfden) = |key: &Words, over: &Array, under: &Array, shape: &[usize], dtype| {
        let [under_key, over_key] = words::split(key);
        let numerator = draw_chisquare(&over_key, over, shape, dtype) / over;
        numerator / (draw_chisquare(&under_key, under, shape, dtype) / under)
    };

    /// Generalized normal floats of exponent `p`: densities proportional to `exp(-|x|^p)`.
    generalized_normal, generalized_normal_of(p) = draw_generalized_normal;
}

#[track_caller]
fn draw_gamma(key: &Words, a: &Array, shape: &[usize], dtype: DType) -> Array {
    sample(key, a, shape, dtype, |sample, a, boost_key| {
        let power = (1.0 - between_each(boost_key, dtype, 0.0, 1.0)).pow(1.0 / a);
        &sample.d * &sample.v * where_(&sample.large, 1.0, power)
    })
}

#[track_caller]
fn draw_loggamma(key: &Words, a: &Array, shape: &[usize], dtype: DType) -> Array {
    sample(key, a, shape, dtype, |sample, a, boost_key| {
        let log_power = -from_unit(&between_each(boost_key, dtype, 0.0, 1.0));
        let none = &sample.large | log_power.eq(0.0);
        let log_power = log_power * (1.0 / a);
        sample.d.log() + sample.v.log() + where_(none, 0.0, log_power)
    })
}

/// An accepted proposal `d v` for the shape parameter, or for one more where that is below 1, which
/// the boost takes back.
struct Sample {
    d: Array,
    v: Array,
    large: Array,
}

/// Samples with a key of its own for each element; the last key of each is for the boost.
#[track_caller]
fn sample(
    key: &Words,
    a: &Array,
    shape: &[usize],
    dtype: DType,
    finish: impl Fn(&Sample, &Array, &Words) -> Array,
) -> Array {
    let a = lax::reshape(a, &[a.size()]);
    let large = a.ge(1.0);
    let third = constant(dtype, 1.0 / 3.0);
    let d = where_(&large, &a, &a + 1.0) - &third;
    let c = third / d.sqrt();
    let [key, boost_key] = words::split(&words::split_to(key, &[a.size()]));
    let v = accepted(key, &d, &c, dtype);
    lax::reshape(&finish(&Sample { d, v, large }, &a, &boost_key), shape)
}

/// Marsaglia and Tsang, A simple method for generating gamma variables (2000): cubes of shifted
/// normals, until each element has one that is accepted.
#[track_caller]
fn accepted(key: Words, d: &Array, c: &Array, dtype: DType) -> Array {
    let full = |value: f64| constant(dtype, value).broadcast_to(d.shape());
    let init = (key, [full(0.0), full(1.0), full(2.0)]);
    let rejected = |[x, v, u]: &[Array; 3]| {
        let below = u.ge(1.0 - 0.0331 * (x * x));
        below & u.log().ge(x * 0.5 + d * (1.0 - v + v.log()))
    };
    let step = |(key, state): &(Words, [Array; 3])| {
        let [next, x_key, u_key] = words::split(key);
        let (x, v) = positive(x_key, c, dtype);
        let u = between_each(&u_key, dtype, 0.0, 1.0);
        let proposed = [&x * &x, &v * &v * &v, u];
        let open = rejected(state);
        let pick = |at: usize| where_(&open, &proposed[at], &state[at]);
        (next, std::array::from_fn(pick))
    };
    while_loop(|(_, state)| rejected(state).any(), step, init).1[1].clone()
}

/// Normals `x` with `1 + c x` positive, and that.
#[track_caller]
fn positive(key: Words, c: &Array, dtype: DType) -> (Array, Array) {
    let zero = constant(dtype, 0.0).broadcast_to(c.shape());
    let init = (key, zero.clone(), zero - 1.0);
    let step = |(key, x, v): &(Words, Array, Array)| {
        let [next, subkey] = words::split(key);
        let proposed = normal::draw_each(&subkey, dtype);
        let open = v.le(0.0);
        let shifted = 1.0 + &proposed * c;
        (next, where_(&open, proposed, x), where_(&open, shifted, v))
    };
    let (_, x, v) = while_loop(|(_, _, v)| v.le(0.0).any(), step, init);
    (x, v)
}

#[track_caller]
fn draw_beta(key: &Words, a: &Array, b: &Array, shape: &[usize], dtype: DType) -> Array {
    let [key_a, key_b] = words::split(key);
    let log_a = draw_loggamma(&key_a, a, shape, dtype);
    let log_b = draw_loggamma(&key_b, b, shape, dtype);
    let greatest = log_a.maximum(&log_b);
    let [a, b] = [log_a, log_b].map(|log| (log - &greatest).exp());
    &a / (&a + &b)
}

#[track_caller]
fn draw_chisquare(key: &Words, df: &Array, shape: &[usize], dtype: DType) -> Array {
    draw_loggamma(key, &(df / 2.0), shape, dtype).exp() * 2.0
}

#[track_caller]
fn draw_generalized_normal(key: &Words, p: &Array, shape: &[usize], dtype: DType) -> Array {
    let [gamma_key, sign_key] = words::split(key);
    let gamma = draw_gamma(&gamma_key, &(1.0 / p), shape, dtype);
    integers::signs(&sign_key, shape, dtype) * gamma.pow(1.0 / p)
}

/// Points of the simplex, Dirichlet distributed with concentrations `alpha`, whose last dimension
/// runs over the corners. `shape` is that of the result without the last dimension.
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when `alpha` has rank 0 or its other
/// dimensions do not broadcast to the shape.
#[track_caller]
pub fn dirichlet(key: &impl AnyKey, alpha: &Array, shape: impl Shape) -> Array {
    dirichlet_of(key, alpha, shape, default_float())
}

/// [`dirichlet`] in a float dtype.
///
/// # Panics
/// As [`dirichlet`], and with `ValueError` when `dtype` is no float.
#[track_caller]
pub fn dirichlet_of(key: &impl AnyKey, alpha: &Array, shape: impl Shape, dtype: DType) -> Array {
    let call = Call::new("dirichlet");
    let (key, mut shape) = (call.key(key), call.shape(shape));
    call.float(dtype);
    let Some((corners, others)) = alpha.shape().split_last() else {
        call.refuse("dirichlet requires alpha.ndim >= 1, got alpha.ndim == 0".to_owned());
    };
    call.fits(&shape, others);
    shape.push(*corners);
    let alpha = call.parameter(alpha, &shape, dtype);
    let logs = draw_loggamma(&key, &alpha, &shape, dtype);
    let powers = (&logs - logs.max_over(-1).expand_dims(-1)).exp();
    &powers / powers.sum_over(-1).expand_dims(-1)
}

/// Points of the unit ball of the `p`-norm in `d` dimensions; `shape` is that of the result without
/// the last dimension.
///
/// # Panics
/// With `TypeError` when `key` is no key.
#[track_caller]
pub fn ball(key: &impl AnyKey, d: usize, p: f64, shape: impl Shape) -> Array {
    ball_of(key, d, p, shape, default_float())
}

/// [`ball`] in a float dtype.
///
/// # Panics
/// As [`ball`], and with `ValueError` when `dtype` is no float.
#[track_caller]
pub fn ball_of(key: &impl AnyKey, d: usize, p: f64, shape: impl Shape, dtype: DType) -> Array {
    let call = Call::new("ball");
    let (key, shape) = (call.key(key), call.shape(shape));
    call.float(dtype);
    let [direction_key, radius_key] = words::split(&key);
    let full = [&shape[..], &[d]].concat();
    let exponent = call.parameter(p, &full, dtype);
    let x = draw_generalized_normal(&direction_key, &exponent, &full, dtype);
    let length = x.abs().pow(p).sum_over(-1) + draw_exponential(&radius_key, &shape, dtype);
    &x / length.pow(1.0 / p).expand_dims(-1)
}
