//! The incomplete gamma and beta functions, by series and continued fractions that each element
//! leaves when it has converged. bf16 and f16 are computed in f32.

use jaxide_ir::{DType, OpDef, Rule, Scalar, Value};

use super::{
    abs, and,
    composite::{composite, epsilon, iterate, jvp_by_last, spread, widened},
    digamma, eq, exp, floor, ge, gt, le, lgamma, log, log1p, lt, ne, not, op_fns, or, select_n,
};
use crate::{Val, by_ops, jvp_by};

/// The lower incomplete gamma function over the complete one.
pub static IGAMMA: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t * igamma_grad_a(&p[0], &p[1]), |p, _, t| t * gamma_density(p)),
    ..composite(
        "igamma",
        "Regularised lower incomplete gamma function.",
        2,
        by_ops!(|a, x| widened(&[a, x], |p| lower(p[0], p[1]))),
    )
};

/// 1 less [`IGAMMA`].
pub static IGAMMAC: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| -(t * igamma_grad_a(&p[0], &p[1])), |p, _, t| -(t * gamma_density(p))),
    ..composite(
        "igammac",
        "Regularised upper incomplete gamma function.",
        2,
        by_ops!(|a, x| widened(&[a, x], |p| upper(p[0], p[1]))),
    )
};

const NO_SECOND: &str = "the second derivative by the shape has no formula";

/// Derivative of [`IGAMMA`] by its first operand.
pub static IGAMMA_GRAD_A: OpDef = OpDef {
    jvp: Rule::Never(NO_SECOND),
    ..composite(
        "igamma_grad_a",
        "Derivative of igamma by its first operand.",
        2,
        by_ops!(|a, x| widened(&[a, x], |p| slope(p[0], p[1], Slope::Value))),
    )
};

/// Derivative of a sample `x` of the gamma distribution by its shape `a`: minus the derivative of
/// [`IGAMMA`] by `a` over that by `x`.
pub static RANDOM_GAMMA_GRAD: OpDef = OpDef {
    jvp: Rule::Never(NO_SECOND),
    ..composite(
        "random_gamma_grad",
        "Derivative of a gamma sample by its shape.",
        2,
        by_ops!(|a, x| widened(&[a, x], |p| slope(p[0], p[1], Slope::Sample))),
    )
};

/// The incomplete beta function over the complete one.
pub static REGULARIZED_INCOMPLETE_BETA: OpDef = OpDef {
    jvp: jvp_by_last!(|p, _, t| t * beta_density(p)),
    ..composite(
        "regularized_incomplete_beta",
        "Regularised incomplete beta function.",
        3,
        by_ops!(|a, b, x| widened(&[a, b, x], |p| beta(p[0], p[1], p[2]))),
    )
};

/// Derivative of `igamma(a, x)` by `x`.
fn gamma_density<'b>(p: &[Val<'b>]) -> Val<'b> {
    let (a, x) = (p[0], p[1]);
    exp(&(-x + (a - a.constant(1.0)) * log(&x) - lgamma(&a)))
}

fn beta_density<'b>(p: &[Val<'b>]) -> Val<'b> {
    let (a, b, x) = (p[0], p[1], p[2]);
    let one = a.constant(1.0);
    let whole = lgamma(&a) + lgamma(&b) - lgamma(&(a + b));
    exp(&((b - one) * log1p(&-x) + (a - one) * log(&x) - whole))
}

fn all_of<'b>(conditions: &[Val<'b>]) -> Val<'b> {
    conditions[1..].iter().fold(conditions[0], |all, next| and(&all, next))
}

fn any_of<'b>(conditions: &[Val<'b>]) -> Val<'b> {
    conditions[1..].iter().fold(conditions[0], |any, next| or(&any, next))
}

fn is_nan<'b>(x: &Val<'b>) -> Val<'b> {
    ne(x, x)
}

/// `x^a e^-x / gamma(a)`, and where it is too small to be told from 0.
struct Weight<'b> {
    value: Val<'b>,
    underflow: Val<'b>,
}

fn weight<'b>(a: Val<'b>, x: Val<'b>) -> Weight<'b> {
    let log_weight = a * log(&x) - x - lgamma(&a);
    let greatest = if a.ty().dtype == DType::F64 { f64::MAX } else { f32::MAX.into() };
    Weight { value: exp(&log_weight), underflow: lt(&log_weight, &a.constant(-greatest.ln())) }
}

/// Outside of `a >= 0`, `x >= 0`, and where both are 0.
fn outside<'b>(a: Val<'b>, x: Val<'b>) -> Val<'b> {
    let zero = a.constant(0.0);
    let both = and(&eq(&a, &zero), &eq(&x, &zero));
    any_of(&[lt(&x, &zero), lt(&a, &zero), both, is_nan(&a), is_nan(&x)])
}

fn lower<'b>(a: Val<'b>, x: Val<'b>) -> Val<'b> {
    let k = |value: f64| a.constant(value);
    let outside = outside(a, x);
    let (at_zero, at_infinity) = (eq(&x, &k(0.0)), eq(&x, &k(f64::INFINITY)));
    let by_fraction = and(&ge(&x, &k(1.0)), &gt(&x, &a));
    let weight = weight(a, x);
    let enabled = not(&any_of(&[at_zero, outside, weight.underflow, at_infinity]));
    let fraction = continued(x, a, and(&enabled, &by_fraction)) * weight.value;
    let series = series(x, a, and(&enabled, &not(&by_fraction))) * weight.value / a;
    let value = select_n(&by_fraction, &[&series, &(k(1.0) - fraction)]);
    let value = select_n(&at_zero, &[&value, &k(0.0)]);
    let value = select_n(&at_infinity, &[&value, &k(1.0)]);
    select_n(&outside, &[&value, &k(f64::NAN)])
}

fn upper<'b>(a: Val<'b>, x: Val<'b>) -> Val<'b> {
    let k = |value: f64| a.constant(value);
    let outside = outside(a, x);
    let ends = or(&eq(&x, &k(f64::INFINITY)), &eq(&a, &k(0.0)));
    let by_series = or(&lt(&x, &k(1.0)), &lt(&x, &a));
    let weight = weight(a, x);
    let enabled = not(&any_of(&[outside, weight.underflow, ends]));
    let series = series(x, a, and(&enabled, &by_series)) * weight.value / a;
    let fraction = continued(x, a, and(&enabled, &not(&by_series))) * weight.value;
    let value = select_n(&by_series, &[&fraction, &(k(1.0) - series)]);
    let value = select_n(&ends, &[&value, &k(0.0)]);
    select_n(&outside, &[&value, &k(f64::NAN)])
}

/// The sum of `x^n / ((a + 1) .. (a + n))` (DLMF 8.7.1) at enabled elements.
fn series<'b>(x: Val<'b>, a: Val<'b>, enabled: Val<'b>) -> Val<'b> {
    let all = |value: f64| spread(a.constant(value), a);
    iterate(&[x], &[enabled, a, all(1.0), all(1.0), all(0.0)], series_step)[3]
}

/// The most terms of the series. Near `x = a` it takes about `sqrt(-2 a log(epsilon))` of them, so
/// that this is enough up to about a million; far beyond it would go on for as good as ever.
const MOST_SERIES_TERMS: f64 = 10_000.0;

fn series_step<'i>(consts: &[Val<'i>], state: &[Val<'i>]) -> Vec<Val<'i>> {
    let (x, &[_, place, term, sum, count]) = (consts[0], state) else {
        unreachable!("five values")
    };
    let place = place + x.constant(1.0);
    let term = term * (x / place);
    let sum = sum + term;
    let count = count + x.constant(1.0);
    let open = gt(&(term / sum), &x.constant(epsilon(x)));
    let going = and(&open, &lt(&count, &x.constant(MOST_SERIES_TERMS)));
    vec![going, place, term, sum, count]
}

/// The most terms of a continued fraction of the incomplete gamma function.
const MOST_TERMS: f64 = 2000.0;

/// The places of Cephes' recurrence for the continued fraction (DLMF 8.9.2): the count of terms,
/// the coefficients that grow with it, and its last two numerators and denominators.
fn fraction_start<'b>(x: Val<'b>, a: Val<'b>) -> [Val<'b>; 7] {
    let one = x.constant(1.0);
    let y = one - a;
    let z = x + y + one;
    let all = |value: Val<'b>| spread(value, x);
    [all(x.constant(0.0)), y, z, x + one, z * x, all(one), x]
}

/// One step of the recurrence, from the state at `first` on: its new state and the next numerator
/// and denominator, before they are scaled down.
fn fraction_step<'i>(state: &[Val<'i>]) -> ([Val<'i>; 3], Val<'i>, Val<'i>, Val<'i>) {
    let &[count, y, z, p1, q1, p2, q2] = state else { unreachable!("seven values") };
    let (one, two) = (count.constant(1.0), count.constant(2.0));
    let (count, y, z) = (count + one, y + one, z + two);
    let product = y * count;
    ([count, y, z], p1 * z - p2 * product, q1 * z - q2 * product, product)
}

/// The factor that keeps numerators and denominators in range.
fn scale<'i>(p: Val<'i>) -> Val<'i> {
    let epsilon = epsilon(p);
    let large = gt(&abs(&p), &p.constant(1.0 / epsilon));
    select_n(&large, &[&p.constant(1.0), &p.constant(epsilon)])
}

/// The continued fraction of the upper incomplete gamma function at enabled elements.
fn continued<'b>(x: Val<'b>, a: Val<'b>, enabled: Val<'b>) -> Val<'b> {
    let start = fraction_start(x, a);
    let state = [&[enabled, start[3] / start[4]][..], &start].concat();
    iterate(&[], &state, continued_step)[1]
}

fn continued_step<'i>(_: &[Val<'i>], state: &[Val<'i>]) -> Vec<Val<'i>> {
    let (last, old) = (state[1], &state[2..]);
    let (grown, p, q, _) = fraction_step(old);
    let (value, change) = fraction_value(last, p, q);
    let factor = scale(p);
    let rest = [p, q, old[3], old[4]].map(|term| term * factor);
    [&[goes_on(change, grown[0]), value][..], &grown, &rest].concat()
}

fn goes_on<'i>(change: Val<'i>, count: Val<'i>) -> Val<'i> {
    and(&gt(&change, &count.constant(epsilon(count))), &lt(&count, &count.constant(MOST_TERMS)))
}

/// `p / q` and its relative change, where `q` is not 0.
fn fraction_value<'i>(last: Val<'i>, p: Val<'i>, q: Val<'i>) -> (Val<'i>, Val<'i>) {
    let sound = ne(&q, &q.constant(0.0));
    let ratio = p / q;
    let change = abs(&((last - ratio) / ratio));
    (select_n(&sound, &[&last, &ratio]), select_n(&sound, &[&q.constant(1.0), &change]))
}

/// What a derivative by the shape is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slope {
    /// The function.
    Value,
    /// A sample whose function value is fixed.
    Sample,
}

fn slope<'b>(a: Val<'b>, x: Val<'b>, of: Slope) -> Val<'b> {
    let k = |value: f64| a.constant(value);
    let at_zero = eq(&x, &k(0.0));
    let outside = any_of(&[lt(&x, &k(0.0)), le(&a, &k(0.0)), is_nan(&a), is_nan(&x)]);
    let by_fraction = and(&gt(&x, &k(1.0)), &gt(&x, &a));
    let weight = weight(a, x);
    let enabled = not(&any_of(&[at_zero, outside, weight.underflow]));
    let fraction = continued_slope(x, a, and(&enabled, &by_fraction));
    let series = series_slope(x, a, and(&enabled, &not(&by_fraction)));
    let (fraction, series) = match of {
        Slope::Value => (-(weight.value * fraction), weight.value * series / a),
        Slope::Sample => (fraction * x, -(series * x / a)),
    };
    let value = select_n(&by_fraction, &[&series, &fraction]);
    let value = select_n(&at_zero, &[&value, &k(0.0)]);
    select_n(&outside, &[&value, &k(f64::NAN)])
}

/// [`series`] and its derivative by `a`, as the derivative of the weighted series over the weight.
fn series_slope<'b>(x: Val<'b>, a: Val<'b>, enabled: Val<'b>) -> Val<'b> {
    let all = |value: f64| spread(a.constant(value), a);
    let state = [enabled, a, all(1.0), all(1.0), all(0.0), all(0.0), all(0.0)];
    let last = iterate(&[x], &state, series_slope_step);
    last[3] * (log(&x) - digamma(&(a + a.constant(1.0)))) + last[5]
}

fn series_slope_step<'i>(consts: &[Val<'i>], state: &[Val<'i>]) -> Vec<Val<'i>> {
    let (x, &[_, place, term, sum, d_term, d_sum, count]) = (consts[0], state) else {
        unreachable!("seven values")
    };
    let place = place + x.constant(1.0);
    let d_term = d_term * (x / place) - (term * x) / (place * place);
    let d_sum = d_sum + d_term;
    let term = term * (x / place);
    let count = count + x.constant(1.0);
    let open = gt(&abs(&(d_term / d_sum)), &x.constant(epsilon(x)));
    let going = and(&open, &lt(&count, &x.constant(MOST_SERIES_TERMS)));
    vec![going, place, term, sum + term, d_term, d_sum, count]
}

/// [`continued`] with its derivative by `a`, put together in the same way.
fn continued_slope<'b>(x: Val<'b>, a: Val<'b>, enabled: Val<'b>) -> Val<'b> {
    let start = fraction_start(x, a);
    let value = start[3] / start[4];
    let zero = spread(x.constant(0.0), x);
    let d_value = value * x / start[4];
    let slopes = [zero, -x, zero, zero];
    let state = [&[enabled, value, d_value][..], &start, &slopes].concat();
    let last = iterate(&[], &state, continued_slope_step);
    last[1] * (log(&x) - digamma(&a)) + last[2]
}

fn continued_slope_step<'i>(_: &[Val<'i>], state: &[Val<'i>]) -> Vec<Val<'i>> {
    let (last, d_last, old, slopes) = (state[1], state[2], &state[3..10], &state[10..]);
    let (p1, q1, p2, q2) = (old[3], old[4], old[5], old[6]);
    let &[dp1, dq1, dp2, dq2] = slopes else { unreachable!("four derivatives") };
    let (grown, p, q, product) = fraction_step(old);
    let [count, _, z] = grown;
    let (value, _) = fraction_value(last, p, q);
    let dp = dp1 * z - p1 - dp2 * product + p2 * count;
    let dq = dq1 * z - q1 - dq2 * product + q2 * count;
    let sound = ne(&q, &q.constant(0.0));
    let d_value = select_n(&sound, &[&d_last, &((dp - value * dq) / q)]);
    let change = select_n(&sound, &[&q.constant(1.0), &abs(&(d_value - d_last))]);
    let factor = scale(p);
    let rest = [p, q, p1, q1, dp, dq, dp1, dq1].map(|term| term * factor);
    [&[goes_on(change, count), value, d_value][..], &grown, &rest].concat()
}

/// The continued fraction DLMF 8.17.22, which converges fast left of `(a + 1) / (a + b + 2)`, and
/// the symmetry DLMF 8.17.4 right of it.
fn beta<'b>(a: Val<'b>, b: Val<'b>, x: Val<'b>) -> Val<'b> {
    let k = |value: f64| a.constant(value);
    let left = lt(&x, &((a + k(1.0)) / (a + b + k(2.0))));
    let near = select_n(&left, &[&b, &a]);
    let far = select_n(&left, &[&a, &b]);
    let place = select_n(&left, &[&(k(1.0) - x), &x]);
    let value = beta_fraction(near, far, place) * beta_factor(near, far, place);
    let value = select_n(&left, &[&(k(1.0) - value), &value]);
    beta_limits(a, b, x, value)
}

/// `x^a (1 - x)^b / (a B(a, b))`, where `a gamma(a)` is 1 for the smallest `a`.
fn beta_factor<'b>(a: Val<'b>, b: Val<'b>, x: Val<'b>) -> Val<'b> {
    let least =
        if a.ty().dtype == DType::F64 { f64::MIN_POSITIVE } else { f32::MIN_POSITIVE.into() };
    let rest = lgamma(&b) - lgamma(&(a + b));
    let power = log1p(&-x) * b;
    let small = exp(&(power - rest));
    let plain = exp(&(log(&x) * a + power - (lgamma(&a) + rest))) / a;
    select_n(&lt(&a, &a.constant(2.0 * least)), &[&plain, &small])
}

/// The modified Lentz algorithm (Numerical Recipes, 3rd edition, section 5.2), the first of its
/// steps taken beforehand.
fn beta_fraction<'b>(a: Val<'b>, b: Val<'b>, x: Val<'b>) -> Val<'b> {
    let all = |value: f64| spread(a.constant(value), a);
    let small = epsilon(a) / 2.0;
    let first = all(1.0 + 1.0 / small);
    let going = Val::literal(a.cx(), Scalar::bool(true));
    let state = [spread(going, a), all(2.0), first, all(1.0), first * all(small)];
    iterate(&[a, b, x], &state, beta_step)[4]
}

fn beta_step<'i>(consts: &[Val<'i>], state: &[Val<'i>]) -> Vec<Val<'i>> {
    let (&[a, b, x], &[_, count, c, d, value]) = (consts, state) else {
        unreachable!("three constants, five values")
    };
    let k = |value: f64| a.constant(value);
    let (small, most) = (epsilon(a) / 2.0, if a.ty().dtype == DType::F64 { 600.0 } else { 200.0 });
    let numerator = beta_numerator(count, a, b, x);
    let away = |term: Val<'i>| select_n(&lt(&abs(&term), &k(small)), &[&term, &k(small)]);
    let c = away(k(1.0) + numerator / c);
    let d = k(1.0) / away(k(1.0) + numerator * d);
    let factor = c * d;
    let count = count + k(1.0);
    let open = ge(&abs(&(factor - k(1.0))), &k(small));
    vec![all_of(&[open, lt(&count, &k(most))]), count, c, d, value * factor]
}

/// The partial numerators from the second on; they alternate between two forms.
fn beta_numerator<'i>(count: Val<'i>, a: Val<'i>, b: Val<'i>, x: Val<'i>) -> Val<'i> {
    let k = |value: f64| a.constant(value);
    let m = floor(&((count - k(1.0)) * k(0.5)));
    let twice = a + k(2.0) * m;
    let first = -(a + b) * x / (a + k(1.0));
    let even = -(a + m) * (a + b + m) * x / (twice * (twice + k(1.0)));
    let even = select_n(&eq(&m, &k(0.0)), &[&even, &first]);
    let odd = m * (b - m) * x / ((twice - k(1.0)) * twice);
    let is_even = eq(&(m + m + k(2.0)), &count);
    select_n(&is_even, &[&odd, &even])
}

fn beta_limits<'b>(a: Val<'b>, b: Val<'b>, x: Val<'b>, value: Val<'b>) -> Val<'b> {
    let k = |value: f64| a.constant(value);
    let (zero, one, infinity) = (k(0.0), k(1.0), k(f64::INFINITY));
    let no_a = or(&eq(&a, &zero), &eq(&b, &infinity));
    let no_b = or(&eq(&b, &zero), &eq(&a, &infinity));
    let (at_zero, at_one) = (eq(&x, &zero), eq(&x, &one));
    let is_zero = or(&and(&no_b, &not(&at_one)), &and(&no_a, &at_zero));
    let is_one = or(&and(&no_a, &not(&at_zero)), &and(&no_b, &at_one));
    let outside = any_of(&[lt(&a, &zero), lt(&b, &zero), lt(&x, &zero), gt(&x, &one)]);
    let nan = any_of(&[is_nan(&a), is_nan(&b), is_nan(&x), and(&no_a, &no_b), outside]);
    let value = select_n(&is_zero, &[&value, &zero]);
    let value = select_n(&is_one, &[&value, &one]);
    select_n(&nan, &[&value, &k(f64::NAN)])
}

op_fns! {
    /// The lower incomplete gamma function of shape `a` at `x`, over the complete one.
    igamma(a, x) = IGAMMA;
    /// 1 less [`igamma`], without its loss of digits.
    igammac(a, x) = IGAMMAC;
    /// The derivative of [`igamma`] by `a`.
    igamma_grad_a(a, x) = IGAMMA_GRAD_A;
    /// The derivative of a sample `x` of the gamma distribution by its shape `a`.
    random_gamma_grad(a, x) = RANDOM_GAMMA_GRAD;
    /// The incomplete beta function of shapes `a` and `b` at `x`, over the complete one.
    regularized_incomplete_beta(a, b, x) = REGULARIZED_INCOMPLETE_BETA;
}
